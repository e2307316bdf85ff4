/** Which view all networks show. */

import { freshId, h } from "../shared/dom.js";
import { VIEWS } from "../views/index.js";

/** @param {string} name @param {(view: import("../views/view.js").View) => void} changed */
export function createViewChoice(name, changed) {
  const group = freshId("view");
  let view = VIEWS[0];
  const element = h(
    "div",
    { class: "bm-segments", role: "radiogroup", "aria-label": "View", "data-testid": `${name}-view` },
    ...VIEWS.map((each) => {
      const id = freshId("view");
      const input = h("input", { type: "radio", name: group, id, "data-testid": `${name}-view-${each.id}` });
      input.checked = each === view;
      input.addEventListener("change", () => {
        view = each;
        changed(each);
      });
      return h("span", input, h("label", { for: id }, each.title));
    }),
  );
  return { element, view: () => view };
}
