import assert from "node:assert/strict";
import { test } from "node:test";

import { createThrottledText } from "../../../bitmass_viz/widgets/src/training/throttled_text.js";

/** Throttled text on a simulated clock, and what it has shown. */
function begin(t) {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  let now = 0;
  t.mock.method(performance, "now", () => now);
  const ending = new AbortController();
  const shown = [];
  const { take } = createThrottledText(ending.signal, ({ state, at }) => shown.push([state, at]));
  return {
    shown,
    end: () => ending.abort(),
    take: (at, state = "playing", run = "1") => take({ state, run, at }),
    pass(milliseconds) {
      now += milliseconds;
      t.mock.timers.tick(milliseconds);
    },
  };
}

test("in quick succession, ten frames a second update the text, each the newest", (t) => {
  const words = begin(t);
  for (let at = 0; at < 60; at++) {
    words.take(at);
    words.pass(16);
  }
  assert.ok(words.shown.length >= 9 && words.shown.length <= 11, String(words.shown.length));
  words.pass(100);
  assert.deepEqual(words.shown.at(-1), ["playing", 59], "the last update needs no further frame");
});

test("a pause, another run and a step show at once, and nothing older afterwards", (t) => {
  const words = begin(t);
  words.take(1);
  words.take(2);
  words.take(3, "paused");
  words.take(4, "paused");
  words.take(5, "playing");
  words.take(6, "playing", "2");
  assert.deepEqual(words.shown, [
    ["playing", 1],
    ["paused", 3],
    ["paused", 4],
    ["playing", 5],
    ["playing", 6],
  ]);
  words.take(7, "playing", "2");
  words.end();
  words.pass(200);
  assert.equal(words.shown.length, 5, "nothing is shown once the widget is gone");
});
