/** What every widget says, in one table, so that a translation would be a file. */

export const WORDS = {
  close: "Close",
  /** @param {string} what a question mark explains */
  about: (what) => `About ${what}`,
  question: "Do the bits decide?",
  /** What the images of a data set are called. */
  digits: { noun: "digit", nouns: "digits", aNoun: "a digit" },
  images: { noun: "image", nouns: "images", aNoun: "an image" },
  /** @param {string} name */
  handwritten: (name) => `handwritten ${name}`,
  /** @param {string} name */
  imageOf: (name) => `image of class ${name}`,
  /** @param {string} name */
  digit: (name) => `a ${name}`,
  /** @param {string} name */
  quoted: (name) => `\u201c${name}\u201d`,
};
