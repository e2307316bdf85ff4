/** Every case of an experiment as a row, folded away for readers who want the numbers. */

import { h, headRow } from "../shared/dom.js";
import { grouped } from "../shared/numbers.js";
import { optionWords, points } from "./sentences.js";

/**
 * @typedef {{name: string, published: number | null, mean: number, ci95: [number, number] | null, sd: number | null,
 *   seeds: number, bit_mass: number, options: Record<string, unknown>}} Case
 */

const HEADS = [
  "case",
  "weight bits",
  "published",
  "mean",
  "95 % interval of the mean",
  "sd",
  "seeds",
  "options",
];

export function createCases() {
  const body = h("tbody");
  const element = h(
    "details",
    { class: "bm-cases" },
    h("summary", "All numbers (test accuracy in percent)"),
    h("div", { class: "bm-scroll", tabindex: "0" }, h("table", headRow(HEADS), body)),
  );

  /** @param {Case[]} cases */
  function show(cases) {
    body.replaceChildren(
      ...cases.map((line) =>
        h(
          "tr",
          h("th", { scope: "row" }, line.name),
          h("td", grouped(line.bit_mass)),
          h("td", points(line.published)),
          h("td", h("b", points(line.mean))),
          h("td", line.ci95 ? `${points(line.ci95[0])} to ${points(line.ci95[1])}` : "–"),
          h("td", points(line.sd)),
          h("td", String(line.seeds)),
          h("td", { class: "bm-options" }, optionWords(line.options)),
        ),
      ),
    );
  }
  return { element, show };
}
