import assert from "node:assert/strict";
import { test } from "node:test";

import * as format from "../../../bitmass_viz/widgets/src/shared/numbers.js";

test("numbers", () => {
  assert.equal(format.grouped(203264), "203,264");
  assert.equal(format.percent(0.7123), "71.2 %");
  assert.equal(format.percent(null), "\u2014");
  assert.equal(format.percent(0), "0.0 %");
  assert.equal(format.hex(0xdeadbeef), "DEADBEEF");
  assert.equal(format.hex(-1), "FFFFFFFF");
  assert.equal(format.hex(26), "0000001A");
  assert.equal(format.counted(1, "example", "examples"), "1 example");
  assert.equal(format.compact(12500), "12.5k");
  assert.equal(format.compact(640), "640");
});

test("weights carry their sign, and are never written as a hyphen", () => {
  assert.equal(format.signed(-0.03125), "\u22120.03125");
  assert.equal(format.signed(1), "+1.000");
  assert.equal(format.signed(-0), "\u22120");
  assert.equal(format.signed(1.5e-7), "+1.500e\u22127");
  assert.equal(format.signed(-Infinity), "\u2212\u221e");
  assert.equal(format.signed(NaN), "NaN");
});
