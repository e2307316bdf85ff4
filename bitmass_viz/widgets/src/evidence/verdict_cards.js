/** The claims of one experiment: each with its verdict first, then the figures behind it and the criterion. */

import { h, headRow } from "../shared/dom.js";
import { tidy } from "./format.js";
import { WORDS } from "./words.js";

/**
 * A figure behind a verdict, as a reader sees it.
 * @typedef {{what: string, shown: [value: string, mean: string, single: string], answer: string | null}} Line
 * @typedef {{claim: string, answer: string, measured: string, lines: Line[], estimate: number | null, interval: string,
 *   effect: number | null, seeds: number}} Verdict
 * @typedef {{id: string, text: string, published: string, criterion: string,
 *   statements: {text: string, source: string}[]}} Claim
 * How answers are marked and explained.
 * @typedef {Record<string, {symbol: string, words: string}>} Answers
 */

/** @param {string} answer @param {Answers} answers */
export function badge(answer, answers) {
  return h(
    "span",
    { class: "bm-badge", "data-answer": answer, title: answers[answer].words },
    h("span", { "aria-hidden": "true" }, answers[answer].symbol),
    ` ${answer}`,
  );
}

/** @param {Line[]} lines @param {Answers} answers */
function figures(lines, answers) {
  const cells = lines.map(({ what, shown: [value, mean, single], answer }) => [
    tidy(what),
    h("b", tidy(value)),
    mean,
    single,
    answer ? badge(answer, answers) : "",
  ]);
  const heads = WORDS.verdictColumns;
  const used = heads.map((_, column) => column).filter((column) => cells.some((row) => row[column]));
  const rows = cells.map((row) =>
    h(
      "tr",
      h("th", { scope: "row" }, row[0]),
      ...used
        .slice(1)
        .map((column) => h("td", { "data-label": row[column] ? heads[column] : "" }, row[column])),
    ),
  );
  const head = headRow(used.map((column) => heads[column]));
  return h("table", { class: "bm-lines" }, head, h("tbody", ...rows));
}

/** The study's figure, where the claim's text does not name it. @param {Claim} claim */
function published({ text, published }) {
  return text.includes(published)
    ? ""
    : h("span", { class: "bm-published" }, WORDS.published(tidy(published)));
}

/** What the study says in public, folded: each statement after where it stands. @param {Claim["statements"]} statements */
function said(statements) {
  const items = statements.map(({ text, source }) => h("li", h("b", source), `: ${text}.`));
  return h("details", { class: "bm-statements" }, h("summary", WORDS.statements), h("ul", ...items));
}

/** @param {Claim[]} claims @param {Answers} answers @param {string} history what was decided after results were known */
export function createVerdicts(claims, answers, history) {
  const element = h("div", { class: "bm-verdicts", "aria-live": "polite" });

  /** @param {Claim} claim @param {Verdict} verdict */
  function article(claim, verdict) {
    const { answer, measured, lines } = verdict;
    return h(
      "article",
      { class: "bm-verdict", "data-claim": claim.id, "data-answer": answer },
      h(
        "p",
        { class: "bm-claim" },
        badge(answer, answers),
        ` ${claim.id} ${tidy(claim.text)}`,
        published(claim),
      ),
      h("p", { class: "bm-measured" }, tidy(measured)),
      lines.length > 0 ? figures(lines, answers) : "",
      h(
        "details",
        h("summary", WORDS.criterion),
        h("p", claim.criterion),
        h(
          "p",
          `${answer[0].toUpperCase()}${answer.slice(1)}: ${answers[answer].words} ${WORDS.howSure(verdict)}`,
        ),
        history ? h("p", history) : "",
      ),
      claim.statements.length > 0 ? said(claim.statements) : "",
    );
  }

  /** @param {Verdict[]} verdicts */
  function show(verdicts) {
    const found = claims.map((claim) => {
      const verdict = verdicts.find((one) => one.claim === claim.id);
      return verdict ? article(claim, verdict) : "";
    });
    element.replaceChildren(...found);
  }
  return {
    element,
    show,
    /** Unfold the criteria, one after the other. @param {() => boolean} hasRoom */
    openWhile(hasRoom) {
      for (const details of element.querySelectorAll("details"))
        if (!details.classList.contains("bm-statements") && hasRoom()) details.open = true;
    },
  };
}
