/** An accuracy as a large number, dimmed while it belongs to an earlier state of the network. */

import { h, setText } from "../shared/dom.js";
import { percent } from "../shared/numbers.js";
import { WORDS } from "./words.js";

/**
 * @typedef {import("./store.js").Setting} Setting
 * @typedef {{run: string, seq: number, accuracy: number | null, options?: import("./store.js").Settings}} Measured
 * @param {() => number} newest number of the frame that came last, which need not be shown yet
 * @param {Record<string, string>} [attributes]
 */
export function createAccuracy(newest, attributes = {}) {
  const element = h("span", { class: "bm-number", ...attributes }, "\u2014");
  /**
   * An option that the reader has just changed, perhaps several times in a row, until all changes have been answered
   * and a frame that came after the last answer has the last value. A frame that came before, and is shown later, can
   * have that value from a change in between.
   * @type {{name: string, value: Setting, ahead: Setting[], answeredAt: number} | null}
   */
  let changed = null;
  /** @type {Measured} */
  let last = { run: "", seq: 0, accuracy: null };

  function dim() {
    const { accuracy, seq, options = {} } = last;
    const { name = "", value = null, answeredAt = 0 } = changed ?? {};
    if (!(name in options) || (seq > answeredAt && options[name] === value)) changed = null;
    const stale = changed !== null || (accuracy === null && element.textContent !== percent(null));
    element.classList.toggle("bm-stale", stale);
    if (stale) element.title = WORDS.stale;
    else element.removeAttribute("title");
  }

  return {
    element,
    /** @param {Measured} status whose accuracy is null where none has been measured since an option was changed */
    show(status) {
      const { accuracy } = status;
      if (accuracy !== null || last.run !== status.run) setText(element, percent(accuracy));
      last = status;
      dim();
    },
    /** Note that the reader has asked for another value of an option. @param {{action?: string, name?: string, value?: Setting}} message */
    note({ action, name = "", value = null }) {
      if (action !== "set" || !(name in (last.options ?? {}))) return;
      const ahead = changed?.name === name ? changed.ahead : [];
      if (ahead.at(-1) !== value) ahead.push(value);
      changed = { name, value, ahead, answeredAt: Infinity };
      dim();
    },
    /**
     * Settings answer the changes one after another; they come for other reasons, too. A change that was refused is not
     * waited for.
     * @param {Pick<import("./store.js").State, "settings" | "notice">} state
     */
    settle({ settings, notice }) {
      if (!changed || !(changed.name in settings)) return;
      const refused = notice?.level === "error" && Boolean(notice.text);
      if (settings[changed.name] === changed.ahead[0]) {
        changed.ahead.shift();
        if (changed.ahead.length === 0) changed.answeredAt = newest();
      } else if (refused && settings[changed.name] !== changed.value) changed = null;
      dim();
    },
  };
}
