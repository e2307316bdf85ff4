/** A hidden unit in words: where it is, which classes it was taught to answer to, and for which it votes. */

import { streamStart } from "./address.js";
import { formatOf } from "./number_format.js";
import { WORDS } from "./words.js";

/** Classes that are named at most for a unit whose votes are numbers. */
const MOST_NAMED = 3;
/** A vote this much weaker than the strongest is not named. */
const LEAST_SHARE = 0.4;

/**
 * @typedef {import("./address.js").Plan} Plan
 * @typedef {import("./address.js").Mark} Mark
 * @typedef {{unit: number, place: string, taught: boolean, values: number[], named: number[]}} Unit
 *   `values` has a number for each class: what it was taught, +1 or −1, or else its weight for that class. `named`
 *   are the classes that a sentence about it names.
 */

/** The hidden unit that a marked weight leads to or from; null if there is none. @param {Mark} mark @returns {number | null} */
export function unitOf({ address }) {
  if (address.layer === "W0") return address.unit;
  return "padding" in address ? null : address.feature;
}

/** @param {Plan} plan @param {Uint8Array} bytes the frame @param {number} unit @param {number[] | null} taught a bit for each class, by unit @returns {Unit} */
export function describeUnit(plan, bytes, unit, taught) {
  const { units } = formatOf(plan);
  const place = units === 1 ? "" : WORDS.place(Math.floor(unit / units), unit % units);
  const classes = Array.from({ length: plan.layers[1].units }, (_, k) => k);
  const mask = taught?.[unit];
  const values =
    mask === undefined ? votes(plan, bytes, unit) : classes.map((k) => ((mask >> k) & 1 ? 1 : -1));
  const sign = formatOf(plan).isSign || mask !== undefined;
  const strongest = Math.max(...values);
  const named = classes
    .filter((k) => values[k] > 0 && values[k] >= LEAST_SHARE * strongest)
    .sort((a, b) => values[b] - values[a])
    .slice(0, sign ? classes.length : MOST_NAMED);
  return { unit, place, taught: mask !== undefined, values, named: named.sort((a, b) => a - b) };
}

/** Its weights to the classes. @param {Plan} plan @param {Uint8Array} bytes @param {number} unit */
function votes(plan, bytes, unit) {
  const [, output] = plan.layers;
  const format = formatOf(plan);
  const all = new Float32Array(output.units);
  for (let k = 0; k < output.units; k++) format.readAll(bytes, streamStart(plan, output, k, unit), 1, all, k);
  return [...all];
}

/** What it was taught, or what it does, as a sentence. @param {Unit} unit @param {import("../shared/class_names.js").ClassNames} classes */
export function unitSentence({ taught, named }, { name, noun }) {
  return (taught ? WORDS.taught : WORDS.votes)(named.map(name), noun);
}
