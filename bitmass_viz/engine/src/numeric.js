/** Numbers and values as Python checks and words them, so that both hosts refuse the same with the same sentence. */

/** @param {unknown} value @returns {number | null} a whole number; null for anything else */
export const asWhole = (value) => (Number.isInteger(value) ? /** @type {number} */ (value) : null);

/** @param {number} number @returns {string} with commas between thousands */
export const grouped = (number) => number.toLocaleString("en-US");

/** @param {number} low @param {number} high */
export const wholeBetween = (low, high) => `a whole number between ${grouped(low)} and ${grouped(high)}`;

/** @param {number} low @param {number} high */
export const realBetween = (low, high) => `a number between ${general(low)} and ${general(high)}`;

/**
 * Return a whole number from low to high, inclusive.
 * @param {string} name @param {unknown} value @param {number} low @param {number} high
 * @throws {RangeError} if it is not one
 */
export function whole(name, value, low, high) {
  const number = asWhole(value);
  if (number === null || number < low || number > high)
    throw new RangeError(`${name} must be ${wholeBetween(low, high)}, got ${shortened(value)}`);
  return number;
}

/**
 * Return a finite number from low to high, inclusive.
 * @param {string} name @param {unknown} value @param {number} low @param {number} high
 * @throws {RangeError} if it is not one
 */
export function real(name, value, low, high) {
  if (typeof value !== "number" || !(low <= value && value <= high))
    throw new RangeError(`${name} must be ${realBetween(low, high)}, got ${shortened(value)}`);
  return value;
}

/** @param {unknown} value @param {number} [length] @returns {string} what Python would write for a value of JSON */
export const shortened = (value, length = 80) => [...written(value)].slice(0, length).join("");

/** @param {unknown} value @returns {string} */
function written(value) {
  if (value === null || value === undefined) return "None";
  if (typeof value === "boolean") return value ? "True" : "False";
  if (typeof value === "number") return pythonNumber(value);
  if (Array.isArray(value)) return `[${value.map(written).join(", ")}]`;
  if (typeof value === "object")
    return `{${Object.entries(value)
      .map(([key, part]) => `${written(key)}: ${written(part)}`)
      .join(", ")}}`;
  const text = String(value).replaceAll("\\", "\\\\").replaceAll("\n", "\\n").replaceAll("\t", "\\t");
  return text.includes("'") && !text.includes('"') ? `"${text}"` : `'${text.replaceAll("'", "\\'")}'`;
}

/** @param {number} value */
function pythonNumber(value) {
  if (Number.isInteger(value)) return BigInt(value).toString();
  const size = Math.abs(value);
  return size < 1e-4 ? withExponent(value.toExponential()) : String(value);
}

/** Python's format "g": six digits. @param {number} value */
export function general(value) {
  const number = Number(value.toPrecision(6));
  const size = Math.abs(number);
  return number !== 0 && (size < 1e-4 || size >= 1e6) ? withExponent(number.toExponential()) : String(number);
}

/** An exponent has two digits at least. @param {string} text */
const withExponent = (text) => text.replace(/e([+-])(\d)$/, "e$10$2");
