/** What one example says, in one table, so that a translation would be a file. Names of networks come from Python. */

import { grouped, hex, percent, signed } from "../shared/numbers.js";
import { WORDS as TRAINING } from "../training/words.js";

/** @param {boolean} on */
const sign = (on) => (on ? "+1" : "\u22121");
/** @param {number} flips */
const allFlips = (flips) => `In the whole network ${grouped(flips)} of 203,264 bits flipped`;
/** @param {number} pixel */
const pixelAt = (pixel) => `pixel ${pixel} (row ${Math.floor(pixel / 28)}, column ${pixel % 28})`;
/** @param {{pixel: number, from: number, to: number}} move */
const moved = ({ pixel, from, to }) => `at ${pixelAt(pixel)} from ${signed(from)} to ${signed(to)}`;

/** @typedef {{pixel: number, from: number, to: number}} Move of a counter or a weight */

export const WORDS = {
  title: "One example, slowly",
  kinds: { binary: "Binary: compare and count", float: "Float32: multiply and add" },
  /** @param {string} network @param {number} accuracy @param {string} digits or images */
  network: (network, accuracy, digits) => `${network}: ${percent(accuracy)} on validation ${digits}`,

  /** @param {string} aDigit or an image */
  pad: (aDigit) => `Drawing pad for ${aDigit}`,
  clear: "Clear",
  file: "Image file",
  chooseFile: "Image file…",
  /** @param {string} aDigit or an image */
  how: (aDigit) =>
    `Draw ${aDigit} here, or drop a picture. Arrow keys move the pen, space puts it down and lifts it, Delete clears.`,
  /** @param {string} aDigit or an image */
  draw: (aDigit) => `draw ${aDigit}`,
  penDown: "The pen is down.",
  penUp: "The pen is up.",
  /** @param {string} file */
  quoted: (file) => `\u201c${file}\u201d`,
  unnamedFile: "The image",
  /** @param {string} file @param {number} most bytes */
  tooLarge: (file, most) => `${file} is larger than ${most / 1e6} MB. Choose a smaller picture.`,
  /** @param {string} file */
  noPicture: (file) =>
    `${file} is not a picture that this browser can read. Choose a PNG or a JPEG, for example.`,
  /** @param {string} file */
  blank: (file) => `${file} seems to be empty: it is all one colour.`,
  /** @param {string} file */
  readFrom: (file) => `Read from ${file}.`,

  /** @param {string} aDigit or an image */
  pick: (aDigit) => `Pick ${aDigit}`,
  orPick: "Or pick one",
  more: "Ten others",
  /** @param {boolean} areDigits */
  which: (areDigits) => (areDigits ? "Which digit did you mean?" : "Which class did you mean?"),
  choose: "choose …",
  learned: "Both networks have learned from",
  nothing: "nothing yet",
  examples: TRAINING.exampleCount,
  /** @param {string} dataset @param {boolean} synthetic @param {string} digits or images */
  digitsOf: (dataset, synthetic, digits) =>
    `${synthetic ? "synthetic " : ""}validation ${digits} of ${dataset}`,
  /** @param {string} picture @param {boolean} isDigit */
  offered: (picture, isDigit) => (isDigit ? `a ${picture}` : picture),

  answers: "What each network says",
  answersHint: "Networks from sections 2 and 3 vote too, once they have learned something.",
  /** @param {string} network */
  untrained: (network) => `${network}, untrained`,

  stepper: "Step through the example",
  back: "\u2039 Back",
  next: "Next \u203a",
  run: "Slow motion",
  hold: "Pause",
  slider: "Step",
  stages: {
    see: "Pixels",
    compare: "Compare",
    decide: "Decide",
    score: "Score",
    answer: "Answer",
    learn: "Learn",
  },
  /** @param {number} number @param {string} title */
  stage: (number, title) => `${number} ${title}`,
  /** @param {string} stage @param {number} step @param {number} all */
  step: (stage, step, all) => `${stage}, ${step} of ${all}`,

  /** Captions of a network's pictures, by name. */
  pictures: {
    binary: {
      see: "x: \u00b11",
      weights: "w: its bits",
      both: "where they agree",
      before: "counters before",
      change: "what is added",
      after: "bits after",
    },
    float: {
      see: "x: 0 to 1",
      weights: "w: its numbers",
      both: "x times w",
      before: "weights before",
      change: "what is added",
      after: "weights after",
    },
  },
  unit: "Hidden unit",
  units: "hidden units",
  bars: {
    binary: (/** @type {number} */ units) => `All ${units} hidden units: agreement against threshold`,
    float: (/** @type {number} */ units) => `All ${units} hidden units: their sums`,
  },
  scores: "Scores of the ten classes",
  /** @param {string} noun */
  learning: (noun) => `A copy of this network is learning from the ${noun} \u2026`,
  /** @param {boolean} areDigits */
  unnamed: (areDigits) =>
    `A network learns from an example and its right answer. Say which ${areDigits ? "digit" : "class"} you meant, and a ` +
    "copy of this network learns from it.",

  /** What the binary network's pictures and sentences say. */
  binary: {
    /** @param {string} noun */
    digit: (noun) => `the ${noun} as signs`,
    /** @param {number} unit */
    weights: (unit) => `the signs of hidden unit ${unit}`,
    /** @param {number} count @param {number} of */
    agree: (count, of) => `${count} of ${of} pixels agree`,
    nothing: "nothing compared yet",
    /** @param {number} count @param {number} of @param {number} threshold @param {boolean} on */
    sum: (count, of, threshold, on) => `${count} of ${of} agree; threshold ${threshold}: ${sign(on)}`,
    /** @param {number} count @param {number} of */
    on: (count, of) => `${count} of ${of} hidden units say +1`,
    undecided: "Not decided yet",
    flipped: "bits after; flipped ones glow",
    unchanged: "bits after: unchanged",
    /** @param {number} unit @param {number} flips */
    another: (unit, flips) => `Show unit ${unit}: ${flips} of its bits flipped`,
    see:
      "A pixel brighter than 127 becomes +1, every other \u22121. One bit per pixel: 784 bits, stored in 25 words " +
      "of 32.",
    /** @param {number} word @param {number} pixels @param {number} weight @param {number} count @param {number} of @param {number} far */
    compare: (word, pixels, weight, count, of, far) =>
      `Word ${word}: XNOR(0x${hex(pixels)}, 0x${hex(weight)}) has a 1 wherever pixel and weight agree, and popcount ` +
      `counts them: ${count} of ${of}. So far ${far}.`,
    /** @param {number} container @param {number} unit @param {number} count @param {number} threshold */
    decide: (container, unit, count, threshold) =>
      `Container ${container}. Its unit ${unit} agrees in ${count} of 784 pixels. That is ` +
      `${count > threshold ? "more" : "not more"} than its threshold ${threshold}, so it says ${sign(count > threshold)}.`,
    /** @param {string} name @param {number} score */
    score: (name, score) =>
      `Class ${name}: its 256 bits agree with ${score} of the 256 hidden units. XNOR and popcount again, eight words.`,
    /** @param {string} name */
    why: (name) => `more hidden units agree with class ${name} than with any other`,
    /** @param {number} unit @param {boolean} on @param {string} one @param {string} noun */
    learn: (unit, on, one, noun) =>
      `The codebook, a random code for each class, wants unit ${unit} to answer ${sign(on)} to ${one}. So each ` +
      `of its 784 counters moves ${on ? "towards" : "away from"} this ${noun}, by as much as the ${noun} differs from ` +
      "the average one.",
    noneFlipped:
      "None of them crossed 0, so none of its bits flipped: a weight is only its counter\u2019s sign.",
    /** @param {number} count @param {Move} first */
    someFlipped: (count, first) =>
      `${count === 1 ? "One crossed 0, and its bit flipped" : `${count} crossed 0, and their bits flipped`}: ${moved(first)}.`,
    /** @param {number} flips */
    all: (flips) => `${allFlips(flips)}.`,
  },

  /** What the float network's pictures and sentences say. */
  float: {
    /** @param {string} noun */
    digit: (noun) => `the ${noun} in shades of grey`,
    /** @param {number} unit */
    weights: (unit) => `the weights of hidden unit ${unit}`,
    products: "products of pixels and weights",
    nothing: "nothing multiplied yet",
    /** @param {number} sum @param {number} hidden */
    sum: (sum, hidden) => `sum ${signed(sum)}, passed on: ${signed(hidden)}`,
    /** @param {number} low @param {number} high */
    sums: (low, high) => `Sums from ${signed(low)} to ${signed(high)}`,
    unsummed: "Not added up yet",
    see: "A pixel from 0 to 255 becomes a number from 0 to 1. It keeps its shade of grey.",
    /** @param {number} sum @param {number} far */
    compare: (sum, far) =>
      `The same 32 pixels: each is multiplied by its weight, and all are added up: ${signed(sum)}. So far ${signed(far)}.`,
    /** @param {number} unit @param {number} sum */
    decide: (unit, sum) =>
      `Unit ${unit}: its 784 products add up to ${signed(sum)}. ` +
      (sum > 0 ? "Above 0 it stays as it is." : "Below 0 it counts as 0 (that is all that ReLU does)."),
    /** @param {string} name @param {number} score */
    score: (name, score) =>
      `Class ${name}: eight products of hidden units and weights add up to ${signed(score)}.`,
    /** @param {string} name */
    why: (name) => `class ${name} has the highest sum`,
    /** @param {string} name @param {number} probability @param {number} rate */
    learn: (name, probability, rate) =>
      `The network gave class ${name} a probability of ${percent(probability)}; the target is 100 %. The error goes ` +
      `back through W1 to each hidden unit, and each weight moves against it by ${rate} × error × pixel.`,
    /** @param {number} unit */
    off: (unit) => `Unit ${unit} was off (its sum is below 0), so none of its weights moved.`,
    /** @param {number} unit @param {Move} move */
    largest: (unit, move) => `The largest move of unit ${unit}: ${moved(move)}.`,
    /** @param {number} flips */
    all: (flips) => `${allFlips(flips)}, most of them low mantissa bits.`,
  },

  /** @param {string} answer @param {string} why @param {{right: boolean, one: string} | null} known whether that is right, and what it is */
  answer(answer, why, known) {
    const said = `The answer is ${answer}, because ${why}.`;
    if (known === null) return said;
    return `${said} ${known.right ? "That is right." : `That is wrong: it is ${known.one}.`}`;
  },

  /** @param {string} one @param {number} examples @param {string} dataset */
  cardFacts: (one, examples, dataset) =>
    `${one[0].toUpperCase()}${one.slice(1)}, read by two networks that have learned from ` +
    `${TRAINING.exampleCount(examples)} of ${dataset}`,
  /** @param {string} noun */
  cardPicture: (noun) => `The ${noun}`,
  cardPictures: { float: "8 float units say", binary: "256 binary units say" },
};
