/** Downloads: weights and curves come from the kernel, pictures from the page. */

import { createDialog } from "../shared/dialog.js";
import { button, context2d, h, setText } from "../shared/dom.js";
import { download, rasterised, standaloneSvg } from "../shared/save_file.js";
import { WORDS } from "./words.js";

const FROM_KERNEL = /** @type {const} */ (["npz", "bin", "csv"]);
const VIEWS = /** @type {const} */ (["neuron", "bit", "data"]);

/**
 * @param {import("../training/store.js").Store} store @param {import("../views/shown_weights.js").ShownWeights} weights
 * @param {import("../training/store.js").Send} send @param {() => HTMLElement} rootOf the explorer's root
 */
export function createSave(store, weights, send, rootOf) {
  const said = h("p", { class: "bm-faint", role: "status", "data-testid": "saved" });
  /** @param {string} name @param {string} label @param {() => void} act */
  const choice = (name, label, act) => button({ "data-testid": `save-${name}` }, act, label);
  const stem = () => {
    const { status } = store.state;
    return `bitmass-${status?.trainer ?? ""}-${status?.examples ?? 0}`;
  };
  /** @param {string} name @param {Blob} content */
  const keep = (name, content) => {
    download(name, content);
    setText(said, WORDS.saved(name));
  };

  /** @param {string} view */
  function savePicture(view) {
    const canvas = /** @type {HTMLCanvasElement} */ (rootOf().querySelector(`[data-testid="view-${view}"]`));
    const paper = document.createElement("canvas");
    [paper.width, paper.height] = [canvas.width, canvas.height];
    const g = context2d(paper);
    g.fillStyle = weights.colours.surface;
    g.fillRect(0, 0, paper.width, paper.height);
    g.drawImage(canvas, 0, 0);
    paper.toBlob((blob) => {
      if (blob) keep(`${stem()}-${view}-view.png`, blob);
      else setText(said, WORDS.noPicture);
    });
  }

  function chart() {
    const picture = /** @type {SVGElement} */ (rootOf().querySelector('[data-testid="chart"] svg'));
    return standaloneSvg(picture, weights.colours.surface);
  }

  async function saveChartAsPixels() {
    const blob = await rasterised(chart());
    if (blob) keep("bitmass-curves.png", blob);
    else setText(said, WORDS.noChart);
  }

  const element = createDialog(
    "export",
    WORDS.save,
    WORDS.saveTitle,
    () => setText(said, ""),
    h(
      "div",
      { class: "bm-choices" },
      ...FROM_KERNEL.map((what) => choice(what, WORDS.files[what], () => send({ action: "export", what }))),
      ...VIEWS.map((view) => choice(view, WORDS.files[view], () => savePicture(view))),
      choice("chart", WORDS.files.chart, () =>
        keep("bitmass-curves.svg", new Blob([chart()], { type: "image/svg+xml" })),
      ),
      choice("chart-png", WORDS.files.chartPixels, saveChartAsPixels),
    ),
    said,
  );

  return {
    element,
    /** Take in a message of the kernel's, if it holds a file. @param {any} message @param {DataView[]} buffers */
    receive(message, buffers) {
      if (message?.kind !== "file" || !buffers?.length) return;
      const { buffer, byteOffset, byteLength } = buffers[0];
      const content = new Uint8Array(/** @type {ArrayBuffer} */ (buffer), byteOffset, byteLength);
      keep(message.name, new Blob([content], { type: message.type }));
    },
  };
}
