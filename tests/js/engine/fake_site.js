// A small data set in pieces, a server that can be told to fail, and a cache that can refuse, for the tests of data/.

import { createHash } from "node:crypto";
import { gzipSync } from "node:zlib";

export const BASE = "https://example.org/site/";
export const IMAGE = [5, 3];
const PIXELS = 15;

/** Reproducible bytes, so that a failure can be looked at. */
export function noise(length, seed = 1) {
  let state = seed;
  return Uint8Array.from({ length }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state >>> 24;
  });
}

/** Pack pixels above 127, bit 0 first, each image from a byte on. */
function packed(images, count) {
  const bits = new Uint8Array(count * 2);
  images.forEach((pixel, i) => {
    const [image, place] = [Math.floor(i / PIXELS), i % PIXELS];
    if (pixel > 127) bits[2 * image + (place >> 3)] |= 1 << (place & 7);
  });
  return bits;
}

/** An entry of a manifest, its files, and what they hold, `{split, start, labels, images}` in the order of loading. */
export function makeDataSet() {
  const files = new Map();
  const content = { 8: [], 1: [] };
  const pieces = (bits) =>
    [
      ["train", 0, 20],
      ["validation", 0, 300],
      ["train", 20, 250],
      ["train", 270, 400],
      ["train", 670, 31],
    ].map(([split, start, count], i) => {
      const labels = noise(count, i + 1).map((byte) => byte % 10);
      const images = noise(count * PIXELS, i + 100);
      const held = bits === 1 ? packed(images, count) : images;
      const bytes = new Uint8Array(gzipSync(Buffer.concat([labels, held])));
      const file = `digits/tiny-${split}-${bits}bit-${start}.bin`;
      files.set(file, bytes);
      content[bits].push({
        split,
        start,
        labels,
        images: bits === 1 ? images.map((pixel) => (pixel > 127 ? 255 : 0)) : images,
      });
      const sha256 = createHash("sha256").update(bytes).digest("hex");
      return { split, start, count, bits, file, bytes: bytes.length, sha256 };
    });
  const entry = { name: "tiny", image: IMAGE, pieces: pieces(8), one_bit_pieces: pieces(1), test_pieces: [] };
  const sum = (list) => list.reduce((total, { bytes }) => total + bytes, 0);
  entry.bytes = sum(entry.pieces);
  entry.one_bit_bytes = sum(entry.one_bit_pieces);
  return { entry, files, content };
}

/**
 * A `fetch` for the files. `failures` maps a file to what its next requests come to, in turn: "unreachable", "broken"
 * (in the middle), "silent" (from there on), "unanswered", a status, or bytes in place of the file's.
 */
export function makeServer(files, failures = {}) {
  const server = {
    requests: [],
    modes: [],
    running: 0,
    most: 0,
    onSilence: null,
    async fetch(url, { signal, cache } = {}) {
      const file = url.slice(BASE.length);
      server.requests.push(file);
      server.modes.push(cache);
      const what = failures[file]?.shift();
      if (what === "unreachable") throw new TypeError("Failed to fetch");
      if (what === "unanswered")
        return new Promise((_, reject) => {
          signal.addEventListener("abort", () => reject(signal.reason));
          setImmediate(() => server.onSilence?.());
        });
      if (typeof what === "number") return new Response("", { status: what });
      const bytes = what instanceof Uint8Array ? what : files.get(file);
      const half = Math.ceil(bytes.length / 2);
      const parts = [bytes.subarray(0, half), bytes.subarray(half)].filter((part) => part.length);
      server.most = Math.max(server.most, ++server.running);
      const ended = () => server.running--;
      return new Response(
        new ReadableStream({
          start(stream) {
            signal?.addEventListener("abort", () => {
              if (parts.length) stream.error(signal.reason);
            });
          },
          async pull(stream) {
            await new Promise(setImmediate);
            if (what === "silent" && parts.length < 2) {
              server.onSilence?.();
              return new Promise(() => {});
            }
            if (what === "broken" && parts.length < 2) {
              ended();
              parts.length = 0;
              return stream.error(new TypeError("network error"));
            }
            const part = parts.shift();
            if (signal?.aborted) return;
            stream.enqueue(part);
            if (parts.length) return;
            ended();
            stream.close();
          },
        }),
      );
    },
  };
  return server;
}

/** A `caches` that stores in memory; `refuses` names the operations that fail. */
export function makeCaches(refuses = []) {
  const stored = new Map();
  const refuse = (operation) => {
    if (refuses.includes(operation)) throw new DOMException(operation, "QuotaExceededError");
  };
  return {
    stored,
    async open(name) {
      refuse("open");
      if (!stored.has(name)) stored.set(name, new Map());
      const cache = stored.get(name);
      return {
        async match(url) {
          refuse("match");
          return cache.has(url) ? new Response(cache.get(url)) : undefined;
        },
        async put(url, response) {
          refuse("put");
          cache.set(url, new Uint8Array(await response.arrayBuffer()));
        },
        async keys() {
          refuse("keys");
          return [...cache.keys()].map((url) => ({ url }));
        },
        delete: async (request) => cache.delete(request.url ?? request),
      };
    },
  };
}
