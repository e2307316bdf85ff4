/** The digits of a page in the memory of the kernels. They come in pieces, while the first networks learn already. */

/**
 * What is known of digits before they are here; `site/pieces.py` writes it.
 * @typedef {{name: string, label: string, synthetic: boolean, image: number[], classes: number, train: number,
 *   validation: number, test: number}} About
 * @typedef {import("../kernels.js").Kernels} Kernels
 * @typedef {import("../kernels.js").KernelArray} KernelArray
 */

/** Images of a split, in the order in which they come. */
class Split {
  /** @param {Kernels} kernels @param {number} count of images in all @param {number} pixels of each */
  constructor(kernels, count, pixels) {
    this.kernels = kernels;
    this.count = count;
    this.pixels = pixels;
    /** How many are here: the first ones. */
    this.here = 0;
    this.images = kernels.array("uint8", [count, pixels]);
    this.labels = kernels.array("uint8", [count]);
    /** By family of networks: as its kernels take them, and how many. @type {Map<string, {images: any, count: number}>} */
    this._prepared = new Map();
  }

  get isWhole() {
    return this.here === this.count;
  }

  /** @param {number} start @param {Uint8Array} images @param {Uint8Array} labels */
  add(start, images, labels) {
    if (start !== this.here || images.length !== labels.length * this.pixels)
      throw new RangeError(`images must come one after another: from ${this.here}, got ${start}`);
    this.images.values.set(images, start * this.pixels);
    this.labels.values.set(labels, start);
    this.here += labels.length;
  }

  /** A copy of an image. @param {number} place */
  image(place) {
    return this.images.slice(place, place + 1).values.slice();
  }

  /** @param {number} place @returns {number} */
  label(place) {
    return this.labels.values[place];
  }

  /**
   * Return at least so many of the first images as a network's kernels take them. They are prepared once for all
   * networks of a family; again when more have come, but then all of those.
   * @param {import("../kernels.js").Network} network @param {number} [wanted]
   */
  prepared(network, wanted = this.here) {
    const { family } = network.about;
    const known = this._prepared.get(family);
    if (known && known.count >= wanted) return known.images;
    if (known) this.kernels.release(known.images);
    const images = network.prepareArray(this.images.slice(0, this.here));
    this._prepared.set(family, { images, count: this.here });
    return images;
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
    // The training images come in the order of seed 0's first epoch.
    const order = kernels.exampleOrder(0, 0, about.train);
    this._places = new BigInt64Array(about.train);
    order.values.forEach((/** @type {bigint} */ index, /** @type {number} */ place) => {
      this._places[Number(index)] = BigInt(place);
    });
    kernels.release(order);
  }

  /** @param {{split: string, start: number, images: Uint8Array, labels: Uint8Array}} piece */
  add({ split, start, images, labels }) {
    (split === "train" ? this.train : this.validation).add(start, images, labels);
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
