/**
 * What the engine itself says to a reader, in one table, so that a translation would be a file. What its sessions say is
 * beside their code, word for word as in Python.
 */

export const WORDS = {
  tooOld:
    "This browser cannot train networks: it lacks WebAssembly SIMD. Chrome or Edge from version 91, Firefox from 89 and " +
    "Safari from 16.4 have it.",
  noAnswer: "it does not answer",
  /** @param {string} why */
  stopped: (why) => `Training has stopped (${why}). Reload the page to begin anew.`,
  /** @param {string} why "" if that is not known */
  ended: (why) =>
    `Training ended ${why === "" ? "too early, perhaps because memory ran out" : `(${why})`}. What was finished is ` +
    "kept: press the button again to go on from there.",

  /** @param {string} label of a data set @param {number} bytes */
  loading: (label, bytes) => `loading ${label} (${(bytes / 1e6).toFixed(1)} MB)`,
  /** @param {string} why */
  notLoaded: (why) => `The images could not be loaded: ${why}.`,
  arrivedDamaged: "a part of them arrived damaged; try again",
  /** @param {number} status */
  answered: (status) => `the server answered ${status} for a part of them; try again later`,
  /** @param {number} seconds */
  silent: (seconds) => `nothing arrived for ${seconds} seconds; check the connection and try again`,
  unreachable: "the server cannot be reached; check the connection and try again",
  /** @param {string} why */
  notReadable: (why) => `The images in this page cannot be read: ${why}; download the page again.`,
  damaged: "a part of them is damaged",
  /** @param {string} file @param {string} why */
  notUnpacked: (file, why) => `The images in ${file} cannot be unpacked (${why}); try a newer browser.`,
};
