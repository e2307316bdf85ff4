/** The files that a reader can save from an explorer. See `bitmass_viz/live/exported_files.py`. */

import { shortened } from "../numeric.js";
import { weightsNpz } from "./npz.js";

const COLUMNS = "run,label,trainer,digits,version,examples,validation_accuracy";

/**
 * @param {any} what npz, bin or csv @param {import("./runs.js").Runs} runs
 * @param {import("../training/history.js").Frame} shown @param {Record<string, any>} about the frame and its network
 * @param {import("./controls.js").Declared} declared
 * @returns {{file: {kind: "file", name: string, type: string}, content: Uint8Array}}
 * @throws {RangeError} if there is no such file
 */
export function exported(what, runs, shown, about, { version }) {
  const digits = runs.digits.about.name;
  /** @param {string} stem @param {string} type @param {Uint8Array} content */
  const made = (stem, type, content) => ({
    file: { kind: /** @type {const} */ ("file"), name: `bitmass-${stem}.${what}`, type },
    content,
  });
  const stem = `${runs.active.trainer}-${shown.examples}`;
  if (what === "csv") {
    const lines = runs
      .curves()
      .flatMap(({ run, label, trainer, points }) =>
        points.map((point) =>
          [run, quoted(label), trainer, digits, version, ...point.map(decimal)].join(","),
        ),
      );
    const text = [COLUMNS, ...lines, ""].join("\r\n");
    return made("curves", "text/csv", new TextEncoder().encode(text));
  }
  if (what === "bin") return made(stem, "application/octet-stream", shown.weights);
  if (what === "npz") return made(stem, "application/zip", weightsNpz(shown, { ...about, digits, version }));
  throw new RangeError(`A file to keep must be npz, bin or csv, got ${shortened(what)}`);
}

/** @param {string} text */
const quoted = (text) => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

/** An accuracy of 1 or 0 is a number with a point in Python. @param {number} value @param {number} column */
const decimal = (value, column) =>
  column === 1 && Number.isInteger(value) ? value.toFixed(1) : String(value);
