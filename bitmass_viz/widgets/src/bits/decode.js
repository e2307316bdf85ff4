/**
 * Reading the dense buffer: bits, words, floats, and what changed between two frames.
 *
 * A cell is what a view needs to know of a bit, in one byte: the bit itself lowest, and above it seven
 * bits of heat, which say how recently it flipped. So a cell is an index into a table of 256 colours.
 */

/** The hottest cell whose bit is 0. */
export const FULL_GLOW = 254;
/** For every group of four bits, four bytes: all ones where the bit is set. */
const LANES_OF_NIBBLE = Uint32Array.from({ length: 16 }, (_, nibble) =>
  [0, 1, 2, 3].reduce((lanes, k) => lanes | (nibble & (1 << k) ? 0xff << (8 * k) : 0), 0),
);

/** A Bytes trait, or a message's buffer, as bytes. @param {DataView | undefined | null} view */
export function bytesOf(view) {
  return view ? new Uint8Array(view.buffer, view.byteOffset, view.byteLength) : new Uint8Array(0);
}

/**
 * Unpack bits into cells without heat.
 * @param {Uint8Array} bytes @param {number} start first stream bit @param {number} count
 * @param {Uint8Array} out @param {number} at first place in out
 */
export function unpackBits(bytes, start, count, out, at) {
  let bit = start;
  const end = start + count;
  while (bit < end && (bit & 7) !== 0) {
    out[at++] = (bytes[bit >> 3] >> (bit & 7)) & 1;
    bit++;
  }
  for (; bit + 8 <= end; bit += 8) {
    const byte = bytes[bit >> 3];
    out[at] = byte & 1;
    out[at + 1] = (byte >> 1) & 1;
    out[at + 2] = (byte >> 2) & 1;
    out[at + 3] = (byte >> 3) & 1;
    out[at + 4] = (byte >> 4) & 1;
    out[at + 5] = (byte >> 5) & 1;
    out[at + 6] = (byte >> 6) & 1;
    out[at + 7] = byte >> 7;
    at += 8;
  }
  for (; bit < end; bit++) out[at++] = (bytes[bit >> 3] >> (bit & 7)) & 1;
}

/**
 * Up to 32 bits as an unsigned integer, the first bit least significant.
 * @param {Uint8Array} bytes @param {number} start first stream bit @param {number} count 0..32
 */
export function readWord(bytes, start, count) {
  const first = start >> 3;
  const shift = start & 7;
  let word = 0;
  for (let k = 3; k >= 0; k--) word = (word << 8) | (bytes[first + k] ?? 0);
  if (shift > 0) word = (word >>> shift) | ((bytes[first + 4] ?? 0) << (32 - shift));
  return count >= 32 ? word >>> 0 : (word & ((1 << count) - 1)) >>> 0;
}

/**
 * Copy little-endian float32 weights out of the buffer.
 * @param {Uint8Array} bytes @param {number} start first stream bit @param {number} count
 * @param {Float32Array} out @param {number} at first place in out
 */
export function readFloats(bytes, start, count, out, at) {
  if ((start & 7) === 0) {
    const target = new Uint8Array(out.buffer, out.byteOffset + at * 4, count * 4);
    target.set(bytes.subarray(start >> 3, (start >> 3) + count * 4));
    return;
  }
  const words = new Uint32Array(out.buffer, out.byteOffset + at * 4, count);
  for (let i = 0; i < count; i++) words[i] = readWord(bytes, start + 32 * i, 32);
}

/**
 * Number of ones in a 32-bit word.
 * @param {number} word
 */
export function popcount(word) {
  let v = word - ((word >>> 1) & 0x55555555);
  v = (v & 0x33333333) + ((v >>> 2) & 0x33333333);
  return (Math.imul((v + (v >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24) & 0xff;
}

/**
 * How many bits differ between two frames held as words.
 * @param {Uint32Array} before @param {Uint32Array} after
 */
export function countFlips(before, after) {
  let flips = 0;
  for (let i = 0; i < after.length; i++) {
    const changed = before[i] ^ after[i];
    if (changed !== 0) flips += popcount(changed);
  }
  return flips;
}

/**
 * Update cells for a new frame: changed bits get their new value and full heat. Unchanged bytes, most of them once
 * training settles, are skipped.
 * @param {Uint8Array} before @param {Uint8Array} after @param {number} start first stream bit
 * @param {number} count @param {Uint8Array} cells begins at a multiple of 4 in its buffer
 * @param {number} at first place in cells
 * @returns {boolean} whether any bit changed
 */
export function flipCells(before, after, start, count, cells, at) {
  const end = start + count;
  const offset = at - start;
  const fours = new Uint32Array(cells.buffer, cells.byteOffset, cells.length >> 2);
  let any = false;
  for (let byte = start >> 3; byte << 3 < end; byte++) {
    const changed = before[byte] ^ after[byte];
    if (changed === 0) continue;
    const bit = byte << 3;
    const first = offset + bit;
    if ((first & 3) === 0 && bit >= start && bit + 8 <= end) {
      flipFour(fours, first >> 2, changed & 15, after[byte] & 15);
      flipFour(fours, (first >> 2) + 1, changed >> 4, after[byte] >> 4);
      any = true;
      continue;
    }
    for (let k = Math.max(0, start - bit); k < Math.min(8, end - bit); k++) {
      if (!((changed >> k) & 1)) continue;
      cells[first + k] = FULL_GLOW | ((after[byte] >> k) & 1);
      any = true;
    }
  }
  return any;
}

/** @param {Uint32Array} fours @param {number} at @param {number} changed @param {number} bits 0..15 both */
function flipFour(fours, at, changed, bits) {
  const lanes = LANES_OF_NIBBLE[changed];
  const hot = 0xfefefefe | (LANES_OF_NIBBLE[bits] & 0x01010101);
  fours[at] = (fours[at] & ~lanes) | (hot & lanes);
}

/**
 * Cool cells by an amount, four at a time, each saturating at zero; their bits stay.
 * @param {Uint8Array} cells its length a multiple of 4 @param {number} amount 1..127
 * @returns {boolean} whether any still glows
 */
export function cool(cells, amount) {
  const fours = new Uint32Array(cells.buffer, cells.byteOffset, cells.length >> 2);
  const step = Math.imul(amount, 0x01010101);
  let left = 0;
  for (let i = 0; i < fours.length; i++) {
    const four = fours[i];
    const heat = (four >>> 1) & 0x7f7f7f7f;
    if (heat === 0) continue;
    const difference = ((heat | 0x80808080) - step) | 0;
    const enough = difference & 0x80808080;
    const cooled = difference & (enough - (enough >>> 7));
    left |= cooled;
    fours[i] = (cooled << 1) | (four & 0x01010101);
  }
  return left !== 0;
}

/** Remove all heat. @param {Uint8Array} cells */
export function extinguish(cells) {
  for (let i = 0; i < cells.length; i++) cells[i] &= 1;
}

const scratch = new DataView(new ArrayBuffer(4));

/**
 * The float32 whose 32 bits are a word.
 * @param {number} word
 */
export function floatOf(word) {
  scratch.setUint32(0, word);
  return scratch.getFloat32(0);
}
