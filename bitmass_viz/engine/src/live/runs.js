/**
 * The runs that one reader has started: one is active, and those before it can be returned to. The counterpart of
 * `bitmass_viz/live/runs.py`.
 */

import { checked } from "../network.js";
import { general, shortened } from "../numeric.js";
import { Run } from "../training/run.js";
import { DATA, RATE } from "./controls.js";
import { describeWeights } from "./descriptions.js";
import { leftOut, originOf } from "./permalink.js";
import { Work } from "./tasks.js";

const MAX_RUNS = 6;
const MAX_RUN_BYTES = 256 << 20;
const MAX_CURVES = 24;

/**
 * A run with its label; the run is null once only its curve is kept.
 * @typedef {{id: string, label: string, trainer: string, data: string, run: Run | null,
 *   points: [number, number][]}} Entry
 * @typedef {import("./controls.js").Controls} Controls
 */

export class Runs {
  /** @param {Run} run the first one @param {Controls} controls @param {import("../data/data_sets.js").DataSets} data */
  constructor(run, controls, data) {
    this.controls = controls;
    this._data = data;
    this._hidden = run.hidden;
    /** @type {{trainer: string, recipe: string, options: Record<string, any>}} */
    this._given = { trainer: run.trainer, recipe: run.recipe, options: { ...run.options } };
    /** By the settings that tell runs apart, oldest first. @type {Map<string, Entry>} */
    this._entries = new Map();
    this._active = "";
    this._count = 0;
    this._enter(run);
  }

  /** The active run's entry. */
  get entry() {
    return /** @type {Entry} */ (this._entries.get(this._active));
  }

  get active() {
    return /** @type {Run} */ (this.entry.run);
  }

  get digits() {
    return this.active.digits;
  }

  /** The value of every control of a run; the default where it does not apply to the active run. */
  get settings() {
    return { ...this.controls.defaults, ...this.controls.settingsOf(this.active) };
  }

  /** Label and run for every run that is kept. @returns {[string, Run][]} */
  named() {
    return [...this._entries.values()].flatMap(({ label, run }) => (run ? [[label, run]] : []));
  }

  /**
   * Return a control's name and its value if they are allowed for the active run.
   * @param {any} name @param {any} value @returns {[string, any]}
   * @throws {RangeError} if they are not
   */
  check(name, value) {
    if (!this.controls.has(name))
      throw new RangeError(
        `control must be one of ${[...this.controls.byName.keys()].join(", ")}, got ${shortened(name)}`,
      );
    this.controls.checkApplies(this.active.trainer, name);
    return [name, this.controls.check(name, value)];
  }

  /**
   * Change a setting that `check` allows. One that is not live starts another run, or returns to it.
   * @param {string} name @param {any} value @returns {import("./tasks.js").Steps}
   */
  *set(name, value) {
    if (this.controls.isLive(name)) {
      const run = this.active;
      yield new Work(() => run.setOption(name, value));
      return;
    }
    const wanted = { ...this.settings, [name]: value };
    if (name === "trainer" || name === "recipe")
      Object.assign(wanted, this.controls.optionDefaults(wanted.trainer, wanted.recipe));
    const key = this._key(wanted);
    const known = this._entries.get(key);
    if (known?.run) {
      this._entries.delete(key);
      this._entries.set(key, known);
      this._active = key;
    } else this._enter(yield* this._make(wanted));
  }

  /**
   * Start a run with other settings, which have each passed `Controls.check`. It replaces the first run if nothing
   * has been trained yet; otherwise it joins the others.
   * @param {Record<string, any>} settings @param {Record<string, any>} options without a control, not validated yet
   * @returns {import("./tasks.js").Steps<string[]>} a sentence for each part that the trainer does not have or allow
   */
  *begin(settings, options) {
    const { controls } = this;
    const wanted = { ...this.settings };
    for (const name of ["trainer", "recipe"]) if (name in settings) wanted[name] = settings[name];
    Object.assign(wanted, controls.optionDefaults(wanted.trainer, wanted.recipe));
    /** @type {string[]} */
    const refused = [];
    for (const [name, value] of Object.entries(settings))
      unlessRefused(refused, () => {
        controls.checkApplies(wanted.trainer, name);
        wanted[name] = value;
      });
    /** @type {Record<string, any>} */
    const allowed = {};
    const about = controls.trainers[wanted.trainer];
    for (const [name, value] of Object.entries(options))
      unlessRefused(refused, () => {
        if (!Object.hasOwn(about.options, name)) throw new RangeError(`${about.label} has no option ${name}`);
        allowed[name] = checked(name, about.options[name], value);
      });
    const given = this._given;
    if ("trainer" in settings || Object.keys(allowed).length)
      this._given = { trainer: wanted.trainer, recipe: wanted.recipe, options: allowed };
    let run;
    try {
      run = yield* this._make(wanted);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      this._given = given;
      return [...refused, error.message];
    }
    if (this.isUntouched) this._clear();
    this._enter(run);
    return refused;
  }

