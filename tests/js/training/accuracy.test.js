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
  const number = createAccuracy(() => seq);
  let seq = 0;
  const shown = (seq, centring, accuracy) =>
    number.show({ run: "1", seq, accuracy, options: { centring, seed: 0 } });
  const frame = (centring, accuracy) => shown(++seq, centring, accuracy);
  frame(true, 0.7);
  return {
    number: number.element,
    frame,
    /** A frame comes, and is shown only when the function that is returned is called. */
    late(centring, accuracy) {
      const mine = ++seq;
      return () => shown(mine, centring, accuracy);
    },
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

test("a frame that is shown late does not pass for one with the last change", () => {
  const { number, late, frame, ask, answer } = stage();
  ask(false, true, false);
  answer(false);
  const first = late(false, 0.1);
  answer(true);
  const second = late(true, 0.7);
  answer(false);
  for (const show of [first, second]) {
    show();
    assert.ok(number.isStale);
  }
  frame(false, 0.11);
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
  answer(false);
  frame(false, 0.1);
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
  answer(false, { level: "error", text: "No." });
  frame(false, 0.1);
  assert.ok(!number.isStale);
});
