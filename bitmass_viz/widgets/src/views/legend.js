/** Colour keys in the headings of the views. */

import { isOneBit } from "../bits/number_format.js";
import { h } from "../shared/dom.js";
import { signed } from "../shared/numbers.js";
import { bitColours, diverging } from "../shared/palette.js";

/** @param {string} colour @param {string} text */
function swatch(colour, text) {
  return h("span", { class: "bm-key" }, h("i", { style: `background: ${colour}` }), text);
}

/**
 * @param {string} view @param {import("./shown_weights.js").ShownWeights} weights
 * @returns {{key: string, nodes: () => Node[]}} `key` changes when the nodes would
 */
export function legendOf(view, { plan, colours, range, layer, reference }) {
  const glow = () => swatch(colours.flip, reference ? "differs" : "just flipped");
  const padded = (layer.features * plan.bpw) % 32 !== 0;
  const signs = () => [swatch(colours.nought, "\u22121"), swatch(colours.one, "+1")];
  const theme = `${colours.surface} ${plan.bpw} ${reference !== null}`;
  if (isOneBit(plan)) {
    if (view === "neuron") return { key: theme, nodes: () => [...signs(), glow()] };
    if (view === "bit") return { key: theme, nodes: signs };
    const key = `${theme} ${padded}`;
    return { key, nodes: () => (padded ? [swatch(colours.padding, "padding"), glow()] : [glow()]) };
  }
  if (view === "bit") {
    const fields = ["sign", "exponent", "mantissa"];
    return { key: theme, nodes: () => fields.map((f) => swatch(bitColours(colours, f)[1], f)) };
  }
  if (view === "data") return { key: theme, nodes: () => [glow()] };
  const most = signed(range).slice(1);
  const stops = [-1, -0.5, 0, 0.5, 1].map((share) => diverging(colours, share)).join(", ");
  return {
    key: `${theme} ${most}`,
    nodes: () => [
      h(
        "span",
        { class: "bm-key" },
        signed(-range),
        h("i", { class: "bm-ramp", style: `background: linear-gradient(90deg, ${stops})` }),
        signed(range),
      ),
      ...(reference ? [h("span", { class: "bm-key" }, "difference")] : []),
    ],
  };
}
