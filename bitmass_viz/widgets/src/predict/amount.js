/** Numbers written as the kernel writes them. */

import { compact } from "../shared/numbers.js";

const MINUS = "\u2212";
const PLAIN = new Intl.NumberFormat("en", { maximumSignificantDigits: 15 });
/** Up to here a tick is short enough when written out. */
const WRITTEN_OUT = 10_000;

/** @param {number} value @param {number} decimals @param {string} [unit] 203,264 bits */
export function amount(value, decimals, unit = "") {
  const digits = { minimumFractionDigits: decimals, maximumFractionDigits: decimals };
  const size = new Intl.NumberFormat("en", digits).format(Math.abs(value));
  const sign = value < 0 && /[1-9]/.test(size) ? MINUS : "";
  return sign + size + (unit && `\u00a0${unit}`);
}

/** @param {number} value with all the digits that it has: 0.25, 1,024 @param {string} [unit] */
export function plain(value, unit = "") {
  const size = Math.abs(value);
  const text = size !== 0 && (size < 1e-6 || size >= 1e15) ? String(value) : PLAIN.format(value);
  return text.replaceAll("-", MINUS) + (unit && `\u00a0${unit}`);
}

/** @param {number} value on an axis: 200000 → "200k", but 1024 → "1,024" */
export function short(value) {
  const size = Math.abs(value);
  if (size < WRITTEN_OUT || size % 100 !== 0) return plain(value);
  return (value < 0 ? MINUS : "") + compact(size);
}

/** @param {number} value @param {number} decimals @param {number} low @param {number} high */
export function allowed(value, decimals, low, high) {
  return Math.min(high, Math.max(low, +value.toFixed(decimals)));
}
