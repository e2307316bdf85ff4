/** Painting receptive fields, and the numbers beside them. */

import { formatOf } from "../bits/number_format.js";
import { signed } from "../shared/numbers.js";
import { divergingIndex } from "../shared/palette.js";
import { setFont } from "./view.js";

/**
 * @typedef {{tileWidth: number, tileHeight: number, fieldWidth: number, fieldHeight: number, gap: number,
 *   across: number}} Grid
 */

/**
 * Signs with their glow, numbers on the diverging scale, every unit of a container in its lane.
 * @param {Uint32Array} out @param {import("./shown_weights.js").ShownWeights} weights @param {Grid} lay
 */
export function fillFields(out, weights, lay) {
  const { cells, values, range, page, luts } = weights;
  const signs = formatOf(weights.plan).isSign;
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
      if (signs) for (let to = at; from < rowEnd; from++, to++) out[to] = luts.binary[cells[from]];
      else
        for (let to = at; from < rowEnd; from++, to++)
          out[to] = luts.diverging[divergingIndex(values[from], range)];
      at += tileWidth;
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
