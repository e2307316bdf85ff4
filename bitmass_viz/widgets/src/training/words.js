/** What the training instruments say, in one table, so that a translation would be a file. Controls come from Python. */

import { counted, epochs } from "../shared/numbers.js";

export const WORDS = {
  play: "Play",
  pause: "Pause",
  step: "Step",
  stepHelp: "Train on a few more examples, then stop",
  reset: "Reset",
  resetHelp: "Start again from the first weights",
  preparing: "getting ready \u2026",
  settings: "Settings",
  training: "Training",
  stale: "Being measured again",
  right: "% right",
  allRuns: "Validation accuracy of every run so far",
  runColumns: ["Run", "Examples", "Accuracy"],
  chart: "Accuracy against examples seen; the table after it has the numbers",
  epochs: "epochs (the study: 3)",
  examples: "examples seen",
  space: " (space)",
  /** @param {number} count */
  exampleCount: (count) => counted(count, "example", "examples"),
  /** @param {number} examples @param {number} epoch */
  seen: (examples, epoch) => `${WORDS.exampleCount(examples)}, epoch ${epochs(epoch)}`,
  silent: "No reply from Python. If this persists, reload the page; in a notebook, run its cells again.",
  /** @param {string} label @param {string} allowed @param {string} given @param {string} kept */
  refused: (label, allowed, given, kept) =>
    `${label} must be ${allowed}${given === "" ? "" : `, got ${given}`}. It stays ${kept}.`,
};
