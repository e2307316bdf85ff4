// Number formats of a weight: what a bit of one means, and what its value is and is called.

import assert from "node:assert/strict";
import { test } from "node:test";

import { DIGIT_NAMES } from "../../../bitmass_viz/widgets/src/shared/class_names.js";
import { bitsInWord, makePlan, addressOf } from "../../../bitmass_viz/widgets/src/bits/address.js";
import { blocksText, factors, formatOf } from "../../../bitmass_viz/widgets/src/bits/number_format.js";
import { describe } from "../../../bitmass_viz/widgets/src/bits/readout_text.js";

const FLOAT = formatOf({ bpw: 32 });
const BINARY = formatOf({ bpw: 1 });
const FOUR = formatOf({ bpw: 4 });

test("the fields of a float32", () => {
  assert.deepEqual(
    [31, 30, 23, 22, 0].map((bit) => FLOAT.fieldOf(bit)),
    ["sign", "exponent", "exponent", "mantissa", "mantissa"],
  );
  assert.equal(BINARY.fieldOf(0), null);
});

test("a value is read at its place in the stream", () => {
  const bytes = Uint8Array.of(0b10, 0, 0, 0, 0, 0, 0xc0, 0xbf);
  assert.deepEqual(
    [0, 1].map((start) => BINARY.text(bytes, start)),
    ["\u22121", "+1"],
  );
  assert.equal(FLOAT.text(bytes, 32), "\u22121.500");
});

test("levels are the odd numbers on both sides of nought", () => {
  const bytes = Uint8Array.from({ length: 8 }, (_, i) => 2 * i + 16 * (2 * i + 1));
  const numbers = new Float32Array(17);
  FOUR.readAll(bytes, 0, 16, numbers, 1);
  assert.deepEqual([...numbers], [0, -15, -13, -11, -9, -7, -5, -3, -1, 1, 3, 5, 7, 9, 11, 13, 15]);
  assert.equal(FOUR.text(bytes, 4), "\u221213 of \u00b115");
  assert.equal(formatOf({ bpw: 16 }).text(Uint8Array.of(0xff, 0xff), 0), "+65,535 of \u00b165,535");
});

test("a container holds 32 bits of hidden units, whatever a weight has", () => {
  const grids = [1, 2, 4, 8, 16, 32].map((bpw) => formatOf({ bpw }));
  assert.deepEqual(
    grids.map(({ units, across, down }) => [units, across, down]),
    [
      [32, 8, 4],
      [16, 4, 4],
      [8, 4, 2],
      [4, 2, 2],
      [2, 2, 1],
      [1, 1, 1],
    ],
  );
});

test("a format that there is not is refused", () => {
  assert.throws(() => formatOf({ bpw: 3 }), /must have 1, 2, 4, 8, 16, 32 bits, got 3/);
});

test("a word's balance goes from \u22121 to 1", () => {
  assert.equal(FOUR.wordBalance(0xffffffff, 32, 15), 1);
  assert.equal(FOUR.wordBalance(0, 32, 15), -1);
  assert.equal(FOUR.wordBalance(0xf0, 8, 15), 0);
  assert.equal(FLOAT.wordBalance(0xbf000000, 32, 2), -0.25);
});

test("the readout of a weight of four bits", () => {
  const plan = makePlan({
    format: "4-bit",
    bpw: 4,
    layers: [
      { name: "W0", units: 8, features: 4 },
      { name: "W1", units: 2, features: 8 },
    ],
  });
  const bytes = new Uint8Array(plan.bytes).fill(0x1e);
  const address = addressOf(plan, plan.layers[0], 5, 3, 2);
  assert.deepEqual(bitsInWord(plan, address, true), { first: 12, count: 4 });
  const whole = describe(plan, plan.layers[0], bytes, 2, DIGIT_NAMES, address, "weight");
  assert.equal(whole.bit, "all 4 bits");
  assert.equal(whole.word, "5, bits 12 to 15");
  assert.equal(whole.byte, "11");
  assert.equal(whole.value, "\u221213 of \u00b115");
  assert.equal(whole.unit, "hidden 5 (container 0, lane 5)");
  const one = describe(plan, plan.layers[0], bytes, 2, DIGIT_NAMES, address, "bit");
  assert.equal(one.bit, "0, bit 2 of 4");
  assert.equal(one.word, "5, bit 14");
});

test("a float is a product of its fields", () => {
  assert.equal(factors(0x3f800000), "+1.00000 × 2⁰");
  assert.equal(factors(0xbe000000), "\u22121.00000 × 2⁻³");
  assert.equal(factors(0x00000001), "+0.00000 × 2⁻¹²⁶");
  assert.equal(factors(0x80000000), "\u22120");
  assert.equal(factors(0x7f800000), "+\u221e");
  assert.equal(factors(0x7fc00000), "not a number");
});

test("blocks of hidden units are containers, or the units themselves", () => {
  const page = { firstBlock: 8, blocks: 8, allBlocks: 64 };
  assert.equal(blocksText({ bpw: 1 }, page), "containers 8\u201315 of 64");
  assert.equal(blocksText({ bpw: 32 }, page), "units 8\u201315 of 64");
});
