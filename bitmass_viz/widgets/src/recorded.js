/** A recorded run in the explorer: the whole page needs nothing but itself. */

import explorer from "./explorer.js";
import { createFrames } from "./recorded/frames.js";
import { createModel } from "./recorded/model.js";

/** Parts of the explorer that need a kernel, by test id. The page tells the settings as facts. */
const WITHOUT = ["share", "tour", "tour-offer", "save-npz", "save-csv"];
/** What some others do here. */
const TITLES = {
  step: "Show the next frame, then stop",
  reset: "Go back to the first frame",
  replay: "Show all frames again, as fast as the screen can",
};

const textOf = (/** @type {string} */ id) =>
  /** @type {HTMLElement} */ (document.getElementById(id)).textContent ?? "";

const told = JSON.parse(textOf("told"));
const model = createModel(told, createFrames(told, textOf("frames")));
const el = /** @type {HTMLElement} */ (document.getElementById("explorer"));
explorer.render({ model, el });
for (const name of WITHOUT) el.querySelector(`[data-testid="${name}"]`)?.toggleAttribute("hidden", true);
for (const [name, title] of Object.entries(TITLES))
  el.querySelector(`[data-testid="${name}"]`)?.setAttribute("title", title);
el.querySelector(".bm-scrub")?.setAttribute("title", "Go through the recorded frames");
// The first picture goes first.
requestAnimationFrame(() => requestAnimationFrame(() => model.lookAhead()));
