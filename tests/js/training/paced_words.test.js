import assert from "node:assert/strict";
import { test } from "node:test";

import { createPacedWords } from "../../../bitmass_viz/widgets/src/training/paced_words.js";

/** Words on a made-up clock, and what they have shown. */
function begin(t) {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  let now = 0;
  t.mock.method(performance, "now", () => now);
  const ending = new AbortController();
  const shown = [];
  const { take } = createPacedWords(ending.signal, ({ state, at }) => shown.push([state, at]));
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

test("of frames that follow each other fast, ten a second put their words, the newest", (t) => {
  const words = begin(t);
  for (let at = 0; at < 60; at++) {
    words.take(at);
    words.pass(16);
  }
  assert.ok(words.shown.length >= 9 && words.shown.length <= 11, String(words.shown.length));
  words.pass(100);
  assert.deepEqual(words.shown.at(-1), ["playing", 59], "the last of them waits for no other");
});

test("a pause, another run and a step are said at once, and nothing older after them", (t) => {
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
  assert.equal(words.shown.length, 5, "nothing is said once the widget has gone");
});
