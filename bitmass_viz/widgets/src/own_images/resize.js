/** Pictures made grey and small as Pillow does it, so that a folder gives the same images here and in Python. */

/** Of an image's sides, in pixels. */
export const SIDE = 28;
/** Lobes of the Lanczos kernel on either side. */
const LOBES = 3;
/** Pillow's coefficients are integers, this many to 1. */
const ONE = 2 ** 22;

/** Luma (ITU-R 601-2) of opaque pixels. @param {Uint8ClampedArray} rgba */
export function grey(rgba) {
  const out = new Uint8Array(rgba.length / 4);
  for (let i = 0; i < out.length; i++)
    out[i] = (19595 * rgba[4 * i] + 38470 * rgba[4 * i + 1] + 7471 * rgba[4 * i + 2] + 0x8000) >> 16;
  return out;
}

/** @param {Uint8Array} pixels row by row @param {number} width @param {number} height @returns {Uint8Array} of 28 × 28 pixels */
export function small(pixels, width, height) {
  return shrunk(shrunk(pixels, width, height), height, SIDE);
}

/** Each line of pixels with `SIDE` of them, and all of it transposed. @param {Uint8Array} pixels @param {number} length @param {number} lines */
function shrunk(pixels, length, lines) {
  const out = new Uint8ClampedArray(SIDE * lines);
  for (let i = 0; i < SIDE; i++) {
    const { start, weights } = kernel(i, length);
    for (let line = 0; line < lines; line++) {
      const from = line * length + start;
      let sum = ONE / 2;
      for (let k = 0; k < weights.length; k++) sum += weights[k] * pixels[from + k];
      out[i * lines + line] = Math.floor(sum / ONE);
    }
  }
  return new Uint8Array(out.buffer);
}

/** What the pixels from `start` on add to pixel `i` of the small line. @param {number} i @param {number} length of the large line */
function kernel(i, length) {
  const scale = length / SIDE;
  const stretch = Math.max(1, scale);
  const centre = (i + 0.5) * scale;
  const start = Math.max(0, Math.trunc(centre - LOBES * stretch + 0.5));
  const end = Math.min(length, Math.trunc(centre + LOBES * stretch + 0.5));
  const shares = Array.from({ length: end - start }, (_, k) => lanczos((start + k - centre + 0.5) / stretch));
  const sum = shares.reduce((total, share) => total + share, 0);
  const rounded = (/** @type {number} */ weight) => Math.trunc(weight + 0.5 * Math.sign(weight));
  return { start, weights: Int32Array.from(shares, (share) => rounded((share / sum) * ONE)) };
}

/** @param {number} x in lobes */
function lanczos(x) {
  const sinc = (/** @type {number} */ t) => (t === 0 ? 1 : Math.sin(Math.PI * t) / (Math.PI * t));
  return x >= -LOBES && x < LOBES ? sinc(x) * sinc(x / LOBES) : 0;
}
