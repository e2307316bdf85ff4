/** What every widget says, in one table, so that a translation would be a file. */

export const WORDS = {
  close: "Close",
  /** @param {string} what a question mark explains */
  about: (what) => `About ${what}`,
  question: "Do the bits decide?",
};
