/** Keep a moment, and see at every other one which bits differ from it. */

import { h, setText } from "../shared/dom.js";
import { counted } from "../shared/numbers.js";

/** @param {import("../training/store.js").Store} store @param {import("../views/shown_weights.js").ShownWeights} weights */
export function createCompare(store, weights) {
  const button = h("button", {
    type: "button",
    class: "bm-button bm-small",
    "data-testid": "keep",
    "aria-pressed": "false",
  });
  button.addEventListener("click", () => {
    const { status, kept } = store.state;
    if (kept) store.set({ kept: null });
    else if (status && weights.ready) {
      const examples = status.position_examples ?? status.examples;
      store.set({ kept: { examples, bytes: weights.bytes.slice() } });
    }
  });

  store.on(["kept"], show);
  function show() {
    const { kept } = store.state;
    button.setAttribute("aria-pressed", String(kept !== null));
    button.title = kept
      ? `Compared with the moment after ${counted(kept.examples, "example", "examples")}; press to end that`
      : "Keep this moment: at every other, what differs from it will glow";
    setText(button, kept ? "Comparing" : "Compare");
  }
  show();
  return { element: button };
}