  /** Restart the active run, dropping its curve. @returns {import("./tasks.js").Steps} */
  *reset() {
    this._enter(yield* this._make(this.settings));
  }

  /** Whether there is only the first run, and it has not been trained. */
  get isUntouched() {
    return this._entries.size === 1 && this.active.examples === 0;
  }

  /** Each curve's run, whether it is active, and its last point: enough to detect a change. */
  curveEnds() {
    const active = this.entry;
    return this._comparable().map((entry) => [
      entry.id,
      entry === active,
      ...(pointsOf(entry).at(-1) ?? [-1, 0]),
    ]);
  }

  /** The runs on the active one's data: accuracies on different data cannot be compared. */
  _comparable() {
    return [...this._entries.values()].filter(({ data }) => data === this.entry.data);
  }

  /** The validation accuracy of every run on the active one's data so far. */
  curves() {
    const active = this.entry;
    return this._comparable().map((entry) => ({
      run: entry.id,
      trainer: entry.trainer,
      label: entry.label,
      active: entry === active,
      points: pointsOf(entry),
    }));
  }

  /** What is the same in all frames of the active run. */
  network() {
    const run = this.active;
    const { about } = run.digits;
    return {
      run: this.entry.id,
      trainer: run.trainer,
      label: this.entry.label,
      ...describeWeights(run, this.controls.declared),
      hidden: run.hidden,
      image: about.image,
      train_size: about.train,
      accuracy_split: "validation",
      batch_size: run.options.batch_size ?? null,
      origin: originOf(run, this.controls),
      left_out: leftOut(run, this.controls.declared),
      taught: run.network.taught,
    };
  }

  /** @param {Record<string, any>} settings @returns {import("./tasks.js").Steps<Run>} */
  *_make(settings) {
    const { trainer, recipe, seed, hidden } = settings;
    const given = this._given;
    const options = given.trainer === trainer && given.recipe === recipe ? { ...given.options } : {};
    for (const name of this.controls.optionNames(trainer)) options[name] = settings[name];
    const digits = this._data.get(settings[DATA]);
    return yield new Work(() => new Run(digits, { trainer, seed, recipe, hidden, options }));
  }

  /** Add a run in place of one with the same settings, and make it the active one. @param {Run} run */
  _enter(run) {
    this._count += 1;
    this._active = this._key(this.controls.settingsOf(run));
    this._entries.get(this._active)?.run?.release();
    this._entries.delete(this._active);
    const { trainer } = run;
    this._entries.set(this._active, {
      id: String(this._count),
      label: this._label(run),
      trainer,
      data: run.digits.about.name,
      run,
      points: [],
    });
    this._dropOldRuns();
    for (const key of this._entries.keys()) {
      if (this._entries.size <= MAX_CURVES) break;
      this._entries.delete(key);
    }
  }

  /** Reduce older runs to their curves where there are too many or they take too much memory. */
  _dropOldRuns() {
    let [kept, taken] = [0, 0];
    for (const entry of [...this._entries.values()].reverse()) {
      if (!entry.run) continue;
      kept += 1;
      taken += kept > 1 ? entry.run.history.bytes : 0;
      if (kept > MAX_RUNS || taken > MAX_RUN_BYTES) {
        entry.points = entry.run.curve;
        entry.run.release();
        entry.run = null;
      }
    }
  }

  _clear() {
    for (const { run } of this._entries.values()) run?.release();
    this._entries.clear();
  }

  /** The settings that tell runs apart: all but the live ones. @param {Record<string, any>} settings */
  _key(settings) {
    const options = this.controls.optionNames(settings.trainer).filter((name) => !this.controls.isLive(name));
    const names = [DATA, "trainer", "recipe", "seed", "hidden", ...options];
    return JSON.stringify(names.map((name) => settings[name]));
  }

  /** @param {Run} run */
  _label(run) {
    const { label, options } = this.controls.trainers[run.trainer];
    const rule = "rule" in run.options ? `, ${run.options.rule}` : "";
    const size = run.hidden === this._hidden ? "" : `, ${run.hidden} containers`;
    const usual = options[RATE]?.defaults[run.recipe];
    const rate = (run.options[RATE] ?? usual) === usual ? "" : `, rate ${general(run.options[RATE])}`;
    return `${label}, ${run.recipe}${rule}${rate}${size}, seed ${run.seed}`;
  }
}

/** @param {Entry} entry */
const pointsOf = ({ run, points }) => run?.curve ?? points;

/** @param {string[]} refused gets the sentence if `act` refuses @param {() => void} act */
function unlessRefused(refused, act) {
  try {
    act();
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    refused.push(error.message);
  }
}
