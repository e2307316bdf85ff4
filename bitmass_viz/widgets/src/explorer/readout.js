/** The readout: every coordinate of the marked weight, shown at once and read out when the mark rests. */

import { ENTRIES, describe } from "../bits/readout_text.js";
import { WORDS as BITS } from "../bits/words.js";
import { formatOf } from "../bits/number_format.js";
import { h, setText } from "../shared/dom.js";
import { createTimer } from "../shared/widget.js";
import { fieldShape } from "../views/shown_weights.js";
import { shownMark } from "../training/store.js";
import { WORDS } from "./words.js";

/** Screen readers announce the readout after the mark has rested this long. */
const REST_MS = 600;

/**
 * @param {import("../training/store.js").Store} store @param {import("../views/shown_weights.js").ShownWeights} weights
 * @param {string} id @param {() => string} unitSaid what the lens shows, in words @param {AbortSignal} signal
 */
export function createReadout(store, weights, id, unitSaid, signal) {
  const cells = Object.fromEntries(ENTRIES.map((name) => [name, h("dd", "\u2014")]));
  const list = h(
    "dl",
    { class: "bm-entries", "aria-hidden": "true" },
    ...ENTRIES.map((name) =>
      h("div", { class: `bm-entry bm-entry-${name}` }, h("dt", WORDS.entries[name]), cells[name]),
    ),
  );
  const spoken = h("p", { class: "bm-hidden", id }, WORDS.nothingMarked);
  const element = h(
    "div",
    { class: "bm-readout", "data-testid": "readout", "aria-live": "polite", "aria-atomic": "true" },
    list,
    spoken,
  );
  const resting = createTimer(signal);
  let speak = "";

  return {
    element,
    update() {
      const mark = shownMark(store.state);
      const layer = mark && weights.plan.layers.find(({ name }) => name === mark.address.layer);
      element.classList.toggle("bm-idle", !mark);
      element.classList.toggle("bm-pinned", store.state.pinned !== null);
      if (!mark || !layer || !weights.ready) {
        for (const name of ENTRIES) setText(cells[name], "\u2014");
        return;
      }
      element.classList.toggle("bm-of-classes", layer.index > 0 && formatOf(weights.plan).units > 1);
      const columns = fieldShape(weights.plan.layers[0].features, weights.image)[1];
      const text = describe(
        weights.plan,
        layer,
        weights.bytes,
        columns,
        weights.classes,
        mark.address,
        mark.extent,
      );
      for (const name of ENTRIES) {
        setText(cells[name], text[name]);
        cells[name].title = text[name];
      }
    },
    /** Update the text for screen readers once the mark rests. */
    announce() {
      resting.start(REST_MS, () => {
        const entries = Object.fromEntries(ENTRIES.map((name) => [name, cells[name].textContent ?? ""]));
        speak = shownMark(store.state) ? `${BITS.sentence(entries)} ${unitSaid()}` : WORDS.nothingMarked;
        setText(spoken, speak);
      });
    },
  };
}
