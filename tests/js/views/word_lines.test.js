import assert from "node:assert/strict";
import { test } from "node:test";

import { ShownWeights } from "../../../bitmass_viz/widgets/src/views/shown_weights.js";
import * as words from "../../../bitmass_viz/widgets/src/views/word_lines.js";
import { makePlan } from "../../../bitmass_viz/widgets/src/bits/address.js";

function sceneOf(status) {
  const weights = new ShownWeights();
  weights.take({ run: "1", image: [28, 28], ...status }, new Uint8Array(makePlan(status).bytes));
  return weights;
}

const bv32 = (hidden) => ({
  format: "bv32",
  bpw: 1,
  layers: [
    { name: "W0", units: 32 * hidden, features: 784 },
    { name: "W1", units: 10, features: 32 * hidden },
  ],
});

test("25 words a unit stand as five lines of five", () => {
  const grid = words.makeWordGrid(sceneOf(bv32(8)), 5);
  assert.deepEqual([grid.perUnit, grid.perLine, grid.linesPerUnit, grid.lines], [25, 5, 5, 1280]);
  assert.equal(words.wordAt(grid, 5, 0), 25);
  assert.equal(words.wordAt(grid, 1279, 4), 6399);
  assert.equal(words.wordAt(grid, 0, 5), -1);
  assert.equal(words.wordAt(grid, 1280, 0), -1);
});

test("lines never run over the end of a unit", () => {
  const status = {
    format: "float32",
    bpw: 32,
    layers: [
      { name: "W0", units: 3, features: 10 },
      { name: "W1", units: 10, features: 3 },
    ],
  };
  const grid = words.makeWordGrid(sceneOf(status), 8);
  assert.deepEqual([grid.perLine, grid.linesPerUnit], [5, 2]);
  assert.equal(words.wordAt(grid, 2, 0), 10);
});

test("every word of a page has one place, and the place leads back to it", () => {
  for (const [hidden, layer, page, most] of [
    [8, 0, 0, 5],
    [20, 0, 2, 4],
    [20, 1, 1, 5],
    [1, 1, 0, 5],
  ]) {
    const weights = sceneOf(bv32(hidden));
    weights.show(layer, page);
    const grid = words.makeWordGrid(weights, most);
    let count = 0;
    for (let word = 0; word < weights.layer.words; word++) {
      const place = words.placeOf(grid, word);
      if (!place) continue;
      count += 1;
      assert.equal(words.wordAt(grid, place.line, place.column), word);
      const top = words.lineOfMapRow(grid, place.mapRow);
      assert.ok(top <= place.line && place.line <= top + Math.ceil(grid.mapColumns / grid.perLine));
      assert.ok(words.mapRowOfLine(grid, place.line) <= place.mapRow);
    }
    assert.equal(
      count,
      (weights.page.units * weights.page.features) / 32 + (layer === 0 ? weights.page.units / 2 : 0),
    );
  }
});

test("how many words a line takes", () => {
  assert.equal(words.wordsPerLine(25, 5), 5);
  assert.equal(words.wordsPerLine(784, 8), 8);
  assert.equal(words.wordsPerLine(784, 5), 4);
  assert.equal(words.wordsPerLine(3, 5), 3);
  assert.equal(words.wordsPerLine(8, 5), 4);
});
