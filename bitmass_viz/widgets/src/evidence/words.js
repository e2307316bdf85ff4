/** What the evidence says, in one table, so that a translation would be a file. Claims, criteria and findings come from Python. */

import { counted, grouped } from "../shared/numbers.js";

/** A time that lies ahead, roughly. @param {number} seconds */
function roughly(seconds) {
  if (!Number.isFinite(seconds)) return "";
  if (seconds < 10) return "a few seconds";
  if (seconds < 90) return `about ${Math.ceil(seconds / 10) * 10} seconds`;
  return `about ${Math.ceil(seconds / 60)} minutes`;
}

export const WORDS = {
  showMe: "Show me",
  covered: "Covered until you have made your guess above.",
  yourGuess: "your guess",
  /** @param {string} figure in words @param {string} guess */
  withGuess: (figure, guess) => `${figure} Your guess: ${guess}`,
  saveFigure: "Save this figure (.svg)",
  criterion: "Criterion",
  statements: "What the study says in public",
  /** Two kinds of interval, told apart: where a mean lies is not where a single run falls. */
  verdictColumns: ["", "measured", "95 % interval of the mean", "95 % interval of single runs", "on its own"],
  /** @param {string} figure */
  published: (figure) => ` (published: ${figure})`,
  claimColumns: { claim: "claim", verdict: "verdict", published: "published", measured: "measured" },
  /** @param {string} split that accuracies were measured on */
  allNumbers: (split) => `All numbers (${split} accuracy in percent)`,
  caseColumns: [
    "case",
    "weight bits",
    "published",
    "mean",
    "95 % interval of the mean",
    "sd",
    "seeds",
    "options",
  ],
  besideColumns: ["test accuracy in percent, with the 95 % interval of the mean", "here", "full run"],
  noInterval: "no interval",
  /** @param {string} low @param {string} high */
  fromTo: (low, high) => `${low} to ${high}`,
  run: "Run it here",
  cancel: "Cancel",
  full: "Full run",
  yours: "Yours",
  which: "Which results are shown",
  seedsLabel: "Seeds",
  /** @param {number} count */
  seeds: (count) => counted(count, "seed", "seeds"),
  stopping: "Stopping after the network at hand\u2026",
  waiting: "Waiting for its turn\u2026",
  loading: "Loading the digits\u2026",
  /** @param {number} done @param {number} total @param {string} left "" if that is not known */
  running: (done, total, left) =>
    `${grouped(done)} of ${grouped(total)} networks${left === "" ? "" : `, ${left} left`}`,
  cancelled: "Cancelled. What was finished is kept and need not run again.",
  done: "Done.",
  /** @param {number} fewest seeds */
  tooFew: (fewest) => ` With fewer than ${fewest} seeds we give no verdict.`,
  /**
   * What the reader's own verdicts were measured on.
   * @param {{seeds: number, dataset: string, synthetic: boolean}} result @param {number} fewest seeds that can decide anything
   */
  described({ seeds, dataset, synthetic }, fewest) {
    const few =
      seeds < fewest
        ? ` ${seeds === 1 ? "One seed gives no interval. " : ""}With fewer than ${fewest} seeds every estimate stays undecided.`
        : "";
    const where = synthetic ? `${dataset}, not MNIST` : dataset;
    return `Measured here: ${WORDS.seeds(seeds)} per case on ${where}; options as chosen in the full run.${few}`;
  },

  /**
   * How an interval was made, or that there is none, over how many seeds, and how large the effect is.
   * @param {{interval: string, seeds: number, effect: number | null}} verdict
   */
  howSure({ interval, seeds, effect }) {
    const size =
      effect === null || effect === undefined ? "" : `; effect size (Cohen’s d): ${effect.toFixed(1)}`;
    return `${interval[0].toUpperCase()}${interval.slice(1)}; ${counted(seeds, "seed", "seeds")}${size}.`;
  },

  /**
   * Where the shipped results are from.
   * @param {{label: string, version: string, date: string, machine: string, data_sha256: string, revision: number,
   *   installed_revision: number}} provenance
   * @param {number[]} seeds of each case
   */
  provenanceLine(provenance, seeds) {
    const [fewest, most] = [Math.min(...seeds), Math.max(...seeds)];
    const range = fewest < most ? `${fewest} to ` : "";
    const networks = seeds.length ? `${range}${counted(most, "seed", "seeds")} per case, ` : "";
    const { revision, installed_revision: installed } = provenance;
    const differs =
      revision === installed
        ? ""
        : ` Networks trained here can differ from it in detail, because their arithmetic is newer (revision ` +
          `${installed} of the numbers; the full run used ${revision}).`;
    return (
      `Full run: ${networks}${provenance.label} (SHA-256 ${provenance.data_sha256.slice(0, 8)}…), ` +
      `bitmass_viz ${provenance.version}, ${provenance.date}, ${provenance.machine}.${differs}`
    );
  },

  /**
   * What a result without verdicts was measured on.
   * @param {{seeds: number, first_seed: number, dataset: string, synthetic: boolean, images: number}} result
   */
  measuredHere({ seeds, first_seed, dataset, synthetic, images }) {
    const last = first_seed + seeds - 1;
    const numbers = seeds > 1 ? `${first_seed} ${seeds > 2 ? "to" : "and"} ${last}` : `${last}`;
    const interval = "Beside each mean stands its 95 % Student-t interval over seeds";
    const few =
      seeds === 1
        ? "; one seed gives none"
        : seeds === 2
          ? "; from two seeds it is wide, and may reach beyond 0 and 100"
          : "";
    const where = synthetic ? `${dataset}, not MNIST` : dataset;
    return (
      `Measured here: ${counted(seeds, "seed", "seeds")} per case (${numbers}) on the ${grouped(images)} test images of ${where}; ` +
      `options as chosen in the full run. ${interval}${few}. Verdicts and figure remain those of the full run.`
    );
  },

  /**
   * What the reader's own run will cost, and what it can show.
   * @param {number} networks @param {number} seconds of one processor @param {number} seeds
   * @param {number} fewest seeds that can decide anything
   */
  ownRun(networks, seconds, seeds, fewest) {
    const time = `${grouped(networks)} networks: ${roughly(seconds)} of one processor.`;
    if (seeds === 1) return `${time} One seed shows one outcome of many: no interval, no verdict.`;
    if (seeds < fewest)
      return `${time} Fewer than ${fewest} seeds show that results vary, but allow no verdict.`;
    return `${time} Enough seeds for an interval; the full run used more.`;
  },

  /** Time left at the pace so far. @param {number} share that is done, 0..1 @param {number} seconds since the start */
  timeLeft(share, seconds) {
    return share > 0 ? roughly((seconds / share) * (1 - share)) : "";
  },
};
