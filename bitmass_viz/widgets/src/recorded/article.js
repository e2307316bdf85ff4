/** The article without a kernel: each of its widgets, answered by what was recorded. */

import counter from "../counter/index.js";
import evidence from "../evidence/index.js";
import example from "../one_example/index.js";
import together from "../side_by_side/index.js";
import { createAnswering } from "./answering.js";
import { createExample } from "./example.js";
import { createFrames } from "./frames.js";
import { listen, load } from "./load.js";
import { createModel } from "./model.js";
import { showRecorded } from "./show.js";
import { createTogether } from "./together.js";

/** @param {string} name @returns {Promise<import("./model.js").Recording>} */
async function loadRecording(name) {
  const { told, text } = await load(name);
  return { told: { ...told, palette: widgets.palette }, frames: createFrames(told, text) };
}

/** @type {Record<string, (told: any, el: HTMLElement) => void | Promise<void>>} */
const KINDS = {
  counter(told, el) {
    const { model, put } = createAnswering(
      { content: told.content, palette: told.palette, problem: "" },
      {
        account({ hidden, bits }) {
          load(told.accounts).then(
            ({ told: { lines, of } }) => {
              const rows = of[`${hidden}/${bits}`].map((/** @type {number} */ line) => lines[line]);
              put("account", { hidden, bits, rows });
            },
            (error) => put("problem", error.message),
          );
        },
      },
    );
    counter.render({ model, el });
  },
  async explorer(told, el) {
    const first = await loadRecording(told.recordings[told.first]);
    const model = createModel(first, {
      choices: told.choices,
      load: (trainer) => loadRecording(told.recordings[trainer]),
    });
    showRecorded(model, el);
  },
  together(told, el) {
    together.render({ model: createTogether(told, loadRecording), el });
  },
  example(told, el) {
    example.render({ model: createExample(told, load), el });
  },
  evidence(told, el) {
    const { model, put } = createAnswering(
      { content: told.content, palette: told.palette, problem: "", progress: { state: "idle" } },
      {
        draw() {
          load(told.figure).then(
            ({ told: drawing }) => put("figure", drawing),
            (error) => put("problem", error.message),
          );
        },
      },
    );
    evidence.render({ model, el });
  },
};

listen();
const widgets = JSON.parse(
  /** @type {HTMLElement} */ (document.getElementById("widgets")).textContent ?? "{}",
);
for (const el of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-widget]"))) {
  const told = widgets.each[el.dataset.widget ?? ""];
  void KINDS[told.kind]({ palette: widgets.palette, ...told }, el);
}
