/**
 * A network and its trainer, run by the kernels. What a trainer's options are, and its family of kernels, is in the
 * manifest: no trainer is known here.
 */

import { real, shortened, whole } from "./numeric.js";

/**
 * @typedef {import("./kernels.js").Kernels} Kernels
 * @typedef {import("./kernels.js").KernelArray} KernelArray
 * @typedef {import("./kernels.js").Value} Value
 * @typedef {import("./kernels.js").Option} Option
 * @typedef {import("./kernels.js").Architecture} Architecture
 */
/** @typedef {{trainer: string, recipe?: string, options?: Record<string, any>, architecture?: Partial<Architecture>,
 *   seed?: number}} Wanted */

/**
 * Return an option's value if it is allowed.
 * @param {string} name
 * @param {Option} option
 * @param {any} value
 * @throws {RangeError} if it is not; the message says what is
 */
export function checked(name, option, value) {
  const { kind, low = -Infinity, high = Infinity, choices = [] } = option;
  if (kind === "whole") return whole(name, value, low, high);
  if (kind === "number") return real(name, value, low, high);
  if (kind === "switch" ? typeof value === "boolean" : choices.includes(value)) return value;
  const allowed = kind === "switch" ? "True or False" : `one of ${choices.join(", ")}`;
  throw new RangeError(`${name} must be ${allowed}, got ${shortened(value)}`);
}

/**
 * Return an option's value as a kernel takes it: a text as its place among the choices.
 * @param {string} name
 * @param {Option} option
 * @param {any} value
 */
function code(name, option, value) {
  const allowed = checked(name, option, value);
  return typeof allowed === "string" ? option.choices?.indexOf(allowed) : allowed;
}

/** One network and its trainer. */
export class Network {
  /**
   * @param {Kernels} kernels
   * @param {Wanted} wanted
   */
  constructor(kernels, { trainer, recipe = "published", options = {}, architecture = {}, seed = 0 }) {
    const { trainers } = kernels.manifest;
    if (!Object.hasOwn(trainers, trainer))
      throw new RangeError(`trainer must be one of ${Object.keys(trainers).join(", ")}, got ${trainer}`);
    /** @type {Kernels} */
    this.kernels = kernels;
    /** @type {import("./kernels.js").Trainer} */
    this.about = trainers[trainer];
    const known = this.about.options;
    const unknown = Object.keys(options).find((name) => !Object.hasOwn(known, name));
    if (unknown !== undefined)
      throw new RangeError(`${trainer} has no option ${unknown}; it has ${Object.keys(known).join(", ")}`);
    /** @type {Record<string, any>} */
    this.options = {};
    /** @type {Record<string, any>} */
    const codes = {};
    for (const [name, option] of Object.entries(known)) {
      if (!Object.hasOwn(option.defaults, recipe))
        throw new RangeError(
          `recipe must be one of ${Object.keys(option.defaults).join(", ")}, got ${recipe}`,
        );
      this.options[name] = Object.hasOwn(options, name) ? options[name] : option.defaults[recipe];
      codes[name] = code(name, option, this.options[name]);
    }
    this.recipe = recipe;
    this.seed = seed;
    const sizes = { ...this.about.architecture, ...architecture };
    if (sizes.hidden > 0 !== this.about.architecture.hidden > 0)
      throw new RangeError(`hidden of ${trainer} must be ${this.about.architecture.hidden ? "above " : ""}0`);
    this.sizes = sizes;
    this.settings = kernels.call(`${trainer}.choose`, sizes, recipe === "published", codes);
    /** @type {Record<string, KernelArray>} */
    this.state = this._call("allocate", sizes, this.settings);
    this._call("initialise", seed, this.settings, this.state);
  }

  /**
   * Return images, one byte a pixel, in the form that the kernels take.
   * @param {Uint8Array} images
   */
  prepare(images) {
    const { inputs } = this.sizes;
    const pixels = this.kernels.array("uint8", [images.length / inputs, inputs], images);
    const prepared = this.prepareArray(pixels);
    this.kernels.release(pixels);
    return prepared;
  }

  /**
   * Return images that are in the kernels' memory, uint8 (n, inputs), in the form that the kernels take.
   * @param {KernelArray} images
   */
  prepareArray(images) {
    return this.kernels.call(this.about.prepare, images);
  }

  /**
   * Learn from examples.
   * @param {Value} images prepared
   * @param {KernelArray} labels uint8
   * @param {KernelArray} order int64, indices of the examples
   * @param {boolean} closesBatch whether the last one ends its minibatch even if that is not full
   */
  learn(images, labels, order, closesBatch) {
    this._call("learn", { images, labels, order, closes_batch: closesBatch }, this.settings, this.state);
  }

  /**
   * Return the labels that the network gives images.
   * @param {Value} images prepared
   * @param {number} count
   * @returns {Uint8Array}
   */
  classify(images, count) {
    const labels = this.kernels.array("uint8", [count]);
    this._call("classify", images, this.settings, this.state, labels);
    return this._taken(labels);
  }

  /**
   * Change an option that can change while the network learns.
   * @param {string} name
   * @param {any} value
   */
  set(name, value) {
    const option = Object.hasOwn(this.options, name) ? this.about.options[name] : undefined;
    if (!option?.live) throw new RangeError(`${name} cannot be changed while the network learns`);
    this.settings[name] = code(name, option, value);
    this.options[name] = value;
    this._call("refresh", this.settings, this.state);
  }

  /** The values of the options that can change while the network learns. */
  get liveOptions() {
    const live = Object.keys(this.options).filter((name) => this.about.options[name].live);
    return Object.fromEntries(live.map((name) => [name, this.options[name]]));
  }

  /** How many examples it has learned from. */
  get examples() {
    return Number(this.state.clock.values[0]);
  }

  /** The thresholds of hidden units that compare with one; null of a network without. @returns {Int32Array | null} */
  get thresholds() {
    const { thresholds } = this.state;
    return thresholds ? Int32Array.from(thresholds.values, Number) : null;
  }

  /** For each hidden unit the classes to which it should answer, bit k for class k; null of a network not so taught. */
  get taught() {
    const { codes } = this.settings;
    return codes ? Array.from(codes.values, Number) : null;
  }

  /** A copy of all that learning changes. */
  snapshot() {
    return Object.fromEntries(
      Object.entries(this.state).map(([name, array]) => [name, array.values.slice()]),
    );
  }

  /**
   * Go back to a snapshot, and to the options of that time.
   * @param {Record<string, any>} state
   * @param {Record<string, any>} options
   */
  restore(state, options) {
    for (const [name, values] of Object.entries(state)) this.state[name].values.set(values);
    for (const [name, value] of Object.entries(options)) {
      this.options[name] = value;
      this.settings[name] = code(name, this.about.options[name], value);
    }
  }

  /**
   * The weight bits, as a dense buffer.
   * @returns {Uint8Array}
   */
  pack() {
    return this._taken(this._call("pack", this.settings, this.state));
  }

  /** Give back the network's memory. */
  release() {
    this.kernels.release(this.settings);
    this.kernels.release(this.state);
  }

  /**
   * @param {string} entry
   * @param {...Value} values
   */
  _call(entry, ...values) {
    return this.kernels.call(`${this.about.family}.${entry}`, ...values);
  }

  /** @param {KernelArray} array */
  _taken(array) {
    const values = array.values.slice();
    this.kernels.release(array);
    return values;
  }
}
