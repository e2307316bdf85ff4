/** A view without pointer and keyboard, at the screen's density. */

import { viewText } from "./view_text.js";
import { WORDS } from "./words.js";
import { h, context2d } from "../shared/dom.js";
import { watchVisible, watchWidth } from "../shared/observe.js";
import { watchPrinting } from "../shared/printing.js";

/**
 * @param {import("./shown_weights.js").ShownWeights} weights @param {string} testId
 * @param {() => void} requestDraw @param {AbortSignal} signal
 */
export function createStillView(weights, testId, requestDraw, signal) {
  const canvas = h("canvas", {
    class: "bm-canvas bm-still",
    "data-testid": testId,
    role: "img",
    "aria-label": WORDS.weights,
  });
  const element = h("div", { class: "bm-holder" }, canvas);
  const g = context2d(canvas);
  const background = document.createElement("canvas");
  const backgroundG = context2d(background);
  /** @type {import("./view.js").View | null} */
  let view = null;
  /** @type {import("./view.js").ViewInstance | null} */
  let instance = null;
  let unlaid = true;
  let stale = true;
  let visible = true;
  let printing = false;
  let width = 0;

  watchWidth(element, signal, (now) => {
    width = now;
    relayout();
  });
  watchVisible(canvas, signal, (now) => {
    visible = now;
    if (visible) requestDraw();
  });

  watchPrinting(signal, (now) => void (printing = now));

  function relayout() {
    unlaid = true;
    requestDraw();
  }

  function layout() {
    if (!instance) return;
    const dpr = Math.max(1, devicePixelRatio || 1);
    const size = instance.layout(weights, Math.floor(width * dpr), dpr);
    for (const target of [canvas, background]) [target.width, target.height] = [size.width, size.height];
    canvas.style.width = `${size.width / dpr}px`;
    canvas.style.height = `${size.height / dpr}px`;
    instance.background(backgroundG, weights);
    unlaid = false;
    stale = true;
  }

  return {
    element,
    /** @param {import("./view.js").View} chosen */
    choose(chosen) {
      view = chosen;
      instance = chosen.create(true);
      relayout();
    },
    invalidate: () => void (stale = true),
    relayout,
    draw() {
      if (!weights.ready || !instance || width === 0) return;
      if (unlaid) layout();
      if (!(visible || printing) || !stale) return;
      stale = false;
      g.clearRect(0, 0, canvas.width, canvas.height);
      g.drawImage(background, 0, 0);
      instance.paint(g, weights);
    },
    /** Put into words what it shows, for readers who do not see it. @param {number | null} flips */
    describe(flips) {
      if (view && weights.ready)
        canvas.setAttribute("aria-label", WORDS.picture(view.title, viewText(view.id, weights, flips)));
    },
  };
}

/** How much wider than its place a picture is laid out, and then made smaller. */
const WIDENED = [1, 1.25, 1.5, 1.75, 2, 2.5, 3];

/**
 * A view on a canvas of its own, laid out so that it fills a place as far as possible.
 * @param {import("./view.js").View} view @param {import("./shown_weights.js").ShownWeights} weights
 * @param {number} width of the place, in pixels @param {number} height
 * @returns {HTMLCanvasElement}
 */
export function pictureOf(view, weights, width, height) {
  const canvas = document.createElement("canvas");
  if (!weights.ready) return canvas;
  const instance = view.create(true);
  let best = { area: 0, wide: width };
  for (const wider of WIDENED) {
    const size = instance.layout(weights, Math.floor(width * wider), 1);
    const scale = Math.min(1, width / size.width, height / size.height);
    const area = size.width * size.height * scale ** 2;
    if (area > best.area) best = { area, wide: width * wider };
  }
  const size = instance.layout(weights, Math.floor(best.wide), 1);
  [canvas.width, canvas.height] = [size.width, size.height];
  const g = context2d(canvas);
  instance.background(g, weights);
  instance.paint(g, weights);
  return canvas;
}

/** @typedef {ReturnType<typeof createStillView>} StillView */
