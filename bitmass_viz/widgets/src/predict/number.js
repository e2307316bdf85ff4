/** A guessed number: a field and a slider, then both numbers on one line. */

import { h, setText } from "../shared/dom.js";
import { createNumberInput } from "../shared/number_input.js";
import { allowed, amount, plain } from "./amount.js";
import { along, holding } from "./axes.js";
import { WORDS } from "./words.js";

/**
 * @typedef {import("./question.js").Now} Now
 * @typedef {{kind: "number", text: string, low: number, high: number, unit: string, decimals: number}} NumberQuestion
 */

/** @param {NumberQuestion} question @param {(value: number) => void} propose @returns {import("./question.js").Part} */
export function createNumber({ text, low, high, unit, decimals }, propose) {
  const bounds = { min: String(low), max: String(high), step: String(+(10 ** -decimals).toFixed(decimals)) };
  const number = createNumberInput({
    inputmode: "decimal",
    autocomplete: "off",
    "data-testid": "predict-number",
    "aria-label": unit ? WORDS.inUnits(text, unit) : text,
    ...bounds,
  });
  const slider = h("input", {
    type: "range",
    "data-testid": "predict-slider",
    "aria-label": WORDS.slider,
    ...bounds,
  });
  /** @type {number | null} */
  let shown = null;
  number.input.addEventListener("input", () => {
    const typed = number.input.valueAsNumber;
    if (allowed(typed, decimals, low, high) === typed) propose(typed);
  });
  number.input.addEventListener("change", () => {
    const typed = number.input.valueAsNumber;
    if (!Number.isNaN(typed)) propose(allowed(typed, decimals, low, high));
    if (shown !== null) number.show(shown);
  });
  // Releasing the slider where it stands is a guess too.
  for (const event of ["input", "pointerup"])
    slider.addEventListener(event, () => propose(allowed(slider.valueAsNumber, decimals, low, high)));

  const asked = h(
    "div",
    { class: "bm-asked" },
    h("span", { class: "bm-field" }, number.input, unit && h("span", { class: "bm-unit" }, unit)),
    h(
      "span",
      { class: "bm-slide" },
      slider,
      h(
        "span",
        { class: "bm-ends", "aria-hidden": "true" },
        h("span", plain(low)),
        h("span", plain(high, unit)),
      ),
    ),
  );
  const answer = h("div", { class: "bm-line", role: "img", "data-testid": "predict-line", hidden: true });
  return {
    element: h("div", asked, answer),
    complete: (value) => typeof value === "number",
    /** @param {Now} now */
    show({ value, truth, phase }) {
      shown = /** @type {number | null} */ (value);
      const revealed = phase === "revealed";
      asked.hidden = revealed;
      answer.hidden = !revealed;
      slider.toggleAttribute("data-set", shown !== null);
      if (revealed) {
        draw(answer, { low, high, unit, decimals }, shown, /** @type {number} */ (truth));
        return;
      }
      slider.value = String(shown ?? (low + high) / 2);
      slider.setAttribute("aria-valuetext", shown === null ? WORDS.noGuess : amount(shown, decimals, unit));
      if (shown !== null) number.show(shown);
    },
  };
}

/**
 * Both numbers on a line. A label is moved to the left by as large a share of itself as it lies to the right, so
 * that it stays inside and its mark stays at it; the two are never in one row.
 * @param {HTMLElement} element @param {{low: number, high: number, unit: string, decimals: number}} question
 * @param {number | null} guess @param {number} truth
 */
function draw(element, { low, high, unit, decimals }, guess, truth) {
  const [from, to] = holding(low, high, [guess, truth]);
  const share = (/** @type {number} */ value) => `${(100 * along(value, from, to)).toFixed(2)}%`;
  const said = {
    truth: amount(truth, decimals, unit),
    guess: guess === null ? "" : amount(guess, decimals, unit),
  };
  const track = h("div", { class: "bm-track" });
  const rows = [track, label("bm-true", truth, WORDS.itIs, said.truth)];
  if (guess !== null) {
    const gap = h("i", { class: "bm-gap" });
    gap.style.left = share(Math.min(guess, truth));
    gap.style.right = `calc(100% - ${share(Math.max(guess, truth))})`;
    track.append(gap, mark("bm-yours", guess));
    rows.unshift(label("bm-yours", guess, WORDS.youSaid, said.guess));
  }
  track.append(mark("bm-true", truth));
  const ends = h("div", { class: "bm-ends" });
  for (const end of [from, to]) ends.append(h("span", plain(end, end === to ? unit : "")));
  element.replaceChildren(...rows, ends);
  element.setAttribute("aria-label", WORDS.line(plain(from), plain(to, unit), said.guess, said.truth));

  /** @param {string} whose @param {number} value */
  function mark(whose, value) {
    const found = h("i", { class: `bm-mark ${whose}` });
    found.style.left = share(value);
    return found;
  }
  /** @param {string} whose @param {number} value @param {string} before @param {string} number */
  function label(whose, value, before, number) {
    const text = h("span", `${before} `, h("b"));
    setText(/** @type {Element} */ (text.lastElementChild), number);
    text.style.left = share(value);
    text.style.transform = `translateX(-${share(value)})`;
    return h("div", { class: `bm-label ${whose}` }, text);
  }
}
