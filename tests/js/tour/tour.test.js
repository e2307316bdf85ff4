/** Which steps the tour has, when one counts as done, and where its card goes. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { createStore } from "../../../bitmass_viz/widgets/src/training/store.js";
import { GAP, positionCard } from "../../../bitmass_viz/widgets/src/tour/card_position.js";
import { STEPS } from "../../../bitmass_viz/widgets/src/tour/steps.js";
import { REST_MS, createWalkthrough } from "../../../bitmass_viz/widgets/src/tour/walkthrough.js";

const CONTROLS = [
  { name: "trainer", choices: [{ value: "bv32-hebbian" }, { value: "adamw" }] },
  { name: "centring", trainers: ["bv32-hebbian"] },
];
const MARK = { address: { layer: "W0" }, extent: "bit" };

/** A walk over the page's own steps; `hidden` are targets that are not there. */
function begin({ trainer = "bv32-hebbian", hidden = [], steps = STEPS } = {}) {
  const store = createStore();
  const set = (change) => (store.set(change), walk.look());
  const seen = { stops: [], over: [] };
  const walk = createWalkthrough(steps, {
    state: () => store.state,
    isThere: ({ target }) => !hidden.includes(target),
    show: (stop) => seen.stops.push(stop),
    over: (completed) => seen.over.push(completed),
    signal: new AbortController().signal,
  });
  store.set({
    controls: CONTROLS,
    settings: { trainer, centring: true },
    status: { state: "paused", accuracy: 0.1, bit_mass: 203264 },
  });
  walk.begin();
  const now = () => seen.stops.at(-1);
  const all = () => {
    const ids = [now().step.id];
    while (now().number < now().count) {
      walk.next();
      ids.push(now().step.id);
    }
    return ids;
  };
  return { store, walk, set, seen, now, all, at: () => now().step.id };
}

const playing = (accuracy = 0.1) => ({
  status: { state: "playing", accuracy, bit_mass: 203264 },
});

test("all steps, in order", () => {
  assert.deepEqual(
    begin().all(),
    STEPS.map(({ id }) => id),
  );
});

test("a trainer without centring has no steps about it", () => {
  const ids = begin({ trainer: "adamw" }).all();
  assert.equal(ids.length, STEPS.length - 2);
  assert.ok(!ids.some((id) => id.startsWith("centring")));
});

test("what a link hides is left out, and not counted", () => {
  const walk = begin({ hidden: ["trainer", "centring"] });
  assert.equal(walk.now().count, STEPS.length - 3);
  assert.ok(!walk.all().includes("trainer"));
});

test("the count stays when a control goes away on the way", () => {
  const { walk, set, store, now, at } = begin();
  while (at() !== "readout") walk.next();
  set({ settings: { ...store.state.settings, trainer: "adamw" } });
  walk.next();
  assert.equal(at(), "trainer");
  assert.deepEqual([now().number, now().count], [8, STEPS.length]);
  walk.back();
  assert.equal(at(), "readout");
});

test("every step that asks for something sees that it was done", (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const { walk, set, store, at, now, seen } = begin();
  const setting = (change) => set({ settings: { ...store.state.settings, ...change } });
  const acts = [
    ["play", () => set(playing())],
    ["accuracy", () => set(playing(0.7))],
    ["point", () => set({ hover: MARK })],
    ["hold", () => set({ pinned: MARK })],
    ["readout", () => set({ pinned: null, hover: null })],
    ["centring-off", () => setting({ centring: false })],
    ["centring-on", () => setting({ centring: true })],
    ["trainer", () => set({ status: { ...store.state.status, trainer: "adamw" } })],
    ["compare", () => {}],
  ];
  for (const [id, act] of acts) {
    assert.equal(at(), id);
    assert.equal(now().before, false, id);
    act();
    assert.equal(at(), id, "not before it was seen");
    assert.equal(now().met, true, id);
    t.mock.timers.tick(now().step.rest ?? REST_MS);
  }
  assert.equal(at(), "share");
  walk.next();
  assert.deepEqual(seen.over, [true]);
  assert.equal(walk.open, false);
});

