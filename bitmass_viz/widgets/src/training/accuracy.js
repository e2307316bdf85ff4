/** An accuracy as a large number, dimmed while it belongs to an earlier state of the network. */

import { h, setText } from "../shared/dom.js";
import { percent } from "../shared/numbers.js";
import { WORDS } from "./words.js";

/**
 * @typedef {{run: string, accuracy: number | null, options?: import("./store.js").Settings}} Measured
 * @param {Record<string, string>} [attributes]
 */
export function createAccuracy(attributes = {}) {
  const element = h("span", { class: "bm-number", ...attributes }, "\u2014");
  /** An option that the reader has just changed, until a frame arrives that has it. @type {[string, import("./store.js").Setting] | null} */
  let changed = null;
  /** @type {Measured} */
  let last = { run: "", accuracy: null };

  /** @param {boolean} stale */
  function dim(stale) {
    element.classList.toggle("bm-stale", stale);
    if (stale) element.title = WORDS.stale;
    else element.removeAttribute("title");
  }

  return {
    element,
    /** @param {Measured} status whose accuracy is null where none has been measured since an option was changed */
    show(status) {
      const { accuracy, options = {} } = status;
      if (changed && options[changed[0]] === changed[1]) changed = null;
      if (accuracy !== null || last.run !== status.run) setText(element, percent(accuracy));
      last = status;
      dim(changed !== null || (accuracy === null && element.textContent !== percent(null)));
    },
    /** Note that the reader has asked for another value of an option. @param {{action?: string, name?: string, value?: import("./store.js").Setting}} message */
    note({ action, name = "", value = null }) {
      if (action !== "set" || !(name in (last.options ?? {}))) return;
      changed = [name, value];
      dim(true);
    },
    /**
     * A change that was refused is not waited for. Other settings alone do not say so: they can be the answer to an
     * earlier change.
     * @param {Pick<import("./store.js").State, "settings" | "notice">} state
     */
    settle({ settings, notice }) {
      const refused = notice?.level === "error" && Boolean(notice.text);
      if (refused && changed && changed[0] in settings && settings[changed[0]] !== changed[1]) {
        changed = null;
        dim(false);
      }
    },
  };
}
