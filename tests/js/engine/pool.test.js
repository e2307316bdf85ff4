import assert from "node:assert/strict";
import { test } from "node:test";

import { createPool } from "../../../bitmass_viz/engine/src/experiments/pool.js";
import { accuracyFor, FakeWorkers, jobOf, settle } from "./fake_workers.js";

const JOBS = ["a", "bb", "ccc"].flatMap((trainer) => [0, 1].map((seed) => jobOf(trainer, seed)));
const ACCURACIES = JOBS.map(accuracyFor);

/** A pool and its workers, and a run of jobs with what it told. */
function makePool(size = 2) {
  const workers = new FakeWorkers();
  const pool = createPool(() => workers.start(), size);
  function train(jobs = JOBS) {
    const told = [];
    const stop = new AbortController();
    const watch = {
      signal: stop.signal,
      onStart: () => told.push("start"),
      onDone: (job, isNew) => told.push([jobs.indexOf(job), isNew]),
    };
    const result = pool.train(jobs, watch);
    result.catch(() => {});
    return { result, told, stop };
  }
  return { workers, train };
}

test("accuracies come in the order of the jobs, whichever worker is done first", async () => {
  const { workers, train } = makePool();
  const { result, told } = train();
  await settle();
  assert.deepEqual(
    workers.started.map(({ job }) => job),
    JOBS.slice(0, 2),
  );
  for (let i = 0; i < 4; i++) {
    workers.started[1].answer(accuracyFor(workers.started[1].job));
    await settle();
  }
  assert.equal(workers.alive.length, 2);
  await workers.finish();
  assert.deepEqual(await result, ACCURACIES);
  assert.equal(workers.started.length, 2);
  assert.equal(told[0], "start");
  assert.deepEqual(
    told.slice(1).sort(),
    [0, 1, 2, 3, 4, 5].map((i) => [i, true]),
  );
});

test("there are no more workers than jobs, and none before there is a job", async () => {
  const { workers, train } = makePool(4);
  assert.equal(workers.started.length, 0);
  const { result } = train(JOBS.slice(0, 1));
  await workers.finish();
  assert.deepEqual(await result, ACCURACIES.slice(0, 1));
  assert.equal(workers.started.length, 1);
});

test("what is known is not trained again, also for another experiment or in another order of options", async () => {
  const { workers, train } = makePool(1);
  const first = train([jobOf("a", 0, { rate: 1, rule: "x" }), JOBS[0]]);
  await workers.finish();
  await first.result;
  const known = jobOf("a", 0, { rule: "x", rate: 1 });
  const { result, told } = train([known, JOBS[1], JOBS[0], jobOf("a", 0, { rule: "y" })]);
  await settle();
  const trained = [];
  await workers.finish((job) => (trained.push([job.seed, job.options]), accuracyFor(job)));
  assert.deepEqual(trained, [
    [1, {}],
    [0, { rule: "y" }],
  ]);
  assert.deepEqual(await result, [known, JOBS[1], JOBS[0], JOBS[0]].map(accuracyFor));
  assert.deepEqual(told, ["start", [0, false], [2, false], [1, true], [3, true]]);
  assert.equal(workers.started.length, 2);
  const again = train([known, JOBS[1]]);
  assert.deepEqual(await again.result, [known, JOBS[1]].map(accuracyFor));
  assert.equal(workers.started.length, 2, "with nothing to train there is no worker");
});

test("one experiment waits for another", async () => {
  const { workers, train } = makePool();
  const first = train(JOBS.slice(0, 3));
  const second = train(JOBS.slice(3));
  await settle();
  assert.deepEqual([first.told, second.told], [["start"], []]);
  await workers.finish();
  await workers.finish();
  assert.deepEqual([await first.result, await second.result].flat(), ACCURACIES);
});

