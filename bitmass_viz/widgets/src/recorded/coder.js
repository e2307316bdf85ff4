/**
 * What changed from one frame to the next, read back. `bitmass_viz/kernels/coder.py` wrote it and explains it; here
 * are the same whole numbers in the same order, or nothing would come back.
 */

import { readWord } from "../bits/decode.js";

const FAST = 5;
const SLOW = 7;
const HALF = 32768;
const HISTORIES = 8;
const SIZES = 256;
const LENGTHS = 64;
const FIRST_SIZE = 110 * 256;
const MOST_SURPRISE = 1024;
const SETTLED = 3;
const MOST_DRIFT = 1 << 20;
const MOST_SHIFT = 8;

/** Reads bits of the arithmetic coder. */
class Bits {
  /** @param {number} models */
  constructor(models) {
    this.fast = new Int32Array(models).fill(HALF);
    this.slow = new Int32Array(models).fill(HALF);
    this.bytes = /** @type {Uint8Array} */ (new Uint8Array(0));
    this.at = 0;
    this.low = 0;
    this.high = 0;
    this.value = 0;
  }

  /** @param {Uint8Array} bytes what was written from one `_begin` to its `_finish` */
  begin(bytes) {
    this.bytes = bytes;
    this.low = 0;
    this.high = 0xffffffff;
    this.value = 0;
    for (this.at = 0; this.at < 4; this.at++) this.value = ((this.value << 8) | bytes[this.at]) >>> 0;
  }

  /** @param {number} model @returns {number} 0 or 1 */
  get(model) {
    const { fast, slow } = this;
    const chance = (fast[model] + slow[model]) >> 1;
    const width = this.high - this.low;
    const middle = this.low + (width >>> 16) * chance + (((width & 0xffff) * chance) >>> 16);
    const bit = this.value <= middle ? 1 : 0;
    if (bit) {
      this.high = middle;
      fast[model] += (65535 - fast[model]) >> FAST;
      slow[model] += (65535 - slow[model]) >> SLOW;
    } else {
      this.low = middle + 1;
      fast[model] -= fast[model] >> FAST;
      slow[model] -= slow[model] >> SLOW;
    }
    while (((this.low ^ this.high) & 0xff000000) === 0) {
      this.low = (this.low << 8) >>> 0;
      this.high = ((this.high << 8) | 255) >>> 0;
      this.value = ((this.value << 8) | this.bytes[this.at++]) >>> 0;
    }
    return bit;
  }

  /** A number, first bit first. @param {number} count @param {number} models */
  number(count, models) {
    let node = 1;
    for (let i = 0; i < count; i++) node = 2 * node + this.get(models + node);
    return node - (1 << count);
  }
}

/** Reads frames of packed weights, or pictures, one after the other. */
export class ByteReader {
  /** @param {number} size @param {number} row bytes from one to the one below it */
  constructor(size, row) {
    this.row = row;
    this.histories = new Uint8Array(size);
    this.bits = new Bits(4 * HISTORIES + 256);
  }

  /** @param {Uint8Array} before @param {Uint8Array} after written @param {Uint8Array} coded */
  read(before, after, coded) {
    const { row, histories, bits } = this;
    bits.begin(coded);
    for (let i = 0; i < after.length; i++) {
      let model = 4 * histories[i];
      if (i >= 1 && before[i - 1] !== after[i - 1]) model += 1;
      if (i >= row && before[i - row] !== after[i - row]) model += 2;
      const changed = bits.get(model);
      after[i] = changed ? before[i] ^ bits.number(8, 4 * HISTORIES) : before[i];
      histories[i] = (2 * histories[i] + changed) % HISTORIES;
    }
  }
}

/** Reads frames of float32 weights, one after the other. */
export class WordReader {
  /**
   * @param {number} bytes of a frame @param {number} columns of an image @param {number} features of a unit
   * @param {number} carried eighths of the last change that are expected to come again
   */
  constructor(bytes, columns, features, carried) {
    this.carried = carried;
    this.drift = new Int32Array(bytes / 4);
    this.columns = columns;
    this.features = features;
    this.frame = 0;
    this.expected = new Int32Array(bytes / 4).fill(FIRST_SIZE);
    this.surprise = new Int32Array(bytes / 4);
    this.bits = new Bits(5 * SIZES * LENGTHS);
  }

  /**
   * @param {Uint8Array} before @param {Uint8Array} after written, both at a multiple of 4 in their buffers
   * @param {Uint8Array} coded @param {Uint8Array} plain
   */
  read(before, after, coded, plain) {
    const { columns, features, carried, drift, expected, surprise, bits } = this;
    const from = new Int32Array(before.buffer, before.byteOffset, expected.length);
    const to = new Int32Array(after.buffer, after.byteOffset, expected.length);
    this.frame += 1;
    const speed = Math.min(this.frame, SETTLED);
    bits.begin(coded);
    let at = 0;
    for (let i = 0; i < from.length; i++) {
      const old = from[i];
      const exponent = (old >> 23) & 255;
      const scale = 256 * (exponent || 1);
      let hint = i >= 1 ? 4 * surprise[i - 1] : 0;
      if (i >= columns) hint += 4 * surprise[i - columns] + 2 * surprise[i - columns + 1];
      if (i >= features) hint += 3 * surprise[i - features];
      const class_ = ((expected[i] + (hint >> 4) - scale) >> 6) + 8;
      const size = class_ < 0 ? 0 : class_ < SIZES ? class_ : SIZES - 1;

      const length = bits.number(6, size * LENGTHS);
      let distance = length > 0 ? 1 : 0;
      let fraction = 0;
      let negative = 0;
      if (length > 0) {
        let count = 1;
        if (length > 1) {
          const model = SIZES * LENGTHS + 4 * (size * LENGTHS + length);
          const second = bits.get(model);
          distance = 2 + second;
          if (length > 2) {
            distance = 2 * distance + bits.get(model + 1 + second);
            count += length - 3;
          }
        }
        const rest = readWord(plain, at, count);
        at += count;
        negative = rest & 1;
        if (length > 3) distance = ((distance << (length - 3)) | (rest >>> 1)) >>> 0;
        fraction = (length > 8 ? distance >>> (length - 9) : distance << (9 - length)) & 255;
      }
      const place = old ^ ((old >> 31) & 0x7fffffff);
      const likely = place + ((carried * drift[i]) >> 3);
      const next = (negative ? likely - distance : likely + distance) | 0;
      to[i] = next ^ ((next >> 31) & 0x7fffffff);
      const higher = ((to[i] >> 23) & 255) - exponent;
      const change = Math.min(Math.max((next - place) | 0, -MOST_DRIFT), MOST_DRIFT);
      drift[i] = higher >= 0 ? change >> Math.min(higher, 31) : change << Math.min(-higher, MOST_SHIFT);
      const found = scale + 256 * length + fraction;
      const excess = found - expected[i];
      surprise[i] =
        excess > MOST_SURPRISE ? MOST_SURPRISE : excess < -MOST_SURPRISE ? -MOST_SURPRISE : excess;
      expected[i] += excess >> speed;
    }
  }
}
