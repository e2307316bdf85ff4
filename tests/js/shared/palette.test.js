import assert from "node:assert/strict";
import { test } from "node:test";

import * as palette from "../../../bitmass_viz/widgets/src/shared/palette.js";

const COLOURS = {
  surface: "#ffffff",
  zero: "#f0f0f0",
  positive: "#c25400",
  negative: "#1f66b0",
  one: "#102030",
  nought: "#e0d0c0",
  exponent: "#0b7f60",
  mantissa: "#2f6aa8",
  flip: "#ff8000",
};

test("a pixel is opaque and in memory order red, green, blue", () => {
  const bytes = new Uint8Array(Uint32Array.of(palette.pixel("#123456")).buffer);
  assert.deepEqual([...bytes], [0x12, 0x34, 0x56, 255]);
});

test("mixing", () => {
  assert.equal(palette.mix("#000000", "#ffffff", 0.5), "#808080");
  assert.equal(palette.mix("#102030", "#ffffff", 0), "#102030");
  assert.throws(() => palette.mix("red", "#ffffff", 0), /#rrggbb, got "red"/);
});

test("a cell without heat has its bit's own colour, a hot one leans to the flip colour", () => {
  const { binary, fields } = palette.makeLuts(COLOURS);
  assert.equal(binary.length, 256);
  assert.equal(binary[0], palette.pixel("#e0d0c0"));
  assert.equal(binary[1], palette.pixel("#102030"));
  assert.notEqual(binary[254], binary[255]);
  assert.deepEqual(
    [fields.sign[0], fields.sign[1]],
    [binary[0], binary[1]],
    "a float's sign is a binary weight",
  );
  assert.notEqual(fields.exponent[0], fields.mantissa[0]);
});

test("the diverging scale is symmetric about zero and ends in the palette's colours", () => {
  const { diverging } = palette.makeLuts(COLOURS);
  assert.equal(diverging[palette.divergingIndex(0, 2)], palette.pixel("#f0f0f0"));
  assert.equal(diverging[palette.divergingIndex(2, 2)], palette.pixel("#c25400"));
  assert.equal(diverging[palette.divergingIndex(-5, 2)], palette.pixel("#1f66b0"));
  const half = diverging.length - 1;
  for (const value of [0.1, 0.7, 1.3]) {
    assert.equal(palette.divergingIndex(value, 2) + palette.divergingIndex(-value, 2), half);
  }
  assert.equal(palette.divergingIndex(NaN, 2), palette.divergingIndex(0, 2));
  assert.equal(palette.divergingIndex(1, 0), palette.divergingIndex(0, 2));
});
