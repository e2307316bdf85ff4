/** What depends on how a weight is stored: as one bit, or as a float32 of 32. Nothing outside `bits/` asks for the number. */

import { signed } from "../shared/numbers.js";
import { LANES, WORD_BITS } from "./address.js";
import { floatOf, readWord } from "./decode.js";

/** @typedef {Pick<import("./address.js").Plan, "bpw">} Format bits per weight */

/** @param {Format} format */
export const isOneBit = ({ bpw }) => bpw === 1;

/** @param {Format} format */
export const isFloat32 = ({ bpw }) => bpw === WORD_BITS;

/**
 * Which part of a float32 a bit belongs to; null in other formats.
 * @param {Format} format @param {number} bit
 * @returns {"sign" | "exponent" | "mantissa" | null}
 */
export function fieldOf(format, bit) {
  if (!isFloat32(format)) return null;
  if (bit === 31) return "sign";
  return bit >= 23 ? "exponent" : "mantissa";
}

/** How many hidden units make a block of the page: a container of binary units, or a float unit. @param {Format} format */
export const unitsPerBlock = (format) => (isOneBit(format) ? LANES : 1);

/** What a block is called in front of its number. @param {Format} format */
export const blockName = (format) => (isOneBit(format) ? "container" : "unit");

/** @param {Format} format @param {{firstBlock: number, blocks: number, allBlocks: number}} page */
export function blocksText(format, { firstBlock, blocks, allBlocks }) {
  return `${blockName(format)}s ${firstBlock}\u2013${firstBlock + blocks - 1} of ${allBlocks}`;
}

/** What is marked when a reader points at a weight: the single bit that it has, or all of a float. @param {Format} format */
export const extentOfWeight = (format) => (isOneBit(format) ? "bit" : "weight");

/** @param {Format} format @param {Uint8Array} bytes @param {number} start first stream bit of the weight */
export function valueText(format, bytes, start) {
  if (isOneBit(format)) return readWord(bytes, start, 1) === 1 ? "+1" : "\u22121";
  return signed(floatOf(readWord(bytes, start, WORD_BITS)));
}
