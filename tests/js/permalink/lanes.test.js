import assert from "node:assert/strict";
import { test } from "node:test";

import { isLink, widgetOf } from "../../../bitmass_viz/widgets/src/permalink/fragment.js";
import { readLanesLink, writeLanesLink } from "../../../bitmass_viz/widgets/src/permalink/lanes.js";

const OWN = ["trainer", "rule", "centring"];
const ORIGIN = {
  shared: { recipe: "published", seed: 2 ** 53 - 1, hidden: 8, rev: 2 },
  lanes: [{ trainer: "sgd" }, { trainer: "bv32-hebbian", rule: "prototype", centring: true }],
};
const STATUS = {
  examples: 5120,
  lanes: [
    { changes: [] },
    {
      changes: [
        [2560, "centring", false],
        [3200, "centring", true],
      ],
    },
  ],
};
const REST = { widget: "bug", speed: 64, data: "mnist", view: "bit", theme: "dark", check: "0123abcd" };

test("a link to networks side by side has each one's settings and changes", () => {
  const link = writeLanesLink(ORIGIN, STATUS, REST);
  assert.ok(isLink(link));
  assert.ok(link.length < 300);
  assert.equal(widgetOf(link), "bug");
  const { state, view } = readLanesLink(link, 2, OWN);
  assert.deepEqual(view, { view: "bit", theme: "dark", at: 5120, check: "0123abcd" });
  assert.deepEqual(state, {
    lanes: [
      { trainer: "sgd" },
      {
        trainer: "bv32-hebbian",
        rule: "prototype",
        centring: true,
        changes: [
          [2560, "centring", false],
          [3200, "centring", true],
        ],
      },
    ],
    ...ORIGIN.shared,
    speed: 64,
    data: "mnist",
    at: 5120,
  });
});

test("a link that a program changed on its way is read as it was written", () => {
  const link = writeLanesLink(ORIGIN, STATUS, REST);
  const changed = `#Bitmass%3A${encodeURIComponent(link.slice(9))}%26utm_source%3Dmail).`;
  assert.equal(widgetOf(changed), "bug");
  assert.deepEqual(readLanesLink(changed, 2, OWN), readLanesLink(link, 2, OWN));
});

test("what cannot be read is named, and the rest is kept", () => {
  const { state } = readLanesLink(
    "#bitmass:widget=bug&trainer=sgd&changes=7:centring:true:64&at=x&seed=3",
    2,
    OWN,
  );
  assert.deepEqual(state, { seed: 3, unread: ["trainer", "changes", "at"] });
});

test("a link leads to one widget only", () => {
  assert.equal(widgetOf("#bitmass:trainer=sgd"), "");
  assert.equal(widgetOf("#bitmass:widget=Example&step=3"), "example");
  assert.equal(widgetOf("#references"), null);
});
