import assert from "node:assert/strict";
import { test } from "node:test";

import {
  inShades,
  readDigit,
  readExampleLink,
  writeDigit,
  writeExampleLink,
} from "../../../bitmass_viz/widgets/src/permalink/example.js";
import { widgetOf } from "../../../bitmass_viz/widgets/src/permalink/fragment.js";

const ORIGIN = { learned: 10_240, page: 2, rev: 2 };
const REST = { widget: "example", data: "mnist", theme: "auto", check: "0123abcd" };

/** A stroke such as a reader draws. */
function drawing() {
  const pixels = new Uint8Array(784);
  for (let row = 4; row < 24; row++)
    for (const [column, value] of [
      [12, 40],
      [13, 255],
      [14, 250],
      [15, 130],
    ])
      pixels[28 * row + column + Math.round((row - 14) / 3)] = value;
  return inShades(pixels);
}

test("a drawn digit survives its link, in capitals as well, and the link stays short", () => {
  const pixels = drawing();
  const text = writeDigit(pixels);
  assert.ok(text.length < 250, `${text.length} characters`);
  assert.deepEqual(readDigit(text), pixels);
  assert.deepEqual(readDigit(text.toUpperCase()), pixels);
});

test("every digit in a link's shades survives it", () => {
  for (let round = 0; round < 200; round++) {
    const ink = Math.random();
    const pixels = inShades(
      Uint8Array.from({ length: 784 }, () => (Math.random() < ink ? 256 * Math.random() : 0)),
    );
    if (pixels.some((pixel) => pixel > 0)) assert.deepEqual(readDigit(writeDigit(pixels)), pixels);
  }
});

test("what is no digit is not read", () => {
  for (const text of ["", "zz", "f", "-", "0".repeat(784), "f".repeat(785), "<b>"])
    assert.equal(readDigit(text), null, text);
});

test("a link to a picked digit has the step, the units and what the reader called it", () => {
  const seen = { picked: 3, drawn: null, label: 3, step: 12, units: { float: 4, binary: 129 } };
  const link = writeExampleLink(ORIGIN, seen, 3, REST);
  assert.equal(widgetOf(link), "example");
  assert.deepEqual(readExampleLink(link), {
    state: { ...ORIGIN, data: "mnist" },
    view: {
      picked: 3,
      drawn: null,
      label: undefined,
      step: 12,
      units: { float: 4, binary: 129 },
      theme: "",
      check: "0123abcd",
    },
  });
  const renamed = readExampleLink(writeExampleLink(ORIGIN, { ...seen, label: 8 }, 3, REST));
  assert.equal(renamed.view.label, 8);
});

test("a drawn digit that nobody named stays without a name", () => {
  const seen = { picked: -1, drawn: drawing(), label: null, step: 0, units: { float: 0, binary: 0 } };
  const { view } = readExampleLink(writeExampleLink(ORIGIN, seen, 3, REST));
  assert.deepEqual(view.drawn, drawing());
  assert.equal(view.label, null);
  assert.equal(readExampleLink(writeExampleLink(ORIGIN, { ...seen, label: 7 }, null, REST)).view.label, 7);
});

test("damaged parts are named", () => {
  const { state } = readExampleLink("#bitmass:widget=example&drawn=zz&step=abc&units=1&label=12&pick=x");
  assert.deepEqual(state.unread, ["drawn", "step", "units", "label", "pick"]);
});
