/** Sentences about results. Pure functions. */

import { counted } from "../shared/numbers.js";

/** Keep a number and its unit on one line. @param {string} text */
export function tidy(text) {
  return text.replaceAll(" %", "\u00a0%").replaceAll(" points", "\u00a0points");
}

/** @type {Record<string, string>} */
const SYMBOLS = { supported: "✓", "not supported": "✗", undecided: "?" };

/** @param {string} answer "supported", "not supported" or "undecided" */
export function symbol(answer) {
  return SYMBOLS[answer] ?? "?";
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
  const networks = seeds === null ? "" : `${counted(seeds, "seed", "seeds")} a case, `;
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

/** A time that lies ahead, roughly. @param {number} seconds */
export function roughly(seconds) {
  if (!Number.isFinite(seconds)) return "";
  if (seconds < 10) return "a few seconds";
  if (seconds < 90) return `about ${Math.ceil(seconds / 10) * 10} seconds`;
  return `about ${Math.ceil(seconds / 60)} minutes`;
}

/** Time left at the pace so far. @param {number} done @param {number} total @param {number} seconds since the start */
export function timeLeft(done, total, seconds) {
  return done > 0 ? roughly((seconds / done) * (total - done)) : "";
}

/** @param {number | null | undefined} share 0..1 as "78.9" */
export function points(share) {
  return share === null || share === undefined ? "–" : (share * 100).toFixed(1);
}

/** @param {Record<string, unknown>} options chosen or set, for a reader: "learning rate 0.1, bits 1" */
export function optionWords(options) {
  return Object.entries(options)
    .map(([name, value]) => `${name.replaceAll("_", " ")} ${value}`)
    .join(", ");
}
