/**
 * The kernels, compiled to WebAssembly by build.py, in a page, a worker or Node.js: allocates their memory and calls
 * them. What each takes and gives is in the manifest.
 */

/** A number is known by its type's name; null is nothing.
 * @typedef {string | null | {array: string, axes: number} | {fields: Record<string, any>}} Spec */
/** @typedef {number | bigint | boolean | KernelArray | {[field: string]: any} | null} Value */
/**
 * @typedef {{kind: string, live: boolean, low?: number, high?: number,
 *   choices?: (string | number)[], defaults: Record<string, any>}} Option
 */
/** @typedef {{inputs: number, hidden: number, classes: number}} Architecture */
/**
 * @typedef {{label: string, family: string, prepare: string, architecture: Architecture,
 *   options: Record<string, Option>}} Trainer
 */
/**
 * @typedef {{trainers: Record<string, Trainer>,
 *   functions: Record<string, {takes: Spec[], gives: Spec}>}} Manifest
 */

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
