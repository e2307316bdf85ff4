/** What the reader guessed, kept as long as the tab is open, so that it is still there after Reload and Back. */

import { isOurPage } from "./dom.js";

const key = (/** @type {string} */ question) => `bitmass-guess ${question}`;

/** @param {string} question @returns {any} the guess that was made before; null if there is none */
export function recallGuess(question) {
  try {
    return isOurPage() ? JSON.parse(sessionStorage.getItem(key(question)) ?? "null") : null;
  } catch {
    return null;
  }
}

/** @param {string} question @param {unknown} guess */
export function keepGuess(question, guess) {
  try {
    if (isOurPage()) sessionStorage.setItem(key(question), JSON.stringify(guess));
  } catch {
    // Where nothing may be kept, it holds until the page is loaded again.
  }
}
