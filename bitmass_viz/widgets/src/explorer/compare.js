/** Pin a snapshot, and see in every other one which bits differ from it. */

import { button, setText } from "../shared/dom.js";
import { counted } from "../shared/numbers.js";

/** @param {import("../training/store.js").Store} store @param {import("../views/shown_weights.js").ShownWeights} weights */
export function createCompare(store, weights) {
  const element = button(
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
    element.setAttribute("aria-pressed", String(compared !== null));
    element.title = compared
      ? `Compared with the moment after ${counted(compared.examples, "example", "examples")}; press to end that`
      : "Keep this moment: at every other, what differs from it will glow";
    setText(element, compared ? "Comparing" : "Compare");
  }
  show();
  return { element };
}
