/** What the float network's column shows in one step. */

import { weightsOf } from "../bits/forward_pass.js";
import { signed } from "../shared/numbers.js";
import { pixel } from "../shared/palette.js";
import { paintPixels, shades } from "../shared/pixels.js";
import { happened, probabilities, sayFloat, sayFloatUpdate } from "./stages.js";
import { onScale, paintBars, rangeOf, spread } from "./value_pictures.js";
import { WORDS } from "./words.js";

const WORD = 32;
const SIDE = 28;
const FADED = 0.6;

/**
 * @param {import("./column.js").Column} column @param {import("./networks.js").FloatNet} net
 * @param {import("../bits/forward_pass.js").FloatWay} way @param {import("./binary_network.js").View} view
 * @param {import("./networks.js").Update | null} update what was learned, once it is known
 */
export function showFloat(column, net, way, view, update) {
  const { stage, within, number, unit, colours, luts, dpr } = view;
  const { see, weights, both } = column.pictures;
  column.showStage(stage, update !== null);
  const w = weightsOf(net.plan, net.bytes, 0, unit);
  const shade = shades(colours);
  const later = pixel(colours.surface);
  /** @param {(i: number) => number} colour of a pixel; those being compared stand out */
  const spotlit = (colour) => (/** @type {number} */ i) =>
    stage === "compare" && i >> 5 !== within ? faded(colour(i), later) : colour(i);
  paintPixels(
    see.canvas,
    SIDE,
    SIDE,
    spotlit((i) => shade[Math.round(255 * way.inputs[i])]),
  );
  paintPixels(weights.canvas, SIDE, SIDE, spotlit(onScale(w, rangeOf(w), luts)));
  const compared = WORD * happened(number, "compare");
  const products = w.map((each, i) => each * way.inputs[i]);
  const coloured = onScale(products, rangeOf(products), luts);
  paintPixels(both.canvas, SIDE, SIDE, (i) => (i >= compared ? later : coloured(i)));
  see.canvas.setAttribute("aria-label", WORDS.float.digit(view.classes.noun));
  weights.canvas.setAttribute("aria-label", WORDS.float.weights(unit));
  both.canvas.setAttribute("aria-label", compared ? WORDS.float.products : WORDS.float.nothing);
  column.showUnit(unit);
  column.tellSum(compared >= w.length ? WORDS.float.sum(way.sums[unit], way.hidden[unit]) : "");
  const decided = happened(number, "decide");
  const most = rangeOf(way.sums) || 1;
  const bars = [...way.sums].map((sum, j) => ({ height: sum / most, on: j < decided, strong: j === unit }));
  paintBars(column.bars, bars, w.length, colours, dpr);
  column.bars.setAttribute(
    "aria-label",
    decided ? WORDS.float.sums(Math.min(...way.sums), Math.max(...way.sums)) : WORDS.float.unsummed,
  );
  column.showScores(way.scores, happened(number, "score"), spread(way.scores), signed);
  if (happened(number, "answer")) column.showAnswer(way.answer, view.label);
  if (stage !== "learn") column.say(sayFloat(view, net, way, unit, view.label, view.classes));
  else if (update) showUpdate(column, net, way, view, update, w);
  else
    column.say(
      view.label === null ? WORDS.unnamed(view.classes.areDigits) : WORDS.learning(view.classes.noun),
    );
}

/**
 * @param {import("./column.js").Column} column @param {import("./networks.js").FloatNet} net
 * @param {import("../bits/forward_pass.js").FloatWay} way @param {import("./binary_network.js").View} view
 * @param {import("./networks.js").Update} update @param {Float32Array} w of the unit before
 */
function showUpdate(column, net, way, { unit, luts, classes }, update, w) {
  const { before, change, after } = column.pictures;
  const now = weightsOf(net.plan, update.float, 0, unit);
  const added = now.map((each, i) => each - w[i]);
  const range = rangeOf(w);
  paintPixels(before.canvas, SIDE, SIDE, onScale(w, range, luts));
  paintPixels(change.canvas, SIDE, SIDE, onScale(added, rangeOf(added), luts));
  paintPixels(after.canvas, SIDE, SIDE, onScale(now, range, luts));
  const learned = { label: update.label, unit, flips: update.flips.float, rate: net.rate };
  column.say(sayFloatUpdate(learned, probabilities(way.scores), w, now, classes));
}

/** A pixel of ImageData, mixed mostly with another. @param {number} from @param {number} to */
function faded(from, to) {
  let out = 0xff000000;
  for (const shift of [16, 8, 0]) {
    const [x, y] = [(from >>> shift) & 255, (to >>> shift) & 255];
    out |= Math.round(x + (y - x) * FADED) << shift;
  }
  return out >>> 0;
}
