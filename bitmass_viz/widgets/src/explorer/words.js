/** What the explorer says, in one table, so that a translation would be a file. Trainers and controls come from Python. */

import { counted, grouped } from "../shared/numbers.js";
import { WORDS as TRAINING } from "../training/words.js";

/** @param {number} seconds */
const duration = (seconds) => {
  if (seconds < 0.1) return `${Number(seconds.toPrecision(1))} s`;
  return seconds < 10 ? `${seconds.toPrecision(2)} s` : `${Math.round(seconds)} s`;
};

export const WORDS = {
  title: "Weight explorer",
  view: "Accuracy",
  marked: "The selected weight",

  history: "History of snapshots",
  historyHelp: "Go back in time; Play continues from there",
  replay: "Replay",
  replayHelp: "Show the whole run again, from its first snapshot to its last",
  /** @param {number} number @param {number} all */
  snapshot: (number, all) => `snapshot ${grouped(number)} of ${grouped(all)}`,
  /** @param {number} all */
  snapshots: (all) => counted(all, "snapshot", "snapshots"),
  /** @param {string} snapshot @param {number} examples */
  snapshotAfter: (snapshot, examples) => `${snapshot}, ${TRAINING.exampleCount(examples)} seen`,

  compare: "Compare",
  comparing: "Comparing",
  compareHelp: "Pin this snapshot; later changes are highlighted.",
  compareMore: "Press again to stop comparing.",
  /** @param {number} examples */
  comparedWith: (examples) => `Compared with the snapshot after ${TRAINING.exampleCount(examples)}`,

  /** What accuracy is measured on. @param {number | null} size @param {boolean} synthetic @param {string} split @param {string} digits or images */
  digits: (size, synthetic, split, digits) =>
    `${size ? `${grouped(size)} ` : ""}${synthetic ? "synthetic " : ""}${split} ${digits}`,
  /** @param {string} digits */
  measuredOn: (digits) => `on ${digits}`,
  /** @param {string} digits */
  notMeasured: (digits) => `not measured yet, on ${digits}`,
  pace: (/** @type {number} */ seconds) => `${duration(seconds)} per epoch`,
  paceAbout: "time per epoch",
  paceHelp:
    "Computing time for one pass through the training data, measured during this session where the network trains. " +
    "Drawing is not counted, nor the pauses that let you watch.",
  noExample: "no example yet",
  right: "\u2713 right",
  wrong: "\u2717 wrong",
  /** @param {string} digit @param {string} read */
  readAs: (digit, read) => `${digit}, read as ${read}`,
  /** @param {number} index */
  example: (index) => `example ${grouped(index)}`,
  massHelp: "Weight bits of both layers, without padding",
  /** @param {number} count */
  bits: (count) => `${grouped(count)} bits`,
  /** @param {number} size @param {number} done */
  minibatch: (size, done) => `weights change every ${grouped(size)} examples: ${done} of ${size} so far`,
  synthetic: "Drawn by a generator: accuracies are not comparable with MNIST",
  tryAgain: "Try again",
  /** @param {string} label of a data set */
  use: (label) => `Switch to ${label}`,

  /** @param {string} title of a view @param {string} what it shows */
  panel: (title, what) => `${title}. ${what} Arrow keys move, Enter pins, Esc releases.`,
  layer: "Layer",
  layers: ["input layer", "output layer"],
  earlier: "Earlier hidden units",
  later: "Later hidden units",
  /** @param {number} bits */
  weightBits: (bits) => `${grouped(bits)} weight bits`,
  /** @param {number} count @param {number} bits */
  flipped: (count, bits) => `${grouped(count)} of ${grouped(bits)} bits flipped since the last frame`,
  /** @param {number} count @param {number} bits @param {number} examples */
  differ: (count, bits, examples) =>
    `${grouped(count)} of ${grouped(bits)} bits differ from the snapshot after ${TRAINING.exampleCount(examples)}`,

  pointing:
    "Point at a weight in any view, tap it, or use the arrow keys there: its unit is enlarged here. " +
    "Space plays and pauses.",
  pinned: "Pinned. Esc or another click releases it.",
  canBePinned: "Click or press Enter to pin it.",
  nothingMarked: "Nothing is selected.",
  /** @param {number} unit */
  unit: (unit) => `Hidden unit ${unit}`,
  /** @param {number} unit @param {string} sentence about it */
  aboutUnit: (unit, sentence) => `Hidden unit ${unit}. ${sentence}`,
  /** The entries of the readout. */
  entries: {
    unit: "unit",
    feature: "input",
    word: "word",
    byte: "byte",
    value: "value",
    layer: "layer",
    hex: "hex",
    bit: "bit",
  },

  save: "Save",
  saveTitle: "Download",
  files: {
    npz: "Weights, for NumPy (.npz)",
    bin: "Weights, raw bytes (.bin)",
    csv: "Curves of all runs (.csv)",
    neuron: "Neuron view (.png)",
    bit: "Bit view (.png)",
    data: "Data view (.png)",
    chart: "Curves as a picture (.svg)",
    chartPixels: "Curves as a picture (.png)",
  },
  /** @param {string} file */
  saved: (file) => `Saved as ${file}.`,
  noPicture: "The browser could not make a picture of this view.",
  noChart: "The browser could not make a picture of the curves.",

  hide: "Hide controls, for a lesson",
  /** What a link can hide in addition to the controls. */
  parts: {
    step: TRAINING.step,
    reset: TRAINING.reset,
    scrubber: "History",
    keep: "Compare",
    layer: "Layer",
    export: "Save",
    tour: "Tour",
  },
  /** @param {string} trainer @param {number} examples @param {string} dataset */
  cardFacts: (trainer, examples, dataset) => `${trainer}: ${TRAINING.exampleCount(examples)} of ${dataset}`,
  cardPictures: { neuron: "Weights as pictures", bit: "All weight bits" },
};
