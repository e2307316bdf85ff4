import assert from "node:assert/strict";
import { test } from "node:test";

import { viewText, similarity } from "../../../bitmass_viz/widgets/src/views/view_text.js";
import { ShownWeights } from "../../../bitmass_viz/widgets/src/views/shown_weights.js";

function sceneOf(bpw, units, features, bytes) {
  const weights = new ShownWeights();
  const layers = [
    { name: "W0", units, features },
    { name: "W1", units: 2, features: units },
  ];
  weights.take({ run: "1", format: "test", bpw, layers, image: [] }, bytes);
  return weights;
}

test("units that are the same picture, or its negative, are wholly alike", () => {
  // 32 units of 8 pixels: a byte each, all of them 0b10110000 or its negative.
  const bytes = new Uint8Array(32 + 8).map((_, i) => (i % 2 ? 0b01001111 : 0b10110000));
  assert.equal(similarity(sceneOf(1, 32, 8, bytes)), 1);
  const half = new Uint8Array(32 + 8).map((_, i) => (i === 0 ? 0b10110000 : 0b10111111));
  assert.equal(similarity(sceneOf(1, 32, 8, half)), 0.5);
});

test("each view says in words what it shows", () => {
  const bytes = new Uint8Array(32 + 8).fill(0b00001111);
  const weights = sceneOf(1, 32, 8, bytes);
  assert.match(
    viewText("neuron", weights, null),
    /^1 containers of 32 hidden units\. 50\.0 % of the signs shown are \+1/,
  );
  assert.match(
    viewText("bit", weights, 7),
    /^32 rows of 8 bits\. 50\.0 % .* 7 bits of the whole network just flipped\.$/,
  );
  assert.match(
    viewText("data", weights, 0),
    /^32 words of 32 bits, 1 per row, the last of which ends in 24 bits of padding/,
  );
  assert.match(viewText("data", weights, 0), /0x0000000F\.$/);
});

test("float weights are described by their range, their bits by field", () => {
  const floats = Float32Array.of(1.5, -2, 0.25, 1, 0, 0);
  const weights = sceneOf(32, 1, 4, new Uint8Array(floats.buffer));
  assert.match(viewText("neuron", weights, null), /from \u22122\.000 to \+1\.500\.$/);
  assert.match(viewText("bit", weights, null), /Ones are 25\.0 % of the sign bits, /);
});

test("a moment that is compared with another tells what differs", () => {
  const bytes = new Uint8Array(32 + 8).fill(0b00001111);
  const weights = sceneOf(1, 32, 8, bytes);
  weights.compareWith(weights.bytes.slice());
  const next = bytes.slice();
  next[3] = 0b11110000;
  const layers = weights.plan.layers;
  const { flips } = weights.take({ run: "1", format: "test", bpw: 1, layers, image: [] }, next);
  assert.equal(flips, 8);
  assert.equal(weights.differences, 8);
  assert.match(viewText("bit", weights, 8), /8 bits of the whole network differ from the pinned snapshot\.$/);
  assert.deepEqual(
    [...weights.cells.subarray(24, 32)].map((cell) => cell > 1),
    Array(8).fill(true),
    "they glow",
  );
  weights.fade(1000);
  assert.ok(weights.cells[24] > 1, "and do not fade");
  weights.compareWith(null);
  assert.ok([...weights.cells].every((cell) => cell <= 1));
});

test("float weights that are compared show their difference", () => {
  const floats = Float32Array.of(1.5, -2, 0.25, 1, 0, 0);
  const weights = sceneOf(32, 1, 4, new Uint8Array(floats.buffer.slice(0)));
  weights.compareWith(weights.bytes.slice());
  assert.equal(weights.range, 0);
  floats[2] = 1;
  const { layers } = weights.plan;
  weights.take({ run: "1", format: "test", bpw: 32, layers, image: [] }, new Uint8Array(floats.buffer));
  assert.equal(weights.values[2], 0.75);
  assert.match(
    viewText("neuron", weights, null),
    /differences from the pinned snapshot go from \+0 to \+0\.7500/,
  );
});
