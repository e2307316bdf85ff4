/** What the static page says around its widgets, in one table, so that a translation would be a file. */

import { grouped } from "../../widgets/src/shared/numbers.js";

export const WORDS = {
  notKept: " This browser does not keep the images: they will load again next time.",
  /** @param {number} digits @param {number} bytes of the others */
  saving: (digits, bytes) =>
    `Your browser is set to save data. The first ${grouped(digits)} digits are enough to begin. The others, and those ` +
    `that accuracies are measured on, take ${(bytes / 1e6).toFixed(1)} MB. `,
  loadOthers: "Load them",
  /** @param {string} what @param {string[]} known */
  notEmbedded: (what, known) => `This address asks for ${what}; what can be embedded is ${known.join(", ")}.`,
  notLoaded:
    "A part of this page could not be loaded. Check the connection and try again, or reload the page.",

  /** The verdicts of `live/prediction`. @param {string} guess */
  choiceRight: (guess) => `You said \u201c${guess}\u201d, and that is right.`,
  /** @param {string} guess @param {string} truth */
  choiceWrong: (guess, truth) => `You said \u201c${guess}\u201d; it is \u201c${truth}\u201d.`,
  /** @param {string} guess */
  numberRight: (guess) => `You said ${guess}, and that is right.`,
  /** @param {string} guess @param {string} truth @param {string} off @param {string} side */
  numberWrong: (guess, truth, off, side) => `You said ${guess}; it is ${truth}: ${off} ${side}.`,
  /** What a guess can be, of things that are counted and of others. */
  sides: { counted: ["too few", "too many"], measured: ["too low", "too high"] },
  points: "points",
  /** @param {string} size */
  inPoints: (size) => `${size} points`,
  curveRight: "Your curve is right at every point.",
  /** @param {string} off @param {string} label of the x axis @param {string} x @param {string} drawn @param {string} truth */
  curveWrong: (off, label, x, drawn, truth) =>
    `On average your curve is ${off} off. The gap is widest where ${label} is ${x}: you drew ${drawn}, it is ${truth}.`,
};
