/** Numbers as a reader should see them. */

const MINUS = "\u2212";
const GROUPED = new Intl.NumberFormat("en");

/** @param {number} n a whole number, grouped: 203,264 */
export function grouped(n) {
  return GROUPED.format(n);
}

/** @param {number | null | undefined} share 0..1, as a percentage with one decimal; a dash when unknown */
export function percent(share) {
  return share === null || share === undefined || Number.isNaN(share)
    ? "\u2014"
    : `${(share * 100).toFixed(1)} %`;
}

/** @param {number} word an unsigned 32-bit integer as eight hex digits */
export function hex(word) {
  return (word >>> 0).toString(16).toUpperCase().padStart(8, "0");
}

/** @param {number} value a float weight in four significant digits, with a real minus and a sign column */
export function signed(value) {
  if (Number.isNaN(value)) return "NaN";
  const size = Math.abs(value);
  const sign = value < 0 || Object.is(value, -0) ? MINUS : "+";
  if (size === 0 || size === Infinity) return `${sign}${size === 0 ? "0" : "\u221e"}`;
  const text = size >= 1e-3 && size < 1e5 ? size.toPrecision(4) : size.toExponential(3);
  return sign + text.replace("e-", `e${MINUS}`);
}

/** @param {number} epochs 0.256 → "0.26" */
export function epochs(epochs) {
  return epochs < 10 ? epochs.toFixed(2) : epochs.toFixed(1);
}

/** @param {number} n @param {string} one @param {string} many */
export function counted(n, one, many) {
  return `${grouped(n)} ${n === 1 ? one : many}`;
}

/** @param {number} examples on an axis: 50000 → "50k" */
export function compact(examples) {
  if (examples < 1000) return String(examples);
  if (examples < 1e6) return `${+(examples / 1000).toFixed(1)}k`;
  return `${+(examples / 1e6).toFixed(2)}M`;
}
