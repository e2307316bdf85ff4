/** What a view shows, in words, for readers who do not see its canvas. */

import { formatOf } from "../bits/number_format.js";
import { wordBits, wordStart } from "../bits/address.js";
import { grouped, hex, percent } from "../shared/numbers.js";
import { readWord } from "../bits/decode.js";

/** @param {import("./shown_weights.js").ShownWeights} weights */
function whereOf({ plan, layer, page }) {
  const block = formatOf(plan).blocksText;
  const part =
    page.pages > 1
      ? `${page.firstBlock} to ${page.firstBlock + page.blocks - 1} of ${grouped(page.allBlocks)} ${block}`
      : `${grouped(page.allBlocks)} ${block}`;
  return layer.index === 0 ? part : `${layer.units} classes, each listening to ${part}`;
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
    const signs = `${percent(ones)} of the signs shown are +1`;
    if (layer.index > 0) return `${whereOf(weights)}. ${signs}.`;
    return `${whereOf(weights)}. ${signs}; on average a unit agrees with the first, or with its negative, in ${percent(similarity(weights))} of the pixels (50 % is chance).`;
  }
  let low = Infinity;
  let high = -Infinity;
  for (const value of values) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  const shown = weights.reference ? "differences from the pinned snapshot" : "weights shown";
  return `${whereOf(weights)}. The ${shown} go from ${formatOf(plan).short(low)} to ${formatOf(plan).short(high)}.`;
}

/** @param {import("./shown_weights.js").ShownWeights} weights */
function bits({ plan, page, cells }) {
  const shown = cells.subarray(0, page.units * page.features * plan.bpw);
  const size = `${grouped(page.units * plan.bpw)} rows of ${grouped(page.features)} bits`;
  const { fields } = formatOf(plan);
  if (fields.length === 0) return `${size}. ${percent(shareOfOnes(shown, 0, 1))} of them are ones.`;
  /** @type {Record<string, number[]>} */
  const shares = {};
  for (let bit = 0; bit < plan.bpw; bit++) {
    const field = formatOf(plan).fieldOf(bit) ?? "";
    (shares[field] ??= []).push(shareOfOnes(shown, bit, plan.bpw));
  }
  const parts = fields.map(([field]) => {
    const all = shares[field];
    return `${percent(all.reduce((a, b) => a + b, 0) / all.length)} of the ${field} bits`;
  });
  return `${size}. Ones are ${parts.join(", ")}.`;
}

/** @param {import("./shown_weights.js").ShownWeights} weights */
function words({ plan, layer, bytes }) {
  const padding = layer.wordsPerRow * 32 - layer.features * plan.bpw;
  const ends = padding ? `, the last of which ends in ${padding} bits of padding` : "";
  const first = readWord(bytes, wordStart(plan, layer, 0), wordBits(plan, layer, 0));
  return `${grouped(layer.words)} words of 32 bits, ${grouped(layer.wordsPerRow)} a row${ends}. The first is 0x${hex(first)}.`;
}

/**
 * @param {string} view @param {import("./shown_weights.js").ShownWeights} weights @param {number | null} flips since the last frame
 */
export function viewText(view, weights, flips) {
  const what = view === "neuron" ? neurons(weights) : view === "bit" ? bits(weights) : words(weights);
  if (weights.reference)
    return `${what} ${grouped(weights.differences)} bits of the whole network differ from the pinned snapshot.`;
  const flipped = flips ? ` ${grouped(flips)} bits of the whole network just flipped.` : "";
  return what + flipped;
}
