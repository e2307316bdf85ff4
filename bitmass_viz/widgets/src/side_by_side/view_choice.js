/** Which view all networks show. */

import { freshId, h } from "../shared/dom.js";
import { VIEWS } from "../views/index.js";
import { WORDS } from "./words.js";

/** @param {string} name @param {(view: import("../views/view.js").View) => void} changed */
export function createViewChoice(name, changed) {
  const group = freshId("view");
  let view = VIEWS[0];
  /** @type {HTMLInputElement[]} */
  const inputs = [];
  const element = h(
    "div",
    { class: "bm-segments", role: "radiogroup", "aria-label": WORDS.view, "data-testid": `${name}-view` },
    ...VIEWS.map((each) => {
      const id = freshId("view");
      const input = h("input", { type: "radio", name: group, id, "data-testid": `${name}-view-${each.id}` });
      input.checked = each === view;
      input.addEventListener("change", () => take(each));
      inputs.push(input);
      return h("span", input, h("label", { for: id }, each.title));
    }),
  );

  /** @param {import("../views/view.js").View} chosen */
  function take(chosen) {
    view = chosen;
    changed(chosen);
  }

  return {
    element,
    view: () => view,
    id: () => view.id,
    /** @param {string} id of a view; another one is ignored */
    choose(id) {
      const index = VIEWS.findIndex((each) => each.id === id);
      if (index < 0) return;
      inputs[index].checked = true;
      take(VIEWS[index]);
    },
  };
}
