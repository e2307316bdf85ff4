/** How many examples to learn at a time. Nobody else waits for a page's worker, so unlike `live/pace.py` it never rests. */

import { MAX_STEP } from "../training/run.js";

const PIECE_SECONDS = 0.006;

export class Pace {
  /** @param {() => number} clock seconds */
  constructor(clock) {
    this._clock = clock;
    /** Least time between frames when flat out: below a piece's length, so that every piece yields a frame. */
    this.frameSeconds = 0.75 * PIECE_SECONDS;
    this._secondsPerExample = 0.0005;
  }

  /** The number of examples to learn in one go. */
  piece() {
    return Math.max(1, Math.min(MAX_STEP, Math.floor(PIECE_SECONDS / this._secondsPerExample)));
  }

  /** Learn, and note how long it takes. @param {(examples: number) => void} advance @param {number} examples */
  train(advance, examples) {
    const started = this._clock();
    advance(examples);
    const took = this._clock() - started;
    this._secondsPerExample += 0.5 * (took / examples - this._secondsPerExample);
  }
}
