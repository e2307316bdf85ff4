/** What sharing says, in one table, so that a translation would be a file. */

export const WORDS = {
  share: "Share",
  title: "Share what you see",
  about:
    "The link opens exactly what is on your screen: the page trains the same network again, from the same seed and " +
    "on the same examples, up to this point. Nothing is uploaded.",
  link: "Link",
  copy: "Copy link",
  picture: "Download picture",
  copied: "Copied.",
  notCopied: "The browser does not allow it. The link is selected: copy it with Ctrl+C or \u2318C.",
  /** @param {string} file */
  saved: (file) => `Saved as ${file}.`,
  noPicture: "The browser could not make a picture.",
  /** @param {string[]} what */
  leftOut: (what) => `This link leaves out ${what.join("; ")}.`,
  different:
    "These weights differ slightly from those that the link was made with: the digits, the version or the processor is another.",
};
