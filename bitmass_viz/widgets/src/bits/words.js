/** What numbers, words and addresses are called, in one table, so that a translation would be a file. */

import { counted, grouped } from "../shared/numbers.js";

/** @param {string[]} digits @returns {string} "3, 5 and 8" */
const listed = (digits) =>
  digits.length < 2 ? digits.join("") : `${digits.slice(0, -1).join(", ")} and ${digits.at(-1)}`;

/** @param {number} bits at the end of a word */
const padded = (bits) => (bits > 0 ? `, ${bits} bits of padding` : "");

export const WORDS = {
  levels: "levels",
  signs: "signs",
  numbers: "numbers",
  container: "container",
  containers: "containers",
  /** @param {number} units */
  containersOf: (units) => `containers of ${units} hidden units`,
  unit: "unit",
  units: "units",
  hiddenUnits: "hidden units",
  /** @param {string} blocks @param {number} first @param {number} last @param {number} all */
  shown: (blocks, first, last, all) => `${blocks} ${first}\u2013${last} of ${all}`,
  fields: { sign: "sign", exponent: "exponent", mantissa: "mantissa" },
  /** The sign where there is no room for the word. */
  shortSign: "\u00b1",

  /** @param {string} number @param {number} most */
  level: (number, most) => `${number} of \u00b1${grouped(most)}`,
  /** @param {number} value @param {number} bit @param {number} all */
  bitOf: (value, bit, all) => `${value}, bit ${bit} of ${all}`,
  /** @param {number} value */
  onlyBit: (value) => `${value}, its only bit`,
  /** @param {number} value @param {number} bit @param {string} field */
  bitIn: (value, bit, field) => `${value}, bit ${bit}: ${field}`,
  /** @param {number | null} weights null if they are not whole @param {number} bits of a weight @param {number} ones @param {number} padding */
  levelsInWord: (weights, bits, ones, padding) =>
    `${weights === null ? "parts of weights" : counted(weights, "weight", "weights")} of ${bits} bits, ` +
    `${ones} of the bits are ones${padded(padding)}`,
  /** @param {number} ones @param {number} weights @param {number} padding */
  signsInWord: (ones, weights, padding) =>
    `${ones} of ${weights} weights in this word are +1${padded(padding)}`,
  notANumber: "not a number",
  /** @param {number} place in a word */
  bit: (place) => `bit ${place}`,

  /** @param {number} container @param {number} lane */
  place: (container, lane) => `container ${container}, lane ${lane}`,
  /** @param {string[]} digits @param {string} noun */
  taught: (digits, noun) => `Taught to answer to ${digits.length ? listed(digits) : `no ${noun}`}.`,
  /** @param {string[]} digits @param {string} noun */
  votes: (digits, noun) => (digits.length ? `Votes most for ${listed(digits)}.` : `Votes for no ${noun}.`),

  /** @param {number} unit */
  hidden: (unit) => `hidden unit ${unit}`,
  /** @param {number} unit @param {number} container @param {number} lane */
  hiddenAt: (unit, container, lane) => `hidden ${unit} (${WORDS.place(container, lane)})`,
  /** @param {number} pixel @param {number} row @param {number} column */
  pixel: (pixel, row, column) => `pixel ${pixel}: row ${row}, column ${column}`,
  /** @param {string} name */
  class: (name) => `class ${name}`,
  layers: ["W0: pixels to hidden units", "W1: hidden units to classes"],
  noFeature: "none: the row has ended",
  padding: "padding",
  noByte: "none: padding is not in the bit-mass",
  noValue: "always 0",
  /** @param {number} bits */
  allBits: (bits) => `all ${bits} bits`,
  /** @param {number} word @param {string} part of it */
  word: (word, part) => `${grouped(word)}, ${part}`,
  whole: "whole",
  /** @param {number} first @param {number} last */
  bits: (first, last) => `bits ${first} to ${last}`,
  /** @param {number} first @param {number} last */
  bytes: (first, last) => (first === last ? grouped(first) : `${grouped(first)} to ${grouped(last)}`),
  /** The readout read out. @param {Record<string, string>} text */
  sentence: (text) =>
    `${text.layer}. ${text.unit}, ${text.feature}. Bit ${text.bit}. Word ${text.word}, ${text.hex}. ` +
    `Byte ${text.byte}. Value ${text.value}.`,
};
