/** Every case of an experiment as a row, folded away for readers who want the numbers. */

import { h, headRow } from "../shared/dom.js";
import { grouped } from "../shared/numbers.js";
import { optionWords, points } from "./format.js";
import { WORDS } from "./words.js";

/**
 * @typedef {{name: string, published: number | null, mean: number, ci95: [number, number] | null, sd: number | null,
 *   seeds: number, bit_mass: number, options: Record<string, unknown>}} Case
 */

/** @param {string} split that accuracies were measured on */
export function createCases(split) {
  const body = h("tbody");
  const element = h(
    "details",
    { class: "bm-cases" },
    h("summary", WORDS.allNumbers(split)),
    h("div", { class: "bm-scroll", tabindex: "0" }, h("table", headRow(WORDS.caseColumns), body)),
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
          h("td", line.ci95 ? WORDS.fromTo(points(line.ci95[0]), points(line.ci95[1])) : "–"),
          h("td", points(line.sd)),
          h("td", String(line.seeds)),
          h("td", { class: "bm-options" }, optionWords(line.options)),
        ),
      ),
    );
  }
  return { element, show };
}
