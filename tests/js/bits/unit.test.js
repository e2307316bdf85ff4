import assert from "node:assert/strict";
import { test } from "node:test";

import { DIGIT_NAMES } from "../../../bitmass_viz/widgets/src/shared/class_names.js";
import { addressOf, makePlan, streamStart } from "../../../bitmass_viz/widgets/src/bits/address.js";
import { describeUnit, unitOf, unitSentence } from "../../../bitmass_viz/widgets/src/bits/unit.js";

const layers = (units) => [
  { name: "W0", units, features: 784 },
  { name: "W1", units: 10, features: units },
];
const bv32 = makePlan({ format: "bv32", bpw: 1, layers: layers(256) });
const float32 = makePlan({ format: "float32", bpw: 32, layers: layers(8) });

test("a weight of either layer belongs to one hidden unit", () => {
  assert.equal(unitOf({ address: addressOf(bv32, bv32.layers[0], 77, 341, 0), extent: "bit" }), 77);
  assert.equal(unitOf({ address: addressOf(bv32, bv32.layers[1], 3, 33, 0), extent: "bit" }), 33);
  const padding = (layer) => ({
    address: { layer, unit: 5, padding: true, word: 0, bitInWord: 31 },
    extent: "word",
  });
  assert.equal(unitOf(padding("W0")), 5);
  assert.equal(unitOf(padding("W1")), null);
});

test("a unit with a codebook was taught to answer to the classes of its bits", () => {
  const taught = Array(256).fill(0);
  taught[77] = (1 << 1) | (1 << 4) | (1 << 9);
  const unit = describeUnit(bv32, new Uint8Array(bv32.bytes), 77, taught);
  assert.equal(unit.place, "container 2, lane 13");
  assert.deepEqual(unit.values, [-1, 1, -1, -1, 1, -1, -1, -1, -1, 1]);
  assert.equal(unitSentence(unit, DIGIT_NAMES), "Taught to answer to 1, 4 and 9.");
  assert.equal(
    unitSentence(describeUnit(bv32, new Uint8Array(bv32.bytes), 3, taught), DIGIT_NAMES),
    "Taught to answer to no digit.",
  );
});

test("any other unit votes with its weights to the classes", () => {
  const bytes = new Uint8Array(float32.bytes);
  const view = new DataView(bytes.buffer);
  const weights = [-2, 0.1, 3, 0, 0, 1.5, -1, 2, 1.4, 0];
  weights.forEach((weight, k) =>
    view.setFloat32(streamStart(float32, float32.layers[1], k, 6) / 8, weight, true),
  );
  const unit = describeUnit(float32, bytes, 6, null);
  assert.equal(unit.place, "");
  assert.equal(unitSentence(unit, DIGIT_NAMES), "Votes most for 2, 5 and 7.");
  assert.equal(
    unitSentence(describeUnit(float32, new Uint8Array(float32.bytes), 0, null), DIGIT_NAMES),
    "Votes for no digit.",
  );
});
