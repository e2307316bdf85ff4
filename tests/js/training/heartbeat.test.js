import assert from "node:assert/strict";
import { test } from "node:test";

import { createHeartbeat } from "../../../bitmass_viz/widgets/src/training/heartbeat.js";

/** A page that is turned to and away from, a clock that is moved by hand, and a kernel that may answer. */
function stage({ hidden = false, broken = false } = {}) {
  const page = new EventTarget();
  Object.assign(page, { hidden });
  globalThis.document = page;
  let time = 0;
  let receive = null;
  const sent = [];
  const said = [];
  const model = {
    send(message) {
      if (broken) throw new Error("Cannot send");
      sent.push(message);
    },
    on: (_, listener) => (receive = listener),
    off: () => (receive = null),
  };
  const ending = new AbortController();
  const heartbeat = createHeartbeat(
    model,
    ending.signal,
    (notice) => said.push(notice),
    () => time,
  );
  return {
    sent,
    said,
    heartbeat,
    end: () => ending.abort(),
    actions: () => sent.map(({ action }) => action),
    answer: () => receive({ kind: "here", id: sent.at(-1).id }),
    wait(seconds, answering) {
      for (let i = 0; i < seconds; i++) {
        time += 1000;
        const before = sent.length;
        heartbeat.look();
        if (answering && sent.length > before) this.answer();
      }
    },
    turn(hide) {
      page.hidden = hide;
      page.dispatchEvent(new Event("visibilitychange"));
    },
    listens: () => receive !== null,
  };
}

test("a kernel that answers is asked now and then, and nothing is said", () => {
  const it = stage();
  it.wait(60, true);
  assert.ok(it.sent.length >= 10 && it.sent.length <= 13);
  assert.deepEqual(it.said, []);
  it.end();
  assert.equal(it.listens(), false);
});

test("silence is said once, and an answer takes it back", () => {
  const it = stage();
  it.wait(9, true);
  it.wait(30, false);
  assert.equal(it.said.length, 1);
  assert.match(it.said[0].text, /No reply from Python.*reload the page/);
  it.answer();
  assert.deepEqual(it.said.slice(1), [null]);
  it.wait(30, true);
  assert.equal(it.said.length, 2);
  it.end();
});

test("a way that is gone is silence, too", () => {
  const it = stage({ broken: true });
  it.wait(30, false);
  assert.equal(it.said.length, 1);
  it.end();
});

test("a page that is hidden says so at once, asks nothing, and is not impatient when it is looked at again", () => {
  const it = stage();
  it.wait(6, false);
  it.turn(true);
  assert.equal(it.actions().at(-1), "hidden");
  const before = it.sent.length;
  it.wait(3600, false);
  assert.equal(it.sent.length, before);
  it.turn(false);
  assert.deepEqual(it.actions().slice(before), ["visible", "here"]);
  assert.deepEqual(it.said, []);
  it.answer();
  it.wait(30, true);
  assert.deepEqual(it.said, []);
  it.end();
});

test("a page that begins in the background says so", () => {
  const it = stage({ hidden: true });
  assert.deepEqual(it.actions(), ["hidden"]);
  it.end();
});
