/** One of the networks side by side: its settings, accuracy, answer and picture. */

import { blocksText, formatOf } from "../bits/number_format.js";
import { createAccuracy } from "../training/accuracy.js";
import { createControls } from "../training/controls.js";
import { h, setText } from "../shared/dom.js";
import { watchWidth } from "../shared/observe.js";
import { createStillView } from "../views/still_view.js";
import { ShownWeights } from "../views/shown_weights.js";
import { createStore } from "../training/store.js";
import { WORDS } from "./words.js";

/**
 * @typedef {import("../shared/protocol.js").LaneNetwork & import("../shared/protocol.js").LaneStatus & {seq: number, change: number, image: [number, number]}} NetworkStatus
 * @typedef {import("../shared/protocol.js").Set} Set
 */

const BLOCKS = 8;
/** Containers of little pictures are higher than float units: so many of them are shown where two, or one, fit into a row. */
const FEW_BLOCKS = 4;
const IN_ONE_COLUMN = 2;
/** Two containers need so much width, in CSS pixels. */
const TWO_COLUMNS = 470;

/**
 * @param {string} id of its test ids @param {() => number} nextChange
 * @param {(message: Set) => void} send @param {() => void} requestDraw @param {AbortSignal} signal
 */
export function createNetwork(id, nextChange, send, requestDraw, signal) {
  const weights = new ShownWeights();
  const store = createStore();
  const ending = new AbortController();
  signal.addEventListener("abort", () => ending.abort());
  const accuracy = createAccuracy(nextChange, { "data-testid": `${id}-accuracy` });
  const controls = createControls(store, (message) => send(accuracy.number(message)), `${id}-`);
  const picture = createStillView(weights, `${id}-view`, requestDraw, ending.signal);
  const title = h("h3");
  const answer = h("span", { class: "bm-verdict" });
  const flipped = h("span", { class: "bm-faint" });
  const part = h("p", { class: "bm-faint bm-part" });
  const element = h(
    "section",
    { class: "bm-panel bm-lane", "data-testid": id },
    h("header", { class: "bm-lane-head" }, title, accuracy.element),
    controls.element,
    h("p", { class: "bm-lane-said" }, answer, flipped),
    picture.element,
    part,
  );
  /** @type {number | null} */
  let flips = null;

  /** @type {import("../views/view.js").View} */
  let view;
  let width = 0;
  watchWidth(picture.element, ending.signal, (now) => {
    width = now;
    fit();
  });

  /** Eight containers of little pictures would be much higher than the other networks. */
  function fit() {
    const { isSign } = formatOf(weights.plan);
    element.toggleAttribute("data-wide", isSign);
    const few = width < TWO_COLUMNS ? IN_ONE_COLUMN : FEW_BLOCKS;
    const most = view.id === "neuron" && isSign ? few : BLOCKS;
    if (most !== weights.most) weights.show(0, 0, most);
    const { page, plan } = weights;
    setText(part, page.pages > 1 ? blocksText(plan, page) : "");
    picture.relayout();
  }

  return {
    element,
    weights,
    store,
    picture,

    /** @param {import("../views/view.js").View} chosen */
    choose(chosen) {
      view = chosen;
      picture.choose(chosen);
      fit();
    },

    /** @param {NetworkStatus} status @param {Uint8Array} bytes */
    show(status, bytes) {
      const taken = weights.take(status, bytes);
      flips = taken.flips;
      if (taken.reshaped) fit();
      picture.invalidate();
    },

    /**
     * Say what a frame that is shown has to say.
     * @param {Omit<NetworkStatus, "image">} status @param {number | undefined} prediction @param {number | undefined} label of the
     *   example that comes next
     */
    say(status, prediction, label) {
      setText(title, status.label);
      accuracy.show(status);
      const known = prediction !== undefined;
      const right = prediction === label;
      answer.classList.toggle("bm-wrong", known && !right);
      setText(answer, known ? WORDS.says(right, weights.classes.name(prediction)) : "");
      setText(flipped, flips ? WORDS.flipped(flips) : WORDS.weightBits(status.bit_mass));
    },
    /** Put into words what the picture shows, for readers who do not see it. */
    describe: () => picture.describe(flips),
    /** @param {number} elapsed milliseconds */
    fade(elapsed) {
      if (!weights.fading) return;
      weights.fade(elapsed);
      picture.invalidate();
    },
    /** @param {import("../shared/palette.js").Colours} colours @param {import("../shared/palette.js").Luts} luts */
    paint(colours, luts) {
      weights.colours = colours;
      weights.luts = luts;
      picture.relayout();
    },
    remove() {
      ending.abort();
      element.remove();
    },
  };
}

/** @typedef {ReturnType<typeof createNetwork>} Network */
