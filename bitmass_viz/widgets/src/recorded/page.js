/** A recorded run in the explorer: the whole page needs nothing but itself. */

import { createFrames } from "./frames.js";
import { createModel } from "./model.js";
import { showRecorded } from "./show.js";

const textOf = (/** @type {string} */ id) =>
  /** @type {HTMLElement} */ (document.getElementById(id)).textContent ?? "";

const told = JSON.parse(textOf("told"));
const model = createModel({ told, frames: createFrames(told, textOf("frames")) });
showRecorded(model, /** @type {HTMLElement} */ (document.getElementById("explorer")));
