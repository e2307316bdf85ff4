/** Images in the forms that kernels take, in one place each, to which further images are added as they come. */

import { KernelArray } from "../kernels.js";

/** @typedef {import("../kernels.js").Kernels} Kernels */
/** @typedef {{starts: BigUint64Array, room: Uint8Array}} LitCopy */

/** Of a block of pixels: bytes, and pixels; see `bitmass_viz/kernels/pixels.py`. */
const [RECORD, PIXELS] = [6, 4];
/** Room for more blocks than the first images let expect. */
const MARGIN = 1.05;

/** Lists of the blocks of pixels that are not black: they hold all there is of an image. */
export class LitImages {
  /** @param {Kernels} kernels @param {number} count of images in all @param {number} pixels of each */
  constructor(kernels, count, pixels) {
    this._kernels = kernels;
    this._count = count;
    this._pixels = pixels;
    this._starts = kernels.array("uint64", [count + 1]);
    this._room = kernels.array("uint8", [0]);
    this._blocks = 0;
  }

  /** The first images, as kernels take them. @param {number} here */
  first(here) {
    const { address, block, length } = this._room;
    const numbers = new KernelArray(this._kernels, "uint16", [length / 2], address, block);
    return { starts: this._starts.slice(0, here + 1), numbers, shades: this._room };
  }

  /** @param {number} place of the first @param {{starts: KernelArray, shades: KernelArray}} lit images to add */
  add(place, lit) {
    const images = lit.starts.length - 1;
    const bytes = lit.shades.length;
    const used = RECORD * this._blocks;
    if (used + bytes > this._room.length)
      this._grow(((used + bytes) / (place + images)) * this._count * MARGIN);
    this._room.values.set(lit.shades.values, used);
    const [all, starts] = [this._starts.values, lit.starts.values];
    const before = BigInt(this._blocks);
    for (let i = 0; i <= images; i++) all[place + i] = before + starts[i];
    this._blocks += Number(starts[images]);
  }

  /** All images, for another memory. @returns {LitCopy} */
  copy() {
    return { starts: this._starts.values.slice(), room: this._room.values.slice(0, RECORD * this._blocks) };
  }

  /** @param {LitCopy} copy */
  put({ starts, room }) {
    this._starts.values.set(starts);
    this._kernels.release(this._room);
    this._room = this._kernels.array("uint8", [room.length], room);
    this._blocks = room.length / RECORD;
  }

  /** @param {number} bytes */
  _grow(bytes) {
    const room = this._kernels.array("uint8", [RECORD * Math.ceil(bytes / RECORD)]);
    room.values.set(this._room.values.subarray(0, RECORD * this._blocks));
    this._kernels.release(this._room);
    this._room = room;
  }

  /** Write the pixels of an image. @param {number} place @param {Uint8Array} pixels all 0 */
  draw(place, pixels) {
    const starts = this._starts.values;
    const first = Number(starts[place]);
    const count = Number(starts[place + 1]) - first;
    const { buffer, byteOffset } = this._room.values;
    const numbers = new Uint16Array(buffer, byteOffset + RECORD * first, count);
    const shades = new Uint8Array(buffer, byteOffset + RECORD * first + 2 * count, PIXELS * count);
    for (let i = 0; i < PIXELS * count; i++) {
      const at = PIXELS * numbers[i >> 2] + (i & 3);
      if (at < this._pixels) pixels[at] = shades[i];
    }
  }
}

/** One row for each image, such as its packed bits. */
export class ImageRows {
  /** @param {Kernels} kernels @param {number} count of images in all */
  constructor(kernels, count) {
    this._kernels = kernels;
    this._count = count;
    /** @type {KernelArray | null} */
    this._all = null;
  }

  /** The first images, as kernels take them. @param {number} here */
  first(here) {
    return (this._all ?? this._kernels.array("uint8", [0, 0])).slice(0, here);
  }

  /** @param {number} place of the first @param {KernelArray} rows to add */
  add(place, rows) {
    const [images, width] = rows.shape;
    this._all ??= this._kernels.array(rows.dtype, [this._count, width]);
    this._all.slice(place, place + images).values.set(rows.values);
  }
}
