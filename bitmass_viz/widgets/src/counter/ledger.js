/** The calculation: one line per layer. */

import { h, setText } from "../shared/dom.js";
import { grouped } from "../shared/numbers.js";
import { cell, row, rowHead, table } from "./table.js";
import { WORDS } from "./words.js";

export function createLedger() {
  const caption = h("caption");
  const [, , weights, each, bits] = WORDS.columns;
  const lines = ["W0", "W1"].map((layer) => ({
    shape: cell("", { "data-testid": `count-shape-${layer}` }),
    weights: cell(weights),
    each: cell(each),
    bits: cell(bits, { "data-testid": `count-bits-${layer}` }),
  }));
  const total = {
    weights: cell(weights, { "data-testid": "count-weights" }),
    each: cell(each),
    bits: cell("", { "data-testid": "count-bits", class: "bm-total" }),
  };
  const stored = h("td", { role: "cell", colspan: "4", "data-testid": "count-bytes" });
  const element = h(
    "div",
    { class: "bm-ledger" },
    table(
      caption,
      WORDS.columns,
      h(
        "tbody",
        ...lines.map((line, n) =>
          row(rowHead(`W${n}`, WORDS.layers[n]), line.shape, line.weights, line.each, line.bits),
        ),
      ),
      h(
        "tfoot",
        row(
          rowHead(WORDS.both.name, WORDS.both.note),
          h("td", { role: "cell", class: "bm-nothing" }),
          total.weights,
          total.each,
          total.bits,
        ),
        row(rowHead(WORDS.memory), stored),
      ),
    ),
  );
  return {
    element,
    /** @param {import("./bit_mass.js").Count} now */
    show(now) {
      const each = `× ${now.bitsPerWeight}`;
      const [w0, w1] = now.layers;
      setText(caption, WORDS.caption(w0.inputs, now.units, w1.units));
      now.layers.forEach((layer, n) => {
        setText(lines[n].shape, WORDS.product(layer.units, layer.inputs));
        setText(lines[n].weights, `= ${grouped(layer.weights)}`);
        setText(lines[n].each, each);
        setText(lines[n].bits, `= ${grouped(layer.bits)}`);
      });
      setText(total.weights, grouped(now.weights));
      setText(total.each, each);
      setText(total.bits, WORDS.total(now.bits));
      setText(stored, WORDS.bytes(now.bytes, now.kibibytes));
    },
  };
}
