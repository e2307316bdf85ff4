/**
 * Words and numbers that change with every frame, shown ten times a second: nobody reads faster, and for each change
 * the browser lays out and paints the page anew, which takes a phone longer than drawing the weights.
 */

import { createTimer } from "../shared/widget.js";

const PAUSE_MS = 100;

/**
 * @template {{state: string, run?: string}} Status
 * @param {AbortSignal} signal @param {(status: Status) => void} show
 */
export function createPacedWords(signal, show) {
  const timer = createTimer(signal);
  let shownAt = -Infinity;
  /** @type {Status | null} */
  let shown = null;
  /** @type {Status | null} */
  let latest = null;

  function showLatest() {
    if (latest === null) return;
    timer.stop();
    shownAt = performance.now();
    shown = latest;
    latest = null;
    show(shown);
  }

  return {
    /** Show a frame's words soon; at once unless they follow others of the same run while it plays. @param {Status} status */
    take(status) {
      latest = status;
      const wait = shownAt + PAUSE_MS - performance.now();
      const goesOn = status.state === "playing" && shown?.state === "playing" && shown.run === status.run;
      if (!goesOn || wait <= 0) showLatest();
      else if (!timer.running) timer.start(wait, showLatest);
    },
  };
}
