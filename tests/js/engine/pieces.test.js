import assert from "node:assert/strict";
import { getEventListeners } from "node:events";
import { test } from "node:test";
import { gzipSync } from "node:zlib";

import { loadPieces } from "../../../bitmass_viz/engine/src/data/pieces.js";
import { embeddedSource, httpSource } from "../../../bitmass_viz/engine/src/data/sources.js";
import { BASE, makeDataSet, makeServer } from "./fake_site.js";

const { entry, files, content } = makeDataSet();
const [first, second, third, fourth] = entry.pieces.map(({ file }) => file);

/** What a load hands on and reports. */
function makeReader(options = {}) {
  const [pieces, progress] = [[], []];
  const wanted = {
    onPiece: (piece) => void pieces.push(piece),
    onProgress: (bytes) => progress.push(bytes),
    ...options,
  };
  return { pieces, progress, wanted };
}

const sourceOf = (server, delays = []) =>
  httpSource({ base: BASE, entries: [entry], fetch: server.fetch, caches: null, delays });

function checkProgress(progress, total, start = 0) {
  assert.deepEqual(progress[0], { done: start, total });
  assert.deepEqual(progress.at(-1), { done: total, total });
  progress
    .slice(1)
    .forEach(({ done }, i) => assert.ok(done > progress[i].done, `${done} after ${progress[i].done}`));
}

test("pieces are handed on in their order, whatever the source and the bits", async () => {
  const base64 = embeddedSource(async (file) => Buffer.from(files.get(file)).toString("base64"));
  for (const bits of [8, 1])
    for (const source of [sourceOf(makeServer(files)), base64]) {
      const { pieces, progress, wanted } = makeReader(bits === 1 ? { pieces: entry.one_bit_pieces } : {});
      await loadPieces(entry, source, wanted);
      assert.deepEqual(pieces, content[bits]);
      checkProgress(progress, bits === 1 ? entry.one_bit_bytes : entry.bytes);
    }
});

test("progress counts within a piece where the source can tell, and never goes back at a second try", async () => {
  const server = makeServer(files, { [first]: ["broken"], [fourth]: ["broken", "broken"] });
  const { pieces, progress, wanted } = makeReader();
  await loadPieces(entry, sourceOf(server, [0, 0]), wanted);
  assert.deepEqual(pieces, content[8]);
  assert.ok(progress.length > 2 * entry.pieces.length);
  checkProgress(progress, entry.bytes);
});

test("the first piece is fetched alone, then two at once, also while one is being handed on", async () => {
  const server = makeServer(files);
  const fetched = [];
  const { wanted } = makeReader({
    async onPiece() {
      // Ample time for whatever would be fetched too early.
      for (let i = 0; i < 200; i++) await new Promise(setImmediate);
      fetched.push(server.requests.length);
    },
    onProgress: ({ done }) => done < entry.pieces[0].bytes && assert.deepEqual(server.requests.slice(1), []),
  });
  await loadPieces(entry, sourceOf(server), wanted);
  assert.deepEqual(server.requests, [...entry.pieces.map(({ file }) => file)]);
  assert.deepEqual(fetched, [3, 4, 5, 5, 5]);
  assert.equal(server.most, 2);
});

test("after a failure only what is missing is read", async () => {
  const server = makeServer(files, { [third]: [503, 503] });
  const loaded = new Set();
  const broken = makeReader({ loaded });
  await assert.rejects(loadPieces(entry, sourceOf(server, [0]), broken.wanted), /the server answered 503/);
  assert.deepEqual(broken.pieces, content[8].slice(0, 2));
  assert.deepEqual([...loaded], [first, second]);

  server.requests.length = 0;
  const resumed = makeReader({ loaded });
  await loadPieces(entry, sourceOf(server), resumed.wanted);
  assert.deepEqual([...broken.pieces, ...resumed.pieces], content[8]);
  assert.deepEqual(
    server.requests,
    entry.pieces.slice(2).map(({ file }) => file),
  );
  checkProgress(resumed.progress, entry.bytes, entry.pieces[0].bytes + entry.pieces[1].bytes);

  server.requests.length = 0;
  const again = makeReader({ loaded });
  await loadPieces(entry, sourceOf(server), again.wanted);
  assert.deepEqual([again.pieces, server.requests], [[], []]);
  assert.deepEqual(again.progress, [{ done: entry.bytes, total: entry.bytes }]);
});

