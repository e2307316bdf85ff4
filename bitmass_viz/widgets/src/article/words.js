/** What the page around the widgets says, in one table, so that a translation would be a file. Its text is the notebook's. */

export const WORDS = {
  more: "More about it",
  contents: "Contents",
};
