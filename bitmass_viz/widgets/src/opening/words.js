/** What the opening says, in one table, so that a translation would be a file. */

import { counted, grouped, percent } from "../shared/numbers.js";

/**
 * @typedef {{low: number, high: number}} Range of shares
 * @typedef {"fine" | "crude" | "same"} Guess
 */

/** @param {Range} range */
const between = ({ low, high }) => `from ${percent(low)} to ${percent(high)}`.replaceAll(" %", "\u00a0%");

export const WORDS = {
  title: "Two networks learn",
  /** In the order in which they are trained. */
  networks: [
    { title: "8 fine neurons", each: "every weight a number of 32 bits" },
    { title: "256 crude neurons", each: "every weight a single bit, + or \u2212" },
  ],
  /** @param {string} network */
  pictures: (network) => `The weights of ${network} as pictures`,
  /** @param {string} network @param {number} examples */
  picturesAfter: (network, examples) => `${WORDS.pictures(network)}, ${WORDS.after(examples)}`,
  /** @param {number} examples */
  after: (examples) => `after ${counted(examples, "digit", "digits")}`,
  read: "of new digits read",
  measuring: "of new digits read: measuring soon",
  /** @param {string} digits that are not MNIST */
  synthetic: (digits) => `Trained on ${digits}. Accuracies say nothing of MNIST.`,
  play: "Play",
  again: "Again",
  pause: "Pause",
  preparing: "getting ready \u2026",
  renew: "New noise",
  renewHelp: "Start from other random weights",
  slider: "Digits learned",
  yourGuess: "Your guess",
  asked: ["Same bits: 8 fine neurons or 256 crude ones. ", "Which can learn to read more digits?"],
  /** @type {Record<Guess, string>} */
  guesses: {
    fine: "The 8 fine ones",
    crude: "The 256 crude ones",
    same: "No difference: same bits",
  },
  /** @param {number} bits @param {Range} all */
  answer: (bits, all) =>
    `The same ${grouped(bits)} bits read anything ${between(all)} of the test digits: it depends on how they learn.`,
  /** @param {Guess} guess @param {Range} fine @param {Range} crude */
  beside: (guess, fine, crude) =>
    ({
      fine: `You said the 8 fine ones. They read ${between(fine)}, the 256 crude ones ${between(crude)}.`,
      crude: `You said the 256 crude ones. They read ${between(crude)}, the 8 fine ones ${between(fine)}.`,
      same: `You said that there is no difference, and so does the study. The 8 fine ones read ${between(fine)}, the 256 crude ones ${between(crude)}.`,
    })[guess],
  /** @param {number[]} seeds of the ways, in order */
  dots: (seeds) => `Each dot is a way to train them, the mean of ${seeds.join(" or ")} networks.`,
  figure: "Test accuracy of each way to train, for 8 fine and for 256 crude neurons",
  /** @param {string} name @param {number} mean @param {number} seeds */
  dot: (name, mean, seeds) => `${name}: ${percent(mean)} (mean of ${seeds})`,
  guessed: "your guess",
  guessedSame: "your guess: all dots on one line",
};
