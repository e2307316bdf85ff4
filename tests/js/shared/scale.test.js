import assert from "node:assert/strict";
import { test } from "node:test";

import { xTicks } from "../../../bitmass_viz/widgets/src/training/chart.js";
import * as scale from "../../../bitmass_viz/widgets/src/shared/scale.js";

test("ticks are round and inside", () => {
  assert.deepEqual(scale.ticks(0, 3, 3), [0, 1, 2, 3]);
  assert.deepEqual(scale.ticks(0.2, 0.9, 4), [0.2, 0.4, 0.6, 0.8]);
  assert.deepEqual(scale.ticks(1, 1, 4), [1]);
  assert.deepEqual(
    xTicks(150000, 50000).map(({ at, text }) => [at, text]),
    [
      [0, "0"],
      [50000, "1"],
      [100000, "2"],
      [150000, "3"],
    ],
  );
  assert.deepEqual(
    xTicks(6250, 50000).map(({ text }) => text),
    ["0", "2.5k", "5k"],
  );
});

test("the x axis grows in stages up to the study's three epochs, then doubles", () => {
  assert.deepEqual(
    [0, 6250, 6251, 50001, 150001, 400000].map((n) => scale.examplesEnd(n, 50000)),
    [6250, 6250, 25000, 150000, 300000, 600000],
  );
});

test("the y axis holds every point with room for a line's width", () => {
  assert.deepEqual(scale.accuracyRange([]), [0, 1]);
  const [low, high] = scale.accuracyRange([
    {
      points: [
        [0, 0.7],
        [9, 0.83],
      ],
    },
  ]);
  assert.ok(low < 0.7 && high > 0.83 && high - low >= 0.3 - 1e-12);
  const [bottom, top] = scale.accuracyRange([
    {
      points: [
        [0, 0.1],
        [9, 0.99],
      ],
    },
  ]);
  assert.ok(bottom <= 0.1 && top === 1);
});

test("labels move apart, keep their order and stay inside", () => {
  const placed = scale.spread([10, 11, 12, 90], 12, 0, 100);
  for (let i = 1; i < placed.length; i++) assert.ok(placed[i] - placed[i - 1] >= 12);
  assert.equal(placed[3], 90);
  assert.deepEqual(scale.spread([95, 99], 12, 0, 100), [88, 100]);
});

test("thinning keeps both ends", () => {
  const points = Array.from({ length: 1000 }, (_, i) => i);
  const thinned = scale.thin(points, 10);
  assert.equal(thinned.length, 10);
  assert.deepEqual([thinned[0], thinned[9]], [0, 999]);
  assert.equal(scale.thin(points.slice(0, 5), 10).length, 5);
});
