/** The steps of an example's forward pass, stage by stage, and what to say about each. */

import { hex, percent, signed } from "../shared/numbers.js";
import { popcount } from "../bits/decode.js";
import { agreement, weightsOf } from "../bits/forward_pass.js";

/**
 * @typedef {import("./networks.js").BinaryNet} BinaryNet
 * @typedef {import("./networks.js").FloatNet} FloatNet
 * @typedef {{stage: string, within: number}} Place of a step: its stage, and which step of that it is
 */

/** Pixels that are compared in one step: a stored word of bits. */
const WORD = 32;
const WORDS = 25;

export const STAGES = /** @type {const} */ ([
  { id: "see", title: "Pixels", steps: 1 },
  { id: "compare", title: "Compare", steps: WORDS },
  { id: "decide", title: "Decide", steps: 8 },
  { id: "score", title: "Score", steps: 10 },
  { id: "answer", title: "Answer", steps: 1 },
  { id: "learn", title: "Learn", steps: 1 },
]);
export const STEPS = STAGES.reduce((sum, { steps }) => sum + steps, 0);

/** What to say until it is known what a network learns. */
export const LEARNING = "A copy of this network is learning from the digit \u2026";
/** What to say where a network cannot learn, because nobody has said what it should have answered. */
export const UNNAMED =
  "A network learns from an example and its right answer. Say which digit you meant, and a copy of this network learns from it.";

/** @param {string} stage @returns {number} its first step */
export function firstOf(stage) {
  let at = 0;
  for (const { id, steps } of STAGES) {
    if (id === stage) return at;
    at += steps;
  }
  throw new RangeError(`a stage must be one of ${STAGES.map(({ id }) => id).join(", ")}, got ${stage}`);
}

/** @param {string} stage @returns {number} its last step, at which all of it has happened */
export const lastOf = (stage) => firstOf(stage) + (STAGES.find(({ id }) => id === stage)?.steps ?? 1) - 1;

/** @param {number} number 0 to STEPS − 1 @returns {Place} */
export function stageAt(number) {
  let within = number;
  for (const { id, steps } of STAGES) {
    if (within < steps) return { stage: id, within };
    within -= steps;
  }
  return { stage: "learn", within: 0 };
}

/** How many steps of a stage have happened at a step. @param {number} number @param {string} stage */
export function happened(number, stage) {
  const size = STAGES.find(({ id }) => id === stage)?.steps ?? 0;
  return Math.max(0, Math.min(size, number - firstOf(stage) + 1));
}

/** The running sum of a float unit's products after so many pixels. @param {Float32Array} weights @param {Float32Array} inputs @param {number} from @param {number} to */
function sumOf(weights, inputs, from, to) {
  let sum = 0;
  for (let i = from; i < Math.min(to, inputs.length); i++) sum += weights[i] * inputs[i];
  return sum;
}

/**
 * @param {Place} place @param {BinaryNet} net @param {import("../bits/forward_pass.js").BinaryWay} way
 * @param {number} unit @param {number | null} label
 */
export function sayBinary({ stage, within }, net, way, unit, label) {
  if (stage === "see")
    return "A pixel brighter than 127 becomes +1, every other \u22121. One bit a pixel: 784 bits, stored in 25 words of 32.";
  if (stage === "compare") {
    const word = way.words[within];
    const { weight, agree } = agreement(net.plan, net.bytes, 0, unit, within, word);
    let far = 0;
    for (let index = 0; index <= within; index++)
      far += popcount(agreement(net.plan, net.bytes, 0, unit, index, way.words[index]).agree);
    const of = Math.min(WORD, net.plan.layers[0].features - WORD * within);
    return `Word ${within}: XNOR(0x${hex(word)}, 0x${hex(weight)}) has a 1 wherever pixel and weight agree, and popcount counts them: ${popcount(agree)} of ${of}. So far ${far}.`;
  }
  if (stage === "decide") {
    const shown = Math.floor(unit / WORD) === within ? unit : WORD * within;
    const [count, threshold] = [way.counts[shown], net.thresholds[shown]];
    const more = count > threshold;
    return `Container ${within}. Its unit ${shown} agrees in ${count} of 784 pixels. That is ${more ? "more" : "not more"} than its threshold ${threshold}, so it says ${more ? "+1" : "\u22121"}.`;
  }
  if (stage === "score")
    return `Class ${within}: its 256 bits agree with ${way.scores[within]} of the 256 hidden units. XNOR and popcount again, eight words.`;
  return sayAnswer(way.answer, label, `more hidden units agree with class ${way.answer} than with any other`);
}

