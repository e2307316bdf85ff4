/**
 * Runs the trainers' kernels, compiled to WebAssembly by build.py, in a page, a worker or Node.js. It allocates and
 * calls: what a trainer's options are, and what its functions take, is in the manifest.
 */

import { real, shortened, whole } from "./numeric.js";

/** A number is known by its type's name; null is nothing.
 * @typedef {string | null | {array: string, axes: number} | {fields: Record<string, any>}} Spec */
/** @typedef {number | bigint | boolean | KernelArray | {[field: string]: any} | null} Value */
/**
 * @typedef {{kind: string, help: string, live: boolean, low?: number, high?: number,
 *   choices?: (string | number)[], defaults: Record<string, any>}} Option
 */
/** @typedef {{inputs: number, hidden: number, classes: number}} Architecture */
/**
 * @typedef {{label: string, summary: string, family: string, prepare: string, architecture: Architecture,
 *   options: Record<string, Option>}} Trainer
 */
/**
 * @typedef {{trainers: Record<string, Trainer>,
 *   functions: Record<string, {takes: Spec[], gives: Spec}>}} Manifest
 */
/** @typedef {{trainer: string, recipe?: string, options?: Record<string, any>, architecture?: Partial<Architecture>,
 *   seed?: number}} Wanted */

/** @type {Record<string, any>} */
const VIEWS = {
  uint8: Uint8Array,
  uint16: Uint16Array,
  int32: Int32Array,
  uint32: Uint32Array,
  float32: Float32Array,
  int64: BigInt64Array,
  uint64: BigUint64Array,
  float64: Float64Array,
};
const SLOT = 8;
/** What a kernel returns if all went well: a value, or nothing. */
const GOOD = [0, -2];
/** From a block of memory to its data. */
const RECORD = 64;

/** An array in the memory of the kernels. */
export class KernelArray {
  /**
   * @param {Kernels} kernels
   * @param {string} dtype
   * @param {number[]} shape
   * @param {number} address of its first item
   * @param {number} block of memory that holds it
   */
  constructor(kernels, dtype, shape, address, block) {
    /** @type {Kernels} */
    this.kernels = kernels;
    this.dtype = dtype;
    this.shape = shape;
    this.address = address;
    this.block = block;
  }

  get length() {
    return this.shape.reduce((product, size) => product * size, 1);
  }

  /** Its items, to read and write; valid until the next call, which may move the memory. */
  get values() {
    return new VIEWS[this.dtype](this.kernels.memory.buffer, this.address, this.length);
  }

  /**
   * A part along the first axis, in the same memory.
   * @param {number} start
   * @param {number} stop
   */
  slice(start, stop) {
    const [rows, ...rest] = this.shape;
    if (!(0 <= start && start <= stop && stop <= rows))
      throw new RangeError(`a slice must be within 0 to ${rows}, got ${start} to ${stop}`);
    const row = VIEWS[this.dtype].BYTES_PER_ELEMENT * rest.reduce((product, size) => product * size, 1);
    return new KernelArray(
      this.kernels,
      this.dtype,
      [stop - start, ...rest],
      this.address + start * row,
      this.block,
    );
  }
}

/** All kernels, in one memory. */
export class Kernels {
  /**
   * @param {WebAssembly.Module} module
   * @param {Manifest} manifest
   */
  constructor(module, manifest) {
    this.manifest = manifest;
    /** @type {Record<string, any>} */
    this.exports = new WebAssembly.Instance(module).exports;
    /** @type {WebAssembly.Memory} */
    this.memory = this.exports.memory;
    const functions = Object.values(manifest.functions);
    const most = Math.max(
      ...functions.flatMap(({ takes, gives }) => [slots({ fields: { ...takes } }), slots(gives)]),
    );
    this._arguments = this.allocate(SLOT * most) + RECORD;
    this._result = this.allocate(SLOT * most) + RECORD;
  }

  /**
   * Return a new block of memory.
   * @param {number} bytes
   */
  allocate(bytes) {
    const block = this.exports.allocate(bytes);
    if (!block) this._fail("a new array", 1);
    return block;
  }

  /**
   * Return a new array, of zeros unless values are given.
   * @param {string} dtype
   * @param {number[]} shape
   * @param {ArrayLike<number> | ArrayLike<bigint>} [values]
   */
  array(dtype, shape, values) {
    const length = shape.reduce((product, size) => product * size, 1);
    if (values && values.length !== length)
      throw new RangeError(
        `an array of shape ${shape.join("×")} takes ${length} values, got ${values.length}`,
      );
    const block = this.allocate(length * VIEWS[dtype].BYTES_PER_ELEMENT);
    const made = new KernelArray(this, dtype, shape, block + RECORD, block);
    if (values) made.values.set(values);
    else made.values.fill(dtype.endsWith("64") && !dtype.startsWith("f") ? 0n : 0);
    return made;
  }

