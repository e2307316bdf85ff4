import assert from "node:assert/strict";
import { test } from "node:test";

import {
  STEPS,
  STAGES,
  firstOf,
  happened,
  lastOf,
  stageAt,
  probabilities,
} from "../../../bitmass_viz/widgets/src/one_example/stages.js";
import { inkOf, normalise } from "../../../bitmass_viz/widgets/src/one_example/normalise.js";
import { packPixels } from "../../../bitmass_viz/widgets/src/bits/forward_pass.js";

/** A page of paper with a filled rectangle. */
function sheet(width, height, left, top, right, bottom, ink = 255) {
  const out = new Uint8Array(width * height);
  for (let y = top; y < bottom; y++) for (let x = left; x < right; x++) out[y * width + x] = ink;
  return out;
}

/** Bounding box and middle of what is drawn on 28 × 28 pixels. */
function measured(pixels) {
  const at = [...pixels.keys()].filter((i) => pixels[i] > 0);
  const [xs, ys] = [at.map((i) => i % 28), at.map((i) => Math.floor(i / 28))];
  const sum = at.reduce((total, i) => total + pixels[i], 0);
  const mean = (of) => at.reduce((total, i, n) => total + pixels[i] * (of[n] + 0.5), 0) / sum;
  return {
    width: Math.max(...xs) - Math.min(...xs) + 1,
    height: Math.max(...ys) - Math.min(...ys) + 1,
    middle: [mean(xs), mean(ys)],
  };
}

test("a drawing is fitted into 20 pixels and centred by its weight, wherever and however large it was", () => {
  for (const [left, top, right, bottom] of [
    [10, 20, 50, 260],
    [100, 100, 108, 116],
    [0, 0, 280, 280],
    [3, 250, 270, 279],
  ]) {
    const pixels = normalise(sheet(280, 280, left, top, right, bottom), 280, 280);
    const { width, height, middle } = measured(pixels);
    assert.equal(Math.max(width, height), 20);
    const ratio = (right - left) / (bottom - top);
    assert.ok(Math.abs(width / height - ratio) < 0.6 * Math.max(1, ratio), `${width}×${height}`);
    for (const at of middle) assert.ok(Math.abs(at - 14) <= 0.51, `middle at ${middle}`);
  }
});

test("what lies off its middle is moved by its weight, and never out of the picture", () => {
  const heavy = sheet(280, 280, 100, 20, 180, 100);
  for (let y = 100; y < 260; y++) heavy[y * 280 + 140] = 255;
  const { middle } = measured(normalise(heavy, 280, 280));
  // The thin tail would have to leave at the bottom for its middle to be reached.
  assert.ok(middle[1] < 14 && middle[1] > 8);
});

test("an empty sheet is no drawing", () => {
  assert.equal(normalise(new Uint8Array(100), 10, 10), null);
});

test("ink is what differs from the paper, dark on light or light on dark", () => {
  const rgba = (paper, ink) => {
    const out = new Uint8ClampedArray(4 * 100);
    for (let i = 0; i < 100; i++) out.set([...Array(3).fill(i === 55 ? ink : paper), 255], 4 * i);
    return out;
  };
  for (const [paper, ink] of [
    [255, 0],
    [0, 255],
    [200, 40],
  ]) {
    const found = inkOf(rgba(paper, ink), 10, 10);
    assert.equal(found[55], 255);
    assert.equal(
      found.reduce((a, b) => a + b),
      255,
    );
  }
  assert.ok(
    inkOf(rgba(128, 130), 10, 10).every((value) => value === 0),
    "all but one colour",
  );
});

test("what is transparent counts as white paper", () => {
  const clear = new Uint8ClampedArray(4 * 100);
  clear.set([0, 0, 0, 255], 4 * 45);
  assert.equal(inkOf(clear, 10, 10)[45], 255);
});

test("steps go through the stages in order, and back", () => {
  const seen = Array.from({ length: STEPS }, (_, n) => stageAt(n));
  assert.deepEqual(
    [...new Set(seen.map(({ stage }) => stage))],
    STAGES.map(({ id }) => id),
  );
  for (const { id, steps } of STAGES) {
    assert.deepEqual(stageAt(firstOf(id)), { stage: id, within: 0 });
    assert.equal(seen.filter(({ stage }) => stage === id).length, steps);
    assert.equal(happened(firstOf(id) - 1, id), 0);
    assert.equal(happened(firstOf(id), id), 1);
    assert.equal(lastOf(id), firstOf(id) + steps - 1);
    assert.equal(happened(STEPS - 1, id), steps);
  }
  assert.throws(() => firstOf("elsewhere"), /a stage must be one of see, compare/);
});

test("pixels are packed as they are stored, the first lowest", () => {
  const pixels = new Uint8Array(40);
  pixels[0] = 128;
  pixels[1] = 127;
  pixels[31] = 255;
  pixels[32] = 200;
  assert.deepEqual([...packPixels(pixels, 127)], [0x80000001, 1]);
});

test("probabilities add up to one, also of huge scores", () => {
  const shares = probabilities(Float64Array.of(1000, 999, -1000));
  assert.ok(Math.abs(shares.reduce((a, b) => a + b) - 1) < 1e-12);
  assert.ok(shares[0] > shares[1] && shares[1] > shares[2]);
});
