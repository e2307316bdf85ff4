/** “Predict first” without a kernel: takes a guess, and says how far it is off, in the words of `live/prediction`. */

import { amount, plain } from "../../widgets/src/predict/amount.js";
import { WORDS } from "./words.js";

/**
 * @typedef {import("../../widgets/src/predict/index.js").Question} Question
 * @typedef {import("../../widgets/src/predict/question.js").Answer} Answer
 * @typedef {{question: Question, truth: Answer, why: string}} Known
 */

/** @param {Known} known @param {(traits: Record<string, any>) => void} put */
export function createPrediction({ question, truth, why }, put) {
  const standing = (/** @type {object} */ now) => ({
    ...{ turn: 1, phase: "asking", guess: null, truth: null, said: "", why: "", again: false },
    ...now,
  });
  put({ standing: standing({}) });
  return {
    /** @param {{action: string, value?: Answer}} message of the widget */
    receive({ action, value: guess = null }) {
      if (action !== "guess" || guess === null) return;
      const said = verdictOf(question, guess, truth);
      put({ standing: standing({ turn: 2, phase: "revealed", guess, truth, said, why }) });
    },
  };
}

/** @param {Question} question @param {any} guess @param {any} truth */
function verdictOf(question, guess, truth) {
  if (question.kind === "choice")
    return guess === truth ? WORDS.choiceRight(guess) : WORDS.choiceWrong(guess, truth);
  if (question.kind === "number") return verdictOfNumber(question, guess, truth);
  const { x, decimals, x_label: label, y_unit: unit } = question;
  const scale = 10 ** decimals;
  /** In units of the last decimal. @param {number} value */
  const rounded = (value) => Math.sign(value) * Math.round(Math.abs(value) * scale);
  const gaps = x.map((_, i) => Math.abs(rounded(guess[i]) - rounded(truth[i])));
  const widest = gaps.indexOf(Math.max(...gaps));
  if (gaps[widest] === 0) return WORDS.curveRight;
  const mean = gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length / scale;
  const off = amount(mean, decimals, unit === "%" ? WORDS.points : unit);
  const [drawn, true_] = [guess, truth].map((values) => amount(values[widest], decimals, unit));
  return WORDS.curveWrong(off, label, plain(x[widest]), drawn, true_);
}

/** @param {import("../../widgets/src/predict/number.js").NumberQuestion} question @param {number} guess @param {number} truth */
function verdictOfNumber({ decimals, unit }, guess, truth) {
  const [said, is] = [guess, truth].map((value) => amount(value, decimals, unit));
  const scale = 10 ** decimals;
  const off = (Math.round(guess * scale) - Math.round(truth * scale)) / scale;
  if (off === 0) return WORDS.numberRight(said);
  const counted = decimals === 0 && /^[a-z]{2,}s$/i.test(unit);
  const [below, above] = counted ? WORDS.sides.counted : WORDS.sides.measured;
  const size = amount(Math.abs(off), decimals);
  return WORDS.numberWrong(said, is, unit === "%" ? WORDS.inPoints(size) : size, off < 0 ? below : above);
}
