import assert from "node:assert/strict";
import { test } from "node:test";

import { createHistory } from "../../../bitmass_viz/widgets/src/explorer/history.js";
import { createModel } from "../../../bitmass_viz/widgets/src/recorded/model.js";
import { createTogether } from "../../../bitmass_viz/widgets/src/recorded/together.js";
import { bytesIn } from "../../../bitmass_viz/widgets/src/recorded/text.js";

/** As bitmass_viz/recording/text.py has it, with whole numbers of any size. */
function asText(bytes) {
  let text = "";
  for (let start = 0; start < bytes.length; start += 129) {
    let number = 0n;
    for (const byte of [...bytes.slice(start, start + 129)].reverse()) number = number * 256n + BigInt(byte);
    for (let i = 0; i < 65; i++, number /= 63_000n) {
      const unit = Number(number % 63_000n) + 0xa0;
      text += String.fromCharCode(unit < 0xd800 ? unit : unit + 0x800);
    }
  }
  return text;
}

/** Reproducible bytes, so that a failure can be looked at. */
function noise(length, seed = 1) {
  let state = seed;
  return Uint8Array.from({ length }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state >>> 24;
  });
}

test("any part of a text's bytes can be read", () => {
  for (const bytes of [noise(1000), new Uint8Array(400), new Uint8Array(400).fill(255)]) {
    const text = asText(bytes);
    for (const [start, end] of [
      [0, bytes.length],
      [0, 129],
      [128, 130],
      [129, 129],
      [5, 300],
      [258, 387],
    ])
      assert.deepEqual(bytesIn(text, start, end), bytes.slice(start, end));
  }
});

const FRAMES = 5;

/** A recording of a few frames whose weights are their position, and a screen that is turned by hand. */
function parts() {
  const at = (value) => ({
    weights: new Uint8Array(4).fill(value),
    digit: new Uint8Array(784),
  });
  const frames = { count: FRAMES, ready: FRAMES, at };
  const told = {
    status: {
      run: "1",
      history: 0,
      trainer: "sgd",
      label: "SGD, published, seed 0",
      train_size: 100,
      frames: FRAMES,
    },
    settings: { trainer: "sgd", speed: 64 },
    dataset: {},
    palette: {},
    examples: [0, 25, 50, 75, 100],
    accuracy: [0.1, 0.2, 0.3, 0.4, 0.5],
    next: Array.from({ length: FRAMES }, (_, i) => [i, i, 0]),
  };
  let turn = null;
  globalThis.requestAnimationFrame = (callback) => ((turn = callback), 1);
  globalThis.cancelAnimationFrame = () => void (turn = null);
  const screen = (now) => {
    const due = turn;
    turn = null;
    due?.(now);
    return due !== null;
  };
  return { first: { told, frames }, seen: [], turn: screen };
}

function stage() {
  const { first, seen, turn } = parts();
  const model = createModel(first);
  model.on("change:status", () => seen.push(model.get("status")));
  return { model, seen, screen: turn, last: () => seen[seen.length - 1] };
}

const settled = () => new Promise((resolve) => setTimeout(resolve));

test("the first frame is told to whoever says hello", () => {
  const { model, seen, last } = stage();
  model.send({ action: "hello" });
  assert.equal(seen.length, 1);
  assert.deepEqual([last().position, last().state, last().examples, last().accuracy], [0, "paused", 0, 0.1]);
  assert.deepEqual(last().example, { index: 0, label: 0, prediction: 0 });
  assert.deepEqual(new Uint8Array(model.get("frame").buffer), new Uint8Array(4));
});

test("playing goes through all frames at the chosen speed, then stands still", () => {
  const { model, seen, screen, last } = stage();
  model.send({ action: "set", name: "speed", value: 30 });
  model.send({ action: "play" });
  assert.equal(last().state, "playing");
  let now = 1000;
  const positions = [];
  while (screen((now += 1000 / 60))) positions.push(last().position);
  assert.deepEqual([last().position, last().state], [FRAMES - 1, "paused"]);
  assert.ok(positions.length >= 2 * (FRAMES - 1) && positions.length <= 2 * FRAMES + 1, String(positions));
  assert.deepEqual([...new Set(seen.map(({ position }) => position))], [0, 1, 2, 3, 4]);
  model.send({ action: "play" });
  assert.equal(last().position, 0);
});

test("no frame is left out however late the screen comes", () => {
  const { model, seen, screen } = stage();
  model.send({ action: "play" });
  let now = 0;
  while (screen((now += 5000)));
  assert.deepEqual([...new Set(seen.map(({ position }) => position))], [0, 1, 2, 3, 4]);
});

test("pause, step, show and reset", () => {
  const { model, screen, last } = stage();
  model.send({ action: "play" });
  model.send({ action: "pause" });
  assert.equal(screen(1), false);
  const positions = [
    { action: "step" },
    { action: "show", frame: 3 },
    { action: "step" },
    { action: "step" },
  ].map((message) => (model.send(message), last().position));
  assert.deepEqual(positions, [1, 3, 4, 4]);
  model.send({ action: "reset" });
  assert.deepEqual([last().position, last().state], [0, "paused"]);
  model.send({ action: "nonsense" });
  model.send({ action: "set", name: "speed", value: 17 });
  assert.equal(model.get("settings").speed, 60);
});

test("the curve grows with what is shown, before the whole of it", () => {
  const { model } = stage();
  model.send({ action: "show", frame: 2 });
  const [whole, grown] = model.get("curves");
  assert.equal(whole.points.length, FRAMES);
  assert.deepEqual(grown.points, [
    [0, 0.1],
    [25, 0.2],
    [50, 0.3],
  ]);
  assert.deepEqual([whole.active, grown.active], [false, true]);
});

