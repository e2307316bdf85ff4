/** The address map against the fixture that Python reads too: counted bit by bit, not computed. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import * as map from "../../../bitmass_viz/widgets/src/bits/address.js";

const { layouts } = JSON.parse(
  readFileSync(new URL("../../fixtures/addresses.json", import.meta.url), "utf8"),
);

for (const layout of layouts) {
  const plan = map.makePlan(layout);
  const shape = plan.layers.map(({ units, features }) => `${units}\u00d7${features}`).join(" and ");
  const name = `${layout.format}, ${shape}`;
  const layer = (address) => plan.layers.find((candidate) => candidate.name === address.layer);

  test(`${name}: size of the dense buffer`, () => {
    assert.equal(plan.bits, layout.bits);
    assert.equal(plan.bytes, layout.bytes);
  });

  test(`${name}: from weight bit, cell, word and stream to the same address`, () => {
    assert.ok(layout.addresses.length > 0);
    for (const address of layout.addresses) {
      const { unit, feature, bit, row, column, word, bitInWord, streamBit } = address;
      assert.deepEqual(map.addressOf(plan, layer(address), unit, feature, bit), address);
      assert.deepEqual(map.addressAtCell(plan, layer(address), row, column), address);
      assert.deepEqual(map.addressAtWord(plan, layer(address), word, bitInWord), address);
      assert.deepEqual(map.addressAtStream(plan, streamBit), address);
      assert.equal(map.wordStart(plan, layer(address), word) + bitInWord, streamBit);
      assert.ok(bitInWord < map.wordBits(plan, layer(address), word));
    }
  });

  test(`${name}: padding has no weight`, () => {
    for (const { layer: layerName, word, bitInWord } of layout.padding) {
      const at = layer({ layer: layerName });
      const address = map.addressAtWord(plan, at, word, bitInWord);
      assert.equal(address.padding, true);
      assert.equal(address.word, word);
      assert.equal("feature" in address, false);
      assert.ok(bitInWord >= map.wordBits(plan, at, word));
    }
    for (const at of plan.layers) {
      let padding = 0;
      for (let word = 0; word < at.words; word++) padding += 32 - map.wordBits(plan, at, word);
      assert.equal(padding, layout.paddingBits[at.name]);
    }
  });
}

test("a stream bit outside the buffer is refused with what is allowed", () => {
  const plan = map.makePlan(layouts[0]);
  assert.throws(() => map.addressAtStream(plan, plan.bits), /between 0 and 203263, got 203264/);
  assert.throws(() => map.addressAtStream(plan, -1), RangeError);
});
