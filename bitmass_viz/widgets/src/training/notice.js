/** A line for messages of the kernel or the page. */

import { h, setText } from "../shared/dom.js";

/** @param {Record<string, string>} [attributes] */
export function createNotice(attributes = {}) {
  const element = h("p", { class: "bm-notice", role: "status", hidden: true, ...attributes });
  return {
    element,
    /** @param {{text?: string, level?: string}} notice */
    show({ text = "", level = "info" }) {
      element.setAttribute("role", level === "error" ? "alert" : "status");
      element.classList.toggle("bm-error", level === "error");
      element.hidden = text === "";
      setText(element, text);
    },
  };
}
