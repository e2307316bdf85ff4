/** The bar at the top of the article: which section the reader is in, all of them, and how far there is to go. */

import { h, setText } from "../shared/dom.js";
import { WORDS } from "./words.js";

/** Headings of the prose; widgets have some, too. */
const SECTIONS = "main :is(.prose, .jp-RenderedMarkdown) h2";
/** Headings closer to the top than this have been reached, in CSS pixels. */
const REACHED = 120;

/** @param {HTMLElement} bar with the contents, empty as yet */
export function followReading(bar) {
  const contents = /** @type {HTMLDetailsElement} */ (bar.querySelector("details"));
  const title = /** @type {HTMLElement} */ (contents.querySelector("summary > span"));
  const list = /** @type {HTMLElement} */ (contents.querySelector("ol"));
  const progress = /** @type {HTMLElement} */ (bar.querySelector(".progress"));
  let pending = 0;

  // Voilà sends its sections one by one, and scrolls within an element of its own.
  const sections = () => /** @type {HTMLElement[]} */ ([...document.querySelectorAll(SECTIONS)]);
  const scroller = () => document.getElementById("rendered_cells") ?? document.documentElement;
  const present = () => sections().findLast((section) => section.getBoundingClientRect().top < REACHED);

  function update() {
    pending = 0;
    const section = present();
    setText(title, section ? nameOf(section) : WORDS.contents);
    const { scrollTop, scrollHeight, clientHeight } = scroller();
    progress.style.transform = `scaleX(${Math.min(1, scrollTop / Math.max(1, scrollHeight - clientHeight))})`;
  }

  function fill() {
    if (!contents.open) return;
    const current = present();
    const links = sections().map((section) => {
      const link = h(
        "a",
        { href: `#${section.id}`, "aria-current": section === current && "true" },
        nameOf(section),
      );
      link.addEventListener("click", (event) => {
        event.preventDefault();
        contents.open = false;
        section.scrollIntoView();
        section.tabIndex = -1;
        section.focus({ preventScroll: true });
      });
      return h("li", link);
    });
    list.replaceChildren(...links);
  }

  contents.addEventListener("toggle", fill);
  bar.addEventListener("keydown", ({ key }) => {
    if (key !== "Escape" || !contents.open) return;
    contents.open = false;
    contents.querySelector("summary")?.focus();
  });
  document.addEventListener("pointerdown", ({ target }) => {
    if (!contents.contains(/** @type {Node} */ (target))) contents.open = false;
  });
  const later = () => (pending ||= requestAnimationFrame(update));
  document.addEventListener("scroll", later, { capture: true, passive: true });
  window.addEventListener("resize", later);
  update();
}

/** @param {HTMLElement} section its heading */
function nameOf(section) {
  const parts = [...section.childNodes].filter(
    (part) => !(part instanceof Element && part.matches(".anchor-link")),
  );
  return parts
    .map((part) => part.textContent)
    .join("")
    .trim();
}
