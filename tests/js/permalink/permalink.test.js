import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { fingerprint, isLink } from "../../../bitmass_viz/widgets/src/permalink/fragment.js";
import * as link from "../../../bitmass_viz/widgets/src/permalink/permalink.js";
import { addressOf, makePlan } from "../../../bitmass_viz/widgets/src/bits/address.js";

const CONTROLS = [
  {
    name: "trainer",
    kind: "choice",
    choices: [{ value: "sgd" }, { value: "bv32-hebbian" }],
  },
  { name: "learning_rate", kind: "number", min: 1e-6, max: 10 },
  { name: "seed", kind: "integer", min: 0, max: 999_999 },
  { name: "speed", kind: "stops", choices: [{ value: 64 }, { value: 0 }] },
  { name: "centring", kind: "switch" },
];
const PLAN = makePlan({
  format: "binary",
  bpw: 1,
  layers: [
    { name: "W0", units: 256, features: 784 },
    { name: "W1", units: 10, features: 256 },
  ],
});
const STATUS = {
  origin: { trainer: "bv32-hebbian", seed: 7, centring: true },
  examples: 640,
  changes: [
    [64, "centring", false],
    [128, "centring", true],
  ],
};
test("numbers are read as they are written, and what is none is left to the kernel", () => {
  for (const [text, value] of [
    ["0.002", 0.002],
    ["1e-6", 1e-6],
    [".5", 0.5],
    ["10", 10],
    ["1e999", "1e999"],
    ["0x10", "0x10"],
    ["-1", "-1"],
    ["Infinity", "Infinity"],
  ]) {
    assert.equal(link.readLink(`#bitmass:learning_rate=${text}`, CONTROLS).state.learning_rate, value);
  }
});

const REST = {
  speed: 64,
  data: "mnist",
  layer: "W1",
  page: 3,
  mark: "W1.2.200.0.word",
  hide: ["seed", "scrubber"],
  theme: "dark",
  check: "0123abcd",
};

test("what is written is read again", () => {
  const read = link.readLink(link.writeLink(STATUS, REST), CONTROLS);
  assert.deepEqual(read, {
    state: {
      trainer: "bv32-hebbian",
      seed: 7,
      centring: true,
      speed: 64,
      data: "mnist",
      at: 640,
      changes: [
        [64, "centring", false],
        [128, "centring", true],
      ],
    },
    view: {
      layer: "W1",
      page: 3,
      mark: "W1.2.200.0.word",
      hide: ["seed", "scrubber"],
      theme: "dark",
      at: 640,
      check: "0123abcd",
    },
  });
});

test("a link names the revision of its numbers, and one of before revisions had names reads as none", () => {
  const origin = { ...STATUS.origin, rev: 2 };
  const written = link.writeLink({ ...STATUS, origin }, REST);
  assert.match(written, /&rev=2&/);
  assert.equal(link.readLink(written.toUpperCase(), CONTROLS).state.rev, 2);
  const old = readFileSync(new URL("../../fixtures/revision_1/link.txt", import.meta.url), "utf8").trim();
  const { state, view } = link.readLink(old, CONTROLS);
  assert.deepEqual(
    [state.trainer, state.seed, state.at, state.rev, state.unread, view.check],
    ["sgd", 7, 198, undefined, undefined, "96198ee9"],
  );
});

test("what is at its beginning is left out", () => {
  const fragment = link.writeLink(
    { ...STATUS, changes: [] },
    { ...REST, page: 0, mark: "", hide: [], theme: "auto" },
  );
  assert.equal(
    fragment,
    "#bitmass:trainer=bv32-hebbian&seed=7&centring=true&speed=64&data=mnist&at=640&layer=W1&check=0123abcd",
  );
});

test("a fragment of the page's own is no link", () => {
  for (const fragment of ["", "#", "#references", "#bitmass", "#bitmass-results"]) {
    assert.equal(link.readLink(fragment, CONTROLS), null);
    assert.equal(isLink(fragment), false);
  }
});

