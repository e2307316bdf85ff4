/**
 * What a view is. The panel around it owns the canvas, the pointer and the keyboard; a view knows only
 * where things are and how to paint them. All lengths are device pixels.
 *
 * @typedef {import("./shown_weights.js").ShownWeights} ShownWeights
 * @typedef {import("../bits/address.js").Mark} Mark
 * @typedef {{x: number, y: number, width: number, height: number, strong: boolean}} Box
 * @typedef {{width: number, height: number}} Size
 * @typedef {{
 *   id: string, title: string, what: string,
 *   summary: (weights: ShownWeights) => string,
 *   create: (still?: boolean) => ViewInstance
 * }} View
 * @typedef {{
 *   layout: (weights: ShownWeights, width: number, dpr: number, height?: number) => Size,
 *   background: (g: CanvasRenderingContext2D, weights: ShownWeights) => void,
 *   paint: (g: CanvasRenderingContext2D, weights: ShownWeights) => void,
 *   locate: (weights: ShownWeights, x: number, y: number) => Mark | null,
 *   boxes: (weights: ShownWeights, mark: Mark) => Box[],
 *   move: (weights: ShownWeights, mark: Mark | null, key: string, fine: boolean) => Mark | null,
 *   reveal?: (weights: ShownWeights, mark: Mark) => boolean,
 *   scroll?: (weights: ShownWeights, lines: number) => boolean,
 *   press?: (weights: ShownWeights, x: number, y: number) => ((x: number, y: number) => void) | null,
 *   lineHeight?: () => number
 * }} ViewInstance
 */

import { formatOf } from "../bits/number_format.js";
import { context2d } from "../shared/dom.js";
import { clamp } from "../shared/scale.js";
import { addressOf } from "../bits/address.js";

/** A canvas that only holds pixels to be copied. @param {number} width @param {number} height */
export function makeTile(width, height) {
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, width);
  canvas.height = Math.max(1, height);
  const g = context2d(canvas, { willReadFrequently: true });
  const image = g.createImageData(canvas.width, canvas.height);
  return { canvas, g, image, pixels: new Uint32Array(image.data.buffer) };
}

/** @typedef {ReturnType<typeof makeTile>} Tile */

/** @param {CanvasRenderingContext2D} g @param {number} size @param {boolean} [mono] @param {boolean} [bold] */
export function setFont(g, size, mono = false, bold = false) {
  const family = mono
    ? 'ui-monospace, "SF Mono", "Cascadia Mono", "DejaVu Sans Mono", Menlo, Consolas, monospace'
    : 'system-ui, -apple-system, "Segoe UI", Roboto, "DejaVu Sans", sans-serif';
  g.font = `${bold ? "600 " : ""}${size}px ${family}`;
}

/**
 * The address of a weight bit held inside the page.
 * @param {ShownWeights} weights @param {number} unit @param {number} feature @param {number} bit
 */
export function addressOnPage(weights, unit, feature, bit) {
  const { unit0, units, feature0, features } = weights.page;
  return addressOf(
    weights.plan,
    weights.layer,
    clamp(unit, unit0, unit0 + units - 1),
    clamp(feature, feature0, feature0 + features - 1),
    clamp(bit, 0, weights.plan.bpw - 1),
  );
}

/**
 * The mark of one weight: all its bits, or the one that it has.
 * @param {import("../bits/address.js").WeightAddress} address @param {ShownWeights} weights
 * @returns {Mark}
 */
export function weightMark(address, weights) {
  return { address, extent: formatOf(weights.plan).extent };
}
