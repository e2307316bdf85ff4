/** Watching the page around: an element's width, whether it can be seen, what the reader prefers. */

import { createTimer } from "./widget.js";

/** While a page is being put together, parts pass by that belong far below. */
const SETTLED_MS = 600;

/**
 * @param {Element} element @param {AbortSignal} signal
 * @param {(width: number) => void} changed is called with whole CSS pixels: once, and whenever they change
 */
export function watchWidth(element, signal, changed) {
  let width = -1;
  const observer = new ResizeObserver(([entry]) => {
    const now = Math.floor(entry.contentRect.width);
    if (now === width) return;
    width = now;
    changed(width);
  });
  observer.observe(element);
  signal.addEventListener("abort", () => observer.disconnect());
}

/**
 * @param {Element} element @param {AbortSignal} signal @param {(visible: boolean) => void} changed
 * @param {string} [margin] how far around the screen counts, as a CSS length
 */
export function watchVisible(element, signal, changed, margin = "0px") {
  // A page that scrolls within an element of its host's is clipped by it, whatever the root's margin.
  const around = /** @type {IntersectionObserverInit & {scrollMargin: string}} */ ({
    rootMargin: margin,
    scrollMargin: margin,
  });
  const observer = new IntersectionObserver(
    (entries) => entries.forEach((entry) => changed(entry.isIntersecting)),
    around,
  );
  observer.observe(element);
  signal.addEventListener("abort", () => observer.disconnect());
}

/**
 * Do something once the reader comes near an element, because most readers never reach most of a page.
 * @param {Element} element @param {string} margin how far ahead, as a CSS length @param {AbortSignal} signal
 * @param {() => void} act
 */
export function whenNear(element, margin, signal, act) {
  const watching = new AbortController();
  signal.addEventListener("abort", () => watching.abort());
  const timer = createTimer(watching.signal);
  const changed = (/** @type {boolean} */ visible) => {
    if (!visible) return timer.stop();
    timer.start(SETTLED_MS, () => {
      watching.abort();
      act();
    });
  };
  watchVisible(element, watching.signal, changed, margin);
}

/** @param {string} query @param {AbortSignal} signal @param {(matches: boolean) => void} changed is called once, and whenever it changes */
export function watchMedia(query, signal, changed) {
  const media = matchMedia(query);
  media.addEventListener("change", () => changed(media.matches), { signal });
  changed(media.matches);
}

/** The page was zoomed, or moved to a screen of another density. @param {AbortSignal} signal @param {() => void} changed */
export function watchDensity(signal, changed) {
  const renew = () => {
    changed();
    watch();
  };
  const watch = () =>
    matchMedia(`(resolution: ${devicePixelRatio}dppx)`).addEventListener("change", renew, {
      once: true,
      signal,
    });
  watch();
}
