/** What a view shows, in words, for readers who do not see its canvas. */

import { formatOf } from "../bits/number_format.js";
import { wordBits, wordStart } from "../bits/address.js";
import { WORDS as BITS } from "../bits/words.js";
import { readWord } from "../bits/decode.js";
import { WORDS } from "./words.js";

/** @param {import("./shown_weights.js").ShownWeights} weights */
function whereOf({ plan, layer, page }) {
  const all = WORDS.all(page.allBlocks, formatOf(plan).blocksText);
  const part = page.pages > 1 ? WORDS.part(page.firstBlock, page.firstBlock + page.blocks - 1, all) : all;
  return layer.index === 0 ? part : WORDS.classes(layer.units, part);
}

/**
 * Similarity of the one-bit units' pictures: the mean share of pixels in which a unit agrees with the first one shown,
 * or with its negative. Half is chance.
 * @param {import("./shown_weights.js").ShownWeights} weights
 */
export function similarity({ cells, page }) {
  let sum = 0;
  for (let unit = 1; unit < page.units; unit++) {
    let agree = 0;
    for (let i = 0; i < page.features; i++) agree += 1 ^ ((cells[i] ^ cells[unit * page.features + i]) & 1);
    sum += Math.max(agree, page.features - agree) / page.features;
  }
  return page.units > 1 ? sum / (page.units - 1) : 1;
}

/** @param {Uint8Array} cells @param {number} from @param {number} step */
function shareOfOnes(cells, from, step) {
  let ones = 0;
  let all = 0;
  for (let i = from; i < cells.length; i += step) {
    ones += cells[i] & 1;
    all += 1;
  }
  return all ? ones / all : 0;
}

/** @param {import("./shown_weights.js").ShownWeights} weights */
function neurons(weights) {
  const { plan, layer, page, cells, values } = weights;
  if (formatOf(plan).isSign) {
    const ones = shareOfOnes(cells.subarray(0, page.units * page.features), 0, 1);
    if (layer.index > 0) return WORDS.signs(whereOf(weights), ones);
    return WORDS.unitSigns(whereOf(weights), ones, similarity(weights));
  }
  let low = Infinity;
  let high = -Infinity;
  for (const value of values) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  const say = weights.reference ? WORDS.differences : WORDS.range;
  return say(whereOf(weights), formatOf(plan).short(low), formatOf(plan).short(high));
}

/** @param {number[]} values */
const mean = (values) => values.reduce((a, b) => a + b, 0) / values.length;

/** @param {import("./shown_weights.js").ShownWeights} weights */
function bits({ plan, page, cells }) {
  const shown = cells.subarray(0, page.units * page.features * plan.bpw);
  const rows = page.units * plan.bpw;
  const { fields } = formatOf(plan);
  if (fields.length === 0) return WORDS.ones(rows, page.features, shareOfOnes(shown, 0, 1));
  /** @type {Record<string, number[]>} */
  const shares = {};
  for (let bit = 0; bit < plan.bpw; bit++) {
    const field = formatOf(plan).fieldOf(bit) ?? "";
    (shares[field] ??= []).push(shareOfOnes(shown, bit, plan.bpw));
  }
  const parts = fields.map(
    ([field]) => /** @type {[string, number]} */ ([BITS.fields[field], mean(shares[field])]),
  );
  return WORDS.onesOfParts(rows, page.features, parts);
}

/** @param {import("./shown_weights.js").ShownWeights} weights */
function words({ plan, layer, bytes }) {
  const padding = layer.wordsPerRow * 32 - layer.features * plan.bpw;
  const first = readWord(bytes, wordStart(plan, layer, 0), wordBits(plan, layer, 0));
  return WORDS.words(layer.words, layer.wordsPerRow, padding, first);
}

/**
 * @param {string} view @param {import("./shown_weights.js").ShownWeights} weights @param {number | null} flips since the last frame
 */
export function viewText(view, weights, flips) {
  const what = view === "neuron" ? neurons(weights) : view === "bit" ? bits(weights) : words(weights);
  if (weights.reference) return WORDS.compared(what, weights.differences);
  return flips ? WORDS.changed(what, flips) : what;
}
