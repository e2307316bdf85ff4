/**
 * The page's worker: it owns the digits and all networks. The page starts it from its source, see client.js; and others
 * that only train networks for experiments, see experiments/pool.js.
 */

import manifest from "../../kernels.json";
import { embeddedSource, httpSource } from "../data/sources.js";
import { perform } from "../experiments/job.js";
import { Kernels } from "../kernels.js";
import { buffersOf, Digits } from "../training/digits.js";
import { Sessions } from "./sessions.js";

/**
 * What a page says first: the module, what is declared of the page, the manifest of the data sets, the address that
 * their pieces are relative to (null if the page hands them over itself), which of an entry's lists of pieces to load,
 * whether the first piece has to do until the page says more, and whether the browser is to keep the pieces for the
 * next visit.
 * @typedef {{wasm: ArrayBuffer, declared: any, data: import("../data/sources.js").Entry[], base: string | null,
 *   list: "pieces" | "one_bit_pieces", sparing: boolean, keep: boolean}} Start
 * What a worker for experiments gets first: the module, the digits' entry in the manifest, and a copy of the digits.
 * @typedef {{wasm: ArrayBuffer, digits: any, copy: import("../training/digits.js").Copy}} Train
 */

const scope = /** @type {any} */ (globalThis);
/** @type {Sessions | null} */
let sessions = null;
/** What a worker for experiments trains with. @type {Digits} */
let copied;
/** Pieces that the page was asked for. @type {Map<string, {resolve: (text: string) => void, reject: (error: Error) => void}>} */
const asked = new Map();

/** @param {Start} start */
async function start({ wasm, declared, data, base, list, sparing, keep }) {
  const module = await WebAssembly.compile(wasm);
  const kernels = new Kernels(module, /** @type {any} */ (manifest));
  let kept = true;
  const source =
    base === null
      ? embeddedSource(askPage)
      : httpSource({
          base,
          entries: data,
          caches: keep ? undefined : null,
          onCached: ({ cached }) => (kept &&= cached),
        });
  const post = (/** @type {number} */ id, /** @type {any} */ messages, /** @type {any} */ memory) =>
    scope.postMessage({ id, messages, memory });
  const onWhole = () => scope.postMessage({ loaded: true, kept });
  sessions = new Sessions(kernels, declared, data, { source, list, sparing }, post, onWhole);
  for (const message of waiting.splice(0)) receive(message);
  sessions.data.get(data[0].name);
}

/** Give the page a copy of the digits. @param {number} id of its request */
async function copyDigits(id) {
  try {
    const { data } = /** @type {Sessions} */ (sessions);
    await data.loadAll();
    const copy = data.first.copy();
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
  else if (message.goOn) sessions.data.goOn();
  else if (message.copyDigits) void copyDigits(message.id);
  else if (message.open) sessions.open(message.id, message.open, message.wanted, message.memory, message.own);
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
