import assert from "node:assert/strict";
import { test } from "node:test";

import { chooseGrid } from "../../../bitmass_viz/widgets/src/views/field_grid.js";

test("weights never take less than a device pixel, and fractions only where they cannot be seen", () => {
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
  assert.deepEqual(chooseGrid(dense, 8, 1050, true), { columns: 2, scale: 517 / 231 });
});

test("the pictures use the width that they have", () => {
  const container = { tileWidth: 231, tileHeight: 115, label: 28, slotGap: 8, rowGap: 8 };
  const used = ({ columns, scale }, width) => (columns * scale * 231) / width;
  assert.ok(used(chooseGrid({ ...container, dpr: 2 }, 8, 648, true), 648) > 0.97, "a phone");
  assert.ok(
    used(chooseGrid({ ...container, dpr: 1 }, 2, 953, true), 953) > 0.9,
    "a wide screen, two containers",
  );
});

test("fields stand no taller than there is room for", () => {
  const grid = { tileWidth: 231, tileHeight: 115, label: 14, slotGap: 4, rowGap: 4, dpr: 1 };
  assert.ok(chooseGrid(grid, 1, 953, true).scale >= 4);
  assert.ok(chooseGrid(grid, 1, 953, true, 263).scale * 115 + 14 <= 263);
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
  assert.deepEqual(chooseGrid(grid, 1, 58, false), { columns: 1, scale: 2 });
});

test("a picture without numbers stands flat and fills its width", () => {
  const float = { tileWidth: 28, tileHeight: 28, label: 14, slotGap: 4, rowGap: 4, dpr: 1 };
  const { columns, scale } = chooseGrid(float, 8, 332, false, undefined, true);
  assert.equal(columns, 4);
  assert.ok((4 * 28 * scale) / 332 > 0.93);
  const container = { ...float, tileWidth: 231, tileHeight: 115 };
  assert.deepEqual(chooseGrid(container, 4, 578, true, undefined, true), { columns: 2, scale: 285 / 231 });
});
