/** Small images at one canvas pixel per image pixel: digits and pictures of weights. */

import { context2d } from "./dom.js";
import { mix, pixel } from "./palette.js";

/** @typedef {import("./palette.js").Colours} Colours */

/**
 * @param {HTMLCanvasElement} canvas @param {number} columns @param {number} rows
 * @param {(i: number) => number} colour of a place, as in ImageData
 */
export function paintPixels(canvas, columns, rows, colour) {
  if (canvas.width !== columns || canvas.height !== rows) [canvas.width, canvas.height] = [columns, rows];
  const g = context2d(canvas);
  const out = g.createImageData(columns, rows);
  const pixels = new Uint32Array(out.data.buffer);
  for (let i = 0; i < pixels.length; i++) pixels[i] = colour(i);
  g.putImageData(out, 0, 0);
}

/** Shades from paper to ink for pixels of 0 to 255. @param {Colours} colours */
export function shades(colours) {
  return Uint32Array.from({ length: 256 }, (_, value) =>
    pixel(mix(colours.surface, colours.ink, value / 255)),
  );
}

/**
 * @param {HTMLCanvasElement} canvas @param {Uint8Array} digit @param {number[]} image rows, columns @param {Colours} colours
 */
export function paintDigit(canvas, digit, [rows, columns], colours) {
  if (rows * columns !== digit.length || !colours.ink) return;
  const shade = shades(colours);
  paintPixels(canvas, columns, rows, (i) => shade[digit[i]]);
}
