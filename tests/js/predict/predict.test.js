import assert from "node:assert/strict";
import { test } from "node:test";

import { allowed, amount, plain, short } from "../../../bitmass_viz/widgets/src/predict/amount.js";
import { along, apart, holding, xMarks } from "../../../bitmass_viz/widgets/src/predict/axes.js";
import { tag } from "../../../bitmass_viz/widgets/src/predict/choice.js";
import { between, marksOf, pathOf } from "../../../bitmass_viz/widgets/src/predict/plot.js";
import {
  missing,
  moved,
  nearest,
  reached,
  startOf,
  stepOf,
} from "../../../bitmass_viz/widgets/src/predict/sketch.js";

const PLACES = [0, 100, 200, 300];

test("amounts are written as the kernel writes them", () => {
  assert.equal(amount(203264, 0, "bits"), "203,264\u00a0bits");
  assert.equal(amount(-1.25, 1), "\u22121.3");
  assert.equal(amount(-0.04, 1), "0.0");
  assert.equal(plain(0.1 + 0.2), "0.3");
  assert.equal(plain(-1e-9), "\u22121e\u22129");
  assert.deepEqual([200000, 1024, 203264, -50000, 0.25].map(short), [
    "200k",
    "1,024",
    "203,264",
    "\u221250k",
    "0.25",
  ]);
  assert.deepEqual(
    [1.26, 9, -9].map((value) => allowed(value, 1, 0, 5)),
    [1.3, 5, 0],
  );
});

test("a stroke snaps to the nearest point where it begins", () => {
  assert.equal(nearest(PLACES, 149), 1);
  assert.equal(nearest(PLACES, 151), 2);
  assert.deepEqual(reached(PLACES, null, { x: 130, y: 7 }), [[1, 7]]);
  assert.deepEqual(reached(PLACES, null, { x: -40, y: 7 }), [[0, 7]]);
});

test("a quick stroke fills every point that it passes over, either way, from outside to outside", () => {
  const all = [
    [0, 5],
    [1, 15],
    [2, 25],
    [3, 35],
  ];
  assert.deepEqual(reached(PLACES, { x: -50, y: 0 }, { x: 350, y: 40 }), all);
  const back = reached(PLACES, { x: 350, y: 40 }, { x: -50, y: 0 });
  assert.deepEqual(back, all);
});

test("a point is not pulled along once the pointer is past it, but follows it up and down", () => {
  assert.deepEqual(reached(PLACES, { x: 110, y: 20 }, { x: 140, y: 40 }), []);
  assert.deepEqual(reached(PLACES, { x: 102, y: 20 }, { x: 104, y: 21 }), [[1, 21]]);
  assert.deepEqual(reached(PLACES, { x: 130, y: 20 }, { x: 130, y: 60 }), [[1, 60]]);
});

test("where points lie close, a stroke that begins or ends at the edge reaches the last of them", () => {
  const close = Array.from({ length: 60 }, (_, i) => 3 * i);
  assert.deepEqual(
    reached(close, null, { x: 7, y: 9 }).map(([i]) => i),
    [0, 1, 2],
  );
  assert.deepEqual(
    reached(close, { x: 160, y: 9 }, { x: 170, y: 9 }).map(([i]) => i),
    [54, 55, 56, 57, 58, 59],
  );
  assert.deepEqual(
    reached(close, { x: 1, y: 9 }, { x: 10, y: 9 }).map(([i]) => i),
    [1, 2, 3],
    "on its way in it leaves the end alone",
  );
});

test("keys move a value as those of a slider do, and stop at its bounds", () => {
  assert.equal(stepOf(0, 100), 1);
  assert.equal(stepOf(0, 1), 0.01);
  assert.equal(stepOf(0, 300), 5);
  assert.equal(moved("ArrowUp", 50, 0, 100), 51);
  assert.equal(moved("ArrowDown", 0.3, 0, 1), 0.29);
  assert.equal(moved("PageUp", 95, 0, 100), 100);
  assert.equal(moved("Home", 50, -3, 100), -3);
  assert.equal(moved("End", 50, 0, 100), 100);
  assert.equal(moved("a", 50, 0, 100), null);
});

test("a point that is not drawn yet begins as high as the nearest that is", () => {
  assert.equal(startOf([null, null, null], 1, 50), 50);
  assert.equal(startOf([null, null, 7, null], 0, 50), 7);
  assert.equal(startOf([3, null, null, 9], 2, 50), 9);
  assert.equal(missing([null, 0, null]), 2);
});

test("values lie on a linear or a logarithmic axis", () => {
  assert.equal(along(25, 0, 100), 0.25);
  assert.equal(along(4, 1, 16, "log"), 0.5);
  assert.deepEqual(holding(0, 100, [null, 50, 120]), [0, 120]);
  assert.deepEqual(holding(0, 100, [-5]), [-5, 100]);
});

test("the x axis names every point if there is room, else round numbers, and never two on one place", () => {
  const texts = (/** @type {any[]} */ ...given) => xMarks(...given).map(({ text }) => text);
  assert.deepEqual(texts([1, 2, 4, 8], "log", 300), ["1", "2", "4", "8"]);
  const sixty = Array.from({ length: 60 }, (_, i) => i);
  assert.deepEqual(texts(sixty, "linear", 400), ["0", "10", "20", "30", "40", "50"]);
  const powers = Array.from({ length: 21 }, (_, i) => 2 ** i);
  assert.deepEqual(texts(powers, "log", 300), ["1", "10", "100", "1,000", "10k", "100k", "1M"]);
  for (const [x, scale] of [
    [[64, 65, 66, 68], "log"],
    [[203264, 203265, 406528], "linear"],
    [[0.001, 0.002, 5000], "log"],
  ]) {
    const marks = xMarks(x, scale, 120);
    assert.ok(marks.length > 0);
    for (let i = 1; i < marks.length; i++) {
      const room = (7.2 * (marks[i].text.length + marks[i - 1].text.length)) / 2;
      assert.ok(marks[i].at - marks[i - 1].at >= room, `${x}: ${JSON.stringify(marks)}`);
    }
  }
});

test("the names of two lines never cover each other, and stay in order and inside", () => {
  for (const [a, b] of [
    [50, 50],
    [50, 52],
    [53, 50],
    [2, 0],
    [99, 100],
    [10, 90],
  ]) {
    const [first, second] = apart(a, b, 0, 100);
    assert.ok(Math.abs(first - second) >= 15);
    assert.ok(Math.min(first, second) >= 0 && Math.max(first, second) <= 100);
    if (a !== b) assert.equal(first < second, a < b);
  }
  assert.deepEqual(apart(10, 90, 0, 100), [10, 90]);
});

test("a line is broken where nothing is drawn, and the gap is closed", () => {
  const frame = /** @type {any} */ ({
    places: [0, 10, 20, 30],
    toY: (/** @type {number} */ v) => 100 - v,
  });
  assert.equal(pathOf(frame, [1, null, 3, 4]), "M0.0 99.0M20.0 97.0L30.0 96.0");
  assert.equal(
    between({ ...frame, places: [0, 10] }, [1, 2], [3, 4]),
    "M0.0 99.0L10.0 98.0L10.0 96.0L0.0 97.0Z",
  );
  assert.deepEqual(marksOf(frame, [null, null, null, null], ""), []);
});

test("an answer is marked in words and signs", () => {
  assert.equal(tag(true, true), "\u2713 your guess, and right");
  assert.equal(tag(true, false), "\u2713 the answer");
  assert.equal(tag(false, true), "\u2717 your guess");
  assert.equal(tag(false, false), "");
});
