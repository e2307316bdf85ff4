/**
 * Cards that explain citations: pointing at a citation, focusing it or tapping it shows what it cites. The text is in
 * the page, hidden beside each citation (`common/article.py`), so that it needs neither kernel nor network.
 */

import { h } from "../shared/dom.js";
import { WORDS } from "./words.js";

const SHOW_MS = 120;
const HIDE_MS = 250;
/** Between a citation and its card, and between the card and the edges of the screen, in CSS pixels. */
const GAP = 6;
const EDGE = 8;

/** Show the page's citations, also those that come later. */
export function explainCitations() {
  // At the end of the page, where no part that clips or contains its content can cut it off.
  const card = h("div", { class: "cite-shown", "data-testid": "citation", hidden: true });
  document.body.append(card);
  /** @type {HTMLAnchorElement | null} */
  let cited = null;
  let timer = 0;
  let isTouch = false;
  /** What the pointer was moved onto last. @type {Element | null} */
  let pointedAt = null;

  /** @param {EventTarget | null} target @returns {HTMLAnchorElement | null} the citation that it is in */
  const citationAt = (target) => (target instanceof Element ? target.closest("a.cite") : null);
  /** @param {number} ms @param {() => void} act */
  const later = (ms, act) => {
    clearTimeout(timer);
    timer = setTimeout(act, ms);
  };

  /** @param {HTMLAnchorElement} citation */
  function show(citation) {
    clearTimeout(timer);
    cited = citation;
    const text = document.getElementById(citation.getAttribute("aria-describedby") ?? "");
    const to = citation.getAttribute("href") ?? "";
    const words = to.startsWith("#") ? WORDS.more : to.replace(/^https?:\/\//, "");
    // The citation itself leads there, too, so that the keyboard need not come here.
    const link = h("a", { href: to, tabindex: "-1" }, words);
    if (citation.target) Object.assign(link, { target: citation.target, rel: citation.rel });
    card.replaceChildren(...(text?.cloneNode(true).childNodes ?? []), " ", link);
    card.hidden = false;
    place();
  }

  function hide() {
    clearTimeout(timer);
    cited = null;
    card.hidden = true;
  }

  /** Below the citation, or above it where there is no room below. */
  function place() {
    if (!cited) return;
    const [line] = cited.getClientRects();
    if (!line || line.bottom < 0 || line.top > innerHeight) return hide();
    const { width, height } = card.getBoundingClientRect();
    const below = line.bottom + GAP;
    const top = below + height + EDGE <= innerHeight ? below : Math.max(EDGE, line.top - GAP - height);
    const left = Math.max(EDGE, Math.min(line.left, document.documentElement.clientWidth - width - EDGE));
    card.style.transform = `translate(${left}px, ${top}px)`;
  }

  // Not "pointerover": a page that scrolls below a pointer at rest asks for nothing.
  document.addEventListener("pointermove", ({ target, pointerType }) => {
    const citation = citationAt(target);
    const pointed = citation ?? (card.contains(/** @type {Node} */ (target)) ? card : null);
    if (pointerType === "touch" || pointed === pointedAt) return;
    pointedAt = pointed;
    if (citation && citation !== cited) later(SHOW_MS, () => show(citation));
    else if (!pointed && cited && document.activeElement !== cited) later(HIDE_MS, hide);
    else clearTimeout(timer);
  });
  document.addEventListener("focusin", ({ target }) => {
    const citation = citationAt(target);
    if (citation?.matches(":focus-visible")) show(citation);
  });
  document.addEventListener("focusout", ({ relatedTarget }) => {
    if (cited && !card.contains(/** @type {Node | null} */ (relatedTarget))) later(HIDE_MS, hide);
  });
  document.addEventListener(
    "pointerdown",
    ({ target, pointerType }) => {
      isTouch = pointerType === "touch";
      if (!card.contains(/** @type {Node} */ (target)) && citationAt(target) !== cited) hide();
    },
    true,
  );
  document.addEventListener(
    "click",
    (event) => {
      const citation = citationAt(event.target);
      // A finger cannot point: its first tap shows, and the next one, or the card's link, leads on.
      if (citation && isTouch && citation !== cited) {
        event.preventDefault();
        show(citation);
      } else if (card.contains(/** @type {Node} */ (event.target))) hide();
    },
    true,
  );
  document.addEventListener("keydown", ({ key }) => {
    isTouch = false;
    if (key === "Escape") hide();
  });
  document.addEventListener("scroll", place, { capture: true, passive: true });
  window.addEventListener("resize", place);
}
