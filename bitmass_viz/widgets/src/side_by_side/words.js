/** What networks side by side say, in one table, so that a translation would be a file. Trainers and controls come from Python. */

import { grouped } from "../shared/numbers.js";
import { WORDS as TRAINING } from "../training/words.js";

export const WORDS = {
  title: "Networks side by side",
  view: "View",
  noExample: "no example yet",
  /** @param {string} digits */
  same: (digits) => `All networks see the same ${digits}, in the same order.`,
  /** @param {string} one @param {string} noun @param {number} index */
  next: (one, noun, index) => `Next for all: ${one}, training ${noun} ${grouped(index)}.`,
  /** @param {boolean} right @param {string} answer */
  says: (right, answer) => `${right ? "\u2713" : "\u2717"} says ${answer}`,
  /** @param {number} bits */
  flipped: (bits) => `${grouped(bits)} bits flipped`,
  /** @param {number} bits */
  weightBits: (bits) => `${grouped(bits)} weight bits`,
  /** @param {number} examples @param {string} dataset @param {number} seed */
  cardFacts: (examples, dataset, seed) => `${TRAINING.exampleCount(examples)} of ${dataset}, seed ${seed}`,
};
