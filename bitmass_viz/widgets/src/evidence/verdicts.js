/** The claims of one experiment, each with its verdict, the measurement and the criterion. */

import { h } from "../shared/dom.js";
import { howSure, symbol, tidy } from "./sentences.js";

/**
 * @typedef {{claim: string, answer: string, measured: string, interval: string, effect: number | null,
 *   seeds: number}} Verdict
 * @typedef {{id: string, text: string, published: string, criterion: string}} Claim
 */

/** @param {string} answer */
export function badge(answer) {
  return h(
    "span",
    { class: "bm-badge", "data-answer": answer },
    h("span", { "aria-hidden": "true" }, symbol(answer)),
    ` ${answer}`,
  );
}

/** @param {Claim[]} claims */
export function createVerdicts(claims) {
  const element = h("div", { class: "bm-verdicts", "aria-live": "polite" });

  /** @param {Verdict[]} verdicts */
  function show(verdicts) {
    element.replaceChildren(
      ...claims.map((claim) => {
        const verdict = verdicts.find((v) => v.claim === claim.id);
        return h(
          "article",
          { class: "bm-verdict", "data-claim": claim.id, "data-answer": verdict?.answer ?? "" },
          h(
            "p",
            { class: "bm-claim" },
            h("b", claim.id),
            ` ${tidy(claim.text)}`,
            h("span", { class: "bm-published" }, ` published: ${tidy(claim.published)}`),
          ),
          verdict
            ? h("p", { class: "bm-measured" }, badge(verdict.answer), ` ${tidy(verdict.measured)}`)
            : "",
          h(
            "details",
            h("summary", "What decides"),
            h("p", claim.criterion, verdict ? ` ${howSure(verdict)}` : ""),
          ),
        );
      }),
    );
  }
  return { element, show };
}
