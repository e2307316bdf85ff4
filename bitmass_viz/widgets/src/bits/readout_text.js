/** An address in words: the readout, and the JSON on the explorer's root. */

import { WORD_BITS, streamStart, wordBits, wordStart } from "./address.js";
import { formatOf } from "./number_format.js";
import { readWord } from "./decode.js";
import { grouped, hex } from "../shared/numbers.js";
import { WORDS } from "./words.js";

/**
 * @typedef {import("./address.js").Plan} Plan
 * @typedef {import("./address.js").Layer} Layer
 * @typedef {import("./address.js").Address} Address
 */

/** The entries of the readout, in order; `describe` has a text for each. */
export const ENTRIES = /** @type {const} */ ([
  "unit",
  "feature",
  "word",
  "byte",
  "value",
  "layer",
  "hex",
  "bit",
]);

/** @param {Plan} plan @param {number} unit a hidden unit */
function hiddenName(plan, unit) {
  const { units } = formatOf(plan);
  return units === 1 ? WORDS.hidden(unit) : WORDS.hiddenAt(unit, Math.floor(unit / units), unit % units);
}

/**
 * @param {Plan} plan @param {Layer} layer @param {number} feature @param {number} columns of the image
 */
function featureName(plan, layer, feature, columns) {
  if (layer.index > 0) return hiddenName(plan, feature);
  return WORDS.pixel(feature, Math.floor(feature / columns), feature % columns);
}

/**
 * @param {Plan} plan @param {Layer} layer @param {Uint8Array} bytes the frame @param {number} columns of the image
 * @param {import("../shared/class_names.js").ClassNames} classes @param {Address} address @param {"bit" | "weight" | "word"} extent
 * @returns {Record<typeof ENTRIES[number], string>}
 */
export function describe(plan, layer, bytes, columns, classes, address, extent) {
  const word = readWord(bytes, wordStart(plan, layer, address.word), wordBits(plan, layer, address.word));
  const common = {
    layer: WORDS.layers[layer.index],
    unit: layer.index === 0 ? hiddenName(plan, address.unit) : WORDS.class(classes.name(address.unit)),
    hex: `0x${hex(word)}`,
  };
  if ("padding" in address) {
    return {
      ...common,
      feature: WORDS.noFeature,
      bit: WORDS.padding,
      word: WORDS.word(address.word, WORDS.bit(address.bitInWord)),
      byte: WORDS.noByte,
      value: WORDS.noValue,
    };
  }
  const format = formatOf(plan);
  const whole = extent === "weight";
  const start = streamStart(plan, layer, address.unit, address.feature);
  const bit = readWord(bytes, address.streamBit, 1);
  return {
    ...common,
    feature: featureName(plan, layer, address.feature, columns),
    bit: whole ? WORDS.allBits(plan.bpw) : format.bitText(bit, address.bit),
    word: WORDS.word(address.word, wordPart(plan, address, whole)),
    byte: whole ? bytesText(start, start + plan.bpw - 1) : grouped(address.byte),
    value: format.fields.length ? format.wordText(word, WORD_BITS) : format.text(bytes, start),
  };
}

/** @param {Plan} plan @param {import("./address.js").WeightAddress} address @param {boolean} whole */
function wordPart({ bpw }, { bit, bitInWord }, whole) {
  if (!whole) return WORDS.bit(bitInWord);
  if (bpw === WORD_BITS) return WORDS.whole;
  const first = bitInWord - bit;
  return WORDS.bits(first, first + bpw - 1);
}

/** @param {number} first stream bit @param {number} last */
function bytesText(first, last) {
  const [from, to] = [first, last].map((bit) => Math.floor(bit / 8));
  return WORDS.bytes(from, to);
}

/** The address as JSON for `data-selection`; empty when nothing is marked. @param {import("../bits/address.js").Mark | null} mark */
export function selectionJson(mark) {
  if (!mark) return "";
  if ("padding" in mark.address) return JSON.stringify(mark.address);
  const { streamBit: _streamBit, ...address } = mark.address;
  return JSON.stringify({ ...address, extent: mark.extent });
}
