/** The readout: every coordinate of the marked weight, shown at once and read out when the mark rests. */

import { ENTRIES, describe, sentence } from "../bits/readout_text.js";
import { h, setText } from "../shared/dom.js";
import { createTimer } from "../shared/widget.js";
import { fieldShape } from "../views/shown_weights.js";
import { shownMark } from "../training/store.js";

/** Screen readers announce the readout after the mark has rested this long. */
const REST_MS = 600;
const HINT = "Point at or tap a weight in any view, or use the arrow keys there. Space plays and pauses.";
const PINNED = "Pinned: Escape or another click lets go.";

/** @param {import("../training/store.js").Store} store @param {import("../views/shown_weights.js").ShownWeights} weights @param {string} id @param {AbortSignal} signal */
export function createReadout(store, weights, id, signal) {
  const cells = Object.fromEntries(ENTRIES.map((name) => [name, h("dd", "\u2014")]));
  const list = h(
    "dl",
    { class: "bm-entries", "aria-hidden": "true" },
    ...ENTRIES.map((name) =>
      h(
        "div",
        { class: `bm-entry bm-entry-${name}` },
        h("dt", name === "feature" ? "input" : name),
        cells[name],
      ),
    ),
  );
  const spoken = h("p", { class: "bm-hidden", id }, "Nothing is marked.");
  const pin = h("span", { class: "bm-pin", "aria-hidden": "true" });
  const element = h(
    "div",
    { class: "bm-readout", "data-testid": "readout", "aria-live": "polite", "aria-atomic": "true" },
    list,
    spoken,
    pin,
  );
  const resting = createTimer(signal);
  let speak = "";

  return {
    element,
    update() {
      const mark = shownMark(store.state);
      const layer = mark && weights.plan.layers.find(({ name }) => name === mark.address.layer);
      setText(pin, store.state.pinned ? PINNED : mark ? "A click or Enter pins this." : HINT);
      element.classList.toggle("bm-idle", !mark);
      element.classList.toggle("bm-pinned", store.state.pinned !== null);
      if (!mark || !layer || !weights.ready) {
        for (const name of ENTRIES) setText(cells[name], "\u2014");
        return;
      }
      const columns = fieldShape(weights.plan.layers[0].features, weights.image)[1];
      const text = describe(weights.plan, layer, weights.bytes, columns, mark.address, mark.extent);
      for (const name of ENTRIES) {
        setText(cells[name], text[name]);
        cells[name].title = text[name];
      }
    },
    /** Update the text for screen readers once the mark rests. */
    announce() {
      resting.start(REST_MS, () => {
        const entries = Object.fromEntries(ENTRIES.map((name) => [name, cells[name].textContent ?? ""]));
        speak = shownMark(store.state) ? sentence(entries) : "Nothing is marked.";
        setText(spoken, speak);
      });
    },
  };
}
