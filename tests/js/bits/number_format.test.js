// Formats of a weight: what a bit of one means, and what its value is called.

import assert from "node:assert/strict";
import { test } from "node:test";

import { blocksText, fieldOf, valueText } from "../../../bitmass_viz/widgets/src/bits/number_format.js";

const FLOAT = { bpw: 32 };
const BINARY = { bpw: 1 };

test("the fields of a float32", () => {
  assert.deepEqual(
    [31, 30, 23, 22, 0].map((bit) => fieldOf(FLOAT, bit)),
    ["sign", "exponent", "exponent", "mantissa", "mantissa"],
  );
  assert.equal(fieldOf(BINARY, 0), null);
});

test("a value is read at its place in the stream", () => {
  const bytes = Uint8Array.of(0b10, 0, 0, 0, 0, 0, 0xc0, 0xbf);
  assert.deepEqual(
    [0, 1].map((start) => valueText(BINARY, bytes, start)),
    ["\u22121", "+1"],
  );
  assert.equal(valueText(FLOAT, bytes, 32), "\u22121.500");
});

test("blocks of hidden units are containers, or the units themselves", () => {
  const page = { firstBlock: 8, blocks: 8, allBlocks: 64 };
  assert.equal(blocksText(BINARY, page), "containers 8\u201315 of 64");
  assert.equal(blocksText(FLOAT, page), "units 8\u201315 of 64");
});
