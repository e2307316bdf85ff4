/** Draws a plot of one or two curves; it knows positions only, not where the values come from. */

import { svg } from "../shared/dom.js";
import { ticks } from "../shared/scale.js";
import { short } from "./amount.js";
import { along, apart, widthOf, xMarks } from "./axes.js";
import { WORDS } from "./words.js";

/**
 * @typedef {{left: number, right: number, top: number, bottom: number, places: number[],
 *   toY: (value: number) => number, toValue: (y: number) => number}} Frame
 * @typedef {{kind: "curve", text: string, x: number[], low: number, high: number, x_label: string, y_label: string,
 *   x_scale: string, y_unit: string, decimals: number}} CurveQuestion
 */

const HEIGHT = 280;
const NARROW_HEIGHT = 240;
const NARROW = 420;
const MARGIN = { top: 30, right: 48, bottom: 46 };
/** More vertical lines than this would merge into a grey area. */
const MOST_RAILS = 40;
/** Marks closer than this would hide their line. */
const MARK_GAP = 12;

/**
 * @param {CurveQuestion} question @param {[number, number]} range of values
 * @param {number} width in pixels
 * @returns {Frame & {width: number, height: number, axes: SVGElement}}
 */
export function layOut(question, [low, high], width) {
  const { x, x_scale: scale, x_label: xLabel, y_label: yLabel, y_unit: unit } = question;
  const height = width < NARROW ? NARROW_HEIGHT : HEIGHT;
  const values = ticks(low, high, 5);
  const inset = 14;
  const left = Math.max(...values.map((value) => widthOf(short(value)))) + 8;
  const right = width - MARGIN.right;
  const top = MARGIN.top;
  const bottom = height - MARGIN.bottom;
  const across = right - left - 2 * inset;
  const places = x.map((value) => left + inset + along(value, x[0], x[x.length - 1], scale) * across);
  const toY = (/** @type {number} */ value) => bottom - along(value, low, high) * (bottom - top);
  const toValue = (/** @type {number} */ y) => low + ((bottom - y) / (bottom - top)) * (high - low);

  const axes = svg("g", { "aria-hidden": "true" });
  axes.append(svg("rect", { class: "bm-field", x: left, y: top, width: right - left, height: bottom - top }));
  for (const value of values) {
    const y = toY(value);
    axes.append(
      svg("line", { class: "bm-grid", x1: left, x2: right, y1: y, y2: y }),
      svg("text", { class: "bm-tick", x: left - 7, y: y + 4, "text-anchor": "end" }, short(value)),
    );
  }
  if (places.length <= MOST_RAILS)
    for (const place of places)
      axes.append(svg("line", { class: "bm-rail", x1: place, x2: place, y1: top, y2: bottom }));
  for (const { at, text } of xMarks(x, scale, across)) {
    const place = left + inset + at;
    axes.append(
      svg("line", { class: "bm-axis", x1: place, x2: place, y1: bottom, y2: bottom + 4 }),
      svg("text", { class: "bm-tick", x: place, y: bottom + 18, "text-anchor": "middle" }, text),
    );
  }
  axes.append(
    svg("line", { class: "bm-axis", x1: left, x2: right, y1: bottom, y2: bottom }),
    svg("text", { class: "bm-name", x: 0, y: 14 }, unit ? `${yLabel} (${unit})` : yLabel),
    svg("text", { class: "bm-name", x: right, y: height - 6, "text-anchor": "end" }, `${xLabel} \u2192`),
  );
  return { left, right, top, bottom, places, toY, toValue, width, height, axes };
}

/** A line through the points that have a value, broken where there is none. @param {Frame} frame @param {(number | null)[]} values */
export function pathOf({ places, toY }, values) {
  let path = "";
  let down = false;
  values.forEach((value, i) => {
    if (value === null) {
      down = false;
      return;
    }
    path += `${down ? "L" : "M"}${places[i].toFixed(1)} ${toY(value).toFixed(1)}`;
    down = true;
  });
  return path;
}

/** The area between two complete curves. @param {Frame} frame @param {number[]} a @param {number[]} b */
export function between({ places, toY }, a, b) {
  const there = a.map((value, i) => `${places[i].toFixed(1)} ${toY(value).toFixed(1)}`);
  const back = b.map((value, i) => `${places[i].toFixed(1)} ${toY(value).toFixed(1)}`).reverse();
  return `M${[...there, ...back].join("L")}Z`;
}

/** A mark at each value; where there is no room for that, only at values without a line. @param {Frame} frame @param {(number | null)[]} values @param {string} shape a path around 0 0 */
export function marksOf({ places, toY }, values, shape) {
  const mean = (places[places.length - 1] - places[0]) / (places.length - 1);
  const alone = (/** @type {number} */ i) =>
    (values[i - 1] ?? null) === null && (values[i + 1] ?? null) === null;
  return values.flatMap((value, i) =>
    value === null || (mean < MARK_GAP && !alone(i))
      ? []
      : [svg("path", { d: shape, transform: `translate(${places[i].toFixed(1)} ${toY(value).toFixed(1)})` })],
  );
}

/** The names at the ends of the lines. @param {Frame} frame @param {number | null} yours @param {number} truth the last values */
export function namesOf({ top, bottom, places, toY }, yours, truth) {
  const x = places[places.length - 1] + 10;
  const [yYours, yTruth] =
    yours === null ? [0, toY(truth)] : apart(toY(yours), toY(truth), top + 4, bottom - 4);
  const names = [svg("text", { class: "bm-true", x, y: yTruth + 4 }, WORDS.truth)];
  if (yours !== null) names.unshift(svg("text", { class: "bm-yours", x, y: yYours + 4 }, WORDS.you));
  return names;
}
