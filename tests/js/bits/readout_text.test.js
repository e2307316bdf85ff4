import assert from "node:assert/strict";
import { test } from "node:test";

import { DIGIT_NAMES } from "../../../bitmass_viz/widgets/src/shared/class_names.js";
import { addressAtWord, addressOf, makePlan } from "../../../bitmass_viz/widgets/src/bits/address.js";
import { describe, selectionJson } from "../../../bitmass_viz/widgets/src/bits/readout_text.js";

const bv32 = makePlan({
  format: "bv32",
  bpw: 1,
  layers: [
    { name: "W0", units: 256, features: 784 },
    { name: "W1", units: 10, features: 256 },
  ],
});
const float32 = makePlan({
  format: "float32",
  bpw: 32,
  layers: [
    { name: "W0", units: 8, features: 784 },
    { name: "W1", units: 10, features: 8 },
  ],
});

test("a BV32 weight in words", () => {
  const bytes = new Uint8Array(bv32.bytes);
  const address = addressOf(bv32, bv32.layers[0], 77, 341, 0);
  bytes[address.byte] = 1 << address.streamBit % 8;
  const text = describe(bv32, bv32.layers[0], bytes, 28, DIGIT_NAMES, address, "bit");
  assert.equal(text.unit, "hidden 77 (container 2, lane 13)");
  assert.equal(text.feature, "pixel 341: row 12, column 5");
  assert.equal(text.value, "+1");
  assert.equal(text.word, "1,935, bit 21");
  assert.equal(text.hex, "0x00200000");
  assert.equal(
    describe(bv32, bv32.layers[1], bytes, 28, DIGIT_NAMES, addressOf(bv32, bv32.layers[1], 3, 33, 0), "bit")
      .feature,
    "hidden 33 (container 1, lane 1)",
  );
});

test("padding in words and as JSON", () => {
  const address = addressAtWord(bv32, bv32.layers[0], 24, 16);
  const text = describe(bv32, bv32.layers[0], new Uint8Array(bv32.bytes), 28, DIGIT_NAMES, address, "word");
  assert.equal(text.bit, "padding");
  assert.equal(text.value, "always 0");
  assert.deepEqual(JSON.parse(selectionJson({ address, extent: "word" })), {
    layer: "W0",
    unit: 0,
    word: 24,
    bitInWord: 16,
    padding: true,
  });
});

test("a float weight in words and as JSON", () => {
  const bytes = new Uint8Array(float32.bytes);
  new DataView(bytes.buffer).setFloat32(4 * (784 * 8 + 9), -0.5, true);
  const layer = float32.layers[1];
  const address = addressOf(float32, layer, 1, 1, 31);
  const text = describe(float32, layer, bytes, 28, DIGIT_NAMES, address, "bit");
  assert.equal(text.bit, "1, bit 31: sign");
  assert.equal(text.value, "\u22120.5000 = \u22121.00000 × 2⁻¹");
  assert.equal(text.hex, "0xBF000000");
  assert.equal(text.unit, "class 1");
  const whole = describe(
    float32,
    layer,
    bytes,
    28,
    DIGIT_NAMES,
    addressOf(float32, layer, 1, 1, 0),
    "weight",
  );
  assert.equal(whole.byte, "25,124 to 25,127");
  assert.deepEqual(JSON.parse(selectionJson({ address, extent: "bit" })), {
    layer: "W1",
    unit: 1,
    feature: 1,
    bit: 31,
    row: 32,
    column: 1,
    word: 9,
    bitInWord: 31,
    byte: 25127,
    extent: "bit",
  });
  assert.equal(selectionJson(null), "");
});
