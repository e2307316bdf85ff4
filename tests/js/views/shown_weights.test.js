import assert from "node:assert/strict";
import { test } from "node:test";

import { makePlan } from "../../../bitmass_viz/widgets/src/bits/address.js";
import {
  ShownWeights,
  fieldShape,
  makePage,
  onPage,
} from "../../../bitmass_viz/widgets/src/views/shown_weights.js";

const bv32 = (hidden) => ({
  format: "bv32",
  bpw: 1,
  run: "1",
  image: [28, 28],
  layers: [
    { name: "W0", units: 32 * hidden, features: 784 },
    { name: "W1", units: 10, features: 32 * hidden },
  ],
});
const float32 = (hidden) => ({
  format: "float32",
  bpw: 32,
  run: "1",
  image: [28, 28],
  layers: [
    { name: "W0", units: hidden, features: 784 },
    { name: "W1", units: 10, features: hidden },
  ],
});

test("a page is at most eight containers or units", () => {
  const big = makePlan(bv32(20));
  assert.deepEqual(makePage(big, big.layers[0], 2), {
    unit0: 512,
    units: 128,
    feature0: 0,
    features: 784,
    block: 32,
    firstBlock: 16,
    blocks: 4,
    allBlocks: 20,
    pages: 3,
  });
  assert.deepEqual(makePage(big, big.layers[1], 1), {
    unit0: 0,
    units: 10,
    feature0: 256,
    features: 256,
    block: 32,
    firstBlock: 8,
    blocks: 8,
    allBlocks: 20,
    pages: 3,
  });
  const one = makePlan(float32(1));
  assert.equal(makePage(one, one.layers[0], 5).pages, 1);
  assert.equal(makePage(one, one.layers[1], 0).features, 1);
});

test("what is on a page", () => {
  const plan = makePlan(bv32(20));
  const page = makePage(plan, plan.layers[0], 1);
  assert.equal(onPage(page, { unit: 256, feature: 783 }), true);
  assert.equal(onPage(page, { unit: 255, feature: 0 }), false);
  assert.equal(onPage(page, { unit: 300, padding: true }), true);
});

test("memory does not grow with the network beyond a page", () => {
  const weights = new ShownWeights();
  const status = bv32(256);
  weights.take(status, new Uint8Array(makePlan(status).bytes));
  assert.equal(weights.cells.length, 256 * 784);
  weights.show(1, 31);
  assert.equal(weights.cells.length, 10 * 256);
});

test("flips are told between frames of one run only", () => {
  const weights = new ShownWeights();
  const status = bv32(1);
  const frame = new Uint8Array(makePlan(status).bytes);
  assert.deepEqual(weights.take(status, frame), {
    flips: null,
    reshaped: true,
  });
  frame[0] = 0b101;
  frame[frame.length - 1] = 0x80;
  assert.deepEqual(weights.take(status, frame), { flips: 3, reshaped: false });
  assert.deepEqual([...weights.cells.slice(0, 4)], [255, 0, 255, 0]);
  assert.equal(weights.fading, true);
  assert.equal(weights.take({ ...status, run: "2" }, new Uint8Array(frame.length)).flips, null);
  assert.deepEqual([...weights.cells.slice(0, 4)], [0, 0, 0, 0]);
  assert.equal(weights.fading, false);
});

test("without motion the flips of the last frame stay marked", () => {
  const weights = new ShownWeights();
  weights.still = true;
  const status = bv32(1);
  const frame = new Uint8Array(makePlan(status).bytes);
  weights.take(status, frame);
  frame[0] = 1;
  weights.take(status, frame);
  weights.fade(1000);
  assert.equal(weights.cells[0], 255);
  assert.equal(weights.fading, false);
  frame[0] = 3;
  weights.take(status, frame);
  assert.deepEqual([...weights.cells.slice(0, 2)], [1, 255]);
});

test("float weights of a page in the second layer", () => {
  const weights = new ShownWeights();
  const status = float32(20);
  const plan = makePlan(status);
  const values = Float32Array.from({ length: plan.bits / 32 }, (_, i) => i);
  weights.take(status, new Uint8Array(values.buffer));
  weights.show(1, 1);
  const first = 20 * 784;
  assert.deepEqual(
    [...weights.values.slice(0, 9)],
    [8, 9, 10, 11, 12, 13, 14, 15, 28].map((i) => first + i),
  );
  assert.equal(weights.range, first + 9 * 20 + 15);
});

test("a frame of the wrong size is refused", () => {
  assert.throws(() => new ShownWeights().take(bv32(8), new Uint8Array(3)), /has 25408 bytes, got 3/);
});

test("the shape of a receptive field", () => {
  assert.deepEqual(fieldShape(784, [28, 28]), [28, 28]);
  assert.deepEqual(fieldShape(10, [28, 28]), [3, 4]);
  assert.deepEqual(fieldShape(33, []), [6, 6]);
});