/**
 * @param {Place} place @param {FloatNet} net @param {import("../bits/forward_pass.js").FloatWay} way
 * @param {number} unit @param {number | null} label
 */
export function sayFloat({ stage, within }, net, way, unit, label) {
  if (stage === "see")
    return "A pixel from 0 to 255 becomes a number from 0 to 1. It keeps its shade of grey.";
  if (stage === "compare") {
    const weights = weightsOf(net.plan, net.bytes, 0, unit);
    const here = sumOf(weights, way.inputs, WORD * within, WORD * (within + 1));
    const far = sumOf(weights, way.inputs, 0, WORD * (within + 1));
    return `The same 32 pixels: each is multiplied by its weight, and all are added up: ${signed(here)}. So far ${signed(far)}.`;
  }
  if (stage === "decide") {
    const sum = way.sums[within];
    const kept =
      sum > 0 ? "Above 0 it stays as it is." : "Below 0 it counts as 0 (that is all that ReLU does).";
    return `Unit ${within}: its 784 products add up to ${signed(sum)}. ${kept}`;
  }
  if (stage === "score")
    return `Class ${within}: eight products of hidden units and weights add up to ${signed(way.scores[within])}.`;
  return sayAnswer(way.answer, label, `class ${way.answer} has the highest sum`);
}

/** @param {number} answer @param {number | null} label @param {string} why */
function sayAnswer(answer, label, why) {
  const right =
    label === null ? "" : answer === label ? " That is right." : ` That is wrong: it is a ${label}.`;
  return `The answer is ${answer}, because ${why}.${right}`;
}

/** @param {Float64Array} scores @returns {number[]} softmax */
export function probabilities(scores) {
  const top = Math.max(...scores);
  const powers = [...scores].map((score) => Math.exp(score - top));
  const sum = powers.reduce((a, b) => a + b, 0);
  return powers.map((power) => power / sum);
}

const placeOf = (/** @type {number} */ pixel) =>
  `pixel ${pixel} (row ${Math.floor(pixel / 28)}, column ${pixel % 28})`;

/**
 * What one training step did to a binary unit.
 * @param {{signal: number, label: number, unit: number, before: Float32Array, after: Float32Array, flips: number}} step
 * @param {number[]} flipped its pixels whose bit flipped
 */
export function sayBinaryUpdate(step, flipped) {
  const wants = step.signal > 0 ? "+1" : "\u22121";
  const toward = step.signal > 0 ? "towards this digit" : "away from this digit";
  const begin = `The codebook, a random code for each class, wants unit ${step.unit} to answer ${wants} to a ${step.label}. So each of its 784 counters moves ${toward}, as far as it differs from the average one.`;
  const all = `In the whole network ${step.flips.toLocaleString("en")} of 203,264 bits flipped.`;
  if (flipped.length === 0)
    return `${begin} None of them crossed 0, so none of its bits flipped: a weight is only its counter\u2019s sign. ${all}`;
  const pixel = flipped[0];
  const moved = `${signed(step.before[pixel])} to ${signed(step.after[pixel])}`;
  const count =
    flipped.length === 1
      ? "One crossed 0, and its bit flipped"
      : `${flipped.length} crossed 0, and their bits flipped`;
  return `${begin} ${count}: at ${placeOf(pixel)} from ${moved}. ${all}`;
}

/**
 * What one training step did to a float unit.
 * @param {{label: number, unit: number, flips: number, rate: number}} step @param {number[]} shares the softmax of the scores
 * @param {Float32Array} before @param {Float32Array} after
 */
export function sayFloatUpdate(step, shares, before, after) {
  let pixel = 0;
  for (let i = 1; i < before.length; i++)
    if (Math.abs(after[i] - before[i]) > Math.abs(after[pixel] - before[pixel])) pixel = i;
  const begin = `The network gave class ${step.label} a probability of ${percent(shares[step.label])}; it should have been 100 %. The error goes back through W1 to each hidden unit, and each weight moves against it by ${step.rate} × error × pixel.`;
  const all = `In the whole network ${step.flips.toLocaleString("en")} of 203,264 bits flipped, most of them low mantissa bits.`;
  if (before[pixel] === after[pixel])
    return `${begin} Unit ${step.unit} was off (its sum is below 0), so none of its weights moved. ${all}`;
  return `${begin} The largest move of unit ${step.unit}: at ${placeOf(pixel)} from ${signed(before[pixel])} to ${signed(after[pixel])}. ${all}`;
}
