/**
 * The conversation with networks side by side, which learn in lockstep. The counterpart of
 * `bitmass_viz/live/side_by_side_session.py`.
 */

import { joined } from "../data/bytes.js";
import { asWhole, shortened, whole } from "../numeric.js";
import { Lockstep } from "../training/lockstep.js";
import { Run } from "../training/run.js";
import { SPEED } from "./controls.js";
import { describeDigits, describeWeights } from "./descriptions.js";
import {
  laneOrigin,
  lanesChangesIn,
  laneSettings,
  pick,
  readLanesLink,
  sharedOrigin,
} from "./lanes_permalink.js";
import { leftOut, noticeOf, otherDigits } from "./permalink.js";
import { Work } from "./tasks.js";
import { TrainingSession } from "./training_session.js";

/**
 * @typedef {import("./tasks.js").Steps} Steps
 * @typedef {import("./controls.js").Controls} Controls
 * @typedef {Record<string, any>} Lane a lane's trainer and options
 */

export class SideBySideSession extends TrainingSession {
  /**
   * @param {import("../training/digits.js").Digits} digits
   * @param {{lanes: Lane[], titles: string[], controls: any[], lane_controls: any[][], settings: Record<string, any>}} wanted
   *   as the widget's Python describes itself
   * @param {import("./training_session.js").Host} host
   */
  constructor(digits, { lanes, titles, controls, lane_controls, settings }, host) {
    const lockstep = make(digits, lanes, settings, host.controls);
    super(lockstep, host);
    this.lockstep = lockstep;
    this.titles = titles;
    this._digits = digits;
    const names = (/** @type {any[]} */ all) => all.map(({ name }) => name);
    this._controlNames = { controls: names(controls), laneControls: lane_controls.map(names) };
    this._count = 1;
    this._isReady = false;
    /** A link that leads to other digits, with its number. @type {{link: import("./lanes_permalink.js").LanesLink, number: number} | null} */
    this._link = null;
    Object.assign(this._inTurn, { near: this._onNear, follow: this._onFollow });
    this._put({ controls, lane_controls });
    this._putSettings();
    this._put({ dataset: describeDigits(digits.about) });
    this.publish({ frame: lockstep.record(), upcoming: null });
  }

  /** Go on from where another session was, if there is one. @param {any} memory */
  begin(memory) {
    if (!memory) return;
    this._followed = memory.followed;
    this._player.speed = memory.wanted.settings[SPEED];
    this._put({ settings: this._settings() });
    if (memory.at || memory.changes.flat().length)
      this._startInTurn(this._return(memory, this._repeat(memory)));
  }

  _present() {
    const { runs } = this.lockstep;
    const lanes = this._lanes().map((lane, i) => ({
      ...lane,
      ...pick(runs[i].firstOptions, Object.keys(lane)),
    }));
    return {
      wanted: { lanes, settings: this._settings() },
      data: this._digits.about.name,
      at: this.lockstep.examples,
      changes: runs.map((run) => run.changes),
      followed: this._followed,
    };
  }

  /** @param {any} memory @returns {Steps} */
  *_repeat({ at, changes }) {
    this._isReady = true;
    this.publish(yield* this._prepareRun());
    yield* this._player.follow(at, lanesChangesIn({ changes }, this.lockstep.runs));
  }

  /**
   * Switch to other digits, unless something has been trained here on those that were wanted.
   * @param {import("../training/digits.js").Digits} digits
   */
  followDigits(digits) {
    if (digits === this._digits) return;
    const waiting = this._link;
    this._link = null;
    if (waiting?.link.shared.data === digits.about.name)
      this._startInTurn(this._follow(waiting.link, waiting.number, digits));
    else if (this.lockstep.examples === 0 && !this._player.playing)
      this._startInTurn(this._restart(this._lanes(), this._settings(), digits));
  }

  namedRuns() {
    const labels = this._labels();
    return this.lockstep.runs.map(
      (run, i) => /** @type {[string, Run]} */ ([`${labels[i]}, side by side`, run]),
    );
  }

