/** The button that shows what is not needed at every moment, and what it shows. */

import { button, freshId, h } from "../shared/dom.js";
import { WORDS as TRAINING } from "../training/words.js";

/** Whether the reader has opened it on this page: an explorer that is shown again opens as it was. */
let isOpen = false;

/** @param {...Node} content */
export function createSettings(...content) {
  const id = freshId("settings");
  const element = h(
    "div",
    { class: "bm-more", id, role: "region", "aria-label": TRAINING.settings, hidden: !isOpen },
    ...content,
  );
  const opener = button(
    {
      class: "bm-button bm-settings-button",
      "data-testid": "settings",
      "aria-expanded": String(isOpen),
      "aria-controls": id,
    },
    () => set(!isOpen),
    TRAINING.settings,
  );

  /** @param {boolean} open */
  function set(open) {
    isOpen = open;
    element.hidden = !open;
    opener.setAttribute("aria-expanded", String(open));
  }
  return { element, opener, open: () => set(true) };
}
