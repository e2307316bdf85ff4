/**
 * The tour: a button, a line that offers it on a first visit, and a card that points at the real controls and waits for
 * the reader. It reads layout only when a step begins and when an element changes its size.
 */

import { button, freshId, h, setText } from "../shared/dom.js";
import { readLink } from "../permalink/permalink.js";
import { shownMark } from "../training/store.js";
import { positionCard } from "./card_position.js";
import { STEPS } from "./steps.js";
import { createWalkthrough } from "./walkthrough.js";
import { WORDS } from "./words.js";

/** In the browser's storage: "offered" once the reader has answered, "done" once they have seen the end. */
const MEMORY = "bitmass-tour";
/** Up to this width of the explorer (as in the style sheet) the card lies at an edge of the screen. */
const NARROW = 760;
/** CSS pixels between the card, its target and the edges of the screen. */
const MARGIN = 8;
/** Scroll to the target again if the layout changes this soon after a step began. */
const SETTLING_MS = 2000;
const OPERABLE = ":is(button, select, input, canvas):not(:disabled)";

/** @returns {string | null} */
function recall() {
  try {
    return localStorage.getItem(MEMORY);
  } catch {
    return null;
  }
}

/** @param {"offered" | "done"} what */
function remember(what) {
  try {
    if (recall() !== "done") localStorage.setItem(MEMORY, what);
  } catch {
    // Storage is denied: the tour will be offered again.
  }
}

/** A first visit, without a link, where no other explorer on the page has offered the tour. */
function isNewHere() {
  return (
    recall() === null &&
    readLink(location.hash, []) === null &&
    !document.querySelector('[data-testid="tour-offer"]')
  );
}

/** @param {string} name @param {string} label @param {() => void} act */
function tourButton(name, label, act) {
  return button({ class: "bm-button bm-small", "data-testid": `tour-${name}` }, act, label);
}