  _labels() {
    const { trainers } = this.controls;
    return this.lockstep.runs.map((run, i) => this.titles[i] || trainers[run.trainer].label);
  }

  _settings() {
    const [run] = this.lockstep.runs;
    return { recipe: run.recipe, seed: run.seed, hidden: run.hidden, [SPEED]: this._player.speed };
  }

  _putSettings() {
    this._put({ settings: this._settings(), lanes: this._lanes() });
  }

  /** @returns {Lane[]} */
  _lanes() {
    const names = this.controls.declared.lane_controls;
    return this.lockstep.runs.map((run) => pick(this.controls.settingsOf(run), names));
  }

  /** Prepare once the widget scrolls near the view; most readers never reach most of a page. @returns {Steps} */
  *_onNear() {
    if (this._isReady) return;
    this._isReady = true;
    this.publish(yield* this._prepareRun());
  }

  /** @returns {Steps} */
  *_showPresent() {
    const frame = this.lockstep.runs.map((run) => run.history.newest);
    const upcoming = this._isReady ? yield new Work(() => this.lockstep.upcoming()) : null;
    this.publish({ frame, upcoming });
  }

  /** @returns {Steps} */
  *_onReset() {
    yield* this._restart(this._lanes(), this._settings());
  }

  /** @param {any} message @returns {Steps} */
  *_onSet(message) {
    const { name, value, lane = null } = message;
    try {
      if (lane === null) yield* this._setShared(name, value);
      else yield* this._setLane(name, value, lane, message);
    } catch (error) {
      this._refuse(error);
    }
    // Also where nothing has changed, because the page's control may still show a refused value.
    this._putAgain({ settings: this._settings(), lanes: this._lanes() });
    this._answerChange(message);
  }

  /** @param {any} name @param {any} value @returns {Steps} */
  *_setShared(name, value) {
    const { shared_controls } = this.controls.declared;
    if (!shared_controls.includes(name))
      throw new RangeError(
        `The setting must be one of ${shared_controls.join(", ")}, got ${shortened(name)}`,
      );
    const allowed = this.controls.check(name, value);
    this.clearNotice("error");
    if (name === SPEED) {
      this._player.speed = allowed;
      return;
    }
    const lanes = this._lanes();
    const renewed =
      name === "recipe" ? lanes.map(({ trainer }) => laneSettings(trainer, allowed, this.controls)) : lanes;
    yield* this._restart(renewed, { ...this._settings(), [name]: allowed });
  }

  /** @param {any} name @param {any} value @param {any} lane @param {any} message @returns {Steps} */
  *_setLane(name, value, lane, message) {
    const lanes = this._lanes();
    const number = whole("The lane", lane, 0, lanes.length - 1);
    const now = lanes[number];
    if (typeof name !== "string" || !Object.hasOwn(now, name))
      throw new RangeError(`${this.controls.trainers[now.trainer].label} has no setting ${shortened(name)}`);
    const allowed = this.controls.check(name, value);
    this.clearNotice("error");
    if (this.controls.isLive(name)) {
      yield new Work(() => this.lockstep.runs[number].setOption(name, allowed));
      yield* this._measureChange(message);
      return;
    }
    const settings = this._settings();
    lanes[number] =
      name === "trainer"
        ? laneSettings(allowed, settings.recipe, this.controls)
        : { ...now, [name]: allowed };
    yield* this._restart(lanes, settings);
  }

  /** Follow a link, as `ExplorerSession` does. @param {any} message @returns {Steps} */
  *_onFollow({ state, id, navigated }) {
    const present = { settings: this._settings(), lanes: this._lanes(), ...this._controlNames };
    const link = readLanesLink(state, present, this.controls);
    const number = asWhole(id) || 1;
    if (navigated === true || (this.lockstep.examples === 0 && !this._player.playing))
      yield* this._follow(link, number);
    else this._arrived(number);
  }