test("a pointer that only passes by is not pointing", (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const { walk, set, at } = begin();
  walk.next();
  walk.next();
  set({ hover: MARK });
  t.mock.timers.tick(REST_MS - 1);
  set({ hover: null });
  t.mock.timers.tick(REST_MS);
  assert.equal(at(), "point");
});

test("a step that was done before waits for Next, until it is undone and done again", (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const { walk, set, at, now } = begin();
  set(playing());
  walk.next();
  walk.back();
  t.mock.timers.tick(10 * REST_MS);
  assert.equal(at(), "play");
  assert.equal(now().before, true);
  set({ status: { state: "paused" } });
  assert.equal(now().before, false);
  set(playing());
  t.mock.timers.tick(REST_MS);
  assert.equal(at(), "accuracy");
});

test("what is watched goes on though it began before, but not for who came back to it", (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const { walk, set, at, now } = begin();
  set(playing(0.7));
  t.mock.timers.tick(REST_MS);
  assert.equal(at(), "accuracy");
  t.mock.timers.tick(now().step.rest);
  assert.equal(at(), "point");
  walk.back();
  t.mock.timers.tick(10 * STEPS[1].rest);
  assert.equal(at(), "accuracy");
});

test("Next in the moment after a deed goes one step, not two", (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const { walk, set, at } = begin();
  set(playing());
  walk.next();
  t.mock.timers.tick(REST_MS);
  assert.equal(at(), "accuracy");
});

test("ended in the middle it is over, not completed, and nothing comes after", (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const { walk, set, seen } = begin();
  set(playing());
  walk.end();
  const count = seen.stops.length;
  t.mock.timers.tick(10 * REST_MS);
  walk.end();
  assert.deepEqual(seen.over, [false]);
  assert.equal(seen.stops.length, count);
});

test("a step says at most two short sentences", () => {
  const { store } = begin();
  for (const state of [store.state, { ...store.state, layer: 1 }, { ...store.state, ...playing() }]) {
    for (const step of STEPS) {
      const said = `${step.text(state)} ${step.ask(state)}`;
      assert.ok(said.length <= 175, `${step.id}: ${said.length} characters`);
      assert.equal(said.match(/[.?!](?= |$)/g).length, 2, said);
    }
  }
});

const ROOM = { width: 1000, height: 800 };
const CARD = { width: 300, height: 100 };

test("the card goes to the first side that has room", () => {
  const target = { left: 20, top: 20, width: 80, height: 40 };
  const sides = ["above", "left", "right", "below"];
  assert.deepEqual(positionCard(target, CARD, ROOM, sides), {
    left: 100 + GAP,
    top: 20,
  });
  assert.deepEqual(positionCard(target, CARD, ROOM, ["below"]), {
    left: 20,
    top: 60 + GAP,
  });
  assert.deepEqual(positionCard({ ...target, top: 700 }, CARD, ROOM, sides).top, 600 - GAP);
});

test("it stays inside and never covers its target, wherever that is", () => {
  const sides = ["left", "above", "below", "right"];
  for (let left = 0; left <= 950; left += 50) {
    for (let top = 0; top <= 760; top += 40) {
      const target = { left, top, width: 50, height: 40 };
      const at = positionCard(target, CARD, ROOM, sides);
      assert.ok(at.left >= 0 && at.left + CARD.width <= ROOM.width);
      assert.ok(at.top >= 0 && at.top + CARD.height <= ROOM.height);
      const beside = at.left + CARD.width <= left || left + 50 <= at.left;
      const past = at.top + CARD.height <= top || top + 40 <= at.top;
      assert.ok(beside || past, `${left}, ${top}`);
    }
  }
});
