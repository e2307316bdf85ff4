/** The steps of an example's forward pass, stage by stage, and what to say about each. */

import { popcount } from "../bits/decode.js";
import { agreement, weightsOf } from "../bits/forward_pass.js";
import { WORDS } from "./words.js";

/**
 * @typedef {import("./networks.js").BinaryNet} BinaryNet
 * @typedef {import("./networks.js").FloatNet} FloatNet
 * @typedef {{stage: string, within: number}} Place of a step: its stage, and which step of that it is
 */

/** Pixels that are compared in one step: a stored word of bits. */
const WORD = 32;
const STORED_WORDS = 25;

export const STAGES = /** @type {const} */ ([
  { id: "see", steps: 1 },
  { id: "compare", steps: STORED_WORDS },
  { id: "decide", steps: 8 },
  { id: "score", steps: 10 },
  { id: "answer", steps: 1 },
  { id: "learn", steps: 1 },
]);
export const STEPS = STAGES.reduce((sum, { steps }) => sum + steps, 0);

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
 * @param {import("../shared/class_names.js").ClassNames} classes
 */
export function sayBinary({ stage, within }, net, way, unit, label, classes) {
  if (stage === "see") return WORDS.binary.see;
  if (stage === "compare") {
    const word = way.words[within];
    const { weight, agree } = agreement(net.plan, net.bytes, 0, unit, within, word);
    let far = 0;
    for (let index = 0; index <= within; index++)
      far += popcount(agreement(net.plan, net.bytes, 0, unit, index, way.words[index]).agree);
    const of = Math.min(WORD, net.plan.layers[0].features - WORD * within);
    return WORDS.binary.compare(within, word, weight, popcount(agree), of, far);
  }
  if (stage === "decide") {
    const shown = Math.floor(unit / WORD) === within ? unit : WORD * within;
    return WORDS.binary.decide(within, shown, way.counts[shown], net.thresholds[shown]);
  }
  if (stage === "score") return WORDS.binary.score(classes.name(within), way.scores[within]);
  return sayAnswer(way.answer, WORDS.binary.why, label, classes);
}

/**
 * @param {Place} place @param {FloatNet} net @param {import("../bits/forward_pass.js").FloatWay} way
 * @param {number} unit @param {number | null} label
 * @param {import("../shared/class_names.js").ClassNames} classes
 */
export function sayFloat({ stage, within }, net, way, unit, label, classes) {
  if (stage === "see") return WORDS.float.see;
  if (stage === "compare") {
    const weights = weightsOf(net.plan, net.bytes, 0, unit);
    const here = sumOf(weights, way.inputs, WORD * within, WORD * (within + 1));
    const far = sumOf(weights, way.inputs, 0, WORD * (within + 1));
    return WORDS.float.compare(here, far);
  }
  if (stage === "decide") return WORDS.float.decide(within, way.sums[within]);
  if (stage === "score") return WORDS.float.score(classes.name(within), way.scores[within]);
  return sayAnswer(way.answer, WORDS.float.why, label, classes);
}

/**
 * @param {number} answer @param {(name: string) => string} why @param {number | null} label
 * @param {import("../shared/class_names.js").ClassNames} classes
 */
function sayAnswer(answer, why, label, { name, one }) {
  const known = label === null ? null : { right: answer === label, one: one(label) };
  return WORDS.answer(name(answer), why(name(answer)), known);
}

/** @param {Float64Array} scores @returns {number[]} softmax */
export function probabilities(scores) {
  const top = Math.max(...scores);
  const powers = [...scores].map((score) => Math.exp(score - top));
  const sum = powers.reduce((a, b) => a + b, 0);
  return powers.map((power) => power / sum);
}

/**
 * What one training step did to a binary unit.
 * @param {{signal: number, label: number, unit: number, before: Float32Array, after: Float32Array, flips: number}} step
 * @param {number[]} flipped its pixels whose bit flipped @param {import("../shared/class_names.js").ClassNames} classes
 */
export function sayBinaryUpdate(step, flipped, classes) {
  const { learn, noneFlipped, someFlipped, all } = WORDS.binary;
  const [pixel] = flipped;
  const first = { pixel, from: step.before[pixel], to: step.after[pixel] };
  return [
    learn(step.unit, step.signal > 0, classes.one(step.label), classes.noun),
    flipped.length === 0 ? noneFlipped : someFlipped(flipped.length, first),
    all(step.flips),
  ].join(" ");
}

/**
 * What one training step did to a float unit.
 * @param {{label: number, unit: number, flips: number, rate: number}} step @param {number[]} shares the softmax of the scores
 * @param {Float32Array} before @param {Float32Array} after @param {import("../shared/class_names.js").ClassNames} classes
 */
export function sayFloatUpdate(step, shares, before, after, classes) {
  let pixel = 0;
  for (let i = 1; i < before.length; i++)
    if (Math.abs(after[i] - before[i]) > Math.abs(after[pixel] - before[pixel])) pixel = i;
  const { learn, off, largest, all } = WORDS.float;
  const move = { pixel, from: before[pixel], to: after[pixel] };
  return [
    learn(classes.name(step.label), shares[step.label], step.rate),
    move.from === move.to ? off(step.unit) : largest(step.unit, move),
    all(step.flips),
  ].join(" ");
}
