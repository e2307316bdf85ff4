/**
 * From the kernel's frames to the screen: what arrives goes into the store and the weights, one animation frame draws
 * whatever changed, and the kernel learns which frame was drawn.
 */

import { bytesOf } from "../bits/decode.js";
import { createFrameLoop } from "../training/frame_loop.js";
import { createThrottledText } from "../training/throttled_text.js";

/**
 * @typedef {import("../training/store.js").Status} Status
 * @typedef {import("../shared/widget.js").Model} Model
 * @typedef {{state: string, run: string, status: Status, digit: Uint8Array, flips: number | null}} Shown
 * @param {Omit<import("./panel.js").Stage, "requestDraw"> & {model: Model}} stage
 * @param {() => import("./parts.js").Parts} partsOf
 * @param {(status: Status) => void} arrivedAt is called after a frame of the kernel's was taken in
 */
export function createDrawing({ model, store, weights, send, signal }, partsOf, arrivedAt) {
  const loop = createFrameLoop(signal, {
    fade(elapsed) {
      if (!weights.fading) return;
      weights.fade(elapsed);
      invalidate();
    },
    isFading: () => weights.fading,
    isPlaying: () => store.state.status?.state === "playing",
    draw,
  });
  const words = createThrottledText(signal, (/** @type {Shown} */ { status, digit, flips }) => {
    store.set({ status, digit, flips });
    const { panels, layerChoice, readout } = partsOf();
    layerChoice.update();
    readout.update();
    for (const panel of panels) panel.showLegend();
  });
  let unacknowledged = false;
  /** A frame out of the page's own history, to be drawn next. @type {{status: Status, bytes: Uint8Array} | null} */
  let snapshot = null;
  /** What is to be put into words once it is drawn. @type {Shown | null} */
  let inWords = null;

  /** @param {boolean} arrived */
  function draw(arrived) {
    const isNew = arrived || snapshot !== null;
    if (arrived) takeFrame();
    else takeSnapshot();
    snapshot = null;
    for (const panel of partsOf().panels) panel.draw();
    partsOf().lens.draw();
    partsOf().spelledWord.draw();
    // To set a canvas's font the browser lays out what has changed on the page, so while frames come in that is last.
    if (inWords) words.take(inWords);
    inWords = null;
    if (isNew) store.set({ framesDrawn: store.state.framesDrawn + 1 });
    acknowledge();
  }

  /** Take in the newest frame; older ones that were not drawn in time are left out. */
  function takeFrame() {
    const status = statusOf(model);
    if (!status) return;
    unacknowledged = true;
    if (partsOf().scrubber.isAheadOf(status)) return takeSnapshot();
    take(status, bytesOf(model.get("frame")), bytesOf(model.get("digit")));
    arrivedAt(status);
  }

  function takeSnapshot() {
    if (snapshot) take(snapshot.status, snapshot.bytes, new Uint8Array(0));
  }

  /** @param {Status} status @param {Uint8Array} bytes @param {Uint8Array} digit */
  function take(status, bytes, digit) {
    const { panels, layerChoice } = partsOf();
    const { flips, reshaped } = weights.take(status, bytes);
    if (reshaped) {
      store.set({ page: 0, hover: null, pinned: null, compared: null });
      for (const panel of panels) panel.relayout();
      layerChoice.rebuild();
    }
    const state = snapshot ? "paused" : status.state;
    const shown = { state, run: status.run, status, digit, flips };
    if (state === "playing") inWords = shown;
    else words.take(shown);
    invalidate();
    // While frames come in, a view is put into words only when it is asked for (see `createPanel`).
    if (status.state === "paused" && !snapshot) for (const panel of panels) panel.describe();
  }

  function acknowledge() {
    if (!unacknowledged) return;
    unacknowledged = false;
    const status = statusOf(model);
    if (status) send({ action: "ack", seq: status.seq });
  }

  /** The weights look different now. */
  function invalidate() {
    const { panels, lens, spelledWord } = partsOf();
    for (const panel of panels) panel.invalidate();
    lens.invalidate();
    spelledWord.invalidate();
  }

  return {
    requestDraw: loop.request,
    frameCame: loop.frameCame,
    invalidate,
    /** @param {import("./history.js").Snapshot} shown */
    showSnapshot({ facts, bytes }) {
      const { status } = store.state;
      if (!status) return;
      snapshot = { status: { ...status, ...facts, example: null }, bytes };
      loop.request();
    },
  };
}

/** The frame that the kernel sent last: what is the same in all of its run, and what is its own. @param {Model} model @returns {Status | null} */
function statusOf(model) {
  const status = model.get("status");
  return status?.seq === undefined ? null : { ...model.get("network"), ...status };
}

/** @typedef {ReturnType<typeof createDrawing>} Drawing */
