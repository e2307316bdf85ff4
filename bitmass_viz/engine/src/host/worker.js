/** The page's worker: it owns the digits and all networks. The page starts it from its source, see client.js. */

import manifest from "../../kernels.json";
import { loadPieces } from "../data/pieces.js";
import { embeddedSource, httpSource } from "../data/sources.js";
import { Kernels } from "../kernels.js";
import { Sessions } from "./sessions.js";

/**
 * What a page says first: the module, what is declared of the page, the digits' manifest, and the address that their
 * pieces are relative to; null if the page hands them over itself.
 * @typedef {{wasm: ArrayBuffer, declared: any, digits: any, base: string | null}} Start
 */

const scope = /** @type {any} */ (globalThis);
/** @type {Sessions | null} */
let sessions = null;
/** Pieces that the page was asked for. @type {Map<string, {resolve: (text: string) => void, reject: (error: Error) => void}>} */
const asked = new Map();

/** @param {Start} start */
async function start({ wasm, declared, digits, base }) {
  const module = await WebAssembly.compile(wasm);
  const kernels = new Kernels(module, /** @type {any} */ (manifest));
  /** Files of the pieces that are here. @type {Set<string>} */
  const loaded = new Set();
  let kept = true;
  let isLoading = false;
  const source =
    base === null
      ? embeddedSource(askPage)
      : httpSource({ base, entries: [digits], onCached: ({ cached }) => (kept &&= cached) });
  const message = `loading ${digits.label} (${(digits.bytes / 1e6).toFixed(1)} MB)`;

  async function load() {
    isLoading = true;
    try {
      await loadPieces(digits, source, {
        loaded,
        onPiece: (piece) => live.add(piece),
        onProgress: ({ done, total }) => live.report("running", done / total, message),
      });
    } catch (error) {
      live.report("failed", 0, /** @type {Error} */ (error).message);
      return;
    } finally {
      isLoading = false;
    }
    live.report("none", 1, "");
    scope.postMessage({ loaded: true, kept });
  }

  const live = new Sessions(
    kernels,
    declared,
    digits,
    (id, messages, memory) => scope.postMessage({ id, messages, memory }),
    () => void (isLoading || loaded.size === digits.pieces.length || load()),
  );
  sessions = live;
  for (const message of waiting.splice(0)) receive(message);
  await load();
}

/** @param {string} file @returns {Promise<string>} what it holds, in Base64 */
function askPage(file) {
  return new Promise((resolve, reject) => {
    asked.set(file, { resolve, reject });
    scope.postMessage({ ask: file });
  });
}

/** @type {any[]} */
const waiting = [];

/** @param {any} message */
function receive(message) {
  if (!sessions) waiting.push(message);
  else if (message.open) sessions.open(message.id, message.open, message.wanted, message.memory);
  else sessions.receive(message.id, message.message);
}

scope.onmessage = (/** @type {MessageEvent} */ { data }) => {
  if (data.start) start(data.start).catch((error) => scope.postMessage({ failed: error.message }));
  else if (data.part) {
    const { resolve, reject } = asked.get(data.part) ?? {};
    if (data.error) reject?.(new Error(data.error));
    else resolve?.(data.content);
  } else if (data.ping) scope.postMessage({});
  else receive(data);
};
