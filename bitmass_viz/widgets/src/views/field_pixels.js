/** Painting receptive fields: signs with their glow, float weights on the diverging scale, and their numbers. */

import { signed } from "../shared/numbers.js";
import { divergingIndex } from "../shared/palette.js";
import { setFont } from "./view.js";

/**
 * @typedef {{tileWidth: number, tileHeight: number, fieldWidth: number, fieldHeight: number, gap: number,
 *   across: number}} Grid
 */

/** @param {Uint32Array} out @param {import("./shown_weights.js").ShownWeights} weights @param {Grid} lay */
export function fillBinary(out, weights, lay) {
  const { cells, page } = weights;
  const lut = weights.luts.binary;
  const { tileWidth, fieldWidth, fieldHeight } = lay;
  const pitchX = fieldWidth + lay.gap;
  const pitchY = fieldHeight + lay.gap;
  let from = 0;
  for (let unit = 0; unit < page.units; unit++) {
    const lane = unit % page.block;
    const slot = (unit - lane) / page.block;
    const end = from + page.features;
    let at =
      (slot * lay.tileHeight + Math.floor(lane / lay.across) * pitchY) * tileWidth +
      (lane % lay.across) * pitchX;
    while (from < end) {
      const rowEnd = Math.min(from + fieldWidth, end);
      for (let to = at; from < rowEnd; from++, to++) out[to] = lut[cells[from]];
      at += tileWidth;
    }
  }
}

/** @param {Uint32Array} out @param {import("./shown_weights.js").ShownWeights} weights @param {Grid} lay */
export function fillFloat(out, weights, lay) {
  const { values, range, page } = weights;
  const lut = weights.luts.diverging;
  const cells = lay.fieldWidth * lay.fieldHeight;
  for (let unit = 0; unit < page.units; unit++) {
    for (let i = 0; i < page.features; i++) {
      out[unit * cells + i] = lut[divergingIndex(values[unit * page.features + i], range)];
    }
  }
}

/**
 * Smallest, largest and root-mean-square weight, beside the field.
 * @param {CanvasRenderingContext2D} g @param {import("./shown_weights.js").ShownWeights} weights @param {number} unit
 * @param {number} x @param {number} y @param {number} dpr
 */
export function writeFacts(g, weights, unit, x, y, dpr) {
  const { values, page, colours } = weights;
  let low = Infinity;
  let high = -Infinity;
  let squares = 0;
  for (let i = unit * page.features; i < (unit + 1) * page.features; i++) {
    const value = values[i];
    if (value < low) low = value;
    if (value > high) high = value;
    squares += value * value;
  }
  const lines = [
    ["largest", signed(high)],
    ["smallest", signed(low)],
    ["rms", signed(Math.sqrt(squares / page.features)).slice(1)],
  ];
  g.textAlign = "left";
  g.textBaseline = "alphabetic";
  for (const [index, [name, text]] of lines.entries()) {
    const top = y + (12 + 34 * index) * dpr;
    setFont(g, Math.round(10.5 * dpr));
    g.fillStyle = colours.muted;
    g.fillText(name, x, top);
    setFont(g, Math.round(12 * dpr), true);
    g.fillStyle = colours.ink;
    g.fillText(text, x, top + 15 * dpr);
  }
}
