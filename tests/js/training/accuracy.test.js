import assert from "node:assert/strict";
import { test } from "node:test";

import { createAccuracy, createChanges } from "../../../bitmass_viz/widgets/src/training/accuracy.js";

/** As much of an element as a number needs. */
class Element {
  #classes = new Set();
  textContent = "";
  classList = { toggle: (name, on) => (on ? this.#classes.add(name) : this.#classes.delete(name)) };
  append(text) {
    this.textContent += text;
  }
  setAttribute() {}
  removeAttribute() {}
  get isStale() {
    return this.#classes.has("bm-stale");
  }
}

/** An accuracy of a network whose first frame has centring, with a session that has `change` already. */
function stage({ change = 0 } = {}) {
  Object.assign(globalThis, { Node: Element, document: { createElement: () => new Element() } });
  const number = createAccuracy(createChanges({ get: () => ({ change }) }));
  let seq = 0;
  const at = (seq, change, accuracy) =>
    number.show({ run: "1", seq, change, accuracy, options: { centring: true, seed: 0 } });
  const frame = (change, accuracy) => at(++seq, change, accuracy);
  frame(change, 0.7);
  return {
    number: number.element,
    at,
    frame,
    ask: (value, name = "centring") => number.number({ action: "set", name, value }),
  };
}

test("a number is dimmed until a frame has the change, and has been measured", () => {
  const { number, frame, ask } = stage();
  assert.ok(!number.isStale);
  assert.deepEqual(ask(false), { action: "set", name: "centring", value: false, change: 1 });
  assert.ok(number.isStale);
  frame(0, 0.71);
  assert.ok(number.isStale, "a frame from before the change");
  frame(1, null);
  assert.ok(number.isStale, "not measured yet");
  frame(1, 0.1);
  assert.ok(!number.isStale);
});

test("of changes in quick succession the last is waited for, whatever is shown in between", () => {
  const { number, frame, ask } = stage();
  for (const value of [false, true, false]) ask(value);
  for (const change of [0, 1, 2]) {
    frame(change, 0.5);
    assert.ok(number.isStale);
  }
  frame(3, 0.1);
  assert.ok(!number.isStale);
});

test("only a change of an option of the network that goes on is numbered", () => {
  const { number, ask } = stage();
  assert.deepEqual(ask("bop", "trainer"), { action: "set", name: "trainer", value: "bop" });
  assert.ok(!number.isStale);
});

test("a session that knows changes of another page has not made this page's", () => {
  const { number, frame, ask } = stage({ change: 7 });
  assert.equal(ask(false).change, 8);
  frame(7, 0.5);
  assert.ok(number.isStale);
  frame(8, 0.1);
  assert.ok(!number.isStale);
});

test("a session that began anew is not waited for", () => {
  const { number, at, frame, ask } = stage();
  frame(0, 0.7);
  ask(false);
  at(1, 0, 0.6);
  assert.ok(!number.isStale);
});
