/** The arithmetic of a plot with two axes. */

import { spread, ticks } from "../shared/scale.js";
import { short } from "./amount.js";

/** Width of a letter on an axis, a little too large rather than too small. */
const CHARACTER = 7.2;
const BETWEEN = 10;
const LABEL_GAP = 15;

/**
 * How far along an axis a value lies, 0..1 within its bounds.
 * @param {number} value @param {number} low @param {number} high @param {string} [scale] "linear" or "log"
 */
export function along(value, low, high, scale = "linear") {
  if (scale === "log") return Math.log(value / low) / Math.log(high / low);
  return (value - low) / (high - low);
}

/** Bounds widened to include all values. @param {number} low @param {number} high @param {(number | null)[]} values @returns {[number, number]} */
export function holding(low, high, values) {
  const known = values.filter((value) => value !== null);
  return [Math.min(low, ...known), Math.max(high, ...known)];
}

/**
 * What to write along the x axis: every point if there is room, else round numbers, else some of the points.
 * @param {number[]} x @param {string} scale @param {number} width in pixels
 * @returns {{at: number, text: string}[]} at: pixels from the first point
 */
export function xMarks(x, scale, width) {
  const [low, high] = [x[0], x[x.length - 1]];
  const round = scale === "log" ? powers(low, high) : ticks(low, high, Math.max(2, Math.floor(width / 64)));
  const marks = [x, round].map((values) =>
    values.map((value) => ({ at: along(value, low, high, scale) * width, text: short(value) })),
  );
  return marks.find((some) => some.length > 1 && some.length === fitting(some).length) ?? fitting(marks[0]);
}

/** @param {number} low @param {number} high powers of ten between them */
function powers(low, high) {
  const found = [];
  for (let n = Math.ceil(Math.log10(low) - 1e-9); n <= Math.log10(high) + 1e-9; n++) found.push(+`1e${n}`);
  return found;
}

/** Marks that stand clear of the one before. @param {{at: number, text: string}[]} marks */
function fitting(marks) {
  let free = -Infinity;
  return marks.filter(({ at, text }) => {
    const half = widthOf(text) / 2;
    if (at - half < free) return false;
    free = at + half + BETWEEN;
    return true;
  });
}

/** @param {string} text */
export function widthOf(text) {
  return text.length * CHARACTER;
}

/** Heights for the names of two lines, by where the lines end, so that neither covers the other. @param {number} a @param {number} b @param {number} top @param {number} bottom @returns {[number, number]} */
export function apart(a, b, top, bottom) {
  const middle = (a + b) / 2;
  const near = Math.abs(a - b) < LABEL_GAP;
  const wanted = near ? [middle - LABEL_GAP / 2, middle + LABEL_GAP / 2] : [Math.min(a, b), Math.max(a, b)];
  const [upper, lower] = spread(wanted, LABEL_GAP, top, bottom);
  return a <= b ? [upper, lower] : [lower, upper];
}
