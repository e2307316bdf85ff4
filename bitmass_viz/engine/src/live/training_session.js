/** What a page that trains networks can ask for. The counterpart of `bitmass_viz/live/training_session.py`. */

import { asWhole, whole } from "../numeric.js";
import { areFinite } from "./descriptions.js";
import { FrameWindow } from "./frame_window.js";
import { Player } from "./player.js";
import { RESTARTED, Session } from "./session.js";
import { Wait, Work } from "./tasks.js";

const MAX_STEP = 4096;
const PATIENCE_SECONDS = 0.2;
const WAITING = "Training goes on as soon as the digits that come next are here.";

/**
 * @typedef {import("./tasks.js").Steps} Steps
 * @typedef {import("./player.js").Update} Update
 * @typedef {{clock: () => number, pace: import("./pace.js").Pace, controls: import("./controls.js").Controls,
 *   data: import("../data/data_sets.js").DataSets, own: import("./own_images.js").OwnImages}} Host
 */

export class TrainingSession extends Session {
  /** @param {import("./player.js").Playable} playable @param {Host} host */
  constructor(playable, { clock, pace, controls, data }) {
    super(clock);
    this.controls = controls;
    this._window = new FrameWindow(clock);
    this.data = data;
    const show = (/** @type {Update} */ update) => this.publish(update);
    const onWaiting = (/** @type {boolean} */ waiting) => this._onWaiting(waiting);
    this._player = new Player(playable, show, this._window, clock, pace, onWaiting);
    /** @type {object | null} */
    this._playRequest = null;
    this._isRunning = false;
    this._preparing = true;
    this._pausedByHiding = false;
    this._curveEnds = "";
    this._steps = 0;
    this._isReturning = false;
    this._followed = 0;
    /** Labels of the networks whose weights are no longer finite. @type {Set<string>} */
    this._diverged = new Set();
    /** Where the networks are being led, as `memory` describes it. @type {object | null} */
    this._goal = null;
    Object.assign(this._atOnce, {
      ack: this._onAck,
      play: this._onPlay,
      pause: this._onPause,
      here: this._onHere,
      hidden: this._onHidden,
      visible: this._onVisible,
    });
    Object.assign(this._inTurn, {
      hello: this._onHello,
      step: this._onStep,
      reset: this._onReset,
      set: this._onSet,
    });
  }

  close() {
    this._player.pause();
    super.close();
  }

  /** Label and run of each network. @returns {[string, import("../training/run.js").Run][]} */
  namedRuns() {
    throw new Error("every session names its runs");
  }

  /** Send an update to the page as one message. @param {Update} _update */
  publish(_update) {
    throw new Error("every session publishes");
  }

  /** Where the networks are being led, or else where they are. */
  memory() {
    return this._goal ?? this._present();
  }

  /** @returns {object} */
  _present() {
    throw new Error("every session describes its networks");
  }

  /** Lead the networks to where those of another session were. @param {object} goal @param {Steps} steps @returns {Steps} */
  *_return(goal, steps) {
    this._goal = goal;
    this._isReturning = true;
    this.notify(RESTARTED);
    try {
      yield* steps;
    } finally {
      this._goal = null;
      this._isReturning = false;
      this._publishState();
    }
  }

  /** Send the current state to a page that has just connected. @returns {Steps} */
  *_showPresent() {}

  /** @param {any} _message @returns {Steps} */
  *_onReset(_message) {}

  /** @param {any} _message @returns {Steps} */
  *_onSet(_message) {}

  /** Finish anything pending, such as a seek, before training continues. @returns {Steps} */
  *_settle() {}

  /** Once all validation digits are here, measure what was not measured yet. */
  digitsCame() {
    const { run, playing } = this._player;
    if (run.digits.validation.isWhole && !this._preparing && !playing && !run.isMeasured)
      this._startInTurn(this._measure());
  }

  learned() {
    return this._player.run.digits;
  }

  /** Measure what a changed option has made of the accuracy, at once unless training goes on. @param {any} message @returns {Steps} */
  *_measureChange(message) {
    this._player.change = this._changeOf(message);
    this._player.measureNext();
    yield* this._measure();
  }

  /** Note that a change has been made, or refused: then the frame that the page has is as good as a new one. @param {any} message */
  _answerChange(message) {
    this._player.change = this._changeOf(message);
    if (!this._player.playing) this._put({ status: { ...this._sent.status, change: this._player.change } });
  }

  /** @param {any} message */
  _changeOf({ change = null }) {
    return asWhole(change) ?? this._player.change;
  }

  /** @returns {Steps} */
  *_measure() {
    if (!this._player.playing) this.publish(yield new Work(() => this._player.measuredUpdate()));
  }

  /** @param {any} message */
  _onAck({ seq }) {
    const number = asWhole(seq);
    if (number !== null) this._window.acknowledge(number);
  }

  /** @param {any} message */
  _onHere({ id }) {
    const number = asWhole(id);
    if (number !== null) this._reply({ kind: "here", id: number });
  }

  /** Pause while the page is hidden. */
  _onHidden() {
    if (this._playsOn()) {
      this._onPause();
      this._pausedByHiding = true;
    }
  }

  /** Resume if hiding the page paused training. */
  _onVisible() {
    if (this._pausedByHiding) this._onPlay();
  }

