/** The figure: asked for when the reader comes near, and swapped when the reader's own run is shown. */

import { h } from "../dom.js";

/** How far below the screen a figure is asked for, so that it is there when the reader arrives. */
const AHEAD = "1200px";

/** @typedef {ReturnType<typeof createFigure>} Figure */

/** @param {() => void} ask */
export function createFigure(ask) {
  const waiting = h("p", { class: "bm-waiting" }, "Drawing the figure…");
  const element = h("figure", { class: "bm-figure", "data-drawn": "" }, waiting);
  /** @type {Record<string, string>} */
  const drawings = {};
  let chosen = "full";

  const observer = new IntersectionObserver(
    (entries) => {
      if (!entries.some((entry) => entry.isIntersecting)) return;
      observer.disconnect();
      if (!drawings.full) ask();
    },
    { rootMargin: AHEAD },
  );
  observer.observe(element);

  function update() {
    const drawing = drawings[chosen];
    if (!drawing) return;
    element.innerHTML = drawing;
    element.dataset.drawn = chosen;
  }

  return {
    element,
    /** @param {string} which @param {string} drawing */
    show(which, drawing) {
      if (!drawing) return;
      drawings[which] = drawing;
      update();
    },
    /** @param {string} which */
    choose(which) {
      chosen = which;
      update();
    },
    destroy() {
      observer.disconnect();
    },
  };
}
