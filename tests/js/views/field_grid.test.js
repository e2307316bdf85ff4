import assert from "node:assert/strict";
import { test } from "node:test";

import { chooseGrid } from "../../../bitmass_viz/widgets/src/views/field_grid.js";

test("receptive fields stand at a whole number of device pixels, never below one", () => {
  const grid = {
    tileWidth: 231,
    tileHeight: 115,
    label: 16,
    slotGap: 4,
    rowGap: 10,
    dpr: 1,
  };
  assert.deepEqual(chooseGrid(grid, 8, 952, true), { columns: 4, scale: 1 });
  assert.deepEqual(chooseGrid(grid, 8, 500, true), { columns: 2, scale: 1 });
  assert.deepEqual(chooseGrid(grid, 8, 300, true), { columns: 1, scale: 1 });
  assert.deepEqual(chooseGrid(grid, 8, 100, true), { columns: 1, scale: 1 });
  const dense = { ...grid, label: 48, slotGap: 12, rowGap: 30, dpr: 3 };
  assert.deepEqual(chooseGrid(dense, 8, 1050, true), { columns: 2, scale: 2 });
});

test("float fields stand flat when their numbers fit beside them, else tall", () => {
  const grid = {
    tileWidth: 28,
    tileHeight: 28,
    label: 16,
    slotGap: 4,
    rowGap: 10,
    dpr: 1,
  };
  assert.deepEqual(chooseGrid(grid, 8, 952, false), { columns: 4, scale: 4 });
  assert.deepEqual(chooseGrid(grid, 8, 490, false), { columns: 2, scale: 4 });
  assert.deepEqual(chooseGrid(grid, 3, 952, false), { columns: 3, scale: 9 });
  assert.deepEqual(chooseGrid(grid, 1, 60, false), { columns: 1, scale: 2 });
});
