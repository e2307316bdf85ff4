import assert from "node:assert/strict";
import { test } from "node:test";

import { createPool } from "../../../bitmass_viz/engine/src/experiments/pool.js";
import { createRun } from "../../../bitmass_viz/site/src/run_here.js";
import { accuracyFor, FakeWorkers, settle } from "../engine/fake_workers.js";

const NETWORKS = {
  epochs: 3,
  first_seed: 0,
  t: { 2: 12.7 },
  cases: [
    { name: "fast", trainer: "a", recipe: "tuned", options: { rate: 1 }, hidden: null, seconds: 1 },
    { name: "slow", trainer: "bb", recipe: "published", options: {}, hidden: 4, seconds: 3 },
  ],
};
const DIGITS = { label: "MNIST", synthetic: false, test: 10_000 };

function makeRun() {
  const workers = new FakeWorkers();
  const [traits, states] = [{}, []];
  const put = (values) => {
    Object.assign(traits, values);
    if (values.progress) states.push(values.progress);
  };
  const run = createRun(createPool(workers.start, 1), NETWORKS, DIGITS, put);
  return { workers, traits, states, tell: run.receive };
}

test("a run tells its progress by the work that is done, and ends with means and intervals", async () => {
  const { workers, traits, states, tell } = makeRun();
  tell({ action: "run", seeds: 2 });
  tell({ action: "run", seeds: 5 });
  await settle();
  assert.deepEqual(workers.started[0].job, {
    trainer: "a",
    recipe: "tuned",
    options: { rate: 1 },
    hidden: null,
    epochs: 3,
    seed: 0,
  });
  await workers.finish();
  const common = { seeds: 2, total: 4 };
  assert.deepEqual(states, [
    { ...common, state: "waiting", done: 0, share: 0 },
    { ...common, state: "loading", done: 0, share: 0 },
    { ...common, state: "running", done: 1, share: 1 / 8 },
    { ...common, state: "running", done: 2, share: 2 / 8 },
    { ...common, state: "running", done: 3, share: 5 / 8 },
    { ...common, state: "running", done: 4, share: 1 },
    { state: "done", seeds: 2 },
  ]);
  const { cases, ...about } = traits.mine;
  assert.deepEqual(about, { seeds: 2, first_seed: 0, dataset: "MNIST", synthetic: false, images: 10_000 });
  assert.deepEqual(
    cases.map(({ name }) => name),
    ["fast", "slow"],
  );
  const [low, high] = cases[0].ci95;
  assert.ok(Math.abs(cases[0].mean - 0.0105) < 1e-12);
  assert.ok(Math.abs(high - low - 2 * 12.7 * 0.0005) < 1e-12);
});

test("one seed has no interval", async () => {
  const { workers, traits, tell } = makeRun();
  tell({ action: "run", seeds: 1 });
  await workers.finish();
  assert.deepEqual(traits.mine.cases, [
    { name: "fast", mean: 0.01, ci95: null },
    { name: "slow", mean: 0.02, ci95: null },
  ]);
});

test("after a cancelled run another trains only what is missing", async () => {
  const { workers, traits, states, tell } = makeRun();
  tell({ action: "cancel" });
  tell({ action: "run", seeds: 2 });
  await settle();
  workers.started[0].answer(0.5);
  await settle();
  tell({ action: "cancel" });
  await settle();
  assert.deepEqual(traits.progress, { state: "cancelled", seeds: 2 });
  assert.equal(traits.problem, "");
  assert.equal(traits.mine, undefined);
  assert.equal(workers.alive.length, 0);
  states.length = 0;
  tell({ action: "run", seeds: 2 });
  await workers.finish();
  assert.deepEqual(
    states.map(({ done, share }) => [done, share]),
    [
      [0, 0],
      [0, 0],
      [1, 0],
      [2, 1 / 7],
      [3, 4 / 7],
      [4, 1],
      [undefined, undefined],
    ],
  );
  assert.equal(traits.mine.cases[0].mean, (0.5 + accuracyFor({ trainer: "a", seed: 1 })) / 2);
  // All is known now.
  tell({ action: "run", seeds: 2 });
  await settle();
  assert.equal(traits.progress.state, "done");
  assert.equal(workers.started.length, 2);
});

test("what goes wrong is a sentence, and goes when another run begins", async () => {
  const { workers, traits, tell } = makeRun();
  tell({ action: "run", seeds: 1 });
  for (const i of [0, 1]) {
    await settle();
    workers.started[i].die("");
  }
  await settle();
  assert.deepEqual(traits.progress, { state: "failed", seeds: 1 });
  assert.match(traits.problem, /^Training ended too early, .* press the button again to go on from there\.$/);
  tell({ action: "run", seeds: 1 });
  assert.equal(traits.problem, "");
  await workers.finish();
  assert.equal(traits.progress.state, "done");
});
