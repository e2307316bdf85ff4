import assert from "node:assert/strict";
import test from "node:test";

import { describeWeights } from "../../../bitmass_viz/engine/src/live/descriptions.js";

test("only whole units fill the containers, whatever the bits of a weight", () => {
  const network = { sizes: { inputs: 784, hidden: 8, classes: 10 } };
  const run = /** @type {any} */ ({ network, trainer: "straight-through", options: { bits: 3 } });
  const declared = /** @type {any} */ ({ formats: { 3: "3-bit" }, bits: {} });
  assert.deepEqual(describeWeights(run, declared), {
    format: "3-bit",
    bpw: 3,
    layers: [
      { name: "W0", units: 85, features: 784 },
      { name: "W1", units: 10, features: 85 },
    ],
    bit_mass: 85 * (784 + 10) * 3,
  });
});
