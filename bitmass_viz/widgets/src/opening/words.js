/** What the opening says, in one table, so that a translation would be a file. */

import { counted, grouped, percent } from "../shared/numbers.js";

/**
 * @typedef {{low: number, high: number}} Range of shares
 * @typedef {"fine" | "crude" | "same"} Guess
 */

/** @param {number} value that stays on one line with its sign */
const share = (value) => percent(value).replace(" %", "\u00a0%");
/** @param {Range} range */
const between = ({ low, high }) => `from ${share(low)} to ${share(high)}`;

export const WORDS = {
  title: "Two networks learn",
  /** In the order in which they are trained. */
  networks: [
    { title: "8 fine neurons", each: "each weight a 32-bit number" },
    { title: "256 crude neurons", each: "each weight one bit, + or \u2212" },
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
  beside(guess, fine, crude) {
    const better = crude.high > fine.high ? "crude" : "fine";
    const [first, second] = better === "crude" ? [crude, fine] : [fine, crude];
    const names = { fine: "the 8 fine ones", crude: "the 256 crude ones" };
    const other = better === "crude" ? "fine" : "crude";
    const said =
      guess === "same"
        ? "You said that there is no difference, and so does the study."
        : `You said ${names[guess]}${guess === better ? ", and they can" : ""}.`;
    return `${said} At their best, ${names[better]} read ${share(first.high)}, ${names[other]} ${share(second.high)}; at their worst, ${share(first.low)} and ${share(second.low)}.`;
  },
  /** @param {number[]} seeds of the ways, in order */
  dots: (seeds) =>
    `Each dot is a way to train them, the mean of ${seeds.join(" or ")} networks. In the film, the fine ones learn by SGD and the crude ones by our reconstruction of the study\u2019s rule, both from very few digits at a time.`,
  figure: "Test accuracy of each way to train, for 8 fine and for 256 crude neurons",
  /** @param {string} name @param {number} mean @param {number} seeds */
  dot: (name, mean, seeds) => `${name}: ${percent(mean)} (mean of ${seeds})`,
  guessed: "your guess",
  guessedSame: "your guess: all dots on one line",
};
