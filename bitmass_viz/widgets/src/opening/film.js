/** Plays a film while it is being made: the frames that are there, on a clock that a reader can stop and turn. */

import { createAnimation, createTimer } from "../shared/widget.js";

const FRAMES_PER_SECOND = 9;

/**
 * @typedef {{examples: number, accuracies: (number | null)[], bytes: Uint8Array}} Frame
 * @param {AbortSignal} signal
 * @param {{show: (frame: Frame, index: number) => void, changed: () => void}} on `changed`: it plays or not, or has more frames
 */
export function createFilm(signal, { show, changed }) {
  /** @type {Frame[]} */
  let frames = [];
  let length = 0;
  let position = 0;
  let shown = -1;
  /** The frame that the reader wants to see, made or not; −1 while the film plays. */
  let sought = -1;
  let playing = false;
  let visible = true;
  /** When the last animation frame was drawn; 0 after a rest. */
  let drawnAt = 0;
  const animation = createAnimation(signal, turn);
  const timer = createTimer(signal);

  /** @param {number} time */
  function turn(time) {
    timer.stop();
    if (playing && visible) {
      const elapsed = drawnAt ? (time - drawnAt) / 1000 : 0;
      drawnAt = time;
      // Where drawing took longer, the film goes on more slowly, and leaves nothing out.
      const next = Math.min(position + elapsed * FRAMES_PER_SECOND, Math.floor(position) + 1.9);
      position = Math.min(frames.length - 1, next);
      if (position === length - 1) stop();
      // Each animation frame has the browser look through the whole page: only those that show something are asked for.
      else timer.start((1000 * (1 - (position % 1))) / FRAMES_PER_SECOND, animation.request);
    }
    if (sought >= 0) position = Math.min(sought, frames.length - 1);
    const index = Math.max(0, Math.floor(position));
    if (index !== shown && frames[index]) show(frames[index], (shown = index));
  }

  function stop() {
    playing = false;
    drawnAt = 0;
    changed();
  }

  return {
    get playing() {
      return playing;
    },
    get isOver() {
      return length > 0 && Math.floor(position) === length - 1;
    },
    /** Of the whole film. */
    get length() {
      return length;
    },
    get made() {
      return frames.length;
    },
    /** Begin another film. @param {number} count of its frames */
    begin(count) {
      [frames, length, position, shown, sought] = [[], count, 0, -1, -1];
      changed();
    },
    /** Take in a frame: the next one, or one again that is known by now with more detail. @param {number} index @param {Frame} frame */
    take(index, frame) {
      frames[index] = frame;
      if (index === shown) shown = -1;
      changed();
      animation.request();
    },
    play() {
      if (Math.floor(position) === length - 1) position = 0;
      sought = -1;
      playing = true;
      changed();
      animation.request();
    },
    stop,
    /** Show a frame, or the last one that is there until it is. @param {number} index */
    seek(index) {
      stop();
      sought = index;
      animation.request();
    },
    /** Show the present frame again. */
    redraw() {
      shown = -1;
      animation.request();
    },
    /** Nobody watches what is out of sight. @param {boolean} now */
    setVisible(now) {
      visible = now;
      drawnAt = 0;
      animation.request();
    },
  };
}

/** @typedef {ReturnType<typeof createFilm>} Film */
