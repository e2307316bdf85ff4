/** Pin a snapshot, and see in every other one which bits differ from it. */

import { button, h, setText } from "../shared/dom.js";
import { createHelp } from "../shared/help.js";
import { WORDS } from "./words.js";

/** @param {import("../training/store.js").Store} store @param {import("../views/shown_weights.js").ShownWeights} weights */
export function createCompare(store, weights) {
  const keep = button(
    { class: "bm-button bm-small", "data-testid": "keep", "aria-pressed": "false" },
    toggle,
  );

  function toggle() {
    const { status, compared } = store.state;
    if (compared) store.set({ compared: null });
    else if (status && weights.ready) {
      store.set({ compared: { examples: status.examples, bytes: weights.bytes.slice() } });
    }
  }

  store.on(["compared"], show);
  function show() {
    const { compared } = store.state;
    keep.setAttribute("aria-pressed", String(compared !== null));
    if (compared) keep.title = WORDS.comparedWith(compared.examples);
    else keep.removeAttribute("title");
    setText(keep, compared ? WORDS.comparing : WORDS.compare);
  }
  show();
  const help = createHelp(WORDS.compare, WORDS.compareHelp, WORDS.compareMore);
  return { element: h("span", { class: "bm-compare" }, keep, help) };
}
