/**
 * Text that changes with every frame, updated ten times a second: nobody reads faster, and each change makes the
 * browser lay out and paint the page again, which takes a phone longer than drawing the weights.
 */

import { createTimer } from "../shared/widget.js";

const PAUSE_MS = 100;

/**
 * @template {{state: string, run?: string}} Status
 * @param {AbortSignal} signal @param {(status: Status) => void} show
 */
export function createThrottledText(signal, show) {
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
    /** Show a frame's text: soon while a run plays on, otherwise at once. @param {Status} status */
    take(status) {
      latest = status;
      const wait = shownAt + PAUSE_MS - performance.now();
      const goesOn = status.state === "playing" && shown?.state === "playing" && shown.run === status.run;
      if (!goesOn || wait <= 0) showLatest();
      else if (!timer.running) timer.start(wait, showLatest);
    },
  };
}
