/** Tables that stay tables for screen readers when the style sheet stacks them. */

import { h } from "../shared/dom.js";

/** A cell of a table that stays one for screen readers when the style sheet stacks it. @param {string} label */
export function cell(label, /** @type {Record<string, string>} */ attributes = {}) {
  return h("td", { role: "cell", "data-label": label, ...attributes });
}

/** @param {string} text @param {string | null} note */
export function rowHead(text, note = null) {
  return h("th", { scope: "row", role: "rowheader" }, h("b", text), ...(note ? [" ", h("small", note)] : []));
}

/** @param {...Node} cells */
export function row(...cells) {
  return h("tr", { role: "row" }, ...cells);
}

/** @param {HTMLElement} caption @param {string[]} names @param {HTMLElement[]} groups tbody and tfoot */
export function table(caption, names, ...groups) {
  const heads = names.map((name) => h("th", { scope: "col", role: "columnheader" }, name));
  return h(
    "table",
    { role: "table" },
    caption,
    h("thead", { role: "rowgroup" }, row(...heads)),
    ...groups.map((group) => {
      group.setAttribute("role", "rowgroup");
      return group;
    }),
  );
}
