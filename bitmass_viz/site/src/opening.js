/**
 * The opening on a page whose other widgets have a kernel. The page trains it before there is one, from the files of
 * `server/opening_files.py`; where it has not begun when the kernel's own opening comes, that is shown.
 */

import { createEngine } from "../../engine/src/host/client.js";
import { startWorker } from "../../engine/src/host/start_worker.js";
import { showOpening } from "../../widgets/src/opening/index.js";

const FILES = { page: "page.json", worker: "worker.js", kernels: "kernels.wasm" };

const place = /** @type {HTMLElement} */ (document.getElementById("opening"));
const base = new URL(/** @type {string} */ (place.dataset.files), location.href).href;

/** @param {keyof typeof FILES} name */
async function load(name) {
  const response = await fetch(new URL(FILES[name], base));
  if (!response.ok) throw new Error(`${FILES[name]} did not come: ${response.status}`);
  return response.arrayBuffer();
}

async function begin() {
  // A reader who saves data is sent the kernel's frames, not all digits.
  if (/** @type {any} */ (navigator).connection?.saveData) return;
  const [page, worker, kernels] = await Promise.all([load("page"), load("worker"), load("kernels")]);
  const content = JSON.parse(new TextDecoder().decode(page));
  if (!content || !place.isConnected) return;
  const { declared, digits, wanted, palette, traits } = content;
  const parts = { worker, kernels };
  const given = { declared, data: [digits], base, list: "pieces", sparing: false, keep: false };
  const engine = createEngine(
    // Another worker needs memory of its own: what is sent to one is gone from here.
    () => startWorker(async (name) => parts[name].slice(0), "start", given),
    () => Promise.reject(new Error("the page itself holds no digits")),
    () => {},
  );
  const model = await engine.open("opening", wanted, { palette, notice: {}, ...traits });
  if (!place.isConnected) return;
  showOpening({ model, el: place, signal: new AbortController().signal });
  place.dataset.digits = JSON.stringify(model.get("dataset"));
  await new Promise((resolve) => model.on("change:frame", resolve));
  // Drawn with the next animation frame, and seen with the one after.
  for (const _ of [1, 2]) await new Promise(requestAnimationFrame);
}

begin()
  .catch(() => {})
  .finally(() => {
    if (!place.dataset.digits) place.remove();
    dispatchEvent(new Event("opening-begun"));
  });
