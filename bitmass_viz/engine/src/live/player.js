/**
 * Play a run: train piece by piece and show frames, no faster than the page acknowledges them. The counterpart of
 * `bitmass_viz/live/player.py`, which gives the reasons; there, all digits are always at hand.
 */

import { Stopwatch } from "./stopwatch.js";
import { Wait, Work, sleep } from "./tasks.js";

/** The speed setting at which training does not wait for frames. */
export const FLAT_OUT = 0;
const FRAME_SECONDS = 1 / 30;
const FRAMES_ON_THE_WAY = 60;
const PATIENCE_SECONDS = 0.5;
const SILENCE_SECONDS = 10;
const MEASURE_EVERY_SECONDS = 0.15;
const MEASURE_SHARE = 0.1;
const PROMPT_SECONDS = 1;

/**
 * @typedef {import("./tasks.js").Steps} Steps
 * @typedef {{frame: any, upcoming: import("../training/run.js").Upcoming | null}} Update a recorded frame, or one of
 *   each run, and the next example
 * @typedef {import("../training/run.js").Run | import("../training/lockstep.js").Lockstep} Playable
 */

export class Player {
  /**
   * @param {Playable} run can be replaced while paused
   * @param {(update: Update) => void} show called while the window is open, and at the end
   * @param {import("./frame_window.js").FrameWindow} window @param {() => number} clock seconds
   * @param {import("./pace.js").Pace} pace @param {(waiting: boolean) => void} onWaiting called when training must wait
   *   for digits, and when it goes on
   */
  constructor(run, show, window, clock, pace, onWaiting) {
    this.run = run;
    /** Examples from one frame to the next, or `FLAT_OUT`. */
    this.speed = 64;
    this.playing = false;
    /** Whether it trains up to an end that is given. */
    this.following = false;
    /** Whether playing stopped because frames were no longer acknowledged. */
    this.abandoned = false;
    /** Playing stops at this number of examples, unless it began there or later. */
    this.end = Infinity;
    /** Whether playing stopped for that reason. */
    this.ended = false;
    /** Times the training; to be replaced with the run. */
    this.stopwatch = new Stopwatch();
    /** Number of the page's last change that was made in the run, or refused. */
    this.change = 0;
    this._begunAt = 0;
    this._show = show;
    this._window = window;
    this._clock = clock;
    this._pace = pace;
    this._onWaiting = onWaiting;
    /** @type {Update | null} */
    this._unshown = null;
    this._shownAt = -Infinity;
    this._measuredAt = -Infinity;
    this._measuredAfter = 0;
    this._measuringTook = 0;
    this._followedFrom = this._measuredFor = 0;
  }

  /** Start playing: show frames until paused, or until none has been acknowledged for 10 seconds. @returns {Steps} */
  play() {
    this.playing = true;
    this.following = this.abandoned = this.ended = false;
    this._begunAt = this.run.examples;
    return this._play();
  }

  /**
   * Start training up to `end` examples, showing frames on the way.
   * @param {number} end @param {Map<number, () => void>} changes to make on the way, by number of examples
   * @returns {Steps}
   */
  follow(end, changes) {
    this.playing = this.following = true;
    this.abandoned = this.ended = false;
    return this._follow(end, changes);
  }

  /** Stop after the current piece of training. */
  pause() {
    this.playing = false;
  }

  /**
   * Train on some examples and show the frame, with its accuracy if `measuring` then returns true.
   * @param {number} examples @param {() => boolean} measuring
   * @param {() => boolean} wanting until then it waits for digits that are not here yet
   * @returns {Steps}
   */
  *step(examples, measuring, wanting) {
    for (let left = examples; left > 0; ) {
      const piece = yield* this._here(Math.min(left, this._pace.piece()), wanting);
      if (!piece) break;
      yield new Work(() => this._train(piece));
      left -= piece;
    }
    const measured = measuring();
    this._show(yield new Work(() => (measured ? this.measuredUpdate() : this._update())));
  }

  /** Measure the validation accuracy after the next piece, because a changed option has just altered it. */
  measureNext() {
    this._measuredAt = -Infinity;
    this._measuringTook = 0;
  }

  /** Measure the validation accuracy and return the current frame with it. @returns {Update} */
  measuredUpdate() {
    this.run.validate();
    this._measuredAfter = this.run.examples;
    return this._update();
  }

  /** @returns {Update} */
  _update() {
    return { frame: this.run.record(), upcoming: this.run.upcoming() };
  }

  /** @returns {Steps} */
  *_play() {
    try {
      while (this.playing) {
        if (this._window.silence > SILENCE_SECONDS) {
          this.abandoned = true;
          break;
        }
        yield* this.speed === FLAT_OUT ? this._flatOut() : this._paced(this.speed);
      }
    } finally {
      this.playing = false;
      this._unshown = null;
    }
    if (!this.abandoned) this._show(yield new Work(() => this.measuredUpdate()));
  }

