/**
 * One network learning one set of digits: step, measure, go back in time. The counterpart of
 * `bitmass_viz/training/run.py`; with the same settings it holds the same numbers, to the bit.
 */

import { Network } from "../network.js";
import { ExampleStream } from "./example_stream.js";
import { History } from "./history.js";

const CURVE_POINTS = 600;
export const MAX_STEP = 1_000_000;

/**
 * @typedef {import("./history.js").Frame} Frame
 * @typedef {{index: number, label: number, predictions: number[], image: Uint8Array}} Upcoming
 */

export class Run {
  /**
   * @param {import("./digits.js").Digits} digits
   * @param {{trainer: string, seed: number, recipe: string, hidden: number, options?: Record<string, any>}} wanted
   * @throws {RangeError} for an option or a value that the trainer does not have
   */
  constructor(digits, { trainer, seed, recipe, hidden, options = {} }) {
    this.digits = digits;
    this.trainer = trainer;
    const inputs = digits.train.pixels;
    const architecture = { inputs, hidden, classes: digits.about.classes };
    this.network = new Network(digits.kernels, { trainer, recipe, options, architecture, seed });
    this.firstOptions = { ...this.network.options };
    this._stream = new ExampleStream(digits, seed);
    const state = Object.values(this.network.snapshot()).reduce((sum, { byteLength }) => sum + byteLength, 0);
    this.history = new History(state + this.network.pack().length);
    /** Examples, and accuracy on the validation images. @type {[number, number][]} */
    this.curve = [];
    /** Examples, live option and value of each change. @type {[number, string, any][]} */
    this.changes = [];
    this.record();
  }

  get seed() {
    return this.network.seed;
  }

  get recipe() {
    return this.network.recipe;
  }

  get hidden() {
    return this.network.sizes.hidden;
  }

  get options() {
    return this.network.options;
  }

  get examples() {
    return this.network.examples;
  }

  /** Whether any accuracy is known. */
  get isMeasured() {
    return this.curve.length > 0;
  }

  get _isNewest() {
    return !this.history.frames.length || this.history.newest.examples <= this.examples;
  }

  /** Forget what is newer, because training continues from here. */
  _dropFuture() {
    if (this._isNewest) return;
    const now = this.examples;
    this.history.dropAfter(now);
    this.curve = this.curve.filter(([at]) => at <= now);
    this.changes = this.changes.filter(([at]) => at <= now);
  }

  /** Prepare the images that are here for the network's kernels. */
  warmUp() {
    for (const split of [this.digits.train, this.digits.validation]) split.prepared(this.network);
  }

  /** How many of the next examples are here. @param {number} wanted */
  here(wanted) {
    return this._stream.here(this.examples, wanted);
  }

  /** Learn from the next examples, which are here. @param {number} examples */
  advance(examples) {
    this._dropFuture();
    this._stream.learn(this.network, examples);
  }

  /** The accuracy on the validation images, which are all here. */
  accuracy() {
    return this.digits.validation.accuracy(this.network);
  }

  /** Measure the validation accuracy, if all those images are here; unless in the past, add it to the curve. */
  validate() {
    if (!this.digits.validation.isWhole) return;
    const { examples } = this;
    const accuracy = this.accuracy();
    if (!this._isNewest) return;
    this.curve = [...this.curve.filter(([at]) => at !== examples), [examples, accuracy]];
    if (this.curve.length > CURVE_POINTS)
      this.curve = this.curve.filter((_, i, all) => i === all.length - 1 || i % 2 === 0);
  }

  /** What the network makes of an image. @param {Uint8Array} image @returns {number} */
  predict(image) {
    const prepared = this.network.prepare(image);
    const [answer] = this.network.classify(prepared, 1);
    this.network.kernels.release(prepared);
    return answer;
  }

  /** The next example and what the network makes of it; null while it is not here. @returns {Upcoming | null} */
  upcoming() {
    if (this.here(1) === 0) return null;
    const index = this._stream.nextIndex(this.examples);
    const place = this.digits.placeOf(index);
    const image = this.digits.train.image(place);
    return { index, label: this.digits.train.label(place), predictions: [this.predict(image)], image };
  }

  /** Change a live option between two examples, and record a frame. @param {string} name @param {any} value */
  setOption(name, value) {
    this._dropFuture();
    this.network.set(name, value);
    const now = this.examples;
    this.curve = this.curve.filter(([at]) => at < now);
    this.changes = [...this.changes, [now, name, this.options[name]]];
    this.record(true);
  }

  /** Go back to a recorded frame. Later frames are kept until training continues from there. @param {Frame} frame */
  seek(frame) {
    const { examples, state, options } = this.history.checkpointBefore(frame.examples);
    this.network.restore(state, options);
    for (const [at, name, value] of this.changes) {
      if (examples < at && at <= frame.examples) {
        this._stream.learn(this.network, at - this.examples);
        this.network.set(name, value);
      }
    }
    this._stream.learn(this.network, frame.examples - this.examples);
  }

  /** Record and return the current frame; after `seek`, the one recorded. @param {boolean} [keepCheckpoint] */
  record(keepCheckpoint = false) {
    const { examples, network } = this;
    if (!this._isNewest)
      return /** @type {Frame} */ (this.history.frames.find((frame) => frame.examples === examples));
    const [accuracyAt, accuracy] = this._measured();
    const options = network.liveOptions;
    const epoch = examples / this.digits.train.count;
    const { thresholds } = network;
    const frame = { examples, epoch, weights: network.pack(), thresholds, accuracy, accuracyAt, options };
    const checkpoint = () => {
      const state = network.snapshot();
      const bytes = Object.values(state).reduce((sum, { byteLength }) => sum + byteLength, 0);
      return { examples, state, options, bytes };
    };
    this.history.record(frame, checkpoint, keepCheckpoint);
    return frame;
  }

  /** The latest measurement; null if an option has changed since. @returns {[number, number | null]} */
  _measured() {
    const [at, accuracy] = this.curve.at(-1) ?? [0, null];
    return [at, (this.changes.at(-1)?.[0] ?? -1) > at ? null : accuracy];
  }

  /** Give back its memory. */
  release() {
    this._stream.release();
    this.network.release();
  }
}
