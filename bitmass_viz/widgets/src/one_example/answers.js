/** What every trained network on the page says to the digit. */

import { h, setText } from "../shared/dom.js";
import { WORDS } from "./words.js";

/**
 * @typedef {ReturnType<typeof createAnswers>} AnswerList
 * @typedef {Omit<import("../shared/protocol.js").Answer, "trainer">} Answer
 */

export function createAnswers() {
  const list = h("ul", { class: "bm-answers", "data-testid": "answers" });
  const hint = h("p", { class: "bm-faint" });
  const element = h("div", { class: "bm-asked" }, h("h3", WORDS.answers), list, hint);
  return {
    element,
    /**
     * @param {Answer[]} own @param {Answer[]} others @param {number | null} label
     * @param {boolean} stale whether the others have answered to another digit, and not to this one yet
     * @param {(label: number) => string} name of a class
     */
    show(own, others, label, stale, name) {
      list.replaceChildren(
        ...[...own, ...others].map((answer) => {
          const { label: network, examples, answers } = answer;
          const right = answers[0] === label;
          const sign = label === null ? "" : right ? " \u2713" : " \u2717";
          return h(
            "li",
            { class: stale && others.includes(answer) ? "bm-stale" : null },
            h("b", { class: label === null || right ? null : "bm-wrong" }, `${name(answers[0])}${sign}`),
            h("span", network),
            h("span", { class: "bm-faint" }, WORDS.examples(examples)),
          );
        }),
      );
      setText(hint, others.length ? "" : WORDS.answersHint);
    },
  };
}
