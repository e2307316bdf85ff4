/** Bytes out of a recording's text: `bitmass_viz/recording/text.py` says how they got into it. */

const BASE = 63_000;
const FIRST_CHARACTER = 0xa0;
const FIRST_SURROGATE = 0xd800;
const SURROGATES = 0x800;
const BYTES = 129;
const CHARACTERS = 65;

/** The number that a group of characters stands for, 16 bits a place, lowest first. */
const places = new Uint16Array(CHARACTERS);

/** @param {string} text @param {number} group */
function readGroup(text, group) {
  places.fill(0);
  const start = group * CHARACTERS;
  let used = 0;
  for (let i = CHARACTERS - 1; i >= 0; i--) {
    const unit = text.charCodeAt(start + i);
    let carry = (unit > FIRST_SURROGATE ? unit - SURROGATES : unit) - FIRST_CHARACTER;
    for (let place = 0; place < used; place++) {
      const sum = places[place] * BASE + carry;
      places[place] = sum & 0xffff;
      carry = sum >>> 16;
    }
    if (carry > 0) places[used++] = carry;
  }
}

/**
 * Some of the bytes that a text holds.
 * @param {string} text @param {number} start @param {number} end the byte after the last
 */
export function bytesIn(text, start, end) {
  const bytes = new Uint8Array(end - start);
  for (let group = Math.floor(start / BYTES); group * BYTES < end; group++) {
    readGroup(text, group);
    const first = group * BYTES;
    for (let at = Math.max(start, first); at < Math.min(end, first + BYTES); at++) {
      const place = at - first;
      bytes[at - start] = (places[place >> 1] >> (8 * (place & 1))) & 255;
    }
  }
  return bytes;
}
