/**
 * Number formats of a weight: one bit, levels of a few bits, float32. What depends on the format is here and nowhere
 * else in the browser; `network/formats.py` is Python's side. A new one is a line in `FORMATS`.
 */

import { grouped, signed } from "../shared/numbers.js";
import { WORD_BITS } from "./address.js";
import { floatOf, popcount, readFloats, readWord } from "./decode.js";
import { WORDS } from "./words.js";

/**
 * @typedef {"sign" | "exponent" | "mantissa"} Field
 * @typedef {{bpw: number}} Bits bits per weight
 */

/** Evenly spaced numbers: the odd ones from 1 − 2^bits to 2^bits − 1. The network multiplies them by one scale per layer. */
class Levels {
  /** @param {number} bits */
  constructor(bits) {
    this.bits = bits;
    /** Hidden units that share a container of 32 bits, and how the page arranges them. */
    this.units = Math.floor(WORD_BITS / bits);
    this.across = 2 ** Math.ceil(Math.log2(this.units) / 2);
    this.down = Math.ceil(this.units / this.across);
    /** Whether a weight is nothing but a sign, and so its own bit. */
    this.isSign = false;
    this.numbers = WORDS.levels;
    /** What a stored word is called, and how many of them make a line. */
    this.word = "uint32";
    this.wordsPerLine = 8;
    this.blockName = WORDS.container;
    this.blocksName = WORDS.containers;
    this.blocksText = WORDS.containersOf(this.units);
    /** What pointing at a weight marks. @type {"bit" | "weight"} */
    this.extent = "weight";
    /** Parts of a weight from the highest down, each with its lowest bit. @type {[Field, number][]} */
    this.fields = [];
  }

  /** @param {number} word the weight's bits */
  numberOf(word) {
    return 2 * word + 1 - 2 ** this.bits;
  }

  /** @param {Uint8Array} bytes @param {number} start first stream bit of the weight */
  read(bytes, start) {
    return this.numberOf(readWord(bytes, start, this.bits));
  }

  /**
   * @param {Uint8Array} bytes @param {number} start first stream bit @param {number} count weights
   * @param {Float32Array} out @param {number} at first place in out
   */
  readAll(bytes, start, count, out, at) {
    for (let i = 0; i < count; i++) out[at + i] = this.read(bytes, start + i * this.bits);
  }

  /** @param {Uint8Array} bytes @param {number} start first stream bit of the weight */
  text(bytes, start) {
    return WORDS.level(this.short(this.read(bytes, start)), 2 ** this.bits - 1);
  }

  /** @param {number} number */
  short(number) {
    return `${number < 0 ? "\u2212" : "+"}${grouped(Math.abs(number))}`;
  }

  /** The part of a weight that a bit belongs to; null where it has no parts. @param {number} bit @returns {Field | null} */
  fieldOf(bit) {
    return this.fields.find(([, lowest]) => bit >= lowest)?.[0] ?? null;
  }

  /** @param {number} value the bit itself @param {number} bit its place */
  bitText(value, bit) {
    return WORDS.bitOf(value, bit, this.bits);
  }

  /** What a word holds, as a number from −1 to 1. @param {number} word @param {number} count weight bits in it @param {number} range */
  wordBalance(word, count, range) {
    const each = Math.max(1, Math.floor(count / this.bits));
    let sum = 0;
    for (let k = 0; k < each; k++) sum += this.numberOf((word >>> (k * this.bits)) & (2 ** this.bits - 1));
    return range > 0 ? sum / each / range : 0;
  }

  /** @param {number} word @param {number} count weight bits in it */
  wordText(word, count) {
    const whole = count % this.bits === 0;
    return WORDS.levelsInWord(whole ? count / this.bits : null, this.bits, popcount(word), WORD_BITS - count);
  }
}

