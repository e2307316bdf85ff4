/** Something is done once the reader comes near a part of the page, because most of a page most readers never reach. */

/** While a page is being put together, parts pass by that belong far below. */
const SETTLED_MS = 600;

/** @param {Element} element @param {string} margin how far ahead, as a CSS length @param {() => void} act @returns {() => void} give up */
export function whenNear(element, margin, act) {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  const observer = new IntersectionObserver(
    (entries) => {
      clearTimeout(timer);
      if (!entries[entries.length - 1].isIntersecting) return;
      timer = setTimeout(() => {
        observer.disconnect();
        act();
      }, SETTLED_MS);
    },
    { rootMargin: margin },
  );
  observer.observe(element);
  return () => {
    clearTimeout(timer);
    observer.disconnect();
  };
}
