/**
 * The address and the browser's history: entering another link follows it, and Back and Reload restore what was shown.
 * Each history entry keeps a link to what each widget showed last, and the link that led to it. JupyterLab manages the
 * history itself, so this works only on our own pages.
 */

import { isOurPage } from "../shared/dom.js";
import { createTimer } from "../shared/widget.js";
import { widgetOf } from "./fragment.js";

const KEEP_MS = 1000;

/**
 * @param {(link: string, how: {navigated: boolean, kept: boolean}) => void} follow
 * @param {() => string} present a link to what is shown; "" while that is not settled
 * @param {AbortSignal} signal @param {string} [widget] whose links these are; "" for the explorer
 */
export function createNavigation(follow, present, signal, widget = "") {
  const key = widget ? `bitmass-${widget}` : "bitmass";
  const isOurs = isOurPage();
  const keeping = createTimer(signal);
  /** The link that led to what is shown; "" if none did. */
  let ledBy = "";

  /** @returns {{ledBy: string, link: string} | undefined} */
  const kept = () => (isOurs ? window.history.state?.[key] : undefined);

  function keep() {
    keeping.stop();
    const link = present();
    if (link && link !== kept()?.link)
      window.history.replaceState({ ...window.history.state, [key]: { ledBy, link } }, "");
  }

  /** Go where the history entry or the address leads, unless that is shown already. @param {boolean} navigated */
  function go(navigated) {
    keeping.stop();
    const entry = kept();
    const led = entry?.ledBy ?? (widgetOf(location.hash) === widget ? location.hash : ledBy);
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