  /**
   * @param {import("./lanes_permalink.js").LanesLink} link @param {number} number
   * @param {import("../training/digits.js").Digits} [digits]
   * @returns {Steps}
   */
  *_follow(link, number, digits) {
    const { shared, settings, lanes, changes } = link;
    this._playRequest = null;
    this._isReady = true;
    yield* this._restart(lanes, settings, digits);
    this._player.speed = settings[SPEED];
    this._putSettings();
    const others = otherDigits(shared, this._digits.about);
    // They may still come (see `followDigits`).
    this._link = others.length ? { link, number } : null;
    const refused = [...shared.refused, ...others];
    const notice = noticeOf(shared, refused, this.controls.declared.revision);
    if (notice) this.notify(notice, refused.length ? "error" : "info");
    else this.clearNotice();
    const due = lanesChangesIn({ changes }, this.lockstep.runs);
    if (shared.at || due.size) {
      this._playRequest = {};
      this._goal = { ...this._present(), at: shared.at, changes, followed: number };
      this._startPlaying(this._player.follow(shared.at, due), number);
    } else this._arrived(number);
  }

  /**
   * @param {Lane[]} lanes @param {Record<string, any>} settings @param {import("../training/digits.js").Digits} [digits]
   * @returns {Steps}
   */
  *_restart(lanes, settings, digits) {
    yield* this._stop();
    const before = this.lockstep;
    this._digits = digits ?? this._digits;
    this.lockstep = this._player.run = yield new Work(() =>
      make(this._digits, lanes, settings, this.controls),
    );
    before.release();
    this._count += 1;
    const update = this._isReady
      ? yield* this._prepareRun()
      : { frame: this.lockstep.record(), upcoming: null };
    this._put({ dataset: describeDigits(this._digits.about) });
    this.publish(update);
  }

  /** @param {import("./player.js").Update} update */
  publish({ frame: frames, upcoming }) {
    const { about } = this._digits;
    const runs = this.lockstep.runs;
    const named = (/** @type {number} */ lane) => ({
      run: `${this._count}.${lane}`,
      trainer: runs[lane].trainer,
      label: this._labels()[lane],
    });
    this._put({
      network: {
        train_size: about.train,
        image: about.image,
        accuracy_split: "validation",
        lanes: runs.map((run, lane) => ({
          ...named(lane),
          ...describeWeights(run, this.controls.declared),
          bytes: frames[lane].weights.length,
        })),
      },
      origin: {
        shared: sharedOrigin(runs[0], this.controls),
        lanes: runs.map((run) => laneOrigin(run, this.controls)),
        left_out: leftOut(runs[0], this.controls.declared),
      },
      frame: joined(frames.map((/** @type {any} */ { weights }) => weights)),
      digit: upcoming?.image ?? new Uint8Array(0),
      ...this._newerCurves(
        runs.map((run) => [this._count, ...(run.curve.at(-1) ?? [-1, 0])]),
        () => runs.map((run, lane) => ({ ...named(lane), active: true, points: run.curve })),
      ),
      status: {
        seq: this._window.next(),
        state: this._state(),
        followed: this._followed,
        change: this._player.change,
        examples: frames[0].examples,
        epoch: frames[0].epoch,
        example: upcoming && {
          index: upcoming.index,
          label: upcoming.label,
          predictions: upcoming.predictions,
        },
        lanes: frames.map(
          (/** @type {any} */ { accuracy, options, examples }, /** @type {number} */ lane) => ({
            accuracy,
            options,
            changes: runs[lane].changes.filter(([at]) => at <= examples),
          }),
        ),
      },
    });
    const labels = this._labels();
    for (const [lane, run] of runs.entries()) this._warnIfDiverged(labels[lane], run, frames[lane].weights);
  }
}

/**
 * Create fresh runs for all lanes.
 * @param {import("../training/digits.js").Digits} digits @param {Lane[]} lanes @param {Record<string, any>} settings
 * @param {Controls} controls
 */
function make(digits, lanes, { seed, recipe, hidden }, controls) {
  return new Lockstep(
    lanes.map(({ trainer, ...lane }) => {
      const options = pick(lane, controls.optionNames(trainer));
      return new Run(digits, { trainer, seed, recipe, hidden, options });
    }),
  );
}