  /** @param {number} end @param {Map<number, () => void>} changes @returns {Steps} */
  *_follow(end, changes) {
    const stops = new Set([...changes.keys(), end]);
    const stride = Math.max(1, Math.ceil(end / FRAMES_ON_THE_WAY));
    for (let at = 0; at < end; at += stride) stops.add(at);
    this._followedFrom = this._clock();
    this._measuredFor = 0;
    try {
      for (const stop of [...stops].sort((a, b) => a - b)) {
        while (this.playing && this.run.examples < stop) {
          const wanted = Math.min(this._pace.piece(), stop - this.run.examples);
          const piece = yield* this._here(wanted, () => this.playing);
          if (!piece) break;
          yield new Work(() => this._train(piece));
          if (this._window.open && this._clock() - this._shownAt > PATIENCE_SECONDS)
            this._showNow(yield* this._onTheWay());
        }
        if (!this.playing) break;
        const change = changes.get(stop);
        if (change) yield new Work(change);
        const update = yield* this._onTheWay();
        if (this._window.open) this._showNow(update);
      }
    } finally {
      this.playing = false;
    }
    this._show(yield new Work(() => this.measuredUpdate()));
  }

  /**
   * The current frame, with its accuracy unless measuring has taken half as long as all else.
   * @returns {import("./tasks.js").Steps<Update>}
   */
  *_onTheWay() {
    const started = this._clock();
    if (this._measuredFor > Math.max(PROMPT_SECONDS, (started - this._followedFrom) / 3))
      return yield new Work(() => this._update());
    const update = yield new Work(() => this.measuredUpdate());
    this._measuredFor += this._clock() - started;
    return update;
  }

  /**
   * Wait until some of the next examples are here, while `wanting`; return how many to learn.
   * @param {number} wanted @param {() => boolean} wanting @returns {import("./tasks.js").Steps<number>}
   */
  *_here(wanted, wanting) {
    let here = this.run.here(wanted);
    if (here === 0) {
      this._onWaiting(true);
      yield new Wait(() => !wanting() || this.run.here(1) > 0);
      this._onWaiting(false);
      here = wanting() ? this.run.here(wanted) : 0;
    }
    return here;
  }

  /** Train one piece, and meanwhile show the frame of the one before. @returns {Steps} */
  *_flatOut() {
    // The host makes the call before it sends the frame.
    this._showUnshown();
    const piece = yield* this._here(this._untilEnd(this._pace.piece()), () => this.playing);
    if (piece) this._unshown = yield new Work(() => this._pieceOfPlay(piece, () => this._frameIsDue()));
    this._stopAtEnd();
  }

  /** @param {number} examples @returns {Steps} */
  *_paced(examples) {
    this._unshown = null;
    for (let left = this._untilEnd(examples); left > 0 && this.playing; ) {
      const piece = yield* this._here(Math.min(left, this._pace.piece()), () => this.playing);
      if (!piece) break;
      left -= piece;
      const due = left === 0;
      const { change } = this;
      const update = yield new Work(() => this._pieceOfPlay(piece, () => due));
      if (!update) continue;
      yield sleep(Math.max(0, this._shownAt + FRAME_SECONDS - this._clock()));
      if (this.playing) yield new Wait(() => this._window.open || !this.playing, SILENCE_SECONDS);
      this._shownAt = this._clock();
      // A frame from before a change does not pass for one from after it.
      if (this._window.open && this.change === change) this._show(update);
    }
    this._stopAtEnd();
  }

  /** How many of some examples to learn before playing stops. @param {number} examples */
  _untilEnd(examples) {
    const left = this.end - this.run.examples;
    return left > 0 ? Math.min(examples, left) : examples;
  }

  _stopAtEnd() {
    if (!this.playing || this._begunAt >= this.end || this.run.examples < this.end) return;
    this.playing = false;
    this.ended = true;
  }

  /** @param {Update} update */
  _showNow(update) {
    this._shownAt = this._clock();
    this._show(update);
  }

  _showUnshown() {
    const update = this._unshown;
    this._unshown = null;
    if (update) this._showNow(update);
  }

  _frameIsDue() {
    return this._window.open && this._clock() - this._shownAt >= this._pace.frameSeconds;
  }

  /** @param {number} examples */
  _train(examples) {
    const started = this._clock();
    this._pace.train((n) => this.run.advance(n), examples);
    this.stopwatch.note(examples, this._clock() - started);
  }

  /** @param {number} examples @param {() => boolean} due @returns {Update | null} */
  _pieceOfPlay(examples, due) {
    this._train(examples);
    if (this._measureIsDue()) this._measure();
    return due() ? this._update() : null;
  }

  _measureIsDue() {
    const waited = this._clock() - this._measuredAt;
    const { examples } = this.run;
    const grown = examples < this._measuredAfter || examples >= 2 * this._measuredAfter;
    return grown || waited > Math.max(MEASURE_EVERY_SECONDS, this._measuringTook / MEASURE_SHARE);
  }

  _measure() {
    const started = this._clock();
    // The call may come when the reader has paused already.
    if (this.playing) this.run.validate();
    this._measuredAt = this._clock();
    this._measuredAfter = this.run.examples;
    this._measuringTook = this._measuredAt - started;
  }
}
