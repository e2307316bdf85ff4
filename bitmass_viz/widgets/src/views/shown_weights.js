/**
 * The weights as the views draw them: one page of one layer, decoded once a frame for all views.
 *
 * A page is at most eight containers of hidden units, a float unit being one by itself. In the first layer those are
 * rows, in the second columns. No array here is larger than a page, except the two copies of the frame.
 */

import { DIGIT_NAMES } from "../shared/class_names.js";
import { formatOf } from "../bits/number_format.js";
import { makePlan, streamStart } from "../bits/address.js";
import { cool, countFlips, extinguish, flipCells, unpackBits } from "../bits/decode.js";

/** Blocks of hidden units on a page, unless there is less room. */
const BLOCKS_PER_PAGE = 8;
/** How long a flipped bit glows. */
const GLOW_MS = 600;

/**
 * @typedef {import("../bits/address.js").Plan} Plan
 * @typedef {import("../bits/address.js").Layer} Layer
 * @typedef {import("../bits/address.js").Address} Address
 * @typedef {{run: string, format: string, bpw: number, layers: import("../bits/address.js").LayerShape[],
 *   image: number[]}} FrameShape what a frame belongs to, and how it is laid out
 * @typedef {{unit0: number, units: number, feature0: number, features: number, block: number,
 *   firstBlock: number, blocks: number, allBlocks: number, pages: number}} Page
 */

/**
 * The part of a layer that is shown. `block` hidden units make one container; a float unit is one.
 * @param {Plan} plan @param {Layer} layer @param {number} index @param {number} [most] blocks on it
 * @returns {Page}
 */
export function makePage(plan, layer, index, most = BLOCKS_PER_PAGE) {
  const block = formatOf(plan).units;
  const hidden = plan.layers[0].units;
  const allBlocks = Math.ceil(hidden / block);
  const pages = Math.ceil(allBlocks / most);
  const firstBlock = Math.min(index, pages - 1) * most;
  const from = firstBlock * block;
  const count = Math.min(most * block, hidden - from);
  const blocks = Math.ceil(count / block);
  const shared = { block, firstBlock, blocks, allBlocks, pages };
  return layer.index === 0
    ? { unit0: from, units: count, feature0: 0, features: layer.features, ...shared }
    : { unit0: 0, units: layer.units, feature0: from, features: count, ...shared };
}

/** @param {Page} page @param {Address} address */
export function onPage(page, address) {
  if (address.unit < page.unit0 || address.unit >= page.unit0 + page.units) return false;
  if ("padding" in address) return true;
  return address.feature >= page.feature0 && address.feature < page.feature0 + page.features;
}

/** @param {number} features @param {number[]} image rows, columns @returns {[number, number]} rows, columns */
export function fieldShape(features, image) {
  if (image.length === 2 && image[0] * image[1] === features) return [image[0], image[1]];
  const columns = Math.ceil(Math.sqrt(features));
  return [Math.ceil(features / columns), columns];
}

const wholeWords = (/** @type {number} */ length) => Math.ceil(length / 4) * 4;

export class ShownWeights {
  constructor() {
    /** @type {Plan} */
    this.plan = makePlan({ format: "", bpw: 1, layers: [{ name: "W0", units: 1, features: 1 }] });
    this.layer = this.plan.layers[0];
    this.most = BLOCKS_PER_PAGE;
    this.page = makePage(this.plan, this.layer, 0);
    this.bytes = new Uint8Array(4);
    this.before = new Uint8Array(4);
    /** One byte per weight bit of the page: the bit and its glow. */
    this.cells = new Uint8Array(4);
    this.values = new Float32Array(0);
    /** Largest weight on the page, for the diverging scale. */
    this.range = 0;
    /** @type {number[]} */
    this.image = [28, 28];
    this.classes = DIGIT_NAMES;
    /** @type {import("../shared/palette.js").Colours} */
    this.colours = {};
    /** @type {import("../shared/palette.js").Luts} */
    this.luts = /** @type {any} */ (null);
    this.glowing = false;
    this.ready = false;
    this.run = "";
    this.still = false;
    /** Another snapshot's weights, to compare these with. @type {Uint8Array | null} */
    this.reference = null;
  }

