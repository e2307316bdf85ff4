import assert from "node:assert/strict";
import { test } from "node:test";

import * as decode from "../../../bitmass_viz/widgets/src/bits/decode.js";

/** Reproducible bytes, so that a failure can be looked at. */
function noise(length, seed = 1) {
  let state = seed;
  return Uint8Array.from({ length }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state >>> 24;
  });
}

const bitOf = (bytes, bit) => (bytes[Math.floor(bit / 8)] >> bit % 8) & 1;

test("bits unpack from any start and in any number", () => {
  const bytes = noise(40);
  for (const [start, count] of [
    [0, 320],
    [1, 7],
    [3, 13],
    [8, 8],
    [7, 1],
    [5, 0],
    [17, 260],
  ]) {
    const out = new Uint8Array(count + 4).fill(9);
    decode.unpackBits(bytes, start, count, out, 2);
    const wanted = Array.from({ length: count }, (_, i) => bitOf(bytes, start + i));
    assert.deepEqual([...out.slice(2, 2 + count)], wanted);
    assert.deepEqual([out[0], out[1], out[2 + count], out[3 + count]], [9, 9, 9, 9]);
  }
});

test("words are read from any start, missing bits as zero", () => {
  const bytes = noise(12, 7);
  for (let start = 0; start < 64; start++) {
    for (const count of [0, 1, 16, 31, 32]) {
      let wanted = 0;
      for (let k = count - 1; k >= 0; k--) wanted = wanted * 2 + bitOf(bytes, start + k);
      assert.equal(decode.readWord(bytes, start, count), wanted);
    }
  }
});

test("floats survive a start that is no multiple of eight", () => {
  const values = new Float32Array([1, -0, 3.5e-41, -Infinity, 0.1]);
  const packed = new Uint8Array(values.buffer);
  for (const shift of [0, 3]) {
    const bytes = new Uint8Array(packed.length + 1);
    for (let bit = 0; bit < packed.length * 8; bit++) {
      bytes[(bit + shift) >> 3] |= bitOf(packed, bit) << ((bit + shift) & 7);
    }
    const out = new Float32Array(6);
    decode.readFloats(bytes, shift, 5, out, 1);
    assert.deepEqual([...out.slice(1)], [...values]);
    assert.ok(Object.is(out[2], -0));
  }
});

test("popcount", () => {
  for (const word of [0, 1, 0x80000000, 0xffffffff, 0x12345678, ...new Uint32Array(noise(64).buffer)]) {
    assert.equal(decode.popcount(word), word.toString(2).replaceAll("0", "").length);
  }
});

test("flips are counted, and only they glow and change", () => {
  const before = noise(24, 3);
  const after = noise(24, 4);
  for (const [start, count, at] of [
    [5, 150, 0],
    [8, 150, 0],
    [5, 150, 5],
    [16, 128, 4],
    [3, 2, 1],
    [7, 1, 150],
  ]) {
    const cells = new Uint8Array(160).fill(85);
    decode.unpackBits(before, start, count, cells, at);
    let any = false;
    for (let bit = start; bit < start + count; bit++) any ||= bitOf(before, bit) !== bitOf(after, bit);
    assert.equal(decode.flipCells(before, after, start, count, cells, at), any);
    for (let i = 0; i < 160; i++) {
      const bit = bitOf(after, start + i - at);
      const flipped = bit !== bitOf(before, start + i - at);
      const inside = i >= at && i < at + count;
      assert.equal(cells[i], inside ? (flipped ? decode.FULL_GLOW | bit : bit) : 85);
    }
    assert.equal(decode.flipCells(after, after, start, count, cells, at), false);
  }
  let flips = 0;
  for (let bit = 0; bit < 24 * 8; bit++) flips += bitOf(before, bit) ^ bitOf(after, bit);
  assert.equal(decode.countFlips(new Uint32Array(before.buffer), new Uint32Array(after.buffer)), flips);
});

test("cells cool to their bit and not below", () => {
  const cells = Uint8Array.from({ length: 256 }, (_, i) => i);
  assert.equal(decode.cool(cells, 5), true);
  for (let i = 0; i < 256; i++) assert.equal(cells[i], (Math.max(0, (i >> 1) - 5) << 1) | (i & 1));
  for (let n = 0; n < 24; n++) decode.cool(cells, 5);
  assert.equal(decode.cool(cells, 127), false);
  assert.deepEqual(
    [...cells],
    Array.from({ length: 256 }, (_, i) => i & 1),
  );
  const hot = Uint8Array.from([255, 254, 1, 0]);
  decode.extinguish(hot);
  assert.deepEqual([...hot], [1, 0, 1, 0]);
});

test("a word as a float32", () => {
  assert.equal(decode.floatOf(0x3f800000), 1);
  assert.equal(decode.floatOf(0xc0490fdb), Math.fround(-Math.PI));
});
