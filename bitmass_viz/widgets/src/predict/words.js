/** What a prediction says, in one table, so that a translation would be a file. Questions and verdicts come from Python. */

export const WORDS = {
  first: "Predict first",
  guess: "This is my guess",
  change: "Change my guess",
  kept: "Your guess is kept",
  again: "Try again",
  wait: "One moment\u2026",
  onItsWay: "Your guess is on its way to the kernel\u2026",
  noKernel: "No kernel answers. Run this notebook’s cells first, or restart its kernel and run them again.",
  right: "\u2713 your guess, and right",
  answer: "\u2713 the answer",
  wrong: "\u2717 your guess",
  noGuess: "no guess yet",
  slider: "The same, as a slider",
  /** @param {string} text @param {string} unit */
  inUnits: (text, unit) => `${text} In ${unit}`,
  itIs: "it is",
  youSaid: "you said",
  /** @param {string} from @param {string} to @param {string} guess "" for none @param {string} truth */
  line: (from, to, guess, truth) =>
    `A line from ${from} to ${to}: ${guess === "" ? "" : `you said ${guess}, `}it is ${truth}`,
  hint: "Draw with the mouse or a finger. By keyboard: up and down arrows set a point, left and right go to the next.",
  invitation: "Draw your guess here",
  notDrawn: "not drawn yet",
  /** @param {string} points */
  toDraw: (points) => `${points} still to be drawn`,
  point: "point",
  points: "points",
  numbers: "The numbers",
  you: "you",
  truth: "truth",
  /** @param {string} what is drawn */
  theTruth: (what) => `${what}: the truth`,
  /** @param {string} what is drawn */
  bothCurves: (what) => `${what}: your curve and the truth`,
};
