/** The digit that is looked at, its way through both networks, and what they would learn from it. */

import { bytesOf } from "../bits/decode.js";
import { inShades } from "../permalink/example.js";
import { unpackNetworks, unpackUpdate, waysThrough } from "./networks.js";
import { createClassNames } from "../shared/class_names.js";
import { createQuestions } from "./questions.js";

/** Hidden units of the two networks. */
export const UNITS = { float: 8, binary: 256 };

/**
 * @typedef {import("./networks.js").Update} Update
 * @typedef {import("../shared/widget.js").Model<{digits: DataView, labels: number[], weights: DataView,
 *   networks: import("../shared/protocol.js").TwoNetworks, dataset: Partial<import("../shared/protocol.js").Dataset>, state: string,
 *   notice: {text?: string}, link: import("../shared/protocol.js").ExampleLink}>} Model
 */

const PIXELS = 784;

/** @param {Model} model @param {AbortSignal} signal @param {() => void} changed */
export function createExample(model, signal, changed) {
  const example = {
    pixels: /** @type {Uint8Array} */ (new Uint8Array(PIXELS)),
    label: /** @type {number | null} */ (null),
    /** Which of the ten digits it is; −1 for none of them. */
    picked: -1,
    drawn: false,
    units: { binary: 0, float: 0 },
    networks: /** @type {import("./networks.js").Networks | null} */ (null),
    ways: /** @type {import("./networks.js").Ways | null} */ (null),
    /** What is learned from it, or the number of the question about that. */
    update: /** @type {Update | number | null} */ (null),
  };
  const questions = createQuestions(
    (message) => model.send(message),
    () => example.pixels,
    signal,
  );

  function forgetUpdate() {
    example.update = null;
    changed();
  }

  /** Compute the digit's way through the networks. */
  function compute() {
    if (example.networks) example.ways = waysThrough(example.networks, example.pixels);
    forgetUpdate();
  }

  /** @param {Uint8Array} pixels @param {number | null} label @param {number} picked */
  function take(pixels, label, picked) {
    Object.assign(example, { pixels, label, picked, drawn: picked < 0 });
    questions.ask();
    compute();
  }

  return Object.assign(example, {
    questions,
    /** What the classes are called. */
    classes: () => createClassNames(model.get("dataset")?.class_names),
    /** Pick one of the ten digits. @param {number} index */
    pick(index) {
      const all = bytesOf(model.get("digits"));
      if (all.length < PIXELS) return;
      take(all.slice(PIXELS * index, PIXELS * (index + 1)), model.get("labels")[index], index);
    },
    /**
     * A reader who goes on drawing has named the digit already, or does not want to. The networks get no finer shades
     * than a link to it holds.
     * @param {Uint8Array} pixels
     */
    draw: (pixels) => take(inShades(pixels), example.drawn ? example.label : null, -1),
    /** @param {number | null} label */
    name(label) {
      example.label = label;
      forgetUpdate();
    },
    /** Whether there is a digit to pick. @param {number} index */
    has: (index) => index < (model.get("labels") ?? []).length,
    /** Look at another hidden unit. @param {"binary" | "float"} kind @param {number} unit */
    choose(kind, unit) {
      example.units[kind] = unit;
      forgetUpdate();
    },
    /** @returns {import("./networks.js").Networks | null} the kernel's networks; null if they are not complete yet */
    takeNetworks() {
      const networks = unpackNetworks(model.get("networks"), bytesOf(model.get("weights")));
      if (networks) {
        example.networks = networks;
        compute();
      }
      return networks;
    },
    /** Ask what is learned from the digit, unless that is known or asked already, or nobody has said which digit it is. */
    requestUpdate() {
      if (example.update !== null || example.label === null) return;
      // Noted first, because a recorded page answers within the call.
      example.update = questions.next();
      questions.askForUpdate(example.update, example.label, example.units.binary);
    },
    /** @param {any} message @param {DataView[]} buffers */
    receive(message, buffers) {
      if (message?.kind === "answers") {
        if (questions.receive(message)) changed();
      } else if (message?.kind === "step" && example.networks && message.id === example.update) {
        example.update = unpackUpdate(message, buffers, example.networks);
        changed();
      }
    },
  });
}

/** @typedef {ReturnType<typeof createExample>} Example */