test("a failure stops the read ahead of it, which no longer counts", async () => {
  const started = [];
  const source = {
    async read(piece, reading) {
      if (piece.file === first) return files.get(first);
      started.push(reading);
      if (piece.file === third) return new Promise(() => {});
      await new Promise(setImmediate);
      throw new Error("lost");
    },
  };
  const { progress, wanted } = makeReader();
  await assert.rejects(loadPieces(entry, source, wanted), { message: "lost" });
  assert.deepEqual(
    started.map(({ signal }) => signal.aborted),
    [true, true],
  );
  const reports = progress.length;
  started[1].onBytes(50);
  assert.equal(progress.length, reports);
});

test("a piece whose receiver fails was not loaded", async () => {
  const loaded = new Set();
  const { wanted } = makeReader({ loaded, onPiece: () => Promise.reject(new Error("no memory")) });
  await assert.rejects(loadPieces(entry, sourceOf(makeServer(files)), wanted), { message: "no memory" });
  assert.equal(loaded.size, 0);
});

test("after an abort nothing is fetched or handed on, and the rest can be loaded later", async () => {
  const server = makeServer(files);
  const early = makeReader({ signal: AbortSignal.abort("left") });
  await assert.rejects(loadPieces(entry, sourceOf(server), early.wanted), (error) => error === "left");
  assert.deepEqual([early.pieces, early.progress, server.requests], [[], [], []]);

  const controller = new AbortController();
  const loaded = new Set();
  const { pieces, wanted } = makeReader({ signal: controller.signal, loaded });
  const onPiece = (piece) => {
    pieces.push(piece);
    if (pieces.length === 2) controller.abort("left");
  };
  await assert.rejects(
    loadPieces(entry, sourceOf(server), { ...wanted, onPiece }),
    (error) => error === "left",
  );
  const requests = server.requests.length;
  await new Promise((resolve) => setTimeout(resolve, 20));
  assert.deepEqual([pieces.length, loaded.size, server.requests.length], [2, 2, requests]);
  await loadPieces(entry, sourceOf(server), { ...wanted, signal: undefined });
  assert.deepEqual(pieces, content[8]);
});

test("a signal that never comes keeps nothing alive", async () => {
  const { signal } = new AbortController();
  const { wanted } = makeReader({ signal });
  await loadPieces(entry, sourceOf(makeServer(files, { [first]: ["broken"] }), [0]), wanted);
  assert.equal(getEventListeners(signal, "abort").length, 0);
});

test("what is not what the manifest says is named", async () => {
  const damaged = (bytes, change) => ({
    entry: { ...entry, pieces: [{ ...entry.pieces[0], ...change }] },
    source: { read: async () => new Uint8Array(bytes) },
  });
  for (const [wrong, why] of [
    [damaged(files.get(first), { count: 19 }), "320 bytes, expected 304"],
    [damaged(gzipSync(Buffer.alloc(319)), {}), "319 bytes, expected 320"],
    [damaged(files.get(first).slice(0, -9), {}), ""],
    [damaged(files.get(first).slice(5), {}), ""],
  ]) {
    const { pieces, wanted } = makeReader();
    await assert.rejects(loadPieces(wrong.entry, wrong.source, wanted), ({ message }) => {
      assert.ok(message.startsWith(`The images in ${first} cannot be unpacked (${why}`), message);
      assert.ok(message.endsWith("); try a newer browser."), message);
      return true;
    });
    assert.deepEqual(pieces, []);
  }
});
