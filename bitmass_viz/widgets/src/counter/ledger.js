/** The calculation: one line per layer. */

import { h, setText } from "../shared/dom.js";
import { grouped } from "../shared/numbers.js";
import { cell, row, rowHead, table } from "./table.js";

export function createLedger() {
  const caption = h("caption");
  const lines = ["W0", "W1"].map((layer) => ({
    shape: cell("", { "data-testid": `count-shape-${layer}` }),
    weights: cell("weights"),
    each: cell("bits per weight"),
    bits: cell("bits", { "data-testid": `count-bits-${layer}` }),
  }));
  const total = {
    weights: cell("weights", { "data-testid": "count-weights" }),
    each: cell("bits per weight"),
    bits: cell("", { "data-testid": "count-bits", class: "bm-total" }),
  };
  const stored = h("td", { role: "cell", colspan: "4", "data-testid": "count-bytes" });
  const notes = ["pixels to hidden units", "hidden units to classes"];
  const element = h(
    "div",
    { class: "bm-ledger" },
    table(
      caption,
      ["layer", "units × inputs", "weights", "bits per weight", "bits"],
      h(
        "tbody",
        ...lines.map((line, n) =>
          row(rowHead(`W${n}`, notes[n]), line.shape, line.weights, line.each, line.bits),
        ),
      ),
      h(
        "tfoot",
        row(
          rowHead("Both", "the bit-mass"),
          h("td", { role: "cell", class: "bm-nothing" }),
          total.weights,
          total.each,
          total.bits,
        ),
        row(rowHead("In memory"), stored),
      ),
    ),
  );
  return {
    element,
    /** @param {import("./bit_mass.js").Count} now */
    show(now) {
      const each = `× ${now.bitsPerWeight}`;
      const [w0, w1] = now.layers;
      setText(caption, `All weights of ${w0.inputs} → ${grouped(now.units)} → ${w1.units}`);
      now.layers.forEach((layer, n) => {
        setText(lines[n].shape, `${grouped(layer.units)} × ${grouped(layer.inputs)}`);
        setText(lines[n].weights, `= ${grouped(layer.weights)}`);
        setText(lines[n].each, each);
        setText(lines[n].bits, `= ${grouped(layer.bits)}`);
      });
      setText(total.weights, grouped(now.weights));
      setText(total.each, each);
      setText(total.bits, `= ${grouped(now.bits)} bits`);
      setText(stored, `${grouped(now.bytes)} bytes (${now.kibibytes.toFixed(1)} KiB)`);
    },
  };
}
