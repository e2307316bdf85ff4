/**
 * The conversation with the page's opening: a float and a binary network learn from noise, as a film. The counterpart of
 * `bitmass_viz/live/opening_session.py`. Here the digits can still be on their way.
 */

import { joined } from "../data/bytes.js";
import { asWhole } from "../numeric.js";
import { Lockstep } from "../training/lockstep.js";
import { Run } from "../training/run.js";
import { describeDigits, describeWeights } from "./descriptions.js";
import { Session } from "./session.js";
import { Wait, Work } from "./tasks.js";

/**
 * @typedef {import("./tasks.js").Steps} Steps
 * @typedef {import("../training/digits.js").Digits} Digits
 * @typedef {{trainer: string, recipe: string, hidden: number} & Record<string, any>} Wanted with the trainer's options
 */

export class OpeningSession extends Session {
  /**
   * @param {Digits} digits
   * @param {{networks: Wanted[], at: number[], ahead: number}} wanted `at` how many examples there is a frame, and how
   *   many frames to make ahead of the one that is shown
   * @param {{clock: () => number, controls: import("./controls.js").Controls}} host
   */
  constructor(digits, { networks, at, ahead }, { clock, controls }) {
    super(clock);
    this.digits = digits;
    this._wanted = networks;
    this._at = at;
    this._ahead = ahead;
    this._controls = controls;
    this._count = 0;
    this._seed = 0;
    this._watched = 0;
    /** @type {Run[]} */
    this._runs = [];
    Object.assign(this._atOnce, { film: this._onFilm, watched: this._onWatched });
    this._put({ dataset: describeDigits(digits.about) });
  }

  /** Make the film again that another session made, if there was one. @param {any} memory */
  begin(memory) {
    if (!memory?.count) return;
    this._count = memory.count - 1;
    this._onFilm({ seed: memory.seed });
  }

  memory() {
    return { count: this._count, seed: this._seed };
  }

  learned() {
    return this.digits;
  }

  /** Begin a film, in place of one that is being made. @param {any} message */
  _onFilm({ seed = null }) {
    try {
      this._seed = this._controls.check("seed", seed);
    } catch (error) {
      this.notify(`${/** @type {Error} */ (error).message}.`, "error");
      return;
    }
    this.clearNotice("error");
    this._count += 1;
    this._watched = 0;
    this._startInTurn(this._makeFilm(this._count, this._seed));
  }

  /**
   * Note which frame is shown: only a few ahead of it are made, and none that nobody will watch.
   * @param {any} message
   */
  _onWatched({ index = null }) {
    this._watched = Math.max(this._watched, asWhole(index) ?? 0);
  }

  /** @param {number} number @param {number} seed @returns {Steps} */
  *_makeFilm(number, seed) {
    if (number < this._count) return;
    const { validation } = this.digits;
    const isOver = () => number < this._count;
    yield* this._renew(seed);
    this._put({
      network: this._described(),
      film: { id: number, seed, at: this._at },
    });
    if (!validation.isWhole) {
      // What can be shown already, until accuracies can be measured as well.
      yield* this._train(number, () => isOver() || validation.isWhole);
      yield new Wait(() => isOver() || validation.isWhole);
      if (!isOver()) yield* this._renew(seed);
    }
    yield* this._train(number, isOver);
  }

  /** Train from frame to frame until a condition holds. @param {number} film @param {() => boolean} until @returns {Steps} */
  *_train(film, until) {
    const networks = new Lockstep(this._runs);
    for (const [index, at] of this._at.entries()) {
      const more = at - networks.examples;
      yield new Wait(() => until() || (index <= this._watched + this._ahead && networks.here(more) === more));
      if (until()) return;
      const snapshots = yield new Work(() => {
        networks.advance(more);
        networks.validate();
        return networks.record();
      });
      const accuracies = snapshots.map((/** @type {any} */ { accuracy }) => accuracy);
      const frame = joined(snapshots.map((/** @type {any} */ { weights }) => weights));
      this._put({ snapshot: { film, index, accuracies }, frame });
    }
  }

  /** @param {number} seed @returns {Steps} */
  *_renew(seed) {
    const before = this._runs;
    this._runs = yield new Work(() =>
      this._wanted.map(
        ({ trainer, recipe, hidden, ...options }) =>
          new Run(this.digits, { trainer, seed, recipe, hidden, options }),
      ),
    );
    for (const run of before) run.release();
  }

  _described() {
    const { about } = this.digits;
    return {
      train_size: about.train,
      image: about.image,
      accuracy_split: "validation",
      lanes: this._runs.map((run, number) => ({
        run: String(number),
        trainer: run.trainer,
        label: this._controls.trainers[run.trainer].label,
        ...describeWeights(run, this._controls.declared),
        bytes: run.history.newest.weights.length,
      })),
    };
  }
}
