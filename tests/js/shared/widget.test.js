// A widget ends with its host's signal, or with the function that a host without one gets.

import assert from "node:assert/strict";
import { test } from "node:test";

import { createAnimation, createTimer, widget } from "../../../bitmass_viz/widgets/src/shared/widget.js";

/** A widget, and whether its root is on the page. */
function stage() {
  const page = { shown: 0 };
  const made = widget(() => {
    page.shown += 1;
    return { remove: () => (page.shown -= 1) };
  });
  return { page, made };
}

test("the host's signal ends a widget", () => {
  const { page, made } = stage();
  const host = new AbortController();
  made.render({ model: {}, el: {}, signal: host.signal });
  assert.equal(page.shown, 1);
  host.abort();
  assert.equal(page.shown, 0);
});

test("a host without a signal ends a widget by its function", () => {
  const { page, made } = stage();
  const end = made.render({ model: {}, el: {} });
  assert.equal(page.shown, 1);
  end();
  assert.equal(page.shown, 0);
});

test("a widget that has ended before it began is not made", () => {
  const { page, made } = stage();
  made.render({ model: {}, el: {}, signal: AbortSignal.abort() });
  assert.equal(page.shown, 0);
});

test("a timer keeps to the last start, stops with the signal, and cannot be started after it", async () => {
  const ending = new AbortController();
  const timer = createTimer(ending.signal);
  const acted = [];
  timer.start(0, () => acted.push("first"));
  timer.start(1, () => acted.push("second"));
  assert.ok(timer.running);
  await new Promise((resolve) => setTimeout(resolve, 20));
  assert.deepEqual(acted, ["second"]);
  assert.ok(!timer.running);
  timer.start(1, () => acted.push("third"));
  ending.abort();
  timer.start(1, () => acted.push("fourth"));
  await new Promise((resolve) => setTimeout(resolve, 20));
  assert.deepEqual(acted, ["second"]);
});

test("an animation frame is requested once, not waited for before printing, and not after the end", () => {
  const requested = [];
  globalThis.window = new EventTarget();
  globalThis.requestAnimationFrame = (draw) => requested.push(draw);
  globalThis.cancelAnimationFrame = (id) => delete requested[id - 1];
  const ending = new AbortController();
  const drawn = [];
  const { request } = createAnimation(ending.signal, (time) => drawn.push(time));
  request();
  request();
  assert.equal(requested.length, 1);
  requested[0](7);
  request();
  assert.equal(requested.length, 2);
  window.dispatchEvent(new Event("beforeprint"));
  assert.deepEqual([drawn.length, Object.keys(requested)], [2, ["0"]]);
  window.dispatchEvent(new Event("beforeprint"));
  request();
  ending.abort();
  request();
  assert.deepEqual([drawn.length, Object.keys(requested)], [2, ["0"]]);
});
