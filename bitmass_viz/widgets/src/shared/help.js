/** A question mark that explains what stands beside it, by pointer, by keyboard focus, or by tap. */

import { freshId, h } from "./dom.js";
import { WORDS } from "./words.js";

/** Least distance from the widget's edges in CSS pixels. */
const EDGE = 8;

/** @param {string} about what it explains, as it is labelled @param {...string} lines */
export function createHelp(about, ...lines) {
  const id = freshId("help");
  const tip = h("span", { class: "bm-tip", role: "tooltip", id, hidden: true });
  tip.append(...lines.map((line) => h("span", line)));
  const ask = h(
    "button",
    { type: "button", class: "bm-why", "aria-label": WORDS.about(about), "aria-describedby": id },
    "?",
  );
  const element = h("span", { class: "bm-help" }, ask, tip);

  function show() {
    tip.hidden = false;
    tip.style.left = "0";
    const { left, right } = tip.getBoundingClientRect();
    const edges = (element.closest(".bm-widget") ?? document.body).getBoundingClientRect();
    const over = Math.max(0, right + EDGE - edges.right);
    tip.style.left = `${-Math.min(over, left - edges.left - EDGE)}px`;
    document.addEventListener("pointerdown", hideElsewhere);
  }

  function hide() {
    tip.hidden = true;
    document.removeEventListener("pointerdown", hideElsewhere);
  }

  /** @param {Event} event */
  function hideElsewhere(event) {
    if (!event.composedPath().includes(element)) hide();
  }

  element.addEventListener("pointerenter", ({ pointerType }) => pointerType === "mouse" && show());
  element.addEventListener("pointerleave", ({ pointerType }) => pointerType === "mouse" && hide());
  ask.addEventListener("focus", show);
  ask.addEventListener("blur", hide);
  // A tap focuses no button in Safari.
  ask.addEventListener("click", show);
  ask.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || tip.hidden) return;
    event.stopPropagation();
    hide();
  });
  return element;
}