  /**
   * Take in a frame that belongs to a status.
   * @param {FrameShape} status @param {Uint8Array} frame
   * @returns {{flips: number | null, reshaped: boolean}} flips is null when there is no earlier frame of the run
   */
  take(status, frame) {
    const reshaped = this.#reshape(status);
    if (frame.length !== this.plan.bytes) {
      throw new RangeError(`a frame of this network has ${this.plan.bytes} bytes, got ${frame.length}`);
    }
    [this.before, this.bytes] = [this.bytes, this.before];
    this.bytes.set(frame);
    const same = this.ready && !reshaped && status.run === this.run;
    this.run = status.run;
    this.ready = true;
    const flips = same ? this.#differing(this.before) : null;
    if (!same || this.reference) {
      this.#decode();
      return { flips, reshaped };
    }
    if (this.still) extinguish(this.cells);
    this.#eachRow((start, count, at) => {
      if (flipCells(this.before, this.bytes, start, count, this.cells, at)) this.glowing = true;
    });
    this.#decodeNumbers();
    return { flips, reshaped };
  }

  /**
   * Highlight what differs from another snapshot, in place of what just flipped.
   * @param {Uint8Array | null} bytes a frame of this network; null ends it
   */
  compareWith(bytes) {
    this.reference = bytes;
    if (this.ready) this.#decode();
  }

  /** How many bits differ from the snapshot that these are compared with. */
  get differences() {
    return this.reference ? this.#differing(this.reference) : 0;
  }

  /** @param {Uint8Array} others */
  #differing(others) {
    return countFlips(new Uint32Array(others.buffer), new Uint32Array(this.bytes.buffer));
  }

  /**
   * Show another layer or page of the same frame.
   * @param {number} layer @param {number} page @param {number} [most] blocks of hidden units on it, from now on
   */
  show(layer, page, most = this.most) {
    this.most = most;
    this.layer = this.plan.layers[Math.min(layer, this.plan.layers.length - 1)];
    this.page = makePage(this.plan, this.layer, page, most);
    const weights = this.page.units * this.page.features;
    this.cells = new Uint8Array(wholeWords(weights * this.plan.bpw));
    this.values = new Float32Array(formatOf(this.plan).isSign ? 0 : weights);
    if (this.ready) this.#decode();
  }

  /** Let the flipped bits fade. @param {number} elapsed milliseconds */
  fade(elapsed) {
    if (this.glowing && !this.still) {
      this.glowing = cool(this.cells, Math.max(1, Math.round((127 * elapsed) / GLOW_MS)));
    }
  }

  /** Whether another drawing is due soon although no frame arrived. */
  get fading() {
    return this.glowing && !this.still;
  }

  /** @param {FrameShape} status */
  #reshape(status) {
    this.image = status.image ?? [];
    const same =
      this.ready &&
      status.bpw === this.plan.bpw &&
      status.format === this.plan.format &&
      status.layers.length === this.plan.layers.length &&
      this.plan.layers.every(
        (l, i) => l.units === status.layers[i].units && l.features === status.layers[i].features,
      );
    if (same) return false;
    this.plan = makePlan(status);
    this.bytes = new Uint8Array(wholeWords(this.plan.bytes));
    this.before = new Uint8Array(this.bytes.length);
    this.reference = null;
    this.ready = false;
    this.show(this.layer.index, 0);
    return true;
  }

  /** @param {(start: number, count: number, at: number) => void} visit stream bits of each row of the page */
  #eachRow(visit) {
    const { unit0, units, feature0, features } = this.page;
    const count = features * this.plan.bpw;
    for (let unit = 0; unit < units; unit++) {
      visit(streamStart(this.plan, this.layer, unit0 + unit, feature0), count, unit * count);
    }
  }

  #decode() {
    this.#eachRow((start, count, at) => unpackBits(this.bytes, start, count, this.cells, at));
    this.glowing = false;
    const { reference } = this;
    if (reference)
      this.#eachRow((start, count, at) => flipCells(reference, this.bytes, start, count, this.cells, at));
    this.#decodeNumbers();
  }

  #decodeNumbers() {
    if (this.values.length === 0) return;
    this.#read(this.bytes, this.values);
    if (this.reference) this.#subtract(this.reference);
    let range = 0;
    for (const value of this.values) {
      const size = Math.abs(value);
      if (size > range && size < Infinity) range = size;
    }
    this.range = range;
  }

  /** Subtract another snapshot's weights. @param {Uint8Array} reference */
  #subtract(reference) {
    const others = new Float32Array(this.values.length);
    this.#read(reference, others);
    for (let i = 0; i < others.length; i++) this.values[i] -= others[i];
  }

  /** @param {Uint8Array} bytes @param {Float32Array} out the page's weights as numbers */
  #read(bytes, out) {
    const format = formatOf(this.plan);
    this.#eachRow((start, count, at) =>
      format.readAll(bytes, start, count / format.bits, out, at / format.bits),
    );
  }
}
