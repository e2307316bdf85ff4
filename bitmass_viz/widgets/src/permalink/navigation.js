/**
 * The address and the browser's history: entering another link follows it, and Back and Reload restore what was shown.
 * Each history entry keeps a link to what it showed last, and the link that led to it. JupyterLab manages the history
 * itself, so this works only on our own pages.
 */

import { createTimer } from "../shared/widget.js";
import { isLink } from "./permalink.js";

const KEEP_MS = 1000;

/**
 * @param {(link: string, how: {navigated: boolean, kept: boolean}) => void} follow
 * @param {() => string} present a link to what is shown; "" while that is not settled
 * @param {AbortSignal} signal
 */
export function createNavigation(follow, present, signal) {
  const isOurs = ["voila", "bitmass"].some((name) => name in document.body.dataset);
  const keeping = createTimer(signal);
  /** The link that led to what is shown; "" if none did. */
  let ledBy = "";

  /** @returns {{ledBy: string, link: string} | undefined} */
  const kept = () => (isOurs ? window.history.state?.bitmass : undefined);

  function keep() {
    keeping.stop();
    const link = present();
    if (link && link !== kept()?.link)
      window.history.replaceState({ ...window.history.state, bitmass: { ledBy, link } }, "");
  }

  /** Go where the history entry or the address leads, unless that is shown already. @param {boolean} navigated */
  function go(navigated) {
    keeping.stop();
    const entry = kept();
    const led = entry?.ledBy ?? (isLink(location.hash) ? location.hash : ledBy);
    const link = entry?.link ?? led;
    if ((navigated && led === ledBy) || link === "") return;
    ledBy = led;
    follow(link, { navigated, kept: entry !== undefined });
  }

  if (isOurs) {
    window.addEventListener("popstate", () => go(true), { signal });
    window.addEventListener("pagehide", keep, { signal });
  }
  go(false);
  return {
    /** What is shown has changed. */
    note() {
      if (isOurs && !keeping.running) keeping.start(KEEP_MS, keep);
    },
  };
}
