/** What the counter says, in one table, so that a translation would be a file. Formats and trainers come from Python. */

import { counted, grouped } from "../shared/numbers.js";

/** @param {number} count */
const containers = (count) => counted(count, "container", "containers");
/** @param {number} bits */
const bitsOf = (bits) => `${grouped(bits)} bits`;

export const WORDS = {
  title: "Count the bits",
  /** Explains the terms; what is in a list is a term. @param {number} inputs @param {number} classes @param {number} container bits @returns {(string | [string])[]} */
  introduction: (inputs, classes, container) => [
    `The network turns the ${inputs} pixels of an image into a few numbers, one for each neuron or `,
    ["hidden unit"],
    `, and those into a score for each of the ${classes} digits. A `,
    ["weight"],
    " says how much one pixel counts for one hidden unit, or one hidden unit for one digit. As a ",
    ["float32"],
    ` number a weight takes ${container} bits; as a `,
    ["binary"],
    " weight (BV32, the study’s format) it takes one, + or\u00a0−. A ",
    ["container"],
    ` is one ${container}-bit neuron, or ${container} one-bit neurons. The study calls the total number of weight bits `,
    ["bit-mass"],
    ".",
  ],
  /** @param {string} label */
  asNumber: (label) => `${label}, as a number`,
  /** @param {number} value @param {string} note */
  tick: (value, note) => `${value} (${note})`,
  /** @param {number} count of containers @param {number} bits */
  size: (count, bits) => `${count}, ${bitsOf(bits)}`,
  formats: "Weights are",

  /** @param {number} bitsPerWeight @param {number} units */
  units(bitsPerWeight, units) {
    const kind = { 1: "binary ", 32: "float32 " }[bitsPerWeight];
    if (kind) return counted(units, `${kind}unit`, `${kind}units`);
    return `${counted(units, "unit", "units")} of ${bitsPerWeight}-bit weights`;
  },
  /** @param {string} floats @param {string} binary @param {number} bits */
  same: (floats, binary, bits) => `${floats} = ${binary}: ${bitsOf(bits)} either way.`,

  /** @param {number} filled @param {number} places @param {number} cells in a block @param {string} units */
  blocks(filled, places, cells, units) {
    const divided = cells === 1 ? "not divided" : `divided into ${cells} cells`;
    const each = filled === 1 ? divided : `each ${divided}`;
    return `The hidden layer: ${counted(filled, "block", "blocks")} of ${places} filled, ${each}: ${units}.`;
  },
  /** @param {number} count @param {number} each @param {string} units */
  blocksSum: (count, each, units) => `${containers(count)} × ${counted(each, "unit", "units")} = ${units}`,
  /** @param {number} bits */
  block: (bits) =>
    `. Each block is a container of ${grouped(bits)} weight bits; each cell in it is a hidden unit.`,

  columns: ["layer", "units × inputs", "weights", "bits per weight", "bits"],
  layers: ["pixels to hidden units", "hidden units to classes"],
  both: { name: "Both", note: "the bit-mass" },
  memory: "In memory",
  /** @param {number} inputs @param {number} units @param {number} classes */
  caption: (inputs, units, classes) => `All weights of ${inputs} → ${grouped(units)} → ${classes}`,
  /** @param {number} rows @param {number} columns */
  product: (rows, columns) => `${grouped(rows)} × ${grouped(columns)}`,
  /** @param {number} bits */
  total: (bits) => `= ${bitsOf(bits)}`,
  /** @param {number} bytes @param {number} kibibytes */
  bytes: (bytes, kibibytes) => `${grouped(bytes)} bytes (${kibibytes.toFixed(1)} KiB)`,

  yourTurn: "Your turn:",
  /** @param {number} bits */
  turn: (bits) => ` how many containers does it take to exceed a megabit (${bitsOf(bits)})? `,
  tooMany: "That is over a megabit, but fewer containers will do.",
  /** @param {number} count @param {number} bits @param {number | null} before bits of one container fewer */
  solved: (count, bits, before) =>
    `${containers(count)}: ${bitsOf(bits)}.${before === null ? "" : ` One fewer is ${grouped(before)}.`}`,

  leftOut: "What this count leaves out",
  leftOutAbout:
    "Bit-mass counts weights only. A network needs other numbers as well: a few to read digits, and many more to learn.",
  leftOutColumns: ["trainer", "extra bits in use", "extra bits to train", "total ÷ bit-mass"],
  /** The same, where each cell has its own. */
  leftOutCells: ["in use", "to train", "total ÷ bit-mass"],
  /** @param {number} bits @param {number} count of containers */
  leftOutCaption: (bits, count) =>
    `Bits in addition to a bit-mass of ${grouped(bits)}, with ${containers(count)}`,
  /** @param {string} trainer @param {number} bits */
  trainer: (trainer, bits) => `${trainer}, ${bits === 32 ? "float32" : counted(bits, "bit", "bits")}`,
  /** @param {number} group */
  source: (group) =>
    "Counted in the arrays of the trainers on this page before the first digit. They could be smaller: counters " +
    `take 64 bits, and float arrays come in groups of ${group} units, so other sizes carry padding. Images ` +
    "and the outputs of hidden units are not counted here either.",
  counting: "Counting … (a few seconds the first time)",
};
