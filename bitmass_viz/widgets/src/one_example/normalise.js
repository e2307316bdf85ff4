/** A drawing prepared as in MNIST: fitted into 20 × 20 pixels, with its centre of mass in the middle of 28 × 28. */

import { clamp } from "../shared/scale.js";

/** MNIST's own sizes (LeCun, Cortes and Burges). */
export const SIZE = 28;
const BOX = 20;
/** Anything fainter counts as paper. */
const FAINT = 24;

/**
 * @param {Uint8Array} ink 0 is paper, 255 is ink @param {number} width @param {number} height
 * @returns {Uint8Array | null} 28 × 28 pixels, or null if nothing is drawn
 */
export function normalise(ink, width, height) {
  const box = boxOf(ink, width, height);
  if (!box) return null;
  const scale = BOX / Math.max(box.width, box.height);
  const columns = Math.max(1, Math.round(box.width * scale));
  const rows = Math.max(1, Math.round(box.height * scale));
  const small = shrink(ink, width, box, columns, rows);
  const [x, y] = middle(small, columns, rows);
  const left = clamp(Math.round(SIZE / 2 - x), 0, SIZE - columns);
  const top = clamp(Math.round(SIZE / 2 - y), 0, SIZE - rows);
  const out = new Uint8Array(SIZE * SIZE);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      out[(top + row) * SIZE + left + column] = Math.round(small[row * columns + column]);
    }
  }
  return out;
}

/** @param {Uint8Array} ink @param {number} width @param {number} height */
function boxOf(ink, width, height) {
  let [left, top, right, bottom] = [width, height, -1, -1];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (ink[y * width + x] < FAINT) continue;
      left = Math.min(left, x);
      right = Math.max(right, x);
      top = Math.min(top, y);
      bottom = y;
    }
  }
  return right < 0 ? null : { left, top, width: right - left + 1, height: bottom - top + 1 };
}

/**
 * Each small pixel is the mean of what it covers.
 * @param {Uint8Array} ink @param {number} width @param {{left: number, top: number, width: number, height: number}} box
 * @param {number} columns @param {number} rows
 */
function shrink(ink, width, box, columns, rows) {
  const small = new Float64Array(columns * rows);
  const [stepX, stepY] = [box.width / columns, box.height / rows];
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      let sum = 0;
      let area = 0;
      const [y0, y1] = [row * stepY, (row + 1) * stepY];
      const [x0, x1] = [column * stepX, (column + 1) * stepX];
      for (let y = Math.floor(y0); y < y1; y++) {
        const high = Math.min(y + 1, y1) - Math.max(y, y0);
        for (let x = Math.floor(x0); x < x1; x++) {
          const part = high * (Math.min(x + 1, x1) - Math.max(x, x0));
          sum += part * (ink[(box.top + y) * width + box.left + x] ?? 0);
          area += part;
        }
      }
      small[row * columns + column] = area > 0 ? sum / area : 0;
    }
  }
  return small;
}

/** Centre of mass of the ink. @param {Float64Array} small @param {number} columns @param {number} rows */
function middle(small, columns, rows) {
  let [sum, x, y] = [0, 0, 0];
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const ink = small[row * columns + column];
      sum += ink;
      x += ink * (column + 0.5);
      y += ink * (row + 0.5);
    }
  }
  return sum > 0 ? [x / sum, y / sum] : [columns / 2, rows / 2];
}

/**
 * A picture's grey values as ink: how far each pixel is from the paper, the median colour of the edge.
 * @param {Uint8ClampedArray} rgba @param {number} width @param {number} height
 */
export function inkOf(rgba, width, height) {
  const grey = new Uint8Array(width * height);
  for (let i = 0; i < grey.length; i++) {
    const [r, g, b, a] = rgba.subarray(4 * i, 4 * i + 4);
    // Transparent pixels count as white paper.
    grey[i] = Math.round(((0.299 * r + 0.587 * g + 0.114 * b) * a + 255 * (255 - a)) / 255);
  }
  const edge = [];
  for (let x = 0; x < width; x++) edge.push(grey[x], grey[(height - 1) * width + x]);
  for (let y = 0; y < height; y++) edge.push(grey[y * width], grey[y * width + width - 1]);
  edge.sort((a, b) => a - b);
  const paper = edge[edge.length >> 1];
  let most = 0;
  for (const value of grey) most = Math.max(most, Math.abs(value - paper));
  // A nearly uniform picture has nothing on it.
  if (most < 2 * FAINT) return new Uint8Array(grey.length);
  return grey.map((value) => {
    const share = Math.abs(value - paper) / most;
    return share < 0.2 ? 0 : Math.round(255 * share);
  });
}
