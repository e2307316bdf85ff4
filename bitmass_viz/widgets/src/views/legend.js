/** Colour keys in the headings of the views. */

import { formatOf } from "../bits/number_format.js";
import { WORDS as BITS } from "../bits/words.js";
import { h } from "../shared/dom.js";
import { bitColours, diverging } from "../shared/palette.js";
import { WORDS } from "./words.js";

/** @param {string} colour @param {string} text */
function swatch(colour, text) {
  return h("span", { class: "bm-key" }, h("i", { style: `background: ${colour}` }), text);
}

/**
 * @param {string} view @param {import("./shown_weights.js").ShownWeights} weights
 * @returns {{key: string, nodes: () => Node[]}} `key` changes when the nodes would
 */
export function legendOf(view, { plan, colours, range, layer, reference }) {
  const glow = () => swatch(colours.flip, reference ? WORDS.differs : WORDS.flipped);
  const padded = (layer.features * plan.bpw) % 32 !== 0;
  const signs = () => [swatch(colours.nought, "\u22121"), swatch(colours.one, "+1")];
  const theme = `${colours.surface} ${plan.bpw} ${reference !== null}`;
  const format = formatOf(plan);
  if (view === "data") {
    const key = `${theme} ${padded}`;
    return { key, nodes: () => (padded ? [swatch(colours.padding, WORDS.padding), glow()] : [glow()]) };
  }
  if (view === "bit") {
    const fields = () =>
      format.fields.map(([field]) => swatch(bitColours(colours, field)[1], BITS.fields[field]));
    const bits = () => [swatch(colours.nought, "0"), swatch(colours.one, "1")];
    return { key: theme, nodes: format.fields.length ? fields : format.isSign ? signs : bits };
  }
  if (format.isSign) return { key: theme, nodes: () => [...signs(), glow()] };
  const most = format.short(range).slice(1);
  const stops = [-1, -0.5, 0, 0.5, 1].map((share) => diverging(colours, share)).join(", ");
  return {
    key: `${theme} ${most}`,
    nodes: () => [
      h(
        "span",
        { class: "bm-key" },
        format.short(-range),
        h("i", { class: "bm-ramp", style: `background: linear-gradient(90deg, ${stops})` }),
        format.short(range),
      ),
      ...(reference ? [h("span", { class: "bm-key" }, WORDS.difference)] : []),
    ],
  };
}
