/** What networks side by side say, in one table, so that a translation would be a file. Trainers and controls come from Python. */

import { grouped } from "../shared/numbers.js";
import { WORDS as TRAINING } from "../training/words.js";

export const WORDS = {
  title: "Networks side by side",
  view: "View",
  noDigit: "no digit yet",
  /** @param {number} digit */
  handwritten: (digit) => `handwritten ${digit}`,
  same: "All networks see the same digits, in the same order.",
  /** @param {number} digit @param {number} index */
  next: (digit, index) => `Next for all: a ${digit}, training digit ${grouped(index)}.`,
  /** @param {boolean} right @param {number} answer */
  says: (right, answer) => `${right ? "\u2713" : "\u2717"} says ${answer}`,
  /** @param {number} bits */
  flipped: (bits) => `${grouped(bits)} bits flipped`,
  /** @param {number} bits */
  weightBits: (bits) => `${grouped(bits)} weight bits`,
  /** @param {number} examples @param {string} dataset @param {number} seed */
  cardFacts: (examples, dataset, seed) => `${TRAINING.exampleCount(examples)} of ${dataset}, seed ${seed}`,
};