test("a link that was changed on its way is read as it was written", () => {
  const written = link.writeLink(STATUS, REST);
  const whole = link.readLink(written, CONTROLS);
  const encoded = `#${encodeURIComponent(written.slice(1))}`;
  const middle = written.length / 2;
  const wrapped = (/** @type {string} */ by) => written.slice(0, middle) + by + written.slice(middle);
  for (const changed of [
    encoded,
    `#${encodeURIComponent(encoded.slice(1))}`,
    written.toUpperCase(),
    written.replace("#bitmass", "#Bitmass"),
    written.replace("#", "#!"),
    wrapped("\n"),
    wrapped("\r\n  "),
    wrapped("%0A"),
    wrapped("%20"),
    wrapped("=\r\n"),
    wrapped("\u200b"),
    wrapped("%C2%AD"),
    written.replaceAll("=", "=3D"),
    written.replaceAll("&", "&amp;"),
    ...[">", ").", ",", '"', "\u201d", "%22", "*", "&", " ", "!"].map((end) => written + end),
    `${written}&utm_source=mail&utm_medium=chat&fbclid=IwAR0_x-1`,
  ])
    assert.deepEqual(link.readLink(changed, CONTROLS), whole, changed);
});

test("what only the kernel knows goes to it as it is written", () => {
  const status = {
    ...STATUS,
    origin: {
      ...STATUS.origin,
      batch_size: 5,
      chain_rule: false,
      loss: "cross-entropy",
      margin: 1.5e-7,
    },
  };
  const { state } = /** @type {any} */ (link.readLink(link.writeLink(status, REST), CONTROLS));
  assert.deepEqual(
    [state.batch_size, state.chain_rule, state.loss, state.margin],
    [5, false, "cross-entropy", 1.5e-7],
  );
  assert.equal(state.unread, undefined);
});

test("whole numbers are read as far as they are exact", () => {
  const seed = (/** @type {string} */ text) => link.readLink(`#bitmass:seed=${text}`, CONTROLS)?.state.seed;
  assert.equal(seed("9007199254740991"), 2 ** 53 - 1);
  assert.equal(seed("9007199254740992"), "9007199254740992");
  assert.equal(seed("1e3"), "1e3");
});

test("nonsense is named, and the rest is read", () => {
  const parts = [
    "mark=W1.x",
    "__proto__=1",
    "constructor=1",
    "at=-5",
    "hide=<b>",
    "page=%",
    "seed=x",
    "trainer=evil",
    "changes=centring:no:64,bogus,centring:true:1",
    "layer=W0",
  ];
  const { state, view } = link.readLink(`#bitmass:${parts.join("&")}`, CONTROLS);
  assert.deepEqual(state.unread, ["mark", "__proto__", "at", "hide", "page"]);
  assert.equal(Object.getPrototypeOf(state), Object.prototype);
  assert.equal(state.constructor, 1, "the kernel says that there is no such option");
  assert.equal(state.seed, "x", "the kernel says what a seed must be");
  assert.equal(state.trainer, "evil");
  assert.deepEqual(state.changes, [[64, "centring", "no"], "bogus", [1, "centring", true]]);
  assert.deepEqual(view, {
    layer: "W0",
    page: 0,
    mark: "",
    hide: [],
    theme: "",
    at: 0,
    check: "",
  });
  const long = link.readLink(`#bitmass:${"x".repeat(20_000)}`, CONTROLS);
  assert.deepEqual(long.state, { unread: ["address"] });
});

test("a mark survives, unless the network has no such bit", () => {
  const mark = {
    address: addressOf(PLAN, PLAN.layers[1], 9, 255, 0),
    extent: "word",
  };
  assert.deepEqual(link.readMark(link.writeMark(mark), PLAN), mark);
  assert.equal(link.writeMark(null), "");
  for (const text of ["W1.10.0.0.bit", "W1.0.256.0.bit", "W0.0.0.1.bit", "W2.0.0.0.bit", "W0.0.0.0.all"])
    assert.equal(link.readMark(text, PLAN), null, text);
});

test("the fingerprint is FNV-1a", () => {
  const of = (text) => fingerprint(new TextEncoder().encode(text));
  assert.equal(of(""), "811c9dc5");
  assert.equal(of("a"), "e40c292c");
  assert.equal(of("foobar"), "bf9cf968");
});
