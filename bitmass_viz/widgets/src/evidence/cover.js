/** What was found stays covered while a question about it is open; a reader who does not want to guess lifts the cover. */

import { button, h } from "../shared/dom.js";
import { WORDS } from "./words.js";

/** @param {string} name of the experiment @param {HTMLElement} card @param {() => void} lift */
export function createCover(name, card, lift) {
  const show = button({ class: "bm-button", "data-testid": `show-${name}` }, lift, WORDS.showMe);
  const element = h("div", { class: "bm-cover" }, h("p", WORDS.covered), show);
  return {
    element,
    /** @param {boolean} covered */
    show(covered) {
      const focused = document.activeElement === show;
      card.toggleAttribute("data-covered", covered);
      if (covered || !focused) return;
      // The button that had the focus is gone.
      card.tabIndex = -1;
      card.focus({ preventScroll: true });
    },
  };
}
