/** How results are written. Pure functions. */

/** Keep a number and its unit on one line. @param {string} text */
export function tidy(text) {
  return text.replaceAll(" %", "\u00a0%").replaceAll(" points", "\u00a0points");
}

/** @param {number | null | undefined} share 0..1 as "78.9" */
export function points(share) {
  return share === null || share === undefined ? "–" : (share * 100).toFixed(1).replace("-", "\u2212");
}

/** @param {Record<string, unknown>} options chosen or set, for a reader: "learning rate 0.1, bits 1" */
export function optionWords(options) {
  return Object.entries(options)
    .map(([name, value]) => `${name.replaceAll("_", " ")} ${value}`)
    .join(", ");
}
