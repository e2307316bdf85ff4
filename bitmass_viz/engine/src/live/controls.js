/** The controls of a page, declared in `bitmass_viz/live/controls.py`, and what they allow. */

import { shortened, real, whole } from "../numeric.js";

export const SPEED = "speed";
export const STOP_AFTER = "stop_after";
/** Controls that say how to play; all others are settings of a run. */
export const OF_THE_PLAYER = [SPEED, STOP_AFTER];
export const RATE = "learning_rate";
export const DATA = "data";

/**
 * @typedef {{name: string, label: string, kind: string, default: any, help: string,
 *   choices: {value: any, label: string, help: string}[], min: number, max: number, trainers: string[] | null,
 *   allowed: string}} Control
 * @typedef {{controls: Control[], data_control: Control, live: string[], bits: Record<string, number>, formats: Record<string, string>,
 *   shared_controls: string[], lane_controls: string[], links: Record<string, any>, revision: number,
 *   one_example: Record<string, any>, version: string}} Declared what
 *   `bitmass_viz/live/declared.py` says of the page
 */

export class Controls {
  /**
   * @param {Declared} declared @param {import("../kernels.js").Manifest} manifest
   * @param {{name: string, label: string}[]} data sets that a reader can choose
   */
  constructor(declared, manifest, data) {
    this.declared = declared;
    this.trainers = manifest.trainers;
    /** @type {Map<string, Control>} */
    this.byName = new Map();
    this.setData(data);
    /** The default of every control of a run. @type {Record<string, any>} */
    this.defaults = Object.fromEntries(
      this.all
        .filter(({ name }) => !OF_THE_PLAYER.includes(name))
        .map((control) => [control.name, control.default]),
    );
  }

  /** All controls, in their order on the page. */
  get all() {
    return [...this.byName.values()];
  }

  /** @param {{name: string, label: string}[]} data sets that a reader can choose */
  setData(data) {
    const [trainer, ...others] = this.declared.controls;
    const all = [trainer, dataControl(this.declared, data), ...others];
    this.byName = new Map(all.map((control) => [control.name, control]));
  }

  /** Whether it changes the current run in place of starting another. @param {string} name */
  isLive(name) {
    return this.declared.live.includes(name);
  }

  /** Whether there is a control with this name. @param {unknown} name @returns {name is string} */
  has(name) {
    return typeof name === "string" && this.byName.has(name);
  }

  /**
   * Return a value that its control allows.
   * @param {string} name @param {any} value
   * @throws {RangeError} if it does not; the message says what is allowed
   */
  check(name, value) {
    const { kind, label, min, max, choices, allowed } = /** @type {Control} */ (this.byName.get(name));
    if (kind === "integer") return whole(label, value, min, max);
    if (kind === "number") return real(label, value, min, max);
    if (kind === "switch" ? typeof value === "boolean" : choices.some((choice) => choice.value === value))
      return value;
    throw new RangeError(`${label} must be ${allowed}, got ${shortened(value)}`);
  }

  /** @param {string} trainer @param {string} name @throws {RangeError} if the control does not apply to the trainer */
  checkApplies(trainer, name) {
    const { trainers, label } = /** @type {Control} */ (this.byName.get(name));
    if (trainers !== null && !trainers.includes(trainer))
      throw new RangeError(`${label} does not apply to ${this.trainers[trainer].label}`);
  }

  /** Names of a trainer's options that have a control. @param {string} trainer */
  optionNames(trainer) {
    return Object.keys(this.trainers[trainer].options).filter((name) => this.byName.has(name));
  }

  /** The recipe's values of a trainer's options that have a control. @param {string} trainer @param {string} recipe */
  optionDefaults(trainer, recipe) {
    const { options } = this.trainers[trainer];
    return Object.fromEntries(
      this.optionNames(trainer).map((name) => [name, options[name].defaults[recipe]]),
    );
  }

  /** The values of all controls that apply to a run. @param {import("../training/run.js").Run} run */
  settingsOf(run) {
    const { trainer, recipe, seed, hidden } = run;
    const fixed = { trainer, [DATA]: run.digits.about.name, recipe, seed, hidden };
    const options = this.optionNames(run.trainer).map((name) => [name, run.options[name]]);
    return { ...fixed, ...Object.fromEntries(options) };
  }
}

/** @param {Declared} declared @param {{name: string, label: string}[]} data @returns {Control} */
function dataControl({ data_control }, data) {
  const choices = data.map(({ name, label }) => ({ value: name, label, help: "" }));
  const allowed = `one of ${choices.map(({ label }) => label).join(", ")}`;
  return { ...data_control, default: choices[0].value, choices, allowed };
}
