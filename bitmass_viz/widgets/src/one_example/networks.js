/** The two networks as the kernel sends them, a digit's way through both, and what they learn from it. */

import { makePlan } from "../bits/address.js";
import { bytesOf, countFlips } from "../bits/decode.js";
import { binaryWay, floatWay } from "../bits/forward_pass.js";

/**
 * @typedef {import("../bits/address.js").Plan} Plan
 * @typedef {{label: string, accuracy: number, plan: Plan, bytes: Uint8Array}} Net
 * @typedef {Net & {thresholds: number[]}} BinaryNet
 * @typedef {Net & {slope: number, rate: number}} FloatNet
 * @typedef {{float: FloatNet, binary: BinaryNet, threshold: number, examples: number}} Networks
 * @typedef {{binary: import("../bits/forward_pass.js").BinaryWay, float: import("../bits/forward_pass.js").FloatWay}} Ways
 *
 * What both networks learn from the digit: their weights afterwards, and one binary unit's counters before and after.
 * @typedef {{label: number, signal: number, unit: number, float: Uint8Array, binary: Uint8Array,
 *   before: Float32Array, after: Float32Array, flips: {float: number, binary: number}}} Update
 */

/** @param {import("../shared/protocol.js").TwoNetworks} sent @param {Uint8Array} weights of the float network, then of the binary one @returns {Networks | null} */
export function unpackNetworks(sent, weights) {
  if (!sent?.float || weights.length !== sent.float.bytes + sent.binary.bytes) return null;
  const { float, binary, thresholds, threshold, examples } = sent;
  return {
    float: { ...float, plan: makePlan(float), bytes: weights.slice(0, float.bytes) },
    binary: { ...binary, thresholds, plan: makePlan(binary), bytes: weights.slice(float.bytes) },
    threshold,
    examples,
  };
}

/** @param {Networks} networks @param {Uint8Array} pixels @returns {Ways} */
export function waysThrough({ binary, float, threshold }, pixels) {
  return {
    binary: binaryWay(binary.plan, binary.bytes, pixels, threshold, binary.thresholds),
    float: floatWay(float.plan, float.bytes, pixels, float.slope),
  };
}

/**
 * @param {{label: number, signal: number, unit: number}} message @param {DataView[]} buffers @param {Networks} networks
 * @returns {Update}
 */
export function unpackUpdate({ label, signal, unit }, buffers, networks) {
  // Copies, because each begins at a word then.
  const [float, binary, before, after] = buffers.map((buffer) => bytesOf(buffer).slice());
  const flips = (/** @type {Uint8Array} */ old, /** @type {Uint8Array} */ now) =>
    countFlips(new Uint32Array(old.buffer), new Uint32Array(now.buffer));
  return {
    label,
    signal,
    unit,
    float,
    binary,
    before: new Float32Array(before.buffer),
    after: new Float32Array(after.buffer),
    flips: { float: flips(networks.float.bytes, float), binary: flips(networks.binary.bytes, binary) },
  };
}
