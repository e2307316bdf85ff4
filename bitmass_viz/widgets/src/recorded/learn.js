/**
 * One training step on one example, worked out here: stochastic gradient descent for the float network, counting for
 * the binary one. `bitmass_viz/kernels/floatnet.py` and `hebbian.py` have the formulas; a test compares the two sides.
 */

import { streamStart } from "../bits/address.js";
import { weightsOf } from "../bits/forward_pass.js";

const round = Math.fround;

/**
 * @typedef {import("../bits/address.js").Plan} Plan
 * @typedef {{examples: number, classSums: Int32Array, hiddenSums: Int32Array, signalSums: Int32Array,
 *   inputSum: Int32Array, hiddenSum: Int32Array, codebook: Uint8Array}} Sums what a binary network has counted
 */

/**
 * W ← W − rate · gradient of softmax cross-entropy, with a = max(z, slope z).
 * @param {Plan} plan @param {Uint8Array} bytes @param {import("../bits/forward_pass.js").FloatWay} way of the example
 * @param {number} label @param {number} rate @param {number} slope
 * @returns {Uint8Array} the weights after it
 */
export function learnFloat(plan, bytes, way, label, rate, slope) {
  const best = Math.max(...way.scores);
  const powers = way.scores.map((score) => Math.exp(score - best));
  const total = powers.reduce((sum, power) => sum + power, 0);
  const errors = powers.map((power, k) => power / total - (k === label ? 1 : 0));
  const back = new Float64Array(way.hidden.length);
  for (const [k, error] of errors.entries()) {
    const weights = weightsOf(plan, bytes, 1, k);
    for (let j = 0; j < back.length; j++) back[j] += error * weights[j];
  }
  const after = bytes.slice();
  const view = new DataView(after.buffer);
  /** @param {number} layer @param {number} unit @param {number} error @param {ArrayLike<number>} inputs */
  const move = (layer, unit, error, inputs) => {
    const start = streamStart(plan, plan.layers[layer], unit, 0) / 8;
    for (let i = 0; i < inputs.length; i++) {
      const at = start + 4 * i;
      // Each product is rounded as the trainer's are, or many a last bit would come out otherwise.
      const step = round(round(rate) * round(round(error) * round(inputs[i])));
      view.setFloat32(at, view.getFloat32(at, true) - step, true);
    }
  };
  for (const [k, error] of errors.entries()) move(1, k, error, way.hidden);
  for (const [j, error] of back.entries()) move(0, j, error * (way.sums[j] > 0 ? 1 : slope), way.inputs);
  return after;
}

/**
 * The counters of one hidden unit, C_j = Σ_k b_kj (S_k − n_k M/N).
 * @param {Sums} sums @param {number} unit @returns {Float64Array} one for each input
 */
export function countersOf({ examples, classSums, signalSums, inputSum, codebook }, unit) {
  const inputs = inputSum.length;
  const units = codebook.length / signalSums.length;
  const counters = new Float64Array(inputs);
  for (const [k, signals] of signalSums.entries()) {
    const sign = codebook[units * k + unit] ? 1 : -1;
    for (let i = 0; i < inputs; i++)
      counters[i] += sign * (examples * classSums[inputs * k + i] - signals * inputSum[i]);
  }
  // Whole numbers up to here, so that a counter of 0 is 0.
  return examples > 0 ? counters.map((counter) => counter / examples) : counters;
}

/**
 * Count one example in.
 * @param {Sums} sums @param {Uint8Array} bright one for each input: 0 or 1
 * @param {Uint8Array} hidden 0 or 1 @param {number} label
 * @returns {Sums}
 */
function countIn(sums, bright, hidden, label) {
  const after = {
    ...sums,
    examples: sums.examples + 1,
    classSums: sums.classSums.slice(),
    hiddenSums: sums.hiddenSums.slice(),
    signalSums: sums.signalSums.slice(),
    inputSum: sums.inputSum.slice(),
    hiddenSum: sums.hiddenSum.slice(),
  };
  after.signalSums[label] += 1;
  for (const [values, ofClass, ofAll] of /** @type {const} */ ([
    [bright, after.classSums, after.inputSum],
    [hidden, after.hiddenSums, after.hiddenSum],
  ])) {
    for (const [i, value] of values.entries()) {
      ofClass[values.length * label + i] += value ? 1 : -1;
      ofAll[i] += value ? 1 : -1;
    }
  }
  return after;
}

/**
 * The prototype rule: the example is counted in, and each weight is the sign of its counter; at 0 it stays as it was.
 * @param {Plan} plan @param {Uint8Array} bytes @param {Sums} sums
 * @param {import("../bits/forward_pass.js").BinaryWay} way of the example @param {Uint8Array} bright @param {number} label
 * @returns {{bytes: Uint8Array, sums: Sums}} the weights and counts after it
 */
export function learnBinary(plan, bytes, sums, way, bright, label) {
  const counted = countIn(sums, bright, way.hidden, label);
  const { examples, classSums, hiddenSums, signalSums, inputSum, hiddenSum, codebook } = counted;
  const classes = signalSums.length;
  const after = bytes.slice();
  /** @param {number} layer @param {number} unit @param {number} index @param {number} counter */
  const settle = (layer, unit, index, counter) => {
    if (counter === 0) return;
    const bit = streamStart(plan, plan.layers[layer], unit, 0) + index;
    if (counter > 0) after[bit >> 3] |= 1 << (bit & 7);
    else after[bit >> 3] &= ~(1 << (bit & 7));
  };
  const inputs = inputSum.length;
  const units = hiddenSum.length;
  const parts = new Float64Array(classes * inputs);
  for (let k = 0; k < classes; k++)
    for (let i = 0; i < inputs; i++)
      parts[inputs * k + i] = examples * classSums[inputs * k + i] - signalSums[k] * inputSum[i];
  for (let j = 0; j < units; j++) {
    for (let i = 0; i < inputs; i++) {
      let counter = 0;
      for (let k = 0; k < classes; k++)
        counter += codebook[units * k + j] ? parts[inputs * k + i] : -parts[inputs * k + i];
      settle(0, j, i, counter);
    }
  }
  for (let k = 0; k < classes; k++)
    for (let j = 0; j < units; j++)
      settle(1, k, j, examples * hiddenSums[units * k + j] - signalSums[k] * hiddenSum[j]);
  return { bytes: after, sums: counted };
}
