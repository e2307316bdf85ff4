/** Where the compressed bytes of a piece come from. The errors are sentences for the reader. */

import { WORDS } from "../words.js";
import { fromBase64 } from "./bytes.js";
import { hexDigest } from "./sha256.js";

/**
 * What the manifest says about a data set and its files: data/pieces.py explains the fields.
 * @typedef {{split: "train" | "validation" | "test", start: number, count: number, bits: 8 | 1, file: string, bytes: number,
 *   sha256: string}} Piece
 * @typedef {import("../training/digits.js").About & {sha256: Record<string, string>, bytes: number,
 *   one_bit_bytes: number, pieces: Piece[], one_bit_pieces: Piece[], test_pieces: Piece[]}} Entry
 */
/** @typedef {Uint8Array<ArrayBuffer>} Bytes */
/**
 * A source reads a piece and checks its hash. It tells how many of its bytes are there, where it knows; a second try
 * begins at 0 again. After an abort it throws the signal's reason.
 * @typedef {{signal?: AbortSignal, onBytes?: (bytes: number) => void}} Reading
 * @typedef {{read: (piece: Piece, reading?: Reading) => Promise<Bytes>}} Source
 */
/** Calls back after some milliseconds, unless the function that it returns is called before.
 * @typedef {(milliseconds: number, callback: () => void) => () => void} Timer */

/** Pauses between tries, in milliseconds. */
const DELAYS = [500, 1500, 4000];
/** Without a byte for so many milliseconds a try has failed: some broken connections never say so. */
const LONGEST_SILENCE = 30_000;

/** @type {Timer} */
function setTimer(milliseconds, callback) {
  const timeout = setTimeout(callback, milliseconds);
  return () => clearTimeout(timeout);
}

/** The browser's storage for files; it is missing at plain http:// addresses and refused in some frames. */
function availableCaches() {
  try {
    return globalThis.caches ?? null;
  } catch {
    return null;
  }
}

/**
 * A controller that the signal aborts as well, until `unlink` is called. (`AbortSignal.any` is too new.)
 * @param {AbortSignal} [signal]
 */
export function linkedController(signal) {
  const controller = new AbortController();
  const abort = () => controller.abort(signal?.reason);
  if (signal?.aborted) abort();
  signal?.addEventListener("abort", abort);
  return { controller, unlink: () => signal?.removeEventListener("abort", abort) };
}

/**
 * Pieces from a web server, kept for the next visit if the browser lets us.
 * @param {object} options
 * @param {string} options.base the absolute URL that the pieces' files are relative to
 * @param {Entry[]} options.entries the whole manifest: a stored piece that none of them names is deleted
 * @param {typeof globalThis.fetch} [options.fetch]
 * @param {CacheStorage | null} [options.caches]
 * @param {number[]} [options.delays] pauses between tries, in milliseconds
 * @param {number} [options.longestSilence] in milliseconds
 * @param {Timer} [options.timer]
 * @param {AbortSignal} [options.signal] for reads without one of their own
 * @param {(stored: {file: string, cached: boolean}) => void} [options.onCached] called once per read:
 *   whether the next visit finds the piece stored, or must load it again
 * @returns {Source}
 */
