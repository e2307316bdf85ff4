/** How long training takes here, measured while it goes on. The counterpart of `bitmass_viz/live/stopwatch.py`. */

const UNTIMED = 1_000;
const LEAST_EXAMPLES = 2_000;
const REMEMBERED = 20_000;

/** Seconds of computing per example: a mean in which earlier examples count less and less. */
export class Stopwatch {
  constructor() {
    this._seen = this._timed = this._examples = this._seconds = 0;
  }

  /** Note how long some examples took. @param {number} examples @param {number} seconds */
  note(examples, seconds) {
    this._seen += examples;
    if (this._seen <= UNTIMED) return;
    const kept = REMEMBERED / (REMEMBERED + examples);
    this._timed += examples;
    this._examples = kept * this._examples + examples;
    this._seconds = kept * this._seconds + seconds;
  }

  /** The mean; null until enough was timed. */
  get secondsPerExample() {
    return this._timed >= LEAST_EXAMPLES ? this._seconds / this._examples : null;
  }
}
