/** Sentences about results. Pure functions. */

import { counted, grouped } from "../shared/numbers.js";

/** Keep a number and its unit on one line. @param {string} text */
export function tidy(text) {
  return text.replaceAll(" %", "\u00a0%").replaceAll(" points", "\u00a0points");
}

/**
 * How an interval was made, or that there is none, over how many seeds, and how large the effect is.
 * @param {{interval: string, seeds: number, effect: number | null}} verdict
 */
export function howSure({ interval, seeds, effect }) {
  const size =
    effect === null || effect === undefined ? "" : `; effect size (Cohen's d): ${effect.toFixed(1)}`;
  return `${interval[0].toUpperCase()}${interval.slice(1)}; ${counted(seeds, "seed", "seeds")}${size}.`;
}

/**
 * Where the shipped results are from.
 * @param {{dataset: string, version: string, date: string, machine: string, data_sha256: string, revision: number,
 *   installed_revision: number}} provenance
 * @param {number | null} seeds
 */
export function provenanceLine(provenance, seeds) {
  const networks = seeds === null ? "" : `${counted(seeds, "seed", "seeds")} per case, `;
  const { revision, installed_revision: installed } = provenance;
  const differs =
    revision === installed
      ? ""
      : ` Networks trained here can differ from it in detail, because their arithmetic is newer (revision ` +
        `${installed} of the numbers; the full run used ${revision}).`;
  return (
    `Full run: ${networks}MNIST (SHA-256 ${provenance.data_sha256.slice(0, 8)}…), ` +
    `bitmass_viz ${provenance.version}, ${provenance.date}, ${provenance.machine}.${differs}`
  );
}

/**
 * What a result without verdicts was measured on.
 * @param {{seeds: number, dataset: string, synthetic: boolean, images: number}} result
 */
export function measuredHere({ seeds, dataset, synthetic, images }) {
  const numbers = seeds > 2 ? `0 to ${seeds - 1}` : seeds > 1 ? "0 and 1" : "0";
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
}

/**
 * What the reader's own run will cost, and what it can show.
 * @param {number} networks @param {number} seconds of one processor @param {number} seeds
 * @param {number} fewest seeds that can decide anything
 */
export function ownRun(networks, seconds, seeds, fewest) {
  const time = `${grouped(networks)} networks: ${roughly(seconds)} of one processor.`;
  if (seeds === 1) return `${time} One seed shows one outcome of many: no interval, no verdict.`;
  if (seeds < fewest) return `${time} Fewer than ${fewest} seeds show that results vary, and decide nothing.`;
  return `${time} Enough seeds for an interval; the full run has more.`;
}

/** A time that lies ahead, roughly. @param {number} seconds */
export function roughly(seconds) {
  if (!Number.isFinite(seconds)) return "";
  if (seconds < 10) return "a few seconds";
  if (seconds < 90) return `about ${Math.ceil(seconds / 10) * 10} seconds`;
  return `about ${Math.ceil(seconds / 60)} minutes`;
}

/** Time left at the pace so far. @param {number} share that is done, 0..1 @param {number} seconds since the start */
export function timeLeft(share, seconds) {
  return share > 0 ? roughly((seconds / share) * (1 - share)) : "";
}

/** @param {number | null | undefined} share 0..1 as "78.9" */
export function points(share) {
  return share === null || share === undefined ? "–" : (share * 100).toFixed(1).replace("-", "\u2212");
}

/** @param {Record<string, unknown>} options chosen or set, for a reader: "learning rate 0.1, bits 1" */
export function optionWords(options) {
  return Object.entries(options)
    .map(([name, value]) => `${name.replaceAll("_", " ")} ${value}`)
    .join(", ");
}