test("a cancelled run ends its workers at once, and keeps what was done", async () => {
  const { workers, train } = makePool();
  const { result, stop } = train();
  await settle();
  workers.started[0].answer(accuracyFor(JOBS[0]));
  await settle();
  stop.abort();
  await assert.rejects(result, { name: "AbortError" });
  await settle();
  assert.equal(workers.alive.length, 0);
  const again = train();
  await settle();
  assert.deepEqual(again.told, ["start", [0, false]]);
  assert.equal(workers.started.length, 4);
  await workers.finish();
  assert.deepEqual(await again.result, ACCURACIES);
});

test("a run that is cancelled while it waits for its turn trains nothing, and holds up nobody", async () => {
  const { workers, train } = makePool(1);
  const [first, second, third] = [train(JOBS.slice(0, 1)), train(), train(JOBS.slice(1, 2))];
  second.stop.abort();
  await assert.rejects(second.result, { name: "AbortError" });
  await workers.finish();
  await workers.finish();
  assert.deepEqual([await first.result, await third.result].flat(), ACCURACIES.slice(0, 2));
  assert.deepEqual(second.told, []);
  assert.equal(workers.started.length, 2);
});

test("a run that was cancelled before it began trains nothing", async () => {
  const workers = new FakeWorkers();
  const pool = createPool(workers.start, 2);
  const watch = { signal: AbortSignal.abort(), onStart: assert.fail, onDone: assert.fail };
  await assert.rejects(pool.train(JOBS, watch), { name: "AbortError" });
  await settle();
  assert.equal(workers.started.length, 0);
});

test("a worker that comes after the run was cancelled is ended", async () => {
  const workers = new FakeWorkers();
  let come;
  const pool = createPool(() => new Promise((resolve) => (come = () => resolve(workers.start()))), 1);
  const stop = new AbortController();
  const result = pool.train(JOBS, { signal: stop.signal, onStart() {}, onDone: assert.fail });
  await settle();
  stop.abort();
  await assert.rejects(result, { name: "AbortError" });
  const late = come;
  let began = false;
  const watch = { signal: new AbortController().signal, onStart: () => (began = true), onDone() {} };
  void pool.train(JOBS, watch);
  await settle();
  assert.ok(began, "others do not wait for it");
  late();
  await settle();
  assert.deepEqual(
    workers.started.map(({ ended }) => ended),
    [true],
  );
});

test("the job of a worker that dies is given to another", async () => {
  const { workers, train } = makePool();
  const { result } = train();
  await settle();
  const { job } = workers.started[0];
  workers.started[0].die("memory ran out");
  await settle();
  assert.equal(workers.alive.length, 2);
  assert.deepEqual(workers.started[2].job, job);
  await workers.finish();
  assert.deepEqual(await result, ACCURACIES);
});

test("a job that two workers die of ends the run with a sentence; what was done is kept", async () => {
  for (const [message, said] of [
    ["Error: not enough memory: 7 KiB", "Training ended (Error: not enough memory: 7 KiB)."],
    ["", "Training ended too early, perhaps because memory ran out."],
  ]) {
    const { workers, train } = makePool();
    const { result } = train();
    await settle();
    workers.started[1].answer(accuracyFor(JOBS[1]));
    await settle();
    workers.started[0].die(message);
    await settle();
    workers.started[2].die(message);
    await assert.rejects(result, {
      message: `${said} What was finished is kept: press the button again to go on from there.`,
    });
    await settle();
    assert.equal(workers.alive.length, 0);
    const again = train();
    await workers.finish();
    assert.deepEqual(await again.result, ACCURACIES);
    assert.deepEqual(again.told.slice(0, 2), ["start", [1, false]]);
  }
});

test("workers that cannot be started are an error, said once", async () => {
  let tries = 0;
  const pool = createPool(async () => {
    tries += 1;
    throw new Error("The images could not be loaded.");
  }, 2);
  const watch = { signal: new AbortController().signal, onStart() {}, onDone: assert.fail };
  await assert.rejects(pool.train(JOBS, watch), { message: "The images could not be loaded." });
  assert.equal(tries, 2);
});
