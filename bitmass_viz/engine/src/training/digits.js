/** The digits of a page in the memory of the kernels. They come in pieces, while the first networks learn already. */

import { ImageRows, LitImages } from "./image_forms.js";

/**
 * What is known of digits before they are here; `data/pieces.py` writes it.
 * @typedef {{name: string, label: string, synthetic: boolean, image: number[], classes: number, train: number,
 *   validation: number, test: number, class_names: string[]}} About
 * @typedef {import("../kernels.js").Kernels} Kernels
 * @typedef {import("../kernels.js").KernelArray} KernelArray
 * @typedef {import("../network.js").Network} Network
 * @typedef {{labels: Uint8Array} & import("./image_forms.js").LitCopy} SplitCopy
 * @typedef {{train: SplitCopy, test: SplitCopy}} Copy
 */

/** The kernel that lists the pixels which are not black. */
const LIT = "lit_pixels";
/** Images to convert at a time. */
const AT_ONCE = 1_000;

/** Images of a split, in the order in which they come. */
class Split {
  /** @param {Kernels} kernels @param {number} count of images in all @param {number} pixels of each */
  constructor(kernels, count, pixels) {
    this.kernels = kernels;
    this.count = count;
    this.pixels = pixels;
    /** How many are here: the first ones. */
    this.here = 0;
    this.labels = kernels.array("uint8", [count]);
    this._lit = new LitImages(kernels, count, pixels);
    /** One row for each image, if a network takes them so, and how many are in it. @type {{rows: ImageRows, here: number} | null} */
    this._rows = null;
  }

  get isWhole() {
    return this.here === this.count;
  }

  /** @param {number} start @param {Uint8Array} images @param {Uint8Array} labels */
  add(start, images, labels) {
    if (start !== this.here || images.length !== labels.length * this.pixels)
      throw new RangeError(`images must come one after another: from ${this.here}, got ${start}`);
    for (let at = 0; at < labels.length; at += AT_ONCE) {
      const some = images.subarray(at * this.pixels, (at + AT_ONCE) * this.pixels);
      const pixels = this.kernels.array("uint8", [some.length / this.pixels, this.pixels], some);
      const lit = this.kernels.call(LIT, pixels);
      this._lit.add(start + at, lit);
      this.kernels.release({ pixels, lit });
    }
    this.labels.values.set(labels, start);
    this.here += labels.length;
  }

  /** @param {number} place @returns {Uint8Array} */
  image(place) {
    const pixels = new Uint8Array(this.pixels);
    this._lit.draw(place, pixels);
    return pixels;
  }

  /** @param {number} place @returns {number} */
  label(place) {
    return this.labels.values[place];
  }

  /** All of it, for another memory. @returns {SplitCopy} */
  copy() {
    return { labels: this.labels.values.slice(), ...this._lit.copy() };
  }

  /** @param {SplitCopy} copy */
  put({ labels, starts, room }) {
    this.labels.values.set(labels);
    this._lit.put({ starts, room });
    this.here = labels.length;
  }

  /** The share of the images, which are all here, that a network gives their label. @param {Network} network */
  accuracy(network) {
    const answers = network.classify(this.prepared(network), this.count);
    const { values } = this.labels;
    return answers.reduce((sum, answer, i) => sum + Number(answer === values[i]), 0) / this.count;
  }

  /** Return all images that are here as a network's kernels take them. @param {Network} network */
  prepared(network) {
    if (network.about.prepare === LIT) return this._lit.first(this.here);
    const known = this._rows ?? { rows: new ImageRows(this.kernels, this.count), here: 0 };
    this._rows = known;
    for (; known.here < this.here; known.here += AT_ONCE) {
      const stop = Math.min(this.here, known.here + AT_ONCE);
      const pixels = this.kernels.array("uint8", [stop - known.here, this.pixels]);
      for (let place = known.here; place < stop; place++)
        this._lit.draw(place, pixels.slice(place - known.here, place - known.here + 1).values);
      const rows = network.prepareArray(pixels);
      known.rows.add(known.here, rows);
      this.kernels.release({ pixels, rows });
    }
    known.here = this.here;
    return known.rows.first(this.here);
  }
}

export class Digits {
  /** @param {Kernels} kernels @param {About} about */
  constructor(kernels, about) {
    this.about = about;
    this.kernels = kernels;
    const pixels = about.image.reduce((product, size) => product * size, 1);
    this.train = new Split(kernels, about.train, pixels);
    this.validation = new Split(kernels, about.validation, pixels);
    /** Loaded only where experiments are run. */
    this.test = new Split(kernels, about.test, pixels);
    // The training images come in the order of seed 0's first epoch.
    const order = kernels.exampleOrder(0, 0, about.train);
    this._places = new BigInt64Array(about.train);
    order.values.forEach((/** @type {bigint} */ index, /** @type {number} */ place) => {
      this._places[Number(index)] = BigInt(place);
    });
    kernels.release(order);
  }

  /** @param {{split: "train" | "validation" | "test", start: number, images: Uint8Array, labels: Uint8Array}} piece */
  add({ split, start, images, labels }) {
    this[split].add(start, images, labels);
  }

  /** What another memory needs to train networks and test them. @returns {Copy} */
  copy() {
    return { train: this.train.copy(), test: this.test.copy() };
  }

  /** @param {Copy} copy */
  put({ train, test }) {
    this.train.put(train);
    this.test.put(test);
  }

  /**
   * Replace the numbers of training images by their places in `train`.
   * @param {KernelArray} order int64
   */
  toPlaces(order) {
    const { values } = order;
    values.forEach((/** @type {bigint} */ index, /** @type {number} */ i) => {
      values[i] = this._places[Number(index)];
    });
  }

  /** @param {number} index of a training image @returns {number} its place in `train` */
  placeOf(index) {
    return Number(this._places[index]);
  }
}

/** The memory of a copy, to be handed over. @param {Copy} copy */
export const buffersOf = (copy) =>
  Object.values(copy).flatMap(({ labels, starts, room }) => [labels.buffer, starts.buffer, room.buffer]);
