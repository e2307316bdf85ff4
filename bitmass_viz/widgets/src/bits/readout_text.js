/** An address in words: the readout, and the JSON on the explorer's root. */

import { fieldOf, isOneBit, valueText } from "./number_format.js";
import { LANES, streamStart, wordBits, wordStart } from "./address.js";
import { readWord } from "./decode.js";
import { grouped, hex } from "../shared/numbers.js";

/**
 * @typedef {import("./address.js").Plan} Plan
 * @typedef {import("./address.js").Layer} Layer
 * @typedef {import("./address.js").Address} Address
 */

/** The entries of the readout, in order; `describe` has a text for each. */
export const ENTRIES = /** @type {const} */ ([
  "layer",
  "unit",
  "feature",
  "bit",
  "word",
  "byte",
  "hex",
  "value",
]);

/** @param {Plan} plan @param {number} unit a hidden unit */
function hiddenName(plan, unit) {
  if (!isOneBit(plan)) return `hidden unit ${unit}`;
  return `hidden ${unit} (container ${Math.floor(unit / LANES)}, lane ${unit % LANES})`;
}

/**
 * @param {Plan} plan @param {Layer} layer @param {number} feature @param {number} columns of the image
 */
function featureName(plan, layer, feature, columns) {
  if (layer.index > 0) return hiddenName(plan, feature);
  return `pixel ${feature}: row ${Math.floor(feature / columns)}, column ${feature % columns}`;
}

/**
 * @param {Plan} plan @param {Layer} layer @param {Uint8Array} bytes the frame @param {number} columns of the image
 * @param {Address} address @param {"bit" | "weight" | "word"} extent
 * @returns {Record<typeof ENTRIES[number], string>}
 */
export function describe(plan, layer, bytes, columns, address, extent) {
  const word = readWord(bytes, wordStart(plan, layer, address.word), wordBits(plan, layer, address.word));
  const common = {
    layer: layer.index === 0 ? "W0: pixels to hidden units" : "W1: hidden units to classes",
    unit: layer.index === 0 ? hiddenName(plan, address.unit) : `class ${address.unit}`,
    hex: `0x${hex(word)}`,
  };
  if ("padding" in address) {
    return {
      ...common,
      feature: "none: the row has ended",
      bit: "padding",
      word: `${grouped(address.word)}, bit ${address.bitInWord}`,
      byte: "none: padding is not in the bit-mass",
      value: "always 0",
    };
  }
  const field = fieldOf(plan, address.bit);
  const whole = extent === "weight";
  const start = streamStart(plan, layer, address.unit, address.feature);
  const bit = readWord(bytes, address.streamBit, 1);
  return {
    ...common,
    feature: featureName(plan, layer, address.feature, columns),
    bit:
      field === null
        ? `${bit}, the weight's only bit`
        : whole
          ? "all 32 bits"
          : `${bit}, bit ${address.bit}: ${field}`,
    word: `${grouped(address.word)}, ${whole ? "whole" : `bit ${address.bitInWord}`}`,
    byte: whole ? `${grouped(start / 8)} to ${grouped(start / 8 + 3)}` : `${grouped(address.byte)}`,
    value: valueText(plan, bytes, start),
  };
}

/** @param {Record<string, string>} text */
export function sentence(text) {
  return `${text.layer}. ${text.unit}, ${text.feature}. Bit ${text.bit}. Word ${text.word}, ${text.hex}. Byte ${text.byte}. Value ${text.value}.`;
}

/** The address as JSON for `data-selection`; empty when nothing is marked. @param {import("../bits/address.js").Mark | null} mark */
export function selectionJson(mark) {
  if (!mark) return "";
  if ("padding" in mark.address) return JSON.stringify(mark.address);
  const { streamBit: _streamBit, ...address } = mark.address;
  return JSON.stringify({ ...address, extent: mark.extent });
}

/**
 * A float32 written as the product that its fields encode.
 * @param {number} word
 * @returns {string}
 */
export function factors(word) {
  const sign = word >>> 31 ? "\u2212" : "+";
  const exponent = (word >>> 23) & 255;
  const mantissa = word & 0x7fffff;
  if (exponent === 255) return mantissa ? "not a number" : `${sign}\u221e`;
  if (exponent === 0 && mantissa === 0) return `${sign}0`;
  const power = exponent === 0 ? -126 : exponent - 127;
  const fraction = (exponent === 0 ? 0 : 1) + mantissa / 2 ** 23;
  return `${sign}${fraction.toFixed(5)} × 2^${power < 0 ? "\u2212" : ""}${Math.abs(power)}`;
}
