import assert from "node:assert/strict";
import { test } from "node:test";

import * as counting from "../../../bitmass_viz/widgets/src/counter/bit_mass.js";

const SHAPE = { inputs: 784, classes: 10, container_bits: 32 };
const BOUNDS = { low: 1, high: 64 };
const FORMATS = [1, 2, 4, 8, 16, 32];
const mass = (containers, bits) => counting.count(SHAPE, containers, bits).bits;

test("the published count, layer by layer", () => {
  const floats = counting.count(SHAPE, 8, 32);
  assert.deepEqual(floats.layers, [
    { units: 8, inputs: 784, weights: 6272, bits: 200704 },
    { units: 10, inputs: 8, weights: 80, bits: 2560 },
  ]);
  assert.equal(floats.weights, 6352);
  assert.equal(floats.bits, 203264);
  assert.equal(floats.bytes, 25408);
  assert.equal(floats.kibibytes, 24.8125);
  assert.equal(counting.count(SHAPE, 64, 32).bits, 1626112);
});

test("binary units are 32 to a container", () => {
  const binary = counting.count(SHAPE, 8, 1);
  assert.equal(binary.units, 256);
  assert.equal(binary.perContainer, 32);
  assert.deepEqual(
    binary.layers.map(({ units, inputs }) => [units, inputs]),
    [
      [256, 784],
      [10, 256],
    ],
  );
  assert.equal(counting.count(SHAPE, 64, 1).units, 2048);
});

test("the mass is the same in every format, at every size", () => {
  for (let containers = 1; containers <= 64; containers++) {
    const masses = FORMATS.map((bits) => mass(containers, bits));
    assert.deepEqual(new Set(masses), new Set([containers * 25408]));
  }
});

test("bits that do not fill a container are refused", () => {
  for (const bits of [0, 3, 64, -1, NaN]) {
    assert.throws(() => counting.count(SHAPE, 8, bits), /must divide a container of 32 bits, got/);
  }
});

test("the fewest containers above a goal, against trying them all", () => {
  const tried = (goal) => {
    for (let n = BOUNDS.low; n <= BOUNDS.high; n++) if (mass(n, 32) > goal) return n;
    return null;
  };
  const edges = [1, 8, 39, 40, 63, 64].flatMap((n) => [n * 25408 - 1, n * 25408, n * 25408 + 1]);
  for (const goal of [0, 1_000_000, ...edges, 1e9]) {
    assert.equal(counting.fewestAbove(SHAPE, goal, BOUNDS), tried(goal), `above ${goal}`);
  }
});

test("only the fewest containers above the goal solve it", () => {
  const fewest = counting.fewestAbove(SHAPE, 1_000_000, BOUNDS);
  for (let n = 1; n <= 64; n++) {
    assert.equal(counting.assess(SHAPE, n, fewest).solved, mass(n, 32) > 1e6 && mass(n - 1, 32) <= 1e6);
  }
  assert.equal(counting.assess(SHAPE, 8, fewest).said, "");
  assert.equal(
    counting.assess(SHAPE, 64, fewest).said,
    "That is over a megabit, but fewer containers will do.",
  );
  assert.match(counting.assess(SHAPE, fewest, fewest).said, /1,016,320 bits\. One fewer is 990,912\./);
  assert.deepEqual(counting.assess(SHAPE, 64, null), {
    solved: false,
    said: "",
  });
});

test("both formats in one sentence", () => {
  assert.equal(
    counting.sameMassText(SHAPE, 8),
    "8 float32 units = 256 binary units: 203,264 bits either way.",
  );
  assert.equal(
    counting.sameMassText(SHAPE, 64),
    "64 float32 units = 2,048 binary units: 1,626,112 bits either way.",
  );
  assert.equal(counting.sameMassText(SHAPE, 1), "1 float32 unit = 32 binary units: 25,408 bits either way.");
});

test("the picture in words", () => {
  const said = (containers, bits) => counting.blocksText(counting.count(SHAPE, containers, bits), 64);
  assert.equal(said(8, 32), "The hidden layer: 8 blocks of 64 filled, each not divided: 8 float32 units.");
  assert.equal(
    said(8, 1),
    "The hidden layer: 8 blocks of 64 filled, each divided into 32 cells: 256 binary units.",
  );
  assert.equal(
    said(1, 4),
    "The hidden layer: 1 block of 64 filled, divided into 8 cells: 8 units of 4-bit weights.",
  );
  assert.equal(
    counting.blocksSumText(counting.count(SHAPE, 8, 1)),
    "8 containers × 32 units = 256 binary units",
  );
});

test("a container is cut in two until its units are cells", () => {
  assert.deepEqual(
    FORMATS.map((bits) => counting.cutsOf(counting.count(SHAPE, 8, bits).perContainer)),
    [5, 4, 3, 2, 1, 0],
  );
});

test("what a reader types comes within the bounds", () => {
  assert.equal(counting.within(0, BOUNDS, 8), 1);
  assert.equal(counting.within(1000, BOUNDS, 8), 64);
  assert.equal(counting.within(12.4, BOUNDS, 8), 12);
  assert.equal(counting.within(NaN, BOUNDS, 8), 8);
});

test("ratios", () => {
  assert.equal(counting.times(2.0009), "2.0 ×");
  assert.equal(counting.times(128.96), "129 ×");
  assert.equal(counting.times(9.94), "9.9 ×");
});
