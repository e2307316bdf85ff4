/**
 * One digit's forward pass, computed from the weights as stored: by XNOR and popcount in the binary network, by
 * multiplying and adding in the float network. Every intermediate number is kept for display.
 */

import { WORD_BITS, streamStart } from "./address.js";
import { popcount, readFloats, readWord } from "./decode.js";

/**
 * @typedef {import("./address.js").Plan} Plan
 * @typedef {{words: Uint32Array, counts: Int32Array, hidden: Uint8Array, scores: Int32Array, answer: number}} BinaryWay
 * @typedef {{inputs: Float32Array, sums: Float64Array, hidden: Float64Array, scores: Float64Array,
 *   answer: number}} FloatWay
 */

/**
 * An image's bits as they are stored: 1 where a pixel is brighter than the threshold, 32 to a word, the first lowest.
 * @param {Uint8Array} pixels @param {number} threshold
 */
export function packPixels(pixels, threshold) {
  const words = new Uint32Array(Math.ceil(pixels.length / WORD_BITS));
  for (const [i, pixel] of pixels.entries()) {
    if (pixel > threshold) words[i >> 5] = (words[i >> 5] | (1 << (i & 31))) >>> 0;
  }
  return words;
}

/** Which bits of word `index` of a row are weight bits. @param {number} length of the row @param {number} index */
function maskOf(length, index) {
  const bits = Math.min(WORD_BITS, length - WORD_BITS * index);
  return bits === WORD_BITS ? 0xffffffff : 2 ** bits - 1;
}

/**
 * Where a pixel and its weight agree, as a word: XNOR.
 * @param {Plan} plan @param {Uint8Array} bytes @param {number} layer @param {number} unit @param {number} index of the word
 * @param {number} word of the input
 */
export function agreement(plan, bytes, layer, unit, index, word) {
  const { features } = plan.layers[layer];
  const start = streamStart(plan, plan.layers[layer], unit, 0) + WORD_BITS * index;
  const bits = Math.min(WORD_BITS, features - WORD_BITS * index);
  const weight = readWord(bytes, start, bits);
  return { weight, agree: (~(word ^ weight) & maskOf(features, index)) >>> 0 };
}

/** @param {Plan} plan @param {Uint8Array} bytes @param {number} layer @param {Uint32Array} words of the input */
function agreements(plan, bytes, layer, words) {
  return Int32Array.from({ length: plan.layers[layer].units }, (_, unit) => {
    let count = 0;
    for (const [index, word] of words.entries())
      count += popcount(agreement(plan, bytes, layer, unit, index, word).agree);
    return count;
  });
}

/** @param {ArrayLike<number>} scores @returns {number} the first of the highest */
function highest(scores) {
  let best = 0;
  for (let k = 1; k < scores.length; k++) if (scores[k] > scores[best]) best = k;
  return best;
}

/**
 * a_j = popcount(XNOR(x, w_j)), h_j = [a_j > θ_j], s_k = popcount(XNOR(h, v_k)), the answer is the highest s_k.
 * @param {Plan} plan @param {Uint8Array} bytes @param {Uint8Array} pixels @param {number} threshold of a pixel
 * @param {number[]} thresholds θ of the hidden units
 * @returns {BinaryWay}
 */
export function binaryWay(plan, bytes, pixels, threshold, thresholds) {
  const words = packPixels(pixels, threshold);
  const counts = agreements(plan, bytes, 0, words);
  const hidden = Uint8Array.from(counts, (count, unit) => (count > thresholds[unit] ? 1 : 0));
  const scores = agreements(plan, bytes, 1, packPixels(hidden, 0));
  return { words, counts, hidden, scores, answer: highest(scores) };
}

/**
 * z = W0 x/255, a = max(z, slope z), o = W1 a, the answer is the highest o_k.
 * @param {Plan} plan @param {Uint8Array} bytes @param {Uint8Array} pixels @param {number} slope
 * @returns {FloatWay}
 */
export function floatWay(plan, bytes, pixels, slope) {
  const inputs = Float32Array.from(pixels, (pixel) => pixel / 255);
  const sums = products(plan, bytes, 0, inputs);
  const hidden = sums.map((z) => (z > 0 ? z : slope * z));
  const scores = products(plan, bytes, 1, hidden);
  return { inputs, sums, hidden, scores, answer: highest(scores) };
}

/** @param {Plan} plan @param {Uint8Array} bytes @param {number} layer @param {ArrayLike<number>} inputs */
function products(plan, bytes, layer, inputs) {
  return Float64Array.from({ length: plan.layers[layer].units }, (_, unit) => {
    const weights = weightsOf(plan, bytes, layer, unit);
    let sum = 0;
    for (let i = 0; i < inputs.length; i++) sum += weights[i] * inputs[i];
    return sum;
  });
}

/** The float weights of one unit. @param {Plan} plan @param {Uint8Array} bytes @param {number} layer @param {number} unit */
export function weightsOf(plan, bytes, layer, unit) {
  const { features } = plan.layers[layer];
  const weights = new Float32Array(features);
  readFloats(bytes, streamStart(plan, plan.layers[layer], unit, 0), features, weights, 0);
  return weights;
}

/** The signs of one binary unit, as 0 and 1. @param {Plan} plan @param {Uint8Array} bytes @param {number} layer @param {number} unit */
export function bitsOf(plan, bytes, layer, unit) {
  const start = streamStart(plan, plan.layers[layer], unit, 0);
  return Uint8Array.from(
    { length: plan.layers[layer].features },
    (_, i) => (bytes[(start + i) >> 3] >> ((start + i) & 7)) & 1,
  );
}
