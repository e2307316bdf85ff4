import assert from "node:assert/strict";
import { getEventListeners } from "node:events";
import { test } from "node:test";

import { embeddedSource, httpSource } from "../../../bitmass_viz/engine/src/data/sources.js";
import { BASE, makeCaches, makeDataSet, makeServer, noise } from "./fake_site.js";

const { entry, files } = makeDataSet();
const [piece, other] = entry.pieces;
const url = BASE + piece.file;

const SILENCE = 30_000;

/**
 * A source and what it reported. Its pauses take no time but are noted, its limit on silence is reached as soon as the
 * server falls silent, and the server's `listened` counts how often that limit was set.
 */
function makeSource({ failures = {}, caches = null, served = files, ...options } = {}) {
  const server = makeServer(served, failures);
  const [pauses, reports] = [[], []];
  const timer = (milliseconds, callback) => {
    if (milliseconds === SILENCE) {
      server.listened = (server.listened ?? 0) + 1;
      server.onSilence = callback;
      return () => (server.onSilence = null);
    }
    pauses.push(milliseconds);
    const immediate = setImmediate(callback);
    return () => clearImmediate(immediate);
  };
  const source = httpSource({
    base: BASE,
    entries: [entry],
    fetch: server.fetch,
    caches,
    timer,
    onCached: (report) => reports.push(report),
    ...options,
  });
  return { source, server, pauses, reports };
}

/** Wait until a source has reported so many pieces. */
async function reported(reports, count) {
  for (let i = 0; i < 100_000 && reports.length < count; i++) await new Promise(setImmediate);
  assert.equal(reports.length, count);
}

test("a piece is fetched once, its bytes counted on the way", async () => {
  const { source, server, pauses } = makeSource();
  const counts = [];
  const bytes = await source.read(piece, { onBytes: (count) => counts.push(count) });
  assert.deepEqual(bytes, files.get(piece.file));
  assert.deepEqual(counts, [Math.ceil(piece.bytes / 2), piece.bytes]);
  assert.deepEqual([server.requests, server.modes, pauses], [[piece.file], ["default"], []]);
  // For the answer and after each part, so a slow connection is no silent one.
  assert.deepEqual([server.listened, server.onSilence], [3, null]);
});

test("whatever goes wrong is tried again, after growing pauses, past the browser's own cache", async () => {
  const damaged = files.get(piece.file).slice();
  damaged[20] ^= 1;
  for (const failure of [
    "unreachable",
    "broken",
    503,
    404,
    damaged,
    damaged.slice(1),
    noise(piece.bytes + 1),
  ]) {
    const { source, server, pauses } = makeSource({ failures: { [piece.file]: [failure, failure] } });
    const { signal } = new AbortController();
    assert.deepEqual(await source.read(piece, { signal }), files.get(piece.file));
    assert.equal(getEventListeners(signal, "abort").length, 0);
    assert.equal(server.requests.length, 3);
    assert.deepEqual(server.modes, ["default", "reload", "reload"]);
    assert.deepEqual(pauses, [500, 1500]);
  }
});

test("a failure that lasts is one sentence, with what to do", async () => {
  const advice = "check the connection and try again";
  for (const [failure, message] of [
    ["unreachable", `The images could not be loaded: the server cannot be reached; ${advice}.`],
    ["broken", `The images could not be loaded: the server cannot be reached; ${advice}.`],
    [404, `The images could not be loaded: the server answered 404 for a part of them; try again later.`],
    [noise(piece.bytes), `The images could not be loaded: a part of them arrived damaged; try again.`],
    [noise(piece.bytes + 1), `The images could not be loaded: a part of them arrived damaged; try again.`],
  ]) {
    const { source, pauses } = makeSource({ failures: { [piece.file]: Array(9).fill(failure) } });
    await assert.rejects(source.read(piece), { message });
    assert.deepEqual(pauses, [500, 1500, 4000]);
  }
});

test("a connection that falls silent is given up and tried again", async () => {
  const { source, server, pauses } = makeSource({ failures: { [piece.file]: ["silent", "unanswered"] } });
  assert.deepEqual(await source.read(piece), files.get(piece.file));
  assert.equal(server.requests.length, 3);
  assert.deepEqual(pauses, [500, 1500]);
  const lasting = makeSource({ failures: { [piece.file]: Array(9).fill("silent") } });
  const message =
    "The images could not be loaded: nothing arrived for 30 seconds; check the connection and try again.";
  await assert.rejects(lasting.source.read(piece), { message });
});

test("what was loaded once is there at the next visit", async () => {
  const caches = makeCaches();
  const first = makeSource({ caches });
  await first.source.read(piece);
  await reported(first.reports, 1);
  assert.deepEqual(first.reports, [{ file: piece.file, cached: true }]);
  const second = makeSource({ caches });
  assert.deepEqual(await second.source.read(piece), files.get(piece.file));
  assert.deepEqual([second.server.requests, second.reports], [[], first.reports]);
});

