/** A choice of answers: radio buttons, then marks at the right answer and at the chosen one. */

import { freshId, h, setText } from "../shared/dom.js";
import { WORDS } from "./words.js";

/** @typedef {{kind: "choice", text: string, answers: string[]}} ChoiceQuestion */

/** @param {ChoiceQuestion} question @param {(value: string) => void} propose @returns {import("./question.js").Part} */
export function createChoice({ answers }, propose) {
  const name = freshId("answer");
  const lines = answers.map((answer, i) => {
    const radio = h("input", { type: "radio", name, value: String(i), "data-testid": `predict-choice-${i}` });
    radio.addEventListener("change", () => propose(answer));
    const mark = h("span", { class: "bm-tag" });
    return { answer, radio, mark, element: h("label", radio, h("span", answer), mark) };
  });
  return {
    element: h("div", { class: "bm-choices" }, ...lines.map(({ element }) => element)),
    complete: (value) => typeof value === "string",
    show({ value, truth, phase }) {
      const revealed = phase === "revealed";
      for (const { answer, radio, mark, element } of lines) {
        const [right, yours] = [answer === truth, answer === value];
        radio.checked = yours;
        radio.disabled = revealed;
        element.classList.toggle("bm-right", revealed && right);
        element.classList.toggle("bm-wrong", revealed && yours && !right);
        setText(mark, revealed ? tag(right, yours) : "");
      }
    },
  };
}

/** @param {boolean} right @param {boolean} yours */
export function tag(right, yours) {
  if (right) return yours ? WORDS.right : WORDS.answer;
  return yours ? WORDS.wrong : "";
}