export function httpSource({
  base,
  entries,
  fetch = globalThis.fetch,
  caches = availableCaches(),
  delays = DELAYS,
  longestSilence = LONGEST_SILENCE,
  timer = setTimer,
  signal: always,
  onCached = () => {},
}) {
  /** @param {string} file */
  const urlOf = (file) => new URL(file, base).href;
  const opened = openCache(caches, `bitmass-digits ${base}`, entries, urlOf);

  /**
   * One try. Its errors say what happened, and what the reader can do.
   * @param {Piece} piece
   * @param {RequestCache} mode
   * @param {Reading} reading
   */
  async function fetchOnce({ file, bytes: size, sha256 }, mode, { signal, onBytes }) {
    const { controller, unlink } = linkedController(signal);
    let cancel = () => {};
    let silent = false;
    const listen = () => {
      cancel();
      cancel = timer(longestSilence, () => {
        silent = true;
        controller.abort();
      });
    };
    const damaged = new Error(WORDS.arrivedDamaged);
    try {
      listen();
      const response = await fetch(urlOf(file), { signal: controller.signal, cache: mode });
      if (!response.ok) throw new Error(WORDS.answered(response.status));
      const bytes = new Uint8Array(size);
      let at = 0;
      const reader = /** @type {ReadableStream<Uint8Array>} */ (response.body).getReader();
      for (let chunk = await reader.read(); !chunk.done; chunk = await reader.read()) {
        listen();
        if (at + chunk.value.length > size) throw damaged;
        bytes.set(chunk.value, at);
        at += chunk.value.length;
        onBytes?.(at);
      }
      if ((await hexDigest(bytes)) !== sha256) throw damaged;
      return bytes;
    } catch (error) {
      controller.abort();
      if (silent) throw new Error(WORDS.silent(longestSilence / 1000));
      // What fetch and the stream throw differs from browser to browser, and is no sentence.
      if (error instanceof TypeError) throw new Error(WORDS.unreachable, { cause: error });
      throw error;
    } finally {
      cancel();
      unlink();
    }
  }

  return {
    async read(piece, { signal = always, onBytes } = {}) {
      const cache = await opened;
      const url = urlOf(piece.file);
      const kept = await readCache(cache, url, piece);
      signal?.throwIfAborted();
      if (kept) {
        onCached({ file: piece.file, cached: true });
        return kept;
      }
      for (let tries = 0; ; tries++) {
        try {
          // A second try asks the server itself, in case the browser's own cache holds what was wrong.
          const bytes = await fetchOnce(piece, tries ? "reload" : "default", { signal, onBytes });
          void writeCache(cache, url, bytes).then((cached) => onCached({ file: piece.file, cached }));
          return bytes;
        } catch (error) {
          signal?.throwIfAborted();
          if (tries === delays.length)
            throw new Error(WORDS.notLoaded(/** @type {Error} */ (error).message), { cause: error });
          await pause(delays[tries], timer, signal);
        }
      }
    },
  };
}

/**
 * Pieces that the page itself holds, for a page opened from a disk, which can fetch nothing.
 * @param {(file: string) => Promise<string | Bytes>} ask returns base64 text, or bytes
 * @returns {Source}
 */
export function embeddedSource(ask) {
  return {
    async read({ file, sha256 }, { signal } = {}) {
      signal?.throwIfAborted();
      try {
        const found = await ask(file);
        const bytes = typeof found === "string" ? fromBase64(found) : found;
        if ((await hexDigest(bytes)) !== sha256) throw new Error(WORDS.damaged);
        return bytes;
      } catch (error) {
        const { message } = /** @type {Error} */ (error);
        throw new Error(WORDS.notReadable(message), { cause: error });
      }
    },
  };
}

/**
 * @param {number} milliseconds
 * @param {Timer} timer
 * @param {AbortSignal} [signal]
 */
function pause(milliseconds, timer, signal) {
  return /** @type {Promise<void>} */ (
    new Promise((resolve, reject) => {
      const abort = () => {
        cancel();
        reject(signal?.reason);
      };
      const cancel = timer(milliseconds, () => {
        signal?.removeEventListener("abort", abort);
        resolve();
      });
      signal?.addEventListener("abort", abort, { once: true });
    })
  );
}

/**
 * The site's own cache without what an earlier version of the site left there, or null where storage is refused.
 * @param {CacheStorage | null} caches
 * @param {string} name
 * @param {Entry[]} entries
 * @param {(file: string) => string} urlOf
 */
async function openCache(caches, name, entries, urlOf) {
  try {
    if (!caches) return null;
    const cache = await caches.open(name);
    const pieces = entries.flatMap((entry) => [
      ...entry.pieces,
      ...entry.one_bit_pieces,
      ...entry.test_pieces,
    ]);
    const named = new Set(pieces.map(({ file }) => urlOf(file)));
    const old = (await cache.keys()).filter(({ url }) => !named.has(url));
    await Promise.all(old.map((request) => cache.delete(request)));
    return cache;
  } catch {
    return null;
  }
}

/**
 * A piece from the cache, or null; one with a wrong hash is dropped.
 * @param {Cache | null} cache
 * @param {string} url
 * @param {Piece} piece
 */
async function readCache(cache, url, piece) {
  try {
    const response = await cache?.match(url);
    if (!response) return null;
    const bytes = new Uint8Array(await response.arrayBuffer());
    if ((await hexDigest(bytes)) === piece.sha256) return bytes;
    await cache?.delete(url);
    return null;
  } catch {
    return null;
  }
}

/**
 * Tell whether a piece was stored: storage may be refused, or full.
 * @param {Cache | null} cache
 * @param {string} url
 * @param {Bytes} bytes
 */
async function writeCache(cache, url, bytes) {
  try {
    await cache?.put(url, new Response(bytes));
    return cache !== null;
  } catch {
    return false;
  }
}
