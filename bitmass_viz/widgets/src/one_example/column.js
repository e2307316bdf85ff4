/** One network's column: the digit as it sees it, one hidden unit, all hidden units, and the classes. */

import { button, freshId, h, setText } from "../shared/dom.js";
import { createNumberInput } from "../shared/number_input.js";
import { WORDS } from "./words.js";

/** @param {"binary" | "float"} kind @param {number} units @param {(unit: number) => void} chose */
export function createColumn(kind, units, chose) {
  const id = freshId("unit");
  const picture = (/** @type {"see" | "weights" | "both" | "before" | "change" | "after"} */ name) => {
    const caption = WORDS.pictures[kind][name];
    const canvas = h("canvas", {
      width: "28",
      height: "28",
      role: "img",
      "aria-label": caption,
      class: "bm-little",
      "data-testid": `${kind}-${name}`,
    });
    const text = h("figcaption", caption);
    return { canvas, text, element: h("figure", canvas, text) };
  };
  const see = picture("see");
  const weights = picture("weights");
  const both = picture("both");
  let shown = 0;
  const unit = createNumberInput({
    id,
    min: "0",
    max: String(units - 1),
    step: "1",
    value: "0",
    "data-testid": `${kind}-unit`,
  });
  unit.input.addEventListener("change", () => {
    const value = unit.input.valueAsNumber;
    if (Number.isInteger(value) && value >= 0 && value < units) chose(value);
    else unit.show(shown);
  });
  const network = h("span", { class: "bm-faint" });
  const said = h("p", { class: "bm-step", "aria-live": "polite", "data-testid": `${kind}-said` });
  const sum = h("p", { class: "bm-sum" });
  const bars = h("canvas", {
    class: "bm-bars",
    role: "img",
    "aria-label": WORDS.units,
    "data-testid": `${kind}-hidden`,
  });
  bars.addEventListener("click", (event) => {
    const box = bars.getBoundingClientRect();
    chose(Math.max(0, Math.min(units - 1, Math.floor((units * (event.clientX - box.left)) / box.width))));
  });
  const scores = Array.from({ length: 10 }, () => {
    const bar = h("span", { class: "bm-bar" }, h("i"));
    const value = h("output");
    const name = h("b");
    return { name, bar, value, row: h("li", name, bar, value) };
  });
  const classes = h(
    "ol",
    { class: "bm-scores", "data-testid": `${kind}-scores` },
    ...scores.map(({ row }) => row),
  );
  const before = picture("before");
  const change = picture("change");
  const after = picture("after");
  const another = button({ hidden: true, "data-testid": `${kind}-another` }, () =>
    chose(Number(another.dataset.unit)),
  );
  const learning = h(
    "div",
    { class: "bm-learning", "data-part": "learn", hidden: true },
    another,
    h("div", { class: "bm-pictures" }, before.element, change.element, after.element),
  );
  const pictures = h(
    "div",
    { class: "bm-pictures", "data-part": "see compare" },
    see.element,
    weights.element,
    both.element,
  );
  const element = h(
    "section",
    { class: "bm-way", "data-testid": kind },
    h("header", h("h3", WORDS.kinds[kind]), network),
    said,
    h(
      "div",
      { class: "bm-unit", "data-part": "see compare learn" },
      h("label", { for: id }, WORDS.unit),
      unit.input,
      sum,
    ),
    pictures,
    learning,
    h("div", { class: "bm-sums", "data-part": "decide" }, h("h4", WORDS.bars[kind](units)), bars),
    h("div", { "data-part": "score answer" }, h("h4", WORDS.scores), classes),
  );
  const parts = /** @type {NodeListOf<HTMLElement>} */ (element.querySelectorAll("[data-part]"));

  return {
    element,
    bars,
    pictures: { see, weights, both, before, change, after },
    /**
     * Narrow screens show only the part that a stage is about; what is learned stands in the place of what was compared.
     * @param {string} stage @param {boolean} learned whether it is known what is learned
     */
    showStage(stage, learned) {
      for (const part of parts)
        part.toggleAttribute("data-now", part.dataset.part?.split(" ").includes(stage));
      learning.hidden = stage !== "learn" || !learned;
      pictures.hidden = !learning.hidden;
    },
    /** @param {string} text */
    say: (text) => setText(said, text),
    /** @param {string} text */
    tellSum: (text) => setText(sum, text),
    /** @param {string} text */
    describe: (text) => setText(network, text),
    /** @param {number} value */
    showUnit(value) {
      shown = value;
      unit.show(value);
    },
    /**
     * @param {ArrayLike<number>} values @param {number} shown how many of them @param {(value: number) => number} share 0 to 1
     * @param {(value: number) => string} text
     */
    showScores(values, shown, share, text) {
      for (const [k, { bar, value, row }] of scores.entries()) {
        const on = k < shown;
        row.className = on ? "" : "bm-later";
        /** @type {HTMLElement} */ (bar.firstChild).style.width = on ? `${100 * share(values[k])}%` : "0";
        setText(value, on ? text(values[k]) : "");
      }
    },
    /** @param {import("../shared/class_names.js").ClassNames} classes */
    nameClasses({ areDigits, name, short }) {
      for (const [k, each] of scores.entries()) {
        setText(each.name, short(k));
        each.name.title = areDigits ? "" : name(k);
      }
    },
    /** @param {number} answer @param {number | null} label */
    showAnswer(answer, label) {
      scores[answer].row.className =
        label === null || label === answer ? "bm-winner" : "bm-winner bm-mistaken";
    },
    /** Offer another unit to look at. @param {{unit: number, text: string} | null} other */
    offer(other) {
      another.hidden = other === null;
      if (!other) return;
      setText(another, other.text);
      another.dataset.unit = String(other.unit);
    },
  };
}

/** @typedef {ReturnType<typeof createColumn>} Column */
