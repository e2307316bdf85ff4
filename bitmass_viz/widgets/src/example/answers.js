/** What every trained network on the page makes of the digit. */

import { h, setText } from "../dom.js";
import { grouped } from "../format.js";

/** @typedef {{label: string, examples: number, answers: number[]}} Answer */

export function createAnswers() {
  const list = h("ul", { class: "bm-answers", "data-testid": "answers" });
  const hint = h("p", { class: "bm-faint" });
  const element = h("div", { class: "bm-asked" }, h("h3", {}, "Every trained network answers"), list, hint);
  return {
    element,
    /** @param {Answer[]} own @param {Answer[]} others @param {number | null} label */
    show(own, others, label) {
      list.replaceChildren(
        ...[...own, ...others].map(({ label: name, examples, answers }) => {
          const right = label === null ? "" : answers[0] === label ? "bm-right" : "bm-wrong";
          const sign = label === null ? "" : answers[0] === label ? " \u2713" : " \u2717";
          return h(
            "li",
            {},
            h("b", { class: right || null }, `${answers[0]}${sign}`),
            h("span", {}, name),
            h("span", { class: "bm-faint" }, `${grouped(examples)} examples`),
          );
        }),
      );
      setText(
        hint,
        others.length
          ? ""
          : "Networks that you train further up answer here too, as soon as they have learned something.",
      );
    },
  };
}
