import assert from "node:assert/strict";
import { test } from "node:test";

import * as link from "../../../bitmass_viz/widgets/src/permalink/permalink.js";
import { makePlan } from "../../../bitmass_viz/widgets/src/bits/address.js";

const FRAGMENTS = 5_000;
const CONTROLS = [
  { name: "trainer", kind: "choice", choices: [{ value: "sgd" }] },
  { name: "learning_rate", kind: "number", min: 1e-6, max: 10 },
  { name: "seed", kind: "integer", min: 0, max: 999_999 },
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
const PIECES = [
  ..."&=:,.%#+- 0129aZ\u0000\u202e\ud800ü<>\"'",
  ...[
    "#bitmass:",
    "at=",
    "seed=",
    "changes=",
    "mark=",
    "hide=",
    "theme=",
    "layer=",
    "page=",
    "data=",
    "check=",
  ],
  ...[
    "centring:true:64",
    "W0.1.2.3.bit",
    "W9.999999.999999.999999.zzzz",
    "__proto__=",
    "constructor=",
    "toString=",
  ],
  ...[
    "%E0%A4%A",
    "%00",
    "1e999",
    "9".repeat(30),
    "x".repeat(500),
    "javascript:alert(1)",
    "<img src=x onerror=y>",
  ],
];

/** Random numbers that are the same each time. @param {number} seed */
function numbers(seed) {
  let state = seed;
  return (/** @type {number} */ below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

test("whatever an address says is read or left out, in little time", () => {
  const below = numbers(1);
  const longest = 100_000;
  const started = performance.now();
  for (let count = 0; count < FRAGMENTS; count += 1) {
    let fragment = below(10) ? "#bitmass:" : "";
    for (let piece = below(12); piece > 0; piece -= 1) fragment += PIECES[below(PIECES.length)];
    if (below(500) === 0) fragment += "&changes=".repeat(longest / 9);
    const read = link.readLink(fragment, CONTROLS);
    if (read === null) {
      assert.ok(!fragment.startsWith("#bitmass:"));
      continue;
    }
    const { state, view } = read;
    assert.equal(Object.getPrototypeOf(state), Object.prototype);
    assert.equal({}.polluted, undefined);
    assert.ok(Object.keys(state).every((name) => /^[a-z][a-z_]{0,39}$/.test(name)));
    assert.ok((state.unread ?? []).length <= 10);
    assert.match(view.layer, /^(W\d)?$/);
    assert.ok(Number.isInteger(view.page) && view.page >= 0 && view.page < 10_000);
    assert.ok(["", "auto", "light", "dark"].includes(view.theme));
    assert.ok(JSON.stringify(read).length < 20_000);
    if (view.mark) {
      const bit = link.readMark(view.mark, PLAN);
      assert.ok(bit === null || typeof bit === "object");
    }
  }
  assert.ok(performance.now() - started < 10_000);
});
