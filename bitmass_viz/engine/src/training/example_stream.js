/** The training examples in the order that a seed gives them, epoch after epoch. See `training/example_stream.py`. */

/** @typedef {import("../network.js").Network} Network */

export class ExampleStream {
  /** @param {import("./digits.js").Digits} digits @param {number} seed */
  constructor(digits, seed) {
    this._digits = digits;
    this._seed = seed;
    this._epoch = -1;
    /** Numbers of the epoch's examples. @type {number[]} */
    this._indices = [];
    /** Their places among those that are here. @type {import("../kernels.js").KernelArray | null} */
    this._places = null;
    /** For each position, the last place that is needed up to there. @type {Uint32Array} */
    this._needed = new Uint32Array(0);
  }

  /** @param {number} epoch @returns {import("../kernels.js").KernelArray} the places of its examples */
  _order(epoch) {
    if (this._epoch !== epoch || !this._places) {
      this.release();
      const { kernels, train } = this._digits;
      const order = kernels.exampleOrder(this._seed, epoch, train.count);
      this._indices = Array.from(order.values, Number);
      this._digits.toPlaces(order);
      this._needed = Uint32Array.from(order.values, Number);
      for (let i = 1; i < this._needed.length; i++)
        this._needed[i] = Math.max(this._needed[i], this._needed[i - 1]);
      [this._epoch, this._places] = [epoch, order];
    }
    return this._places;
  }

  /** @param {number} examples learned so far @returns {[number, number]} the epoch, and how many of its examples */
  _position(examples) {
    const size = this._digits.train.count;
    return [Math.floor(examples / size), examples % size];
  }

  /** @param {number} examples learned so far @returns {number} the number of the example that comes next */
  nextIndex(examples) {
    const [epoch, done] = this._position(examples);
    this._order(epoch);
    return this._indices[done];
  }

  /** How many of the next examples are here. @param {number} examples learned so far @param {number} wanted */
  here(examples, wanted) {
    const { train } = this._digits;
    if (train.isWhole) return wanted;
    const [epoch, done] = this._position(examples);
    this._order(epoch);
    const end = Math.min(done + wanted, train.count);
    let here = 0;
    while (done + here < end && this._needed[done + here] < train.here) here += 1;
    return here;
  }

  /** Let a network learn from the next examples. @param {Network} network @param {number} examples */
  learn(network, examples) {
    const { train } = this._digits;
    for (let left = examples; left > 0; ) {
      const [epoch, done] = this._position(network.examples);
      const stop = Math.min(train.count, done + left);
      const order = this._order(epoch);
      const images = train.prepared(network);
      network.learn(images, train.labels, order.slice(done, stop), stop === train.count);
      left -= stop - done;
    }
  }

  release() {
    if (this._places) this._digits.kernels.release(this._places);
    this._places = null;
  }
}
