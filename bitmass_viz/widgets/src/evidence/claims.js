/** The closing table: claim, published, measured, verdict. On a narrow screen each row becomes a card. */

import { h, headRow } from "../shared/dom.js";
import { counted } from "../shared/numbers.js";
import { tidy } from "./sentences.js";
import { badge } from "./verdicts.js";

/**
 * @param {{id: string, text: string, published: string, label: string,
 *   verdict: import("./verdicts.js").Verdict}[]} claims
 * @param {import("./verdicts.js").Answers} answers
 */
export function createClaims(claims, answers) {
  const rows = claims.map(({ id, text, published, label, verdict }) =>
    h(
      "tr",
      { "data-claim": id },
      h("th", { scope: "row" }, h("b", id), ` ${tidy(text)}`),
      h("td", { "data-label": "verdict" }, badge(verdict.answer, answers)),
      h("td", { "data-label": "published" }, tidy(published)),
      h(
        "td",
        { "data-label": "measured" },
        tidy(verdict.measured),
        h("small", ` (${label}, ${counted(verdict.seeds, "seed", "seeds")})`),
      ),
    ),
  );
  return h(
    "table",
    { class: "bm-claims", "data-testid": "claims-table" },
    headRow(["claim", "verdict", "published", "measured"]),
    h("tbody", ...rows),
  );
}
