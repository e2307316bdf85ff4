/** Following links, and making one for the present state. */

import { createNavigation } from "../permalink/navigation.js";
import { fingerprint } from "../permalink/fragment.js";
import { readLink, readMark } from "../permalink/permalink.js";
import { WORDS as SHARING } from "../permalink/words.js";
import { chooseTheme } from "../shared/palette.js";
import { linkTo } from "./share.js";

/**
 * @param {Pick<import("./panel.js").Stage, "store" | "weights" | "send" | "signal">} stage
 * @param {import("./parts.js").Parts} parts
 */
export function createLinks({ store, weights, send, signal }, { layerChoice, root }) {
  /** Where a link leads, until the kernel is there. @type {{view: import("../permalink/permalink.js").View, id: number} | null} */
  let destination = null;
  let links = 0;

  /** @param {string} address @param {{navigated: boolean, kept: boolean}} how */
  function follow(address, { navigated, kept }) {
    const link = readLink(address, store.state.controls);
    if (!link) return;
    links += 1;
    destination = { view: link.view, id: links };
    store.set({ hidden: link.view.hide });
    if (link.view.theme) chooseTheme(link.view.theme);
    // The parts of the page above are there by then. After Back and Reload the browser knows where the reader was.
    if (!kept) requestAnimationFrame(() => root.scrollIntoView({ block: "start" }));
    send({ action: "follow", state: link.state, id: links, navigated });
  }

  /** @param {import("../permalink/permalink.js").View} view @param {import("../training/store.js").Status} status */
  function arrive(view, status) {
    destination = null;
    const layer = weights.plan.layers.findIndex(({ name }) => name === view.layer);
    store.set({ layer: Math.max(0, layer), page: Math.min(view.page, weights.page.pages - 1) });
    layerChoice.rebuild();
    if (view.mark) store.set({ pinned: readMark(view.mark, weights.plan), markedBy: "" });
    const same = fingerprint(weights.bytes.subarray(0, weights.plan.bytes)) === view.check;
    // A notice that is there already, such as that the link was made with another revision, says why.
    if (view.check && !same && status.examples === view.at && !store.state.notice?.text)
      store.set({ notice: { level: "info", text: SHARING.different } });
  }

  const present = () =>
    store.state.status && weights.ready && !destination ? linkTo(store, weights, store.state.hidden) : "";
  const navigation = createNavigation(follow, present, signal);
  return {
    /** A frame has been taken in. @param {import("../training/store.js").Status} status */
    note(status) {
      if (destination && status.followed === destination.id && status.state === "paused")
        arrive(destination.view, status);
      navigation.note();
    },
  };
}
