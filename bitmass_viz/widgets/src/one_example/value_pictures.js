/** Values as colours and as bars. */

import { context2d } from "../shared/dom.js";
import { divergingIndex } from "../shared/palette.js";

/** @typedef {import("../shared/palette.js").Colours} Colours */

/** @param {ArrayLike<number>} values @returns {number} the largest size among them */
export function rangeOf(values) {
  let range = 0;
  for (let i = 0; i < values.length; i++) range = Math.max(range, Math.abs(values[i]));
  return range;
}

/**
 * A colour for each value on the diverging scale.
 * @param {ArrayLike<number>} values @param {number} range @param {import("../shared/palette.js").Luts} luts
 */
export const onScale = (values, range, luts) => (/** @type {number} */ i) =>
  luts.diverging[divergingIndex(values[i], range)];

/** Length of a score's bar, from a tenth for the lowest to full length for the highest. @param {ArrayLike<number>} scores */
export function spread(scores) {
  const all = Array.from(scores);
  const [low, high] = [Math.min(...all), Math.max(...all)];
  return (/** @type {number} */ score) => 0.1 + (high > low ? (0.9 * (score - low)) / (high - low) : 0);
}

/**
 * Upright bars around a middle line.
 * @param {HTMLCanvasElement} canvas @param {{height: number, on: boolean, strong: boolean}[]} bars height −1 to 1
 * @param {number} group so many stand together @param {Colours} colours @param {number} dpr
 */
export function paintBars(canvas, bars, group, colours, dpr) {
  const width = Math.max(1, Math.floor(canvas.clientWidth * dpr));
  const height = Math.max(1, Math.floor(canvas.clientHeight * dpr));
  if (canvas.width !== width || canvas.height !== height) [canvas.width, canvas.height] = [width, height];
  const g = context2d(canvas);
  g.clearRect(0, 0, width, height);
  const groups = Math.ceil(bars.length / group);
  const gap = groups > 1 ? 4 * dpr : 0;
  const step = (width - gap * (groups - 1)) / bars.length;
  const middle = height / 2;
  for (const [i, bar] of bars.entries()) {
    const x = i * step + Math.floor(i / group) * gap;
    const tall = Math.max(dpr, Math.abs(bar.height) * (middle - dpr));
    g.globalAlpha = bar.on ? 1 : 0.12;
    g.fillStyle = bar.strong ? colours.selection : bar.height > 0 ? colours.positive : colours.negative;
    g.fillRect(
      x,
      bar.height > 0 ? middle - tall : middle,
      Math.max(1, step - (step > 3 * dpr ? dpr : 0)),
      tall,
    );
  }
  g.globalAlpha = 1;
  g.fillStyle = colours.muted;
  g.fillRect(0, middle, width, Math.max(1, Math.round(dpr / 2)));
}
