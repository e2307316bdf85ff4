/** The closing table: claim, published, measured, verdict. On a narrow screen each row becomes a card. */

import { h, headRow } from "../shared/dom.js";
import { counted } from "../shared/numbers.js";
import { badge } from "./verdicts.js";
import { tidy } from "./sentences.js";

/**
 * @param {{id: string, text: string, published: string, label: string,
 *   verdict: import("./verdicts.js").Verdict | null}[]} claims
 */
export function createClaims(claims) {
  const rows = claims.map(({ id, text, published, label, verdict }) =>
    h(
      "tr",
      { "data-claim": id },
      h("th", { scope: "row" }, h("b", id), ` ${tidy(text)}`),
      h("td", { "data-label": "published" }, tidy(published)),
      h(
        "td",
        { "data-label": "measured" },
        verdict ? tidy(verdict.measured) : "",
        h("small", ` (${label}${verdict ? `, ${counted(verdict.seeds, "seed", "seeds")}` : ""})`),
      ),
      h("td", { "data-label": "verdict" }, verdict ? badge(verdict.answer) : ""),
    ),
  );
  return h(
    "table",
    { class: "bm-claims", "data-testid": "claims-table" },
    headRow(["claim", "published", "measured", "verdict"]),
    h("tbody", ...rows),
  );
}
