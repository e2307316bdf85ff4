/** Starting a worker: the page's, or one that only trains networks for experiments. */

import { WORDS } from "../words.js";

/** A module with one instruction on vectors: browsers that cannot compile it lack WebAssembly SIMD. */
const VECTORS = new Uint8Array([
  0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 10, 1, 8, 0, 65, 0, 253, 15, 253, 98,
  11,
]);

/**
 * @param {(name: "worker" | "kernels") => Promise<ArrayBuffer>} load the worker's source, and the kernels
 * @param {"start" | "train"} task see worker.js
 * @param {object} given for it
 * @param {any[]} [handed] memory that is handed over
 */
export async function startWorker(load, task, given, handed = []) {
  if (!globalThis.WebAssembly?.validate(VECTORS)) throw new Error(WORDS.tooOld);
  const [source, wasm] = await Promise.all([load("worker"), load("kernels")]);
  const url = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
  const worker = new Worker(url, { name: "bitmass" });
  URL.revokeObjectURL(url);
  worker.postMessage({ [task]: { wasm, ...given } }, [wasm, ...handed]);
  return worker;
}