/** @param {import("../training/store.js").Store} store @param {() => HTMLElement} rootOf the explorer's root @param {AbortSignal} signal */
export function createTour(store, rootOf, signal) {
  const [titleId, textId] = [freshId("tour"), freshId("tour")];
  const title = h("h2", { id: titleId });
  const count = h("span", { class: "bm-faint" });
  const text = h("span");
  const ask = h("strong", { class: "bm-ask" });
  const next = tourButton("next", WORDS.next, () => walk.next());
  next.classList.add("bm-primary");
  const back = tourButton("back", WORDS.back, () => walk.back());
  const there = tourButton("there", WORDS.there, goThere);
  const end = tourButton("end", WORDS.end, () => walk.end());
  const card = h(
    "div",
    {
      class: "bm-card",
      role: "dialog",
      "aria-modal": "false",
      "aria-labelledby": titleId,
      "aria-describedby": textId,
      "data-testid": "tour-card",
    },
    h(
      "div",
      { "aria-live": "polite", "aria-atomic": "true" },
      h("div", { class: "bm-head" }, title, count),
      h("p", { id: textId }, text, " ", ask),
    ),
    h("div", { class: "bm-steps" }, back, next, there, end),
  );
  const layer = h("div", { class: "bm-tour", hidden: true }, card);
  const opener = tourButton("open", WORDS.tour, () => (walk.open ? walk.end() : begin()));
  opener.dataset.testid = "tour";
  opener.setAttribute("aria-haspopup", "dialog");
  opener.setAttribute("aria-expanded", "false");
  const offer = h(
    "div",
    { class: "bm-offer", role: "group", "aria-label": WORDS.tour, "data-testid": "tour-offer" },
    h("p", WORDS.offer),
    tourButton("start", WORDS.start, begin),
    tourButton("decline", WORDS.decline, decline),
  );

  /** What the card points at. @type {HTMLElement | null} */
  let ringed = null;
  /** @type {import("./steps.js").Step | null} */
  let shown = null;

  const walk = createWalkthrough(STEPS, {
    state: () => store.state,
    isThere: (step) => find(step).getClientRects().length > 0,
    show,
    over,
    signal,
  });
  let begunAt = 0;
  const observer = new ResizeObserver(() => {
    settle();
    if (ringed && performance.now() - begunAt < SETTLING_MS) reveal(ringed);
  });

  /** @param {import("./steps.js").Step} step */
  function find(step) {
    return /** @type {HTMLElement} */ (rootOf().querySelector(`[data-testid="${step.target}"]`));
  }

  /** @returns {Element | null} */
  function focused() {
    return /** @type {ShadowRoot | Document} */ (rootOf().getRootNode()).activeElement;
  }

  function begin() {
    answer();
    layer.hidden = false;
    opener.setAttribute("aria-expanded", "true");
    document.addEventListener("keydown", escape, { capture: true, signal });
    walk.begin();
    next.focus({ preventScroll: true });
  }

  /** @param {boolean} completed */
  function over(completed) {
    if (completed) remember("done");
    const byKeyboard = card.querySelector(":focus-visible") !== null;
    const inside = card.contains(focused());
    leave();
    if (inside) opener.focus({ preventScroll: !byKeyboard });
  }

  function leave() {
    document.removeEventListener("keydown", escape, true);
    unring();
    shown = null;
    card.removeAttribute("popover");
    layer.hidden = true;
    opener.setAttribute("aria-expanded", "false");
  }

  function answer() {
    remember("offered");
    offer.remove();
  }

  function decline() {
    answer();
    opener.focus({ preventScroll: true });
  }

  /** @param {import("./walkthrough.js").Stop} stop */
  function show({ step, number, count: all, before, met }) {
    setText(text, step.text(store.state));
    setText(ask, before && step.already ? step.already : step.ask(store.state));
    ask.classList.toggle("bm-met", met);
    if (shown === step) return;
    shown = step;
    setText(title, step.title);
    setText(count, WORDS.count(number, all));
    setText(next, number === all ? WORDS.done : WORDS.next);
    card.dataset.step = step.id;
    card.classList.toggle("bm-slim", step.slim ?? false);
    const target = find(step);
    const last = number === all;
    for (const [element, hidden] of /** @type {const} */ ([
      [back, number === 1],
      [there, last || !target.matches(OPERABLE)],
      [end, last],
    ])) {
      if (hidden && focused() === element) next.focus({ preventScroll: true });
      element.hidden = hidden;
    }
    unring();
    ringed = step.around ? /** @type {HTMLElement} */ (target.closest(step.around)) : target;
    ringed.classList.add("bm-ringed");
    settle();
    reveal(ringed);
    begunAt = performance.now();
    for (const element of [ringed, card, layer]) observer.observe(element);
  }

  function unring() {
    observer.disconnect();
    if (!ringed) return;
    ringed.classList.remove("bm-ringed");
    ringed.style.scrollMargin = "";
    ringed = null;
  }

  /** Put the card beside what it points at. */
  function settle() {
    if (!ringed || !shown) return;
    const room = layer.getBoundingClientRect();
    if (room.width <= NARROW) return float(room);
    card.removeAttribute("popover");
    const { left, top, width, height } = ringed.getBoundingClientRect();
    const target = { left: left - room.left, top: top - room.top, width, height };
    const spot = positionCard(target, card.getBoundingClientRect(), room, shown.sides);
    card.style.setProperty("--bm-left", `${spot.left}px`);
    card.style.setProperty("--bm-top", `${spot.top}px`);
  }

  /** Lay the card over the page at an edge of the screen, away from what it points at. @param {DOMRect} room */
  function float(room) {
    // The views are the lower part of the page: there is always room to scroll.
    layer.classList.toggle("bm-at-top", isInViews());
    card.style.setProperty("--bm-left", `${room.left + MARGIN}px`);
    card.style.setProperty("--bm-width", `${room.width - 2 * MARGIN}px`);
    if (card.hasAttribute("popover")) return;
    // Only the top layer can be fixed to the screen: elsewhere the notebook's containers would hold it.
    card.setAttribute("popover", "manual");
    card.showPopover?.();
  }

  function isInViews() {
    return ringed?.closest(".bm-grid") !== null;
  }

  /** Scroll until target and card can both be seen. @param {HTMLElement} target */
  function reveal(target) {
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    const atEdge = card.hasAttribute("popover");
    const [above, below] = atEdge ? marginsAtEdge(target) : marginsBeside(target);
    target.style.scrollMargin = `${above}px 0 ${below}px`;
    const tooTall = target.getBoundingClientRect().height + above + below > innerHeight;
    const upmost = shown?.upmost || (atEdge && isInViews() && !target.closest(".bm-strip"));
    target.scrollIntoView({
      behavior: still ? "auto" : "smooth",
      block: upmost ? "start" : !tooTall ? "nearest" : above > below ? "start" : "end",
      inline: "nearest",
    });
  }

  /** @param {HTMLElement} target @returns {[number, number]} how far the card reaches above and below it */
  function marginsBeside(target) {
    const [box, at] = [target.getBoundingClientRect(), card.getBoundingClientRect()];
    const reach = (/** @type {number} */ past) => Math.max(0, past) + MARGIN;
    return [reach(box.top - at.top), reach(at.bottom - box.bottom)];
  }

  /** @param {HTMLElement} target @returns {[number, number]} what is to stay free above and below it */
  function marginsAtEdge(target) {
    const taken = card.getBoundingClientRect().height + 2 * MARGIN;
    const bar = rootOf().querySelector(".bm-transport");
    const stuck = !bar || bar.contains(target) ? 0 : bar.getBoundingClientRect().height;
    return isInViews() ? [taken, MARGIN] : [stuck + MARGIN, taken];
  }

  function goThere() {
    if (!shown) return;
    find(shown).focus();
    if (ringed) reveal(ringed);
  }

  /** Escape ends the tour, except where it already has a meaning. @param {KeyboardEvent} event */
  function escape(event) {
    if (event.key !== "Escape") return;
    const target = /** @type {Element} */ (event.composedPath()[0]);
    const inRoot = rootOf().contains(target);
    if (target.closest("dialog, select") || (!inRoot && target !== document.body)) return;
    if (inRoot && !card.contains(target) && shownMark(store.state)) return;
    event.stopPropagation();
    walk.end();
  }
  // Around the card, Space and Escape have another meaning.
  card.addEventListener("keydown", (event) => event.stopPropagation());

  signal.addEventListener("abort", leave);
  store.on(["status", "settings", "hover", "pinned", "layer", "dataset"], () => walk.look());

  return {
    /** The button. */
    element: opener,
    /** A line for the readers who are new here. */
    offer: isNewHere() ? [offer] : [],
    /** What lies over the explorer; it follows the button, so that Tab leads from one to the other. */
    layer,
  };
}