test("a stored piece with a wrong hash is dropped and fetched again", async () => {
  const caches = makeCaches();
  caches.stored.set(`bitmass-digits ${BASE}`, new Map([[url, noise(piece.bytes)]]));
  const { source, server, reports } = makeSource({ caches });
  assert.deepEqual(await source.read(piece), files.get(piece.file));
  await reported(reports, 1);
  assert.deepEqual(server.requests, [piece.file]);
  assert.deepEqual([...caches.stored.values()][0].get(url), files.get(piece.file));
  // It is gone even where nothing takes its place.
  const refusing = makeCaches(["put"]);
  refusing.stored.set(`bitmass-digits ${BASE}`, new Map([[url, noise(piece.bytes)]]));
  await makeSource({ caches: refusing }).source.read(piece);
  assert.equal([...refusing.stored.values()][0].size, 0);
});

test("stored pieces that the manifest no longer names are deleted, those of all its data sets kept", async () => {
  const caches = makeCaches();
  const fashion = {
    pieces: [{ file: "digits/fashion.bin" }],
    one_bit_pieces: [{ file: "digits/fashion-1.bin" }],
    test_pieces: [{ file: "digits/fashion-test.bin" }],
  };
  const kept = [
    url,
    BASE + entry.one_bit_pieces[0].file,
    `${BASE}digits/fashion.bin`,
    `${BASE}digits/fashion-1.bin`,
    `${BASE}digits/fashion-test.bin`,
  ];
  const elsewhere = ["bitmass-digits https://example.org/other/", new Map([["old", noise(3)]])];
  const names = [
    ...kept,
    `${BASE}digits/old.bin`,
    "https://example.org/site/digits/tiny-train-8bit-0-old.bin",
  ];
  const stored = new Map(names.map((name) => [name, files.get(piece.file)]));
  caches.stored.set(`bitmass-digits ${BASE}`, stored);
  caches.stored.set(...elsewhere);
  await makeSource({ caches, entries: [entry, fashion] }).source.read(piece);
  assert.deepEqual([...stored.keys()], kept);
  assert.equal(caches.stored.get(elsewhere[0]).size, 1);
});

test("storage that is refused, broken or full loses nothing, and is reported", async () => {
  for (const [caches, cached] of [
    [null, false],
    [makeCaches(["open"]), false],
    [makeCaches(["keys"]), false],
    [makeCaches(["match"]), true],
    [makeCaches(["put"]), false],
  ]) {
    const { source, reports } = makeSource({ caches });
    for (const [i, { file }] of [piece, other].entries()) {
      assert.deepEqual(await source.read(entry.pieces[i]), files.get(file));
      await reported(reports, i + 1);
      assert.deepEqual(reports[i], { file, cached });
    }
  }
});

test("an abort ends a read at once: before it, on the way, and in a pause", async () => {
  const early = makeSource();
  await assert.rejects(early.source.read(piece, { signal: AbortSignal.abort("left") }), (e) => e === "left");
  assert.deepEqual(early.server.requests, []);

  // The signal is the read's or the source's.
  for (const ofSource of [false, true])
    for (const [failure, waited] of [
      ["silent", SILENCE],
      ["unreachable", 500],
    ]) {
      const controller = new AbortController();
      const { signal } = controller;
      const running = [];
      const timer = (milliseconds) => {
        running.push(milliseconds);
        return () => running.splice(running.indexOf(milliseconds), 1);
      };
      const failures = { [piece.file]: [failure] };
      const { source, server } = makeSource({ failures, timer, ...(ofSource && { signal }) });
      const reading = source.read(piece, ofSource ? {} : { signal });
      for (let i = 0; i < 100_000 && running[0] !== waited; i++) await new Promise(setImmediate);
      controller.abort(new Error("left"));
      await assert.rejects(reading, { message: "left" });
      assert.deepEqual([running, server.requests], [[], [piece.file]]);
      assert.equal(getEventListeners(signal, "abort").length, 0);
    }
});

test("pieces in the page are bytes or base64, and are checked", async () => {
  const bytes = files.get(piece.file);
  const asked = [];
  for (const found of [bytes, Buffer.from(bytes).toString("base64")]) {
    const source = embeddedSource(async (file) => (asked.push(file), found));
    assert.deepEqual(await source.read(piece), bytes);
  }
  assert.deepEqual(asked, [piece.file, piece.file]);
  const fail = (why) => () => Promise.reject(new Error(why));
  for (const [ask, why] of [
    [async () => noise(50), "a part of them is damaged"],
    [fail("it is not there"), "it is not there"],
  ])
    await assert.rejects(embeddedSource(ask).read(piece), {
      message: `The images in this page cannot be read: ${why}; download the page again.`,
    });
  const signal = AbortSignal.abort("left");
  await assert.rejects(embeddedSource(async () => bytes).read(piece, { signal }), (e) => e === "left");
});