class OneBit extends Levels {
  constructor() {
    super(1);
    this.isSign = true;
    this.numbers = WORDS.signs;
    this.wordsPerLine = 5;
    this.extent = /** @type {const} */ ("bit");
  }

  /** @param {Uint8Array} bytes @param {number} start first stream bit of the weight */
  text(bytes, start) {
    return this.short(this.read(bytes, start));
  }

  /** @param {number} value @param {number} _bit */
  bitText(value, _bit) {
    return WORDS.onlyBit(value);
  }

  /** @param {number} word @param {number} count */
  wordText(word, count) {
    return WORDS.signsInWord(popcount(word), count, WORD_BITS - count);
  }
}

class Float32 extends Levels {
  constructor() {
    super(WORD_BITS);
    this.numbers = WORDS.numbers;
    this.word = "float32";
    this.blockName = WORDS.unit;
    this.blocksName = WORDS.units;
    this.blocksText = WORDS.hiddenUnits;
    this.fields.push(["sign", 31], ["exponent", 23], ["mantissa", 0]);
  }

  /** @param {number} word */
  numberOf(word) {
    return floatOf(word);
  }

  /** @param {Uint8Array} bytes @param {number} start @param {number} count @param {Float32Array} out @param {number} at */
  readAll(bytes, start, count, out, at) {
    readFloats(bytes, start, count, out, at);
  }

  /** @param {Uint8Array} bytes @param {number} start first stream bit of the weight */
  text(bytes, start) {
    return signed(this.read(bytes, start));
  }

  /** @param {number} number */
  short(number) {
    return signed(number);
  }

  /** @param {number} value @param {number} bit */
  bitText(value, bit) {
    const field = this.fieldOf(bit);
    return WORDS.bitIn(value, bit, field ? WORDS.fields[field] : "");
  }

  /** @param {number} word @param {number} _count @param {number} range */
  wordBalance(word, _count, range) {
    return range > 0 ? floatOf(word) / range : 0;
  }

  /** @param {number} word @param {number} _count */
  wordText(word, _count) {
    return `${signed(floatOf(word))} = ${factors(word)}`;
  }
}

/** @typedef {Levels} NumberFormat */

/** @type {Record<number, NumberFormat>} */
const FORMATS = Object.fromEntries(
  [new OneBit(), ...[2, 4, 8, 16].map((bits) => new Levels(bits)), new Float32()].map((each) => [
    each.bits,
    each,
  ]),
);

/** @param {Bits} of @returns {NumberFormat} */
export function formatOf({ bpw }) {
  const found = FORMATS[bpw];
  if (!found) throw new RangeError(`a weight must have ${Object.keys(FORMATS).join(", ")} bits, got ${bpw}`);
  return found;
}

/** @param {Bits} of @param {{firstBlock: number, blocks: number, allBlocks: number}} page */
export function blocksText(of, { firstBlock, blocks, allBlocks }) {
  return WORDS.shown(formatOf(of).blocksName, firstBlock, firstBlock + blocks - 1, allBlocks);
}

/** @param {number} power as an exponent: -5 → "⁻⁵" */
function raised(power) {
  return String(power).replace(/./g, (sign) => (sign === "-" ? "⁻" : "⁰¹²³⁴⁵⁶⁷⁸⁹"[Number(sign)]));
}

/** A float32 written as the product that its fields encode. @param {number} word */
export function factors(word) {
  const sign = word >>> 31 ? "\u2212" : "+";
  const exponent = (word >>> 23) & 255;
  const mantissa = word & 0x7fffff;
  if (exponent === 255) return mantissa ? WORDS.notANumber : `${sign}\u221e`;
  if (exponent === 0 && mantissa === 0) return `${sign}0`;
  const power = exponent === 0 ? -126 : exponent - 127;
  const fraction = (exponent === 0 ? 0 : 1) + mantissa / 2 ** 23;
  return `${sign}${fraction.toFixed(5)} × 2${raised(power)}`;
}
