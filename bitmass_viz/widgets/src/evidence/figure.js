/** The figure: requested when the reader comes near, and swapped when the reader's own run is shown. */

import { button, h } from "../shared/dom.js";
import { watchVisible } from "../shared/observe.js";
import { download, standaloneSvg } from "../shared/save_file.js";
import { drawGuess } from "./guess.js";
import { WORDS } from "./words.js";

/** How far below the screen a figure is asked for, so that it is there when the reader arrives. */
const AHEAD = "1200px";

/** @typedef {ReturnType<typeof createFigure>} Figure */

/**
 * @param {string} name of a file that it is saved in @param {[number, number]} size of the full run's figure, whose
 *   place is kept until it is there @param {HTMLElement} card it is on @param {() => void} ask @param {AbortSignal} signal
 */
export function createFigure(name, [width, height], card, ask, signal) {
  const place = h("div", { class: "bm-place" });
  place.style.aspectRatio = `${width} / ${height}`;
  const save = button(
    { class: "bm-button bm-save", disabled: true, "data-testid": `save-figure-${name}` },
    saveShown,
    WORDS.saveFigure,
  );
  function saveShown() {
    const picture = place.querySelector("svg");
    if (!picture) return;
    const paper = getComputedStyle(element).getPropertyValue("--bm-surface");
    const which = chosen === "full" ? "" : "-mine";
    download(
      `bitmass-${name}${which}.svg`,
      new Blob([standaloneSvg(picture, paper)], { type: "image/svg+xml" }),
    );
  }
  const element = h("figure", { class: "bm-figure", "data-drawn": "" }, place, save);
  element.style.setProperty("--bm-steepness", String(height / width));
  /** @type {Record<string, string>} */
  const drawings = {};
  let chosen = "full";
  /** @type {import("./guess.js").Asked | null} */
  let asked = null;

  const watching = new AbortController();
  signal.addEventListener("abort", () => watching.abort());
  const seen = (/** @type {boolean} */ near) => {
    // A reader who scrolls past quickly has been near as well.
    if (!near || watching.signal.aborted) return;
    watching.abort();
    if (!drawings.full) ask();
  };
  watchVisible(card, watching.signal, seen, AHEAD);

  function update() {
    const drawing = drawings[chosen];
    if (!drawing) return;
    place.innerHTML = drawing;
    if (asked) drawGuess(/** @type {SVGSVGElement} */ (place.querySelector("svg")), asked);
    place.style.aspectRatio = chosen === "full" ? `${width} / ${height}` : "";
    save.disabled = false;
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
    /** @param {import("./guess.js").Asked} given a question that has been answered */
    guessed(given) {
      asked = given;
      update();
    },
    /** @param {string} which */
    choose(which) {
      chosen = which;
      update();
    },
  };
}
