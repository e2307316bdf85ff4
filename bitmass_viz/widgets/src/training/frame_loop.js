/** Draws with animation frames: whenever a frame has come or something changed, and while flipped bits fade. */

import { createAnimation, createTimer } from "../shared/widget.js";

/** A frame that takes longer to come than this does not hold up the fading. */
const FADE_WAIT_MS = 100;

/**
 * @param {AbortSignal} signal
 * @param {{fade: (elapsed: number) => void, isFading: () => boolean, isPlaying: () => boolean,
 *   draw: (arrived: boolean) => void}} picture `arrived` says whether a frame has come; `elapsed` is in milliseconds
 */
export function createFrameLoop(signal, { fade, isFading, isPlaying, draw }) {
  const animation = createAnimation(signal, turn);
  const fading = createTimer(signal);
  let drawnAt = 0;
  let arrived = false;

  /** @param {number} time */
  function turn(time) {
    fade(Math.min(100, time - drawnAt));
    drawnAt = time;
    const isNew = arrived;
    arrived = false;
    draw(isNew);
    // Frame by frame at rest; while frames come in, the next of them is waited for.
    fading.stop();
    if (!isFading()) return;
    if (isPlaying()) fading.start(FADE_WAIT_MS, animation.request);
    else animation.request();
  }

  return {
    request: animation.request,
    /** A frame has come. */
    frameCame() {
      arrived = true;
      animation.request();
    },
  };
}
