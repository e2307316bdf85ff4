/** What the reader's own networks reached, beside those of the full run: only accuracies, which decide nothing. */

import { h, headRow, setText } from "../shared/dom.js";
import { points } from "./format.js";
import { WORDS } from "./words.js";

/**
 * @typedef {{name: string, mean: number, ci95: [number, number] | null}} Measured
 * @typedef {{seeds: number, first_seed: number, dataset: string, synthetic: boolean, images: number, cases: Measured[]}} Result
 */

/** @param {string} name of the experiment @param {Measured[]} full */
export function createBesideFull(name, full) {
  const body = h("tbody");
  const about = h("p", { class: "bm-source" });
  const element = h(
    "div",
    { class: "bm-beside", "data-testid": `beside-${name}`, hidden: true },
    h("div", { class: "bm-scroll", tabindex: "0" }, h("table", headRow(WORDS.besideColumns), body)),
    about,
  );

  /** @param {Measured | undefined} measured */
  function cell(measured) {
    if (!measured) return h("td", "–");
    const { mean, ci95 } = measured;
    const interval = ci95 ? WORDS.fromTo(points(ci95[0]), points(ci95[1])) : WORDS.noInterval;
    return h("td", h("b", points(mean)), h("small", ` ${interval}`));
  }

  /** @param {Result} result */
  function show(result) {
    const rows = result.cases.map((found) => {
      const known = full.find((one) => one.name === found.name);
      return h("tr", h("th", { scope: "row" }, found.name), cell(found), cell(known));
    });
    body.replaceChildren(...rows);
    setText(about, WORDS.measuredHere(result));
    element.hidden = false;
  }
  return { element, show };
}
