import assert from "node:assert/strict";
import { test } from "node:test";

import { styleCurves } from "../../../bitmass_viz/widgets/src/training/curve_style.js";

const curve = (run, trainer, label, active = false) => ({
  run: String(run),
  trainer,
  label,
  active,
  points: [[0, 0.1]],
});
const bv32 = (run, seed, active = false) =>
  curve(run, "bv32-hebbian", `BV32-Hebbian, published, prototype, seed ${seed}`, active);
const sgd = curve(3, "sgd", "SGD, published, seed 0");

test("a trainer that has one curve is named without its settings", () => {
  const [one] = styleCurves([sgd]);
  assert.equal(one.name, "SGD");
  assert.equal(one.colour, "var(--bm-trainer-sgd)");
});

test("each trainer has a colour and a mark of its own", () => {
  const trainers = [
    ...["sgd", "momentum", "rmsprop", "adam", "adamw"],
    ...["bv32-hebbian", "bv32-uncentred", "straight-through", "bop"],
  ];
  const styled = styleCurves([...trainers, "a-class-s-own"].map((name, run) => curve(run, name, name)));
  assert.deepEqual(
    styled.map(({ colour }) => colour),
    [...trainers.map((name) => `var(--bm-trainer-${name})`), "var(--bm-muted)"],
  );
  assert.equal(new Set(styled.map(({ mark }) => mark)).size, styled.length);
});

test("two seeds of a trainer differ in name, and in dash or shade", () => {
  const [first, other, second] = styleCurves([bv32(1, 0), sgd, bv32(4, 3, true)]);
  assert.deepEqual([first.name, other.name, second.name], ["seed 0", "SGD", "BV32-Hebbian, seed 3"]);
  assert.notEqual(first.dash, second.dash);
  assert.notEqual(first.colour, second.colour);
  assert.equal(first.mark, second.mark, "but are seen to be of the same trainer");
});

test("going back to a run does not change how its curve looks", () => {
  const looks = (styled) =>
    Object.fromEntries(styled.map(({ curve: { run }, colour, dash }) => [run, [colour, dash]]));
  assert.deepEqual(
    looks(styleCurves([bv32(1, 0), bv32(4, 3, true)])),
    looks(styleCurves([bv32(4, 3), bv32(1, 0, true)])),
  );
});

test("settings that all runs of a trainer share are left out, and of many runs only the newest are named", () => {
  const many = [0, 1, 2, 3, 4, 5].map((seed) => bv32(seed, seed, seed === 1));
  const names = styleCurves(many).map(({ name }) => name);
  assert.deepEqual(names, ["", "BV32-Hebbian, seed 1", "", "seed 3", "seed 4", "seed 5"]);
  const [published, tuned] = styleCurves([sgd, curve(5, "sgd", "SGD, tuned, seed 0", true)]);
  assert.deepEqual([published.name, tuned.name], ["published", "SGD, tuned"]);
});
