/** What the views say, in one table, so that a translation would be a file. */

import { grouped, hex, percent } from "../shared/numbers.js";

export const WORDS = {
  neuron: {
    title: "Neuron view",
    what: "The pattern of ink that each hidden unit responds to, or how each hidden unit counts for each class.",
  },
  bit: {
    title: "Bit view",
    what: "Every weight bit: a row is a bit of a unit, a column an input. 32 rows make a float unit or a BV32 container.",
  },
  data: {
    title: "Data view",
    what: "The words as they are stored, in hex. The strip at the side shows all of them.",
  },

  weights: "weights",
  /** @param {string} title of a view @param {string} text what it shows now */
  picture: (title, text) => `${title}. ${text}`,
  /** @param {number} rows @param {number} columns @param {string} what */
  size: (rows, columns, what) => `${grouped(rows)} × ${grouped(columns)} ${what}`,
  bits: "bits",

  unit: "unit",
  class: "class",
  word: "word",
  wordBits: "bit 31 \u2026 0 of each word",

  flipped: "just flipped",
  differs: "differs",
  difference: "difference",
  padding: "padding",

  /** @param {number} first @param {number} last @param {string} all */
  part: (first, last, all) => `${first} to ${last} of ${all}`,
  /** @param {number} count @param {string} of what, as in "hidden units" */
  all: (count, of) => `${grouped(count)} ${of}`,
  /** @param {number} classes @param {string} inputs */
  classes: (classes, inputs) => `${classes} classes, each with weights for ${inputs}`,
  /** @param {string} where @param {number} ones a share */
  signs: (where, ones) => `${where}. ${percent(ones)} of the signs shown are +1.`,
  /** @param {string} where @param {number} ones a share @param {number} similarity of the units */
  unitSigns: (where, ones, similarity) =>
    `${where}. ${percent(ones)} of the signs shown are +1; on average a unit agrees with the first, or with its ` +
    `negative, in ${percent(similarity)} of the pixels (50 % is chance).`,
  /** @param {string} where @param {string} low @param {string} high */
  range: (where, low, high) => `${where}. The weights shown go from ${low} to ${high}.`,
  /** @param {string} where @param {string} low @param {string} high */
  differences: (where, low, high) =>
    `${where}. The differences from the pinned snapshot go from ${low} to ${high}.`,
  /** @param {number} rows @param {number} columns @param {number} ones a share */
  ones: (rows, columns, ones) =>
    `${grouped(rows)} rows of ${grouped(columns)} bits. ${percent(ones)} of them are ones.`,
  /** @param {number} rows @param {number} columns @param {[string, number][]} parts of a weight, and their shares of ones */
  onesOfParts: (rows, columns, parts) =>
    `${grouped(rows)} rows of ${grouped(columns)} bits. ` +
    `Ones are ${parts.map(([part, ones]) => `${percent(ones)} of the ${part} bits`).join(", ")}.`,
  /** @param {number} words @param {number} perRow @param {number} padding bits at the end of a row @param {number} first word */
  words: (words, perRow, padding, first) =>
    `${grouped(words)} words of 32 bits, ${grouped(perRow)} per row` +
    `${padding ? `, the last of which ends in ${padding} bits of padding` : ""}. The first is 0x${hex(first)}.`,
  /** @param {string} text @param {number} count */
  changed: (text, count) => `${text} ${grouped(count)} bits of the whole network just flipped.`,
  /** @param {string} text @param {number} count */
  compared: (text, count) =>
    `${text} ${grouped(count)} bits of the whole network differ from the pinned snapshot.`,
};
