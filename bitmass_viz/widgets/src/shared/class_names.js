/** What the classes of a data set are called: digits, or names such as "ankle boot". */

import { WORDS } from "./words.js";

/** Characters of a short form. */
const SHORT = 10;

/** @param {string[]} names of the classes from 0; a class without one goes by its number */
export function createClassNames(names = [..."0123456789"]) {
  const areDigits = names.every((name, k) => name === String(k));
  const name = (/** @type {number} */ k) => names[k] ?? String(k);
  return {
    areDigits,
    name,
    /** A name where there is little room. @param {number} k */
    short: (k) => (name(k).length > SHORT ? `${name(k).slice(0, SHORT - 1)}\u2026` : name(k)),
    /** The beginning of a name where there is hardly any room. @param {number} k @param {number} most characters */
    beginning: (k, most) => name(k).slice(0, most),
    ...(areDigits ? WORDS.digits : WORDS.images),
    /** A picture of a class, for readers who do not see it. @param {number} k */
    picture: (k) => (areDigits ? WORDS.handwritten : WORDS.imageOf)(name(k)),
    /** A class by itself. @param {number} k */
    alone: (k) => (areDigits ? WORDS.digit(name(k)) : name(k)),
    /** A class within a sentence. @param {number} k */
    one: (k) => (areDigits ? WORDS.digit : WORDS.quoted)(name(k)),
  };
}

/** @typedef {ReturnType<typeof createClassNames>} ClassNames */

export const DIGIT_NAMES = createClassNames();
