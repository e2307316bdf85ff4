/** The closing table: claim, published, measured, verdict. On a narrow screen each row becomes a card. */

import { h, headRow } from "../shared/dom.js";
import { tidy } from "./format.js";
import { badge } from "./verdict_cards.js";
import { WORDS } from "./words.js";

/**
 * @param {{id: string, text: string, published: string, label: string,
 *   verdict: import("./verdict_cards.js").Verdict}[]} claims
 * @param {import("./verdict_cards.js").Answers} answers
 */
export function createClaims(claims, answers) {
  const columns = WORDS.claimColumns;
  const rows = claims.map(({ id, text, published, label, verdict }) =>
    h(
      "tr",
      { "data-claim": id },
      h("th", { scope: "row" }, h("b", id), ` ${tidy(text)}`),
      h("td", { "data-label": columns.verdict }, badge(verdict.answer, answers)),
      h("td", { "data-label": columns.published }, tidy(published)),
      h(
        "td",
        { "data-label": columns.measured },
        tidy(verdict.measured),
        h("small", ` (${label}, ${WORDS.seeds(verdict.seeds)})`),
      ),
    ),
  );
  return h(
    "table",
    { class: "bm-claims", "data-testid": "claims-table" },
    headRow(Object.values(columns)),
    h("tbody", ...rows),
  );
}
