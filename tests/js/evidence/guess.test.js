import assert from "node:assert/strict";
import { test } from "node:test";

import { place } from "../../../bitmass_viz/widgets/src/evidence/guess.js";

const NO_MARK = { panel: "", case: "", cases: {} };
const PANELS = {
  lines: { box: [10, 0, 110, 100], y: [50, 100, 100, 0], columns: { 1: 20, 2: 60, 4: 100 } },
  kept: { box: [0, 0, 320, 100], x: [0, 0, 32, 320], y: [0, 100, 100, 0] },
  costs: {
    box: [0, 0, 100, 90],
    x: [0, 0, 100, 100],
    y: [0, 90, 3, 0],
    cases: { without: [0, 30, "right"] },
  },
  best: {
    box: [0, 0, 200, 90],
    y: [0, 90, 3, 0],
    cases: { low: [40, 20, "right"], high: [190, 50, "right"] },
  },
  bars: { box: [0, 0, 200, 90], y: [0, 90, 3, 0], cases: { long: [150, 70, "above"] } },
};

const asked = (kind, guess, mark, more = {}) => ({
  question: { kind, ...more },
  mark: { ...NO_MARK, ...mark },
  guess,
  revealed: true,
});

test("a curve runs through its columns, and carries its name above its end, inside the axes", () => {
  const found = place(PANELS, asked("curve", [50, 75, 100], { panel: "lines" }, { x: [1, 2, 4] }));
  assert.equal(found.line, "M20 100L60 50L100 0");
  assert.deepEqual(found.points, [
    [20, 100],
    [60, 50],
    [100, 0],
  ]);
  assert.deepEqual(found.label, { x: 105, y: 10, "text-anchor": "end" });
  const low = place(PANELS, asked("curve", [50, 50, 20], { panel: "lines" }, { x: [1, 2, 4] }));
  assert.equal(low.points[2][1], 160, "it leaves the axes, where it is cut off");
  assert.equal(low.label.y, 95, "but its name stays");
});

test("a number is an upright through its panel, or in the row that it is about, named on the side with room", () => {
  const whole = place(PANELS, asked("number", 8, { panel: "kept" }));
  assert.equal(whole.line, "M80 0V100");
  assert.equal(whole.label["text-anchor"], "start");
  const right = place(PANELS, asked("number", 32, { panel: "kept" }));
  assert.deepEqual([right.line, right.label["text-anchor"]], ["M320 0V100", "end"]);
  const row = place(PANELS, asked("number", 25, { panel: "costs", case: "without" }));
  assert.match(row.line, /^M25 24.5V41$/);
});

test("a choice stands beside its case, or above its bar", () => {
  const of = (guess) =>
    place(PANELS, asked("choice", guess, { cases: { Low: "low", High: "high", Long: "long" } }));
  assert.deepEqual([of("Low").text, of("Low").label["text-anchor"]], ["\u25c2 your guess", "start"]);
  assert.deepEqual([of("High").text, of("High").label["text-anchor"]], ["your guess \u25b8", "end"]);
  assert.deepEqual(of("Long").label, { x: 150, y: 70, "text-anchor": "end" });
});

test("without a guess, a mark or the panel nothing is drawn", () => {
  assert.equal(place(PANELS, asked("number", null, { panel: "kept" })), null);
  assert.equal(place(PANELS, { ...asked("number", 3, {}), mark: null }), null);
  assert.equal(place({}, asked("number", 3, { panel: "kept" })), null);
  assert.equal(place(PANELS, asked("choice", "Low", { cases: { Low: "missing" } })), null);
});
