import assert from "node:assert/strict";
import { test } from "node:test";

import { optionWords, points, tidy } from "../../../bitmass_viz/widgets/src/evidence/format.js";
import { WORDS } from "../../../bitmass_viz/widgets/src/evidence/words.js";

test("a run says beforehand what so many seeds can show", () => {
  assert.match(
    WORDS.ownRun(12, 25, 1, 5),
    /^12 networks: about 30 seconds of one processor\. One seed .* no verdict\.$/,
  );
  assert.match(WORDS.ownRun(1200, 25, 2, 5), /^1,200 networks: .* Fewer than 5 seeds .* allow no verdict\.$/);
  assert.match(WORDS.ownRun(60, 25, 5, 5), /Enough seeds for an interval/);
});

test("a number stays with its unit", () => {
  assert.equal(tidy("79.0 % [78.0, 79.9] and 3 points"), "79.0\u00a0% [78.0, 79.9] and 3\u00a0points");
});

test("times are rough", () => {
  const left = (/** @type {number} */ seconds) => WORDS.timeLeft(0.5, seconds);
  assert.equal(left(3), "a few seconds");
  assert.equal(left(21), "about 30 seconds");
  assert.equal(left(89), "about 90 seconds");
  assert.equal(left(91), "about 2 minutes");
  assert.equal(left(Infinity), "");
  assert.equal(WORDS.timeLeft(0, 5), "");
  assert.equal(WORDS.timeLeft(NaN, 5), "");
});

test("accuracies and options as a reader sees them", () => {
  assert.equal(points(0.7895), "79.0");
  assert.equal(points(null), "–");
  assert.equal(
    optionWords({ learning_rate: 0.1, loss: "cross-entropy" }),
    "learning rate 0.1, loss cross-entropy",
  );
  assert.equal(optionWords({}), "");
});

test("where results are from", () => {
  const provenance = {
    label: "MNIST",
    version: "1.2.3",
    date: "2026-01-02",
    machine: "Linux x86_64",
    data_sha256: "abcdef0123456789",
    revision: 3,
    installed_revision: 3,
  };
  assert.match(
    WORDS.provenanceLine(provenance, [20, 20]),
    /20 seeds per case, MNIST \(SHA-256 abcdef01…\), bitmass_viz 1\.2\.3, 2026-01-02, Linux x86_64\.$/,
  );
  assert.match(WORDS.provenanceLine(provenance, [1]), /1 seed per case/);
  assert.match(WORDS.provenanceLine(provenance, [10, 30, 15]), /10 to 30 seeds per case/);
  assert.doesNotMatch(WORDS.provenanceLine(provenance, []), /per case/);
  assert.match(
    WORDS.provenanceLine({ ...provenance, revision: 2 }, [20]),
    /Linux x86_64\. Networks trained here can differ from it .* \(revision 3 of the numbers; the full run used 2\)/,
  );
});

test("how sure a verdict is", () => {
  const verdict = {
    interval: "95 % Welch interval",
    seeds: 20,
    effect: -2.345,
  };
  assert.equal(WORDS.howSure(verdict), "95 % Welch interval; 20 seeds; effect size (Cohen’s d): -2.3.");
  assert.equal(
    WORDS.howSure({
      interval: "no interval, which takes two seeds or more",
      seeds: 1,
      effect: null,
    }),
    "No interval, which takes two seeds or more; 1 seed.",
  );
});

test("a result without verdicts names its seeds and digits", () => {
  const result = { first_seed: 1000, seeds: 2, dataset: "MNIST", synthetic: false, images: 10_000 };
  assert.match(
    WORDS.measuredHere(result),
    /^Measured here: 2 seeds per case \(1000 and 1001\) on the 10,000 test images of MNIST;/,
  );
  assert.match(WORDS.measuredHere({ ...result, seeds: 5 }), /5 seeds per case \(1000 to 1004\)/);
  const one = WORDS.measuredHere({ ...result, seeds: 1, dataset: "pen strokes", synthetic: true });
  assert.match(one, /1 seed per case \(1000\) on the 10,000 test images of pen strokes, not MNIST;/);
  assert.match(one, /one seed gives none/);
});
