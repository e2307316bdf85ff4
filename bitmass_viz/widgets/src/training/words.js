/** What the training instruments say, in one table, so that a translation would be a file. Controls come from Python. */

/** @param {number} seconds */
const duration = (seconds) => {
  if (seconds < 0.1) return `${Number(seconds.toPrecision(1))} s`;
  return seconds < 10 ? `${seconds.toPrecision(2)} s` : `${Math.round(seconds)} s`;
};

export const WORDS = {
  play: "Play",
  pause: "Pause",
  step: "Step",
  stepHelp: "Train on a few more examples, then stop",
  reset: "Reset",
  resetHelp: "Start again from the first weights",
  replay: "Replay",
  replayHelp: "Show the whole run again, from its first snapshot to its last",
  history: "History of snapshots",
  historyHelp: "Go back in time; Play continues from there",
  preparing: "getting ready \u2026",
  settings: "Settings",
  view: "Accuracy",
  marked: "The selected weight",
  compare: "Compare",
  comparing: "Comparing",
  compareHelp: "Pin this snapshot; later changes are highlighted.",
  compareMore: "Press again to stop comparing.",
  /** @param {string} since */
  comparedWith: (since) => `Compared with the snapshot after ${since}`,
  pace: (/** @type {number} */ seconds) => `${duration(seconds)} per epoch`,
  paceHelp:
    "Computing time for one pass through the training digits, measured during this session where the network trains. " +
    "Drawing is not counted, nor the pauses that let you watch.",
  pointing:
    "Point at a weight in any view, tap it, or use the arrow keys there: its unit is enlarged here. " +
    "Space plays and pauses.",
  pinned: "Pinned. Esc or another click releases it.",
  canBePinned: "Click or press Enter to pin it.",
  nothingMarked: "Nothing is selected.",
  training: "Training",
  stale: "Being measured again",
  right: "% right",
  allRuns: "Validation accuracy of every run so far",
  runColumns: ["Run", "Examples", "Accuracy"],
  chart: "Accuracy against examples seen; the table after it has the numbers",
  epochs: "epochs (the study: 3)",
  examples: "examples seen",
  space: " (space)",
  silent: "No reply from Python. If this persists, reload the page; in a notebook, run its cells again.",
  /** @param {string} label @param {string} allowed @param {string} given @param {string} kept */
  refused: (label, allowed, given, kept) =>
    `${label} must be ${allowed}${given === "" ? "" : `, got ${given}`}. It stays ${kept}.`,
};