  _onPlay() {
    this._pausedByHiding = false;
    this.data.get(this.learned().about.name);
    if (!this._player.playing) {
      this._playRequest = {};
      this._startInTurn(this._play(this._playRequest));
    }
  }

  _onPause() {
    this._pausedByHiding = false;
    this._playRequest = null;
    if (!this._isReturning) this._player.pause();
    this._publishState();
  }

  /** @returns {Steps} */
  *_onHello() {
    this._window.acknowledgeAll();
    if (!this._player.playing) yield* this._showPresent();
  }

  /** @param {any} message */
  _onStep(message) {
    this._steps += 1;
    return this._step(message);
  }

  /** @param {any} message @returns {Steps} */
  *_step({ examples }) {
    this._steps -= 1;
    let count;
    try {
      count = whole("A step", examples, 1, MAX_STEP);
    } catch (error) {
      this._refuse(error);
      return;
    }
    yield* this._stop();
    yield* this._settle();
    const measuring = () => this._steps === 0;
    // Later requests do not wait for digits, unless they are more steps.
    yield* this._player.step(count, measuring, () => this._turns.length === 1 + this._steps);
  }

  /** @param {boolean} waiting whether training must wait for digits */
  _onWaiting(waiting) {
    if (waiting && !this._sent.notice?.text) this.notify(WAITING);
    else if (!waiting && this._sent.notice?.text === WAITING) this.clearNotice();
  }

  /** Say what is not allowed. @param {unknown} error */
  _refuse(error) {
    if (!(error instanceof RangeError)) throw error;
    this.notify(`${error.message}.`, "error");
  }

  /** Start playing, unless the reader has pressed pause or play again meanwhile. @param {object} request @returns {Steps} */
  *_play(request) {
    yield* this._stop();
    yield* this._settle();
    if (this._playRequest === request) this._startPlaying(this._player.play());
  }

  /** @param {Steps} play @param {number | null} [followed] number of the link that is followed */
  _startPlaying(play, followed = null) {
    this._window.acknowledgeAll();
    this._isRunning = true;
    this._publishState();
    this._tasks.start(this._playOut(play, followed));
  }

  /**
   * Play to the end, of a link that is followed if it has a number. There is a notice if the player stopped on its own.
   * @param {Steps} play @param {number | null} followed @returns {Steps}
   */
  *_playOut(play, followed) {
    try {
      yield* play;
    } finally {
      this._isRunning = false;
      if (this._player.abandoned)
        this.notify("Paused, because the page was not being looked at, or was cut off.");
      this._publishState();
      if (followed !== null) {
        this._goal = null;
        // The link may have changed a live setting on the way.
        this._putSettings();
        this._arrived(followed);
      }
    }
  }

  /**
   * Say once for each network that its weights are no longer finite.
   * @param {string} label @param {import("../training/run.js").Run} run @param {Uint8Array} weights
   */
  _warnIfDiverged(label, run, weights) {
    if (areFinite(run, weights, this.controls.declared)) this._diverged.delete(label);
    else if (!this._diverged.has(label)) {
      this._diverged.add(label);
      this.notify(
        `${label}: its weights have overflowed, because its steps are too large for this data. ` +
          "Choose another recipe or a smaller learning rate, and start again.",
      );
    }
  }

  /** Note that the page's link with this number has been followed. @param {number} number */
  _arrived(number) {
    this._followed = number;
    this._put({ status: { ...this._sent.status, state: this._state(), followed: number } });
  }

  /** Send the values of the page's controls. */
  _putSettings() {
    throw new Error("every session has settings");
  }

  /** Pause, and wait until the last frame has been sent. @returns {Steps} */
  *_stop() {
    this._player.pause();
    yield new Wait(() => !this._isRunning);
  }

  /** Prepare the images, and measure the initial accuracy. @returns {import("./tasks.js").Steps<Update>} */
  *_prepareRun() {
    let prepared = false;
    const showIfSlow = function* (/** @type {TrainingSession} */ session) {
      yield new Wait(() => prepared, PATIENCE_SECONDS);
      if (!prepared) {
        session._preparing = true;
        session._publishState();
      }
    };
    this._tasks.start(showIfSlow(this));
    try {
      yield new Work(() => this._player.run.warmUp());
      return yield new Work(() => this._player.measuredUpdate());
    } finally {
      prepared = true;
      if (this._preparing) {
        this._preparing = false;
        this._publishState();
      }
    }
  }

  _state() {
    if (this._isReturning) return "preparing";
    if (this._player.playing) return "playing";
    return this._preparing ? "preparing" : "paused";
  }

  /** Whether training goes on until the reader stops it: a link is followed to its end only. */
  _playsOn() {
    return this._player.playing && !this._player.following;
  }

  /** Send what has changed of the status without a frame. */
  _publishState() {
    this._put({ status: { ...this._sent.status, state: this._state() } });
  }

  /** The curves as a value to send, unless their ends are still those that were sent. @param {any[]} ends @param {() => any[]} curves */
  _newerCurves(ends, curves) {
    const now = JSON.stringify(ends);
    if (now === this._curveEnds) return {};
    this._curveEnds = now;
    return { curves: curves() };
  }
}
