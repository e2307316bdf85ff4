import assert from "node:assert/strict";
import { test } from "node:test";

import { minibatchOf } from "../../../bitmass_viz/widgets/src/explorer/facts.js";

test("a minibatch is counted from its first example, and the last of an epoch is as long as what is left", () => {
  const at = (/** @type {number} */ examples) =>
    minibatchOf({ examples, train_size: 50_000, batch_size: 64 });
  assert.deepEqual(at(0), { done: 0, size: 64 });
  assert.deepEqual(at(65), { done: 1, size: 64 });
  assert.deepEqual(at(49_983), { done: 63, size: 64 });
  assert.deepEqual(at(49_984), { done: 0, size: 16 });
  assert.deepEqual(at(49_999), { done: 15, size: 16 });
  assert.deepEqual(at(50_000), { done: 0, size: 64 });
  assert.deepEqual(minibatchOf({ examples: 7, train_size: 50_000 }), {
    done: 0,
    size: 1,
  });
});
