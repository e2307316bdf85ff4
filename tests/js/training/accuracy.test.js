import assert from "node:assert/strict";
import { test } from "node:test";

import { createAccuracy } from "../../../bitmass_viz/widgets/src/training/accuracy.js";

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

/** An accuracy of a network whose first frame has centring. */
function stage() {
  Object.assign(globalThis, { Node: Element, document: { createElement: () => new Element() } });
  const number = createAccuracy();
  const frame = (centring, accuracy) => number.show({ run: "1", accuracy, options: { centring, seed: 0 } });
  frame(true, 0.7);
  return {
    number: number.element,
    frame,
    ask: (...values) => values.forEach((value) => number.note({ action: "set", name: "centring", value })),
    answer: (centring, notice = {}) => number.settle({ settings: { centring }, notice }),
  };
}

test("a number is dimmed until the network has what was asked for, and has been measured", () => {
  const { number, frame, ask, answer } = stage();
  assert.ok(!number.isStale);
  ask(false);
  assert.ok(number.isStale);
  frame(true, 0.71);
  assert.ok(number.isStale, "a frame from before the change");
  frame(false, null);
  answer(false);
  assert.ok(number.isStale, "not measured yet");
  frame(false, 0.1);
  assert.ok(!number.isStale);
});

test("of changes in quick succession all are waited for", () => {
  const { number, frame, ask, answer } = stage();
  ask(false, true, false);
  for (const centring of [false, true]) {
    frame(centring, 0.5);
    assert.ok(number.isStale);
    answer(centring);
    assert.ok(number.isStale, `the change to ${centring} was not the last`);
    frame(centring, 0.5);
    assert.ok(number.isStale);
  }
  frame(false, 0.1);
  answer(false);
  assert.ok(!number.isStale);
});

test("other settings answer nothing, and a change that was refused is not waited for", () => {
  const { number, frame, ask, answer } = stage();
  ask(false);
  answer(true);
  assert.ok(number.isStale);
  answer(true, { level: "error", text: "No." });
  assert.ok(!number.isStale);
  ask(false);
  frame(false, 0.1);
  answer(false, { level: "error", text: "No." });
  assert.ok(!number.isStale);
});