  /**
   * Give back the memory of every array in a value.
   * @param {Value} value
   */
  release(value) {
    if (value instanceof KernelArray) {
      if (value.block) this.exports.release(value.block);
    } else if (value && typeof value === "object") Object.values(value).forEach((part) => this.release(part));
  }

  /**
   * Call a kernel.
   * @param {string} name
   * @param {...Value} values
   * @returns {any}
   */
  call(name, ...values) {
    const { takes, gives } = this.manifest.functions[name];
    if (values.length !== takes.length)
      throw new TypeError(`${name} takes ${takes.length} arguments, got ${values.length}`);
    const view = new DataView(this.memory.buffer);
    let at = this._arguments;
    takes.forEach((spec, i) => (at = write(view, at, spec, values[i], name)));
    const status = this.exports[name](this._arguments, this._result);
    if (!GOOD.includes(status)) this._fail(name, status);
    return gives === null ? null : this._read(new DataView(this.memory.buffer), this._result, gives).value;
  }

  /**
   * The order of the n examples in an epoch.
   * @param {number} seed
   * @param {number} epoch
   * @param {number} n
   * @returns {KernelArray}
   */
  exampleOrder(seed, epoch, n) {
    return this.call("example_order", seed, epoch, n);
  }

  /**
   * @param {DataView} view
   * @param {number} at
   * @param {Spec} spec
   * @returns {{value: any, at: number}}
   */
  _read(view, at, spec) {
    if (typeof spec === "string") {
      if (spec === "float64") return { value: view.getFloat64(at, true), at: at + SLOT };
      if (spec === "float32") return { value: view.getFloat32(at, true), at: at + SLOT };
      if (spec === "bool") return { value: view.getUint8(at) !== 0, at: at + SLOT };
      return { value: Number(view.getBigInt64(at, true)), at: at + SLOT };
    }
    if (spec && "array" in spec) {
      const shape = [];
      for (let axis = 0; axis < spec.axes; axis++)
        shape.push(Number(view.getBigInt64(at + (5 + axis) * SLOT, true)));
      const [block, address] = [view.getUint32(at, true), view.getUint32(at + 4 * SLOT, true)];
      return { value: new KernelArray(this, spec.array, shape, address, block), at: at + slots(spec) * SLOT };
    }
    /** @type {Record<string, any>} */
    const value = {};
    for (const [field, part] of Object.entries(spec?.fields ?? {})) {
      const read = this._read(view, at, part);
      value[field] = read.value;
      at = read.at;
    }
    return { value, at };
  }

  /**
   * @param {string} name
   * @param {number} status
   * @returns {never}
   */
  _fail(name, status) {
    const kib = this.exports.refused_kib();
    throw new Error(
      kib
        ? `not enough memory: ${name} asked for ${kib} KiB, with ${this.memory.buffer.byteLength >> 10} KiB in use`
        : `${name} failed with status ${status}`,
    );
  }
}

/**
 * How many slots a value takes.
 * @param {Spec} spec
 * @returns {number}
 */
function slots(spec) {
  if (spec === null) return 0;
  if (typeof spec === "string") return 1;
  if ("array" in spec) return 5 + 2 * spec.axes;
  return Object.values(spec.fields).reduce((sum, part) => sum + slots(part), 0);
}

/**
 * Write a value as a kernel takes it (build.py says how), and return where the next one goes.
 * @param {DataView} view
 * @param {number} at
 * @param {Spec} spec
 * @param {any} value
 * @param {string} name of the kernel, for errors
 * @returns {number}
 */
function write(view, at, spec, value, name) {
  if (typeof spec === "string") {
    if (spec === "float64") view.setFloat64(at, value, true);
    else if (spec === "float32") view.setFloat32(at, value, true);
    else view.setBigInt64(at, BigInt(value), true);
    return at + SLOT;
  }
  if (spec && "array" in spec) {
    if (value?.dtype !== spec.array || value.shape.length !== spec.axes)
      throw new TypeError(
        `${name} takes ${spec.array} with ${spec.axes} axes, got ${value?.dtype} ${value?.shape}`,
      );
    const item = VIEWS[spec.array].BYTES_PER_ELEMENT;
    const strides = [];
    let stride = item;
    for (const size of [...value.shape].reverse()) {
      strides.unshift(stride);
      stride *= size;
    }
    for (const number of [value.block, 0, value.length, item, value.address, ...value.shape, ...strides]) {
      view.setBigInt64(at, BigInt(number), true);
      at += SLOT;
    }
    return at;
  }
  for (const [field, part] of Object.entries(spec?.fields ?? {})) {
    if (!(field in value))
      throw new TypeError(`${name} takes a tuple with ${field}, got ${Object.keys(value)}`);
    at = write(view, at, part, value[field], name);
  }
  return at;
}

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
    /** @type {Trainer} */
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
