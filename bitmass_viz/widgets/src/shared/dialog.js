/** A button that opens a dialog, and the dialog. */

import { button, freshId, h } from "./dom.js";
import { WORDS } from "./words.js";

/**
 * @param {string} name of the button's test id @param {string} label on the button @param {string} heading
 * @param {() => void} opening is called before it is shown @param {...Node} content
 */
export function createDialog(name, label, heading, opening, ...content) {
  const title = freshId(name);
  const dialog = h(
    "dialog",
    { class: "bm-dialog", "aria-labelledby": title, "data-testid": `${name}-dialog` },
    h("h2", { id: title }, heading),
    ...content,
    h(
      "div",
      { class: "bm-row" },
      button({}, () => dialog.close(), WORDS.close),
    ),
  );
  const open = () => {
    opening();
    dialog.showModal();
  };
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog) dialog.close();
  });
  // Around the dialog, Space and Escape have another meaning.
  dialog.addEventListener("keydown", (event) => event.stopPropagation());
  const opener = { class: "bm-button bm-small", "data-testid": name, "aria-haspopup": "dialog" };
  return h("div", { class: "bm-opener" }, button(opener, open, label), dialog);
}
