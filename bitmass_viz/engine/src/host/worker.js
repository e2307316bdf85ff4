/**
 * The page's worker: it owns the digits and all networks. The page starts it from its source, see client.js; and others
 * that only train networks for experiments, see experiments/pool.js.
 */

import manifest from "../../kernels.json";
import { loadPieces } from "../data/pieces.js";
import { embeddedSource, httpSource } from "../data/sources.js";
import { perform } from "../experiments/job.js";
import { Kernels } from "../kernels.js";
import { buffersOf, Digits } from "../training/digits.js";
import { Sessions } from "./sessions.js";

/**
 * What a page says first: the module, what is declared of the page, the digits' manifest, the address that their pieces
 * are relative to (null if the page hands them over itself), which of its lists of pieces to load, whether the first
 * piece has to do until the page says more, and whether the browser is to keep the pieces for the next visit.
 * @typedef {{wasm: ArrayBuffer, declared: any, digits: any, base: string | null, list: "pieces" | "one_bit_pieces",
 *   sparing: boolean, keep: boolean}} Start
 * What a worker for experiments gets first: the module, the digits' manifest, and a copy of the digits.
 * @typedef {{wasm: ArrayBuffer, digits: any, copy: import("../training/digits.js").Copy}} Train
 */

const scope = /** @type {any} */ (globalThis);
/** @type {Sessions | null} */
let sessions = null;
/** Loads all digits, with the test images. @type {() => Promise<void>} */
let loadAll;
/** The reader wants the digits that were held back. */
let goOn = () => {};
/** What a worker for experiments trains with. @type {Digits} */
let copied;
/** Pieces that the page was asked for. @type {Map<string, {resolve: (text: string) => void, reject: (error: Error) => void}>} */
const asked = new Map();

/** @param {Start} start */
async function start({ wasm, declared, digits, base, list, sparing, keep }) {
  const module = await WebAssembly.compile(wasm);
  const kernels = new Kernels(module, /** @type {any} */ (manifest));
  /** Files of the pieces that are here. @type {Set<string>} */
  const loaded = new Set();
  let kept = true;
  const source =
    base === null
      ? embeddedSource(askPage)
      : httpSource({
          base,
          entries: [digits],
          caches: keep ? undefined : null,
          onCached: ({ cached }) => (kept &&= cached),
        });
  /** @type {import("../data/sources.js").Piece[]} */
  const all = digits[list];
  const size = all.reduce((sum, { bytes }) => sum + bytes, 0);
  const message = `loading ${digits.label} (${(size / 1e6).toFixed(1)} MB)`;
  let held = sparing;

  /** @returns {Promise<void>} */
  async function loadMissing() {
    const pieces = held ? all.slice(0, 1) : all;
    try {
      await loadPieces(digits, source, {
        pieces,
        loaded,
        onPiece: (piece) => live.add(piece),
        onProgress: ({ done, total }) => live.report("running", done / total, message),
      });
    } catch (error) {
      live.report("failed", 0, /** @type {Error} */ (error).message);
      throw error;
    }
    // Perhaps the reader wanted the others while the first was on its way.
    if (!held && !isWhole()) return loadMissing();
    live.report("none", 1, "");
    if (isWhole()) scope.postMessage({ loaded: true, kept });
  }
  /** Of each list of pieces, what loads at the moment. @type {(Promise<void> | null)[]} */
  const loading = [null, null];
  /** @param {number} which @param {() => Promise<void>} begin */
  const once = (which, begin) => (loading[which] ??= begin().finally(() => (loading[which] = null)));
  const load = () => once(0, loadMissing);
  loadAll = async () => {
    held = false;
    if (!isWhole()) await load();
    const onPiece = (/** @type {any} */ piece) => live.digits.add(piece);
    await once(1, () => loadPieces(digits, source, { loaded, onPiece, pieces: digits.test_pieces }));
  };

  const begin = () => void load().catch(() => {});
  const isWhole = () => all.every(({ file }) => loaded.has(file));
  const live = new Sessions(
    kernels,
    declared,
    digits,
    (id, messages, memory) => scope.postMessage({ id, messages, memory }),
    () => isWhole() || begin(),
  );
  goOn = () => {
    held = false;
    begin();
  };
  sessions = live;
  for (const message of waiting.splice(0)) receive(message);
  begin();
}

/** Give the page a copy of the digits. @param {number} id of its request */
async function copyDigits(id) {
  try {
    await loadAll();
    const copy = /** @type {Sessions} */ (sessions).digits.copy();
    scope.postMessage({ id, copy }, buffersOf(copy));
  } catch (error) {
    scope.postMessage({ id, refused: /** @type {Error} */ (error).message });
  }
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
  else if (message.goOn) goOn();
  else if (message.copyDigits) void copyDigits(message.id);
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
  else if (data.train) {
    // Without waiting for anything, so that the page hears of every error.
    const kernels = new Kernels(new WebAssembly.Module(data.train.wasm), /** @type {any} */ (manifest));
    copied = new Digits(kernels, data.train.digits);
    copied.put(data.train.copy);
  } else if (data.job) scope.postMessage({ accuracy: perform(copied, data.job) });
  else receive(data);
};
