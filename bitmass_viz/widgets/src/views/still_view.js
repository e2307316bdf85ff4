/** A view that is only looked at: its canvas at the screen's density, without pointer and keyboard. */

import { viewText } from "./view_text.js";
import { h } from "../shared/dom.js";

/**
 * @param {import("./shown_weights.js").ShownWeights} weights @param {string} testId @param {() => void} requestDraw
 */
export function createStillView(weights, testId, requestDraw) {
  const canvas = /** @type {HTMLCanvasElement} */ (
    h("canvas", { class: "bm-canvas bm-still", "data-testid": testId, role: "img", "aria-label": "weights" })
  );
  const element = h("div", { class: "bm-holder" }, canvas);
  const g = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  const background = document.createElement("canvas");
  const backgroundG = /** @type {CanvasRenderingContext2D} */ (background.getContext("2d"));
  /** @type {import("./view.js").View | null} */
  let view = null;
  /** @type {import("./view.js").ViewInstance | null} */
  let instance = null;
  let unlaid = true;
  let stale = true;
  let visible = true;
  let width = 0;

  const observer = new ResizeObserver(([entry]) => {
    const now = Math.floor(entry.contentRect.width);
    if (now === width) return;
    width = now;
    unlaid = true;
    requestDraw();
  });
  observer.observe(element);
  const seen = new IntersectionObserver(([entry]) => {
    visible = entry.isIntersecting;
    if (visible) requestDraw();
  });
  seen.observe(canvas);

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
      instance = chosen.create();
      unlaid = true;
      requestDraw();
    },
    invalidate: () => void (stale = true),
    relayout() {
      unlaid = true;
      requestDraw();
    },
    draw() {
      if (!weights.ready || !instance || width === 0) return;
      if (unlaid) layout();
      if (!visible || !stale) return;
      stale = false;
      g.clearRect(0, 0, canvas.width, canvas.height);
      g.drawImage(background, 0, 0);
      instance.paint(g, weights);
    },
    /** Say what it shows, for whoever does not see it. @param {number | null} flips */
    tell(flips) {
      if (view && weights.ready)
        canvas.setAttribute("aria-label", `${view.title}. ${viewText(view.id, weights, flips)}`);
    },
    destroy() {
      observer.disconnect();
      seen.disconnect();
    },
  };
}

/** @typedef {ReturnType<typeof createStillView>} StillView */
