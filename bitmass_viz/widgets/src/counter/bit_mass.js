/** Counting a network's weight bits, and the sentences about the result; no DOM. */

import { grouped } from "../shared/numbers.js";
import { WORDS } from "./words.js";

/**
 * A network without biases: inputs → hidden units → classes.
 * @typedef {{inputs: number, classes: number, container_bits: number}} Shape
 * @typedef {Shape & {hidden: {label: string, low: number, high: number, value: number,
 *   ticks: {value: number, note: string}[]}, formats: {bits: number, label: string}[], bits: number, goal: number,
 *   group: number}} Content what the kernel sends once
 * @typedef {{units: number, inputs: number, weights: number, bits: number}} Line one layer
 * @typedef {{containers: number, bitsPerWeight: number, perContainer: number, units: number, layers: Line[],
 *   weights: number, bits: number, bytes: number, kibibytes: number}} Count
 */

const BITS_A_BYTE = 8;
const BYTES_A_KIBIBYTE = 1024;

/**
 * @param {Shape} shape @param {number} containers @param {number} bitsPerWeight
 * @returns {Count} `perContainer` is how many hidden units share a container
 */
export function count(shape, containers, bitsPerWeight) {
  const perContainer = shape.container_bits / bitsPerWeight;
  if (!Number.isInteger(perContainer) || perContainer < 1) {
    throw new RangeError(
      `bits per weight must divide a container of ${shape.container_bits} bits, got ${bitsPerWeight}`,
    );
  }
  const units = containers * perContainer;
  const layers = [
    { units, inputs: shape.inputs },
    { units: shape.classes, inputs: units },
  ].map((layer) => {
    const weights = layer.units * layer.inputs;
    return { ...layer, weights, bits: weights * bitsPerWeight };
  });
  const weights = layers[0].weights + layers[1].weights;
  const bits = layers[0].bits + layers[1].bits;
  const bytes = bits / BITS_A_BYTE;
  const kibibytes = bytes / BYTES_A_KIBIBYTE;
  return { containers, bitsPerWeight, perContainer, units, layers, weights, bits, bytes, kibibytes };
}

/**
 * The fewest containers whose weights take more than `goal` bits; null if none within the bounds do.
 * @param {Shape} shape @param {number} goal @param {{low: number, high: number}} bounds
 */
export function fewestAbove(shape, goal, { low, high }) {
  const fewest = Math.max(low, Math.floor(goal / massOf(shape, 1)) + 1);
  return fewest <= high ? fewest : null;
}

/** The bit-mass, which is the same in every format. @param {Shape} shape @param {number} containers */
function massOf(shape, containers) {
  return count(shape, containers, shape.container_bits).bits;
}

/**
 * The nearest whole number within the bounds; `otherwise` if it is not a number.
 * @param {number} value @param {{low: number, high: number}} bounds @param {number} otherwise
 */
export function within(value, { low, high }, otherwise) {
  return Number.isFinite(value) ? Math.min(high, Math.max(low, Math.round(value))) : otherwise;
}

/** How often a container has been cut in two. @param {number} perContainer a power of two */
export function cutsOf(perContainer) {
  return Math.log2(perContainer);
}

/** The same containers as floats and as single bits. @param {Shape} shape @param {number} containers */
export function sameMassText(shape, containers) {
  const [floats, binary] = [shape.container_bits, 1].map((bits) =>
    WORDS.units(bits, count(shape, containers, bits).units),
  );
  return WORDS.same(floats, binary, massOf(shape, containers));
}

/** What the picture shows, for readers who do not see it. @param {Count} count @param {number} places */
export function blocksText({ containers, perContainer, units, bitsPerWeight }, places) {
  return WORDS.blocks(containers, places, perContainer, WORDS.units(bitsPerWeight, units));
}

/** The picture as a sum. @param {Count} count */
export function blocksSumText({ containers, perContainer, bitsPerWeight, units }) {
  return WORDS.blocksSum(containers, perContainer, WORDS.units(bitsPerWeight, units));
}

/**
 * Assess a reader's attempt to find the fewest containers above `goal` bits.
 * @param {Shape} shape @param {number} containers @param {number | null} fewest
 * @returns {{solved: boolean, said: string}}
 */
export function assess(shape, containers, fewest) {
  if (fewest === null || containers < fewest) return { solved: false, said: "" };
  if (containers > fewest) return { solved: false, said: WORDS.tooMany };
  const before = fewest > 1 ? massOf(shape, fewest - 1) : null;
  return { solved: true, said: WORDS.solved(fewest, massOf(shape, fewest), before) };
}

/** @param {number} ratio 2 → "2.0 ×", 128.96 → "129 ×" */
export function times(ratio) {
  return `${ratio < 10 ? ratio.toFixed(1) : grouped(Math.round(ratio))} ×`;
}
