/** What the binary network's column shows in one step. */

import { bitsOf } from "../bits/forward_pass.js";
import { mix, pixel } from "../shared/palette.js";
import { paintPixels } from "../shared/pixels.js";
import { happened, sayBinary, sayBinaryUpdate } from "./stages.js";
import { onScale, paintBars, rangeOf, spread } from "./value_pictures.js";
import { WORDS } from "./words.js";

const WORD = 32;
const SIDE = 28;
const FADED = 0.6;

/**
 * What to show.
 * @typedef {{stage: string, within: number, number: number, label: number | null, unit: number,
 *   classes: import("../shared/class_names.js").ClassNames,
 *   colours: import("../shared/palette.js").Colours, luts: import("../shared/palette.js").Luts, dpr: number}} View
 * @typedef {import("./networks.js").Update} Update
 */

/**
 * @param {import("./column.js").Column} column @param {import("./networks.js").BinaryNet} net
 * @param {import("../bits/forward_pass.js").BinaryWay} way @param {View} view @param {Update | null} update what was learned, once it is known
 */
export function showBinary(column, net, way, view, update) {
  const { stage, within, number, unit, colours, dpr } = view;
  const { see, weights, both } = column.pictures;
  column.showStage(stage, update !== null);
  const bits = bitsOf(net.plan, net.bytes, 0, unit);
  const x = (/** @type {number} */ i) => (way.words[i >> 5] >>> (i & 31)) & 1;
  const inks = [pixel(colours.nought), pixel(colours.one)];
  const quiet = [colours.nought, colours.one].map((colour) => pixel(mix(colour, colours.surface, FADED)));
  /** @param {(i: number) => number} bit of a pixel; the word being compared stands out */
  const signs = (bit) => (/** @type {number} */ i) =>
    (stage === "compare" && i >> 5 !== within ? quiet : inks)[bit(i)];
  paintPixels(see.canvas, SIDE, SIDE, signs(x));
  paintPixels(
    weights.canvas,
    SIDE,
    SIDE,
    signs((i) => bits[i]),
  );
  const compared = WORD * happened(number, "compare");
  const [yes, no, later] = [pixel(colours.ink), pixel(colours.zero), pixel(colours.surface)];
  paintPixels(both.canvas, SIDE, SIDE, (i) => (i >= compared ? later : x(i) === bits[i] ? yes : no));
  const agreeing = bits.reduce((sum, bit, i) => sum + (i < compared && x(i) === bit ? 1 : 0), 0);
  see.canvas.setAttribute("aria-label", WORDS.binary.digit(view.classes.noun));
  weights.canvas.setAttribute("aria-label", WORDS.binary.weights(unit));
  both.canvas.setAttribute(
    "aria-label",
    compared ? WORDS.binary.agree(agreeing, Math.min(compared, bits.length)) : WORDS.binary.nothing,
  );
  column.showUnit(unit);
  column.tellSum(
    compared >= bits.length
      ? WORDS.binary.sum(way.counts[unit], bits.length, net.thresholds[unit], way.hidden[unit] === 1)
      : "",
  );
  const decided = happened(number, "decide") * WORD;
  const apart = [...way.counts].map((count, j) => count - net.thresholds[j]);
  const most = rangeOf(apart) || 1;
  const bars = apart.map((each, j) => ({ height: each / most, on: j < decided, strong: j === unit }));
  paintBars(column.bars, bars, WORD, colours, dpr);
  const ons = way.hidden.reduce((sum, bit) => sum + bit, 0);
  column.bars.setAttribute(
    "aria-label",
    decided ? WORDS.binary.on(ons, way.hidden.length) : WORDS.binary.undecided,
  );
  column.showScores(way.scores, happened(number, "score"), spread(way.scores), String);
  if (happened(number, "answer")) column.showAnswer(way.answer, view.label);
  if (stage !== "learn") column.say(sayBinary(view, net, way, unit, view.label, view.classes));
  else if (update) showUpdate(column, net, view, update, bits, inks);
  else
    column.say(
      view.label === null ? WORDS.unnamed(view.classes.areDigits) : WORDS.learning(view.classes.noun),
    );
}

/**
 * @param {import("./column.js").Column} column @param {import("./networks.js").BinaryNet} net @param {View} view
 * @param {Update} update @param {Uint8Array} bits of the unit before @param {number[]} inks of 0 and 1
 */
function showUpdate(column, net, { unit, colours, luts, classes }, update, bits, inks) {
  const { before, change, after } = column.pictures;
  const now = bitsOf(net.plan, update.binary, 0, unit);
  const flipped = [...bits.keys()].filter((i) => bits[i] !== now[i]);
  const added = update.after.map((counter, i) => counter - update.before[i]);
  paintPixels(before.canvas, SIDE, SIDE, onScale(update.before, rangeOf(update.before), luts));
  paintPixels(change.canvas, SIDE, SIDE, onScale(added, rangeOf(added), luts));
  const flip = pixel(colours.flip);
  paintPixels(after.canvas, SIDE, SIDE, (i) => (bits[i] !== now[i] ? flip : inks[now[i]]));
  after.text.textContent = flipped.length ? WORDS.binary.flipped : WORDS.binary.unchanged;
  column.say(sayBinaryUpdate({ ...update, unit, flips: update.flips.binary }, flipped, classes));
  const busiest = busiestUnit(net, update.binary);
  column.offer(
    busiest && busiest.flips > flipped.length
      ? { unit: busiest.unit, text: WORDS.binary.another(busiest.unit, busiest.flips) }
      : null,
  );
}

/** The hidden unit with the most flipped bits; null if none has any. @param {import("./networks.js").BinaryNet} net @param {Uint8Array} after */
function busiestUnit(net, after) {
  let best = null;
  for (let unit = 0; unit < net.plan.layers[0].units; unit++) {
    const [was, is] = [bitsOf(net.plan, net.bytes, 0, unit), bitsOf(net.plan, after, 0, unit)];
    const flips = was.reduce((sum, bit, i) => sum + (bit ^ is[i]), 0);
    if (flips > (best?.flips ?? 0)) best = { unit, flips };
  }
  return best;
}
