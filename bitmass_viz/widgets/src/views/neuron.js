/** The neuron view: receptive fields in the first layer, rows of weights per class in the second. */

import { formatOf } from "../bits/number_format.js";
import { createClasses } from "./class_rows.js";
import { createFields } from "./receptive_fields.js";
import { WORDS } from "./words.js";

/** @type {import("./view.js").View} */
export const neuronView = {
  id: "neuron",
  ...WORDS.neuron,
  summary({ plan, layer }) {
    return WORDS.size(layer.units, layer.features, formatOf(plan).numbers);
  },
  create(still) {
    const first = createFields(still);
    const second = createClasses();
    const part = (/** @type {import("./shown_weights.js").ShownWeights} */ weights) =>
      weights.layer.index === 0 ? first : second;
    return {
      layout: (weights, width, dpr, height) => part(weights).layout(weights, width, dpr, height),
      background: (g, weights) => part(weights).background(g, weights),
      paint: (g, weights) => part(weights).paint(g, weights),
      locate: (weights, x, y) => part(weights).locate(weights, x, y),
      boxes: (weights, mark) => part(weights).boxes(weights, mark),
      move: (weights, mark, key, fine) => part(weights).move(weights, mark, key, fine),
    };
  },
};
