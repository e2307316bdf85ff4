/** A reader's guess, drawn into the figure of the experiment that it was about. */

import { svg } from "../shared/dom.js";
import { WORDS } from "./words.js";

/**
 * A part of the figure, in its own units: two points of each axis, each a value and its place; the places of columns;
 * and where a remark about a case can stand, to the right of it or above its end.
 * @typedef {[number, number, number, number]} Four
 * @typedef {{box: Four, y: Four, x?: Four, columns?: Record<string, number>,
 *   cases?: Record<string, [number, number, "right" | "above"]>}} Panel
 * @typedef {{panel: string, case: string, cases: Record<string, string>}} Mark
 * @typedef {{kind: string, x?: number[], y_unit?: string, unit?: string}} Question
 * @typedef {{question: Question, mark: Mark | null, guess: number | string | number[] | null, revealed: boolean}} Asked
 * @typedef {{box: Four | null, line: string, points: [number, number][], label: {x: number, y: number,
 *   "text-anchor": "start" | "end"}, text: string}} Placed
 */

/** From a mark to its label. */
const GAP = 5;
/** How far an upright in a row reaches down; words stand above the row. */
const ROW = 11;
const RING = 3;
/** From the mean of a case to a remark beside it: beyond its interval. */
const ASIDE = 16;

/** Draw it into the figure, once: below what was measured, and its label above all. @param {SVGSVGElement} picture @param {Asked} asked */
export function drawGuess(picture, asked) {
  const placed = place(JSON.parse(picture.dataset.panels ?? "{}"), asked);
  if (!placed) return;
  const { box, line, points, label, text } = placed;
  const [shape, said] = [svg("g", { class: "bm-guess" }), svg("g", { class: "bm-guess" })];
  if (box) {
    // What lies beyond the axes is cut off there.
    const [left, top, right, bottom] = box;
    const [x, y, width, height] = [left - RING, top - RING, right - left + 2 * RING, bottom - top + 2 * RING];
    shape.append(
      svg(
        "svg",
        { x, y, width, height, viewBox: [x, y, width, height].join(" ") },
        svg("path", { d: line }),
        ...points.map(([cx, cy]) => svg("circle", { cx, cy, r: RING })),
      ),
    );
  }
  said.append(svg("text", label, text));
  picture.prepend(shape);
  picture.append(said);
  const unit = asked.question.unit ?? asked.question.y_unit ?? "";
  const guess = `${[asked.guess].flat().join(", ")} ${unit}`.trim();
  picture.setAttribute("aria-label", WORDS.withGuess(picture.getAttribute("aria-label") ?? "", guess));
}

/** @param {Record<string, Panel>} panels @param {Asked} asked @returns {Placed | null} null if there is nothing to draw */
export function place(panels, { question, mark, guess }) {
  if (guess === null || !mark) return null;
  if (question.kind === "choice") return ofChoice(panels, mark.cases[String(guess)]);
  const panel = panels[mark.panel];
  if (!panel) return null;
  if (question.kind === "curve") return ofCurve(panel, question.x ?? [], /** @type {number[]} */ (guess));
  return ofNumber(panel, mark.case, Number(guess));
}

/** An upright at a number, through the whole panel or across the row of a case. @param {Panel} panel @param {string} name of a case @param {number} guess @returns {Placed | null} */
function ofNumber({ box, x: axis, cases }, name, guess) {
  if (!axis) return null;
  const [left, top, right, bottom] = box;
  const x = along(axis, guess);
  const row = cases?.[name]?.[1];
  const [from, to] = row === undefined ? [top, bottom] : [row - ROW / 2, row + ROW];
  const onTheLeft = x < (left + right) / 2;
  return {
    box,
    line: `M${x} ${from}V${to}`,
    points: [],
    label: {
      x: x + (onTheLeft ? GAP : -GAP),
      y: row === undefined ? top + 0.4 * (bottom - top) : to,
      "text-anchor": onTheLeft ? "start" : "end",
    },
    text: WORDS.yourGuess,
  };
}

/** @param {Panel} panel @param {number[]} levels @param {number[]} guess @returns {Placed | null} */
function ofCurve({ box, y: axis, columns = {} }, levels, guess) {
  /** @type {[number, number][]} */
  const points = levels.map((level, i) => [columns[String(level)], along(axis, guess[i])]);
  const [x, y] = points[points.length - 1];
  const [, top, , bottom] = box;
  return {
    box,
    line: `M${points.map((point) => point.join(" ")).join("L")}`,
    points,
    label: {
      x: x + GAP,
      y: Math.max(top + 2 * GAP, Math.min(bottom - GAP, y - GAP - RING)),
      "text-anchor": "end",
    },
    text: WORDS.yourGuess,
  };
}

/** @param {Record<string, Panel>} panels @param {string} name of a case @returns {Placed | null} */
function ofChoice(panels, name) {
  const panel = Object.values(panels).find(({ cases }) => cases && name in cases);
  if (!panel?.cases) return null;
  const [x, y, side] = panel.cases[name];
  const [left, , right] = panel.box;
  if (side === "above")
    return {
      box: null,
      line: "",
      points: [],
      label: { x, y, "text-anchor": "end" },
      text: `${WORDS.yourGuess} \u25be`,
    };
  const onTheLeft = x < (left + right) / 2;
  return {
    box: null,
    line: "",
    points: [],
    label: { x: x + (onTheLeft ? ASIDE : -ASIDE), y: y + RING, "text-anchor": onTheLeft ? "start" : "end" },
    text: onTheLeft ? `\u25c2 ${WORDS.yourGuess}` : `${WORDS.yourGuess} \u25b8`,
  };
}

/** @param {Four} axis @param {number} value */
function along([from, start, to, end], value) {
  return +(start + ((value - from) / (to - from)) * (end - start)).toFixed(2);
}
