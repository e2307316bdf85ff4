/** The explorer, with what a recording has no use for left out. */

import explorer from "../explorer/index.js";

/** Parts of the explorer that need a kernel, by test id. */
const WITHOUT = ["share", "tour", "tour-offer", "save-npz", "save-csv"];
/** What some others do here. */
const TITLES = {
  step: "Show the next frame, then stop",
  reset: "Go back to the first frame",
  replay: "Show all frames again, as fast as the screen can",
};

/** @param {ReturnType<typeof import("./model.js").createModel>} model @param {HTMLElement} el */
export function showRecorded(model, el) {
  explorer.render({ model, el });
  for (const name of WITHOUT) el.querySelector(`[data-testid="${name}"]`)?.toggleAttribute("hidden", true);
  for (const [name, title] of Object.entries(TITLES))
    el.querySelector(`[data-testid="${name}"]`)?.setAttribute("title", title);
  el.querySelector(".bm-scrub")?.setAttribute("title", "Go through the recorded frames");
  // The first picture goes first.
  requestAnimationFrame(() => requestAnimationFrame(() => model.lookAhead()));
}
