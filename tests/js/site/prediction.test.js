import assert from "node:assert/strict";
import { test } from "node:test";

import { createPrediction } from "../../../bitmass_viz/site/src/prediction.js";

const NUMBER = { kind: "number", text: "How many?", low: 0, high: 100, unit: "%", decimals: 0 };

function said(question, guess, truth) {
  let standing;
  const prediction = createPrediction({ question, truth, why: "" }, (traits) => ({ standing } = traits));
  prediction.receive({ action: "guess", value: guess });
  return standing.said.replaceAll("\u00a0", " ");
}

test("a number is answered in the words of Python", () => {
  assert.equal(said(NUMBER, 40, 18.002), "You said 40 %; it is 18 %: 22 points too high.");
  assert.equal(said(NUMBER, 18, 18.002), "You said 18 %, and that is right.");
  const bits = { ...NUMBER, unit: "bits" };
  assert.equal(said(bits, 20, 11), "You said 20 bits; it is 11 bits: 9 too many.");
  assert.equal(said(bits, 1000, 203264), "You said 1,000 bits; it is 203,264 bits: 202,264 too few.");
  assert.equal(
    said({ ...NUMBER, unit: "", decimals: 1 }, 2.5, 3.14),
    "You said 2.5; it is 3.1: 0.6 too low.",
  );
});
