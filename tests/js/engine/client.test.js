import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";

import { createEngine } from "../../../bitmass_viz/engine/src/host/client.js";

/** A worker that answers only when a test has it answer. */
class Worker {
  constructor() {
    this.received = [];
    this.terminated = false;
  }

  postMessage(message) {
    this.received.push(message);
  }

  terminate() {
    this.terminated = true;
  }

  say(data) {
    this.onmessage?.({ data });
  }
}

const settled = () => new Promise(setImmediate);

/** An engine with the workers it has started, and what it said. */
function makeEngine(start = async () => new Worker()) {
  const workers = [];
  const engine = createEngine(
    async () => {
      const worker = await start(workers.length);
      workers.push(worker);
      return worker;
    },
    async (file) => `content of ${file}`,
    () => {},
  );
  return { engine, workers };
}

/** Open a widget, which the worker answers. */
async function opened({ engine, workers }, memory = { at: 1 }) {
  const opening = engine.open("explorer", { run: {} }, { notice: {} });
  await settled();
  workers.at(-1).say({ id: 0, memory, messages: [{ values: { status: { seq: 1 } } }] });
  return opening;
}

async function tick(times) {
  for (let i = 0; i < times; i++) {
    mock.timers.tick(1000);
    await settled();
  }
}

beforeEach(() => mock.timers.enable({ apis: ["setInterval"] }));
afterEach(() => mock.timers.reset());

test("another worker gets what the first one remembered last, and that the reader has come near", async () => {
  const it = makeEngine();
  const model = await opened(it);
  model.send({ action: "near" });
  it.workers[0].say({ id: 0, memory: { at: 64 }, messages: [] });
  it.workers[0].onerror({ message: "out of memory", preventDefault() {} });
  await settled();
  assert.equal(it.workers[0].terminated, true);
  assert.deepEqual(it.workers[1].received, [
    { id: 0, open: "explorer", wanted: { run: {} }, memory: { at: 64 }, own: [] },
    { id: 0, message: { action: "near" } },
  ]);
  model.send({ action: "play" });
  await settled();
  assert.deepEqual(it.workers[1].received.at(-1), { id: 0, message: { action: "play" } });
});

test("another worker follows the link that the first one has not, but no link that it has", async () => {
  const it = makeEngine();
  const model = await opened(it, { followed: 0 });
  const link = { action: "follow", state: { learned: 512 }, id: 1, navigated: true };
  model.send(link);
  it.workers[0].say({ failed: "it ended" });
  await settled();
  assert.deepEqual(
    it.workers[1].received.map(({ open, message }) => open ?? message),
    ["explorer", link],
  );
  it.workers[1].say({ id: 0, memory: { followed: 1 }, messages: [] });
  it.workers[1].say({ failed: "it ended" });
  await settled();
  assert.deepEqual(
    it.workers[2].received.map(({ open, message }) => open ?? message),
    ["explorer"],
  );
});

test("another worker is given the reader's own images again, before it goes on with them", async () => {
  const it = makeEngine();
  const model = await opened(it);
  const [images, labels] = [new Uint8Array(784), new Uint8Array(1)];
  model.send({ action: "own-images", start: 0 }, undefined, [images, labels]);
  const part = { action: "own-images", start: 0, buffers: [images, labels] };
  await settled();
  assert.deepEqual(it.workers[0].received.at(-1), { id: 0, message: part });
  it.workers[0].say({ failed: "it ended" });
  await settled();
  assert.deepEqual(it.workers[1].received[0].own, [part]);
});

test("a worker that ends without a word is noticed, one that answers late is left alone", async () => {
  const it = makeEngine();
  await opened(it);
  await tick(10);
  it.workers[0].say({});
  await tick(10);
  assert.equal(it.workers.length, 1);
  await tick(1);
  assert.equal(it.workers.length, 2);
  assert.equal(it.workers[0].terminated, true);
});

test("the page itself says that it is there, so no widget speaks of Python", async () => {
  const it = makeEngine();
  const model = await opened(it);
  const heard = [];
  model.on("msg:custom", (content) => heard.push(content));
  model.send({ action: "here", id: 7 });
  await settled();
  assert.deepEqual(heard, [{ kind: "here", id: 7 }]);
  assert.ok(!it.workers[0].received.some(({ message }) => message?.action === "here"));
});

test("after three workers it gives up, and says so in every widget", async () => {
  const it = makeEngine();
  const model = await opened(it);
  for (let i = 0; i < 3; i++) {
    it.workers[i].say({ failed: "no memory is left" });
    await settled();
  }
  assert.equal(it.workers.length, 3);
  const { level, text } = model.get("notice");
  assert.deepEqual(
    [level, text],
    ["error", "Training has stopped (no memory is left). Reload the page to begin anew."],
  );
});

test("what keeps a worker from starting is what opening a widget fails with", async () => {
  const it = makeEngine(async () => {
    throw new Error("This browser is too old.");
  });
  const model = it.engine.open("explorer", {}, {});
  await assert.rejects(model, { message: "This browser is too old." });
});

test("a piece that the page holds is handed over, or why it is not", async () => {
  const it = makeEngine();
  await opened(it);
  it.workers[0].say({ ask: "digits/a.bin" });
  await settled();
  assert.deepEqual(it.workers[0].received.at(-1), {
    part: "digits/a.bin",
    content: "content of digits/a.bin",
  });
});