test("the scrubber's history has every frame once it is asked for", () => {
  const { model } = stage();
  const store = { state: { status: null } };
  const history = createHistory(store, model.send);
  model.on("msg:custom", history.receive);
  model.send({ action: "hello" });
  store.state.status = model.get("status");
  history.fetch();
  for (let i = 0; i < FRAMES; i++) {
    assert.equal(history.at(i).facts.examples, 25 * i);
    assert.deepEqual(history.at(i).bytes, new Uint8Array(4).fill(i));
  }
});

test("the bare bytes can be kept", () => {
  const { model } = stage();
  const files = [];
  model.on("msg:custom", (content, buffers) => files.push([content, buffers]));
  model.send({ action: "show", frame: 3 });
  model.send({ action: "export", what: "bin" });
  model.send({ action: "export", what: "npz" });
  assert.equal(files.length, 1);
  assert.equal(files[0][0].name, "bitmass-sgd-75.bin");
  assert.deepEqual(new Uint8Array(files[0][1][0].buffer), new Uint8Array(4).fill(3));
});

test("another recording is loaded, shown from its beginning, and played on if one was playing", async () => {
  const { first, turn, seen } = parts();
  let arrive = null;
  const model = createModel(first, {
    choices: [
      { value: "sgd", label: "SGD" },
      { value: "adamw", label: "AdamW" },
    ],
    load: () => new Promise((resolve, reject) => (arrive = { resolve, reject })),
  });
  model.on("change:status", () => seen.push(model.get("status")));
  assert.deepEqual(
    model.get("controls").map(({ name }) => name),
    ["trainer", "speed"],
  );
  model.send({ action: "set", name: "trainer", value: "nobody" });
  assert.equal(arrive, null);

  model.send({ action: "play" });
  turn(1000);
  turn(1100);
  assert.equal(seen.at(-1).position, 1);
  model.send({ action: "set", name: "trainer", value: "adamw" });
  assert.equal(seen.at(-1).state, "preparing");
  const other = structuredClone(first.told);
  Object.assign(other.status, { run: "2", trainer: "adamw" });
  other.settings.trainer = "adamw";
  arrive.resolve({ told: other, frames: first.frames });
  await settled();
  assert.equal(seen.at(-1).run, "2");
  assert.equal(seen.at(-1).position, 0);
  assert.equal(seen.at(-1).state, "playing");
  assert.equal(model.get("settings").trainer, "adamw");

  model.send({ action: "pause" });
  model.send({ action: "set", name: "trainer", value: "sgd" });
  const late = arrive;
  model.send({ action: "set", name: "trainer", value: "adamw" });
  late.resolve(first);
  await settled();
  assert.equal(seen.at(-1).state, "preparing");
  arrive.reject(new Error("no network"));
  await settled();
  assert.equal(seen.at(-1).run, "2");
  assert.equal(seen.at(-1).state, "paused");
  assert.deepEqual(model.get("notice"), { level: "error", text: "no network" });
  model.destroy();
});

test("networks side by side are shown at the same moments, with what was chosen for each", async () => {
  const { first, turn, seen } = parts();
  const loads = [];
  const told = {
    name: "bug",
    titles: ["Left alone", "With a switch"],
    controls: [
      {
        name: "seed",
        kind: "choice",
        choices: [
          { value: 0, label: "0" },
          { value: 1, label: "1" },
        ],
      },
    ],
    lane_controls: [
      [],
      [
        {
          name: "centring",
          kind: "choice",
          choices: [{ value: "off", label: "off" }],
        },
      ],
    ],
    settings: { seed: 0 },
    lanes: [{ trainer: "bv32-hebbian" }, { centring: "off" }],
    recordings: {
      "0/off": ["a", "b"],
      "1/off": ["c", "d"],
      "1/on": ["c", "e"],
    },
    dataset: {},
    palette: {},
  };
  const model = createTogether(told, async (name) => {
    loads.push(name);
    if (name === "e") throw new Error("no network");
    return first;
  });
  model.on("change:status", () => seen.push(model.get("status")));
  for (const action of ["hello", "step", "reset", "pause"]) model.send({ action });
  assert.equal(seen.length, 0);
  model.send({ action: "near" });
  await settled();
  assert.deepEqual(loads, ["a", "b"]);
  const [now] = seen.slice(-1);
  assert.equal(now.state, "paused");
  assert.deepEqual(
    now.lanes.map(({ label, bytes, accuracy }) => [label, bytes, accuracy]),
    [
      ["Left alone", 4, 0.1],
      ["With a switch", 4, 0.1],
    ],
  );
  model.send({ action: "step" });
  assert.deepEqual([...new Uint8Array(model.get("frame").buffer)], Array(8).fill(1));
  assert.deepEqual(
    model.get("curves").map(({ points }) => points),
    Array(2).fill([
      [0, 0.1],
      [25, 0.2],
    ]),
  );

  model.send({ action: "play" });
  model.send({ action: "set", name: "seed", value: 1 });
  assert.equal(seen.at(-1).state, "preparing");
  await settled();
  assert.deepEqual(loads.slice(2), ["c", "d"]);
  assert.equal(seen.at(-1).state, "playing");
  assert.equal(seen.at(-1).examples, 0);
  for (let time = 1000; seen.at(-1).state === "playing"; time += 200) turn(time);
  assert.equal(seen.at(-1).examples, 100);

  model.send({ action: "set", lane: 1, name: "centring", value: "on" });
  await settled();
  assert.deepEqual(model.get("notice"), { level: "error", text: "no network" });
  assert.equal(seen.at(-1).state, "paused");
  assert.equal(seen.at(-1).lanes.length, 2);
});
