/** An accuracy as a large number, dimmed while it belongs to an earlier state of the network. */

import { h, setText } from "../shared/dom.js";
import { percent } from "../shared/numbers.js";
import { WORDS } from "./words.js";

/**
 * @typedef {import("../shared/protocol.js").Set} Set
 * @typedef {{run: string, seq: number, change: number, accuracy: number | null, options?: import("./store.js").Settings}} Measured
 */

/**
 * The numbers of a page's changes: each is higher than those before it, and than those that its session knows.
 * @param {import("../shared/widget.js").Model} model
 */
export function createChanges(model) {
  let last = 0;
  return () => (last = Math.max(last, model.get("status")?.change ?? 0) + 1);
}

/** @param {() => number} nextChange @param {Record<string, string>} [attributes] */
export function createAccuracy(nextChange, attributes = {}) {
  const element = h("span", { class: "bm-number", ...attributes }, "\u2014");
  /** The last change of an option that the reader has asked for here. */
  let asked = 0;
  /** @type {Measured} */
  let last = { run: "", seq: 0, change: 0, accuracy: null };

  function dim() {
    const unmeasured = last.accuracy === null && element.textContent !== percent(null);
    const stale = last.change < asked || unmeasured;
    element.classList.toggle("bm-stale", stale);
    if (stale) element.title = WORDS.stale;
    else element.removeAttribute("title");
  }

  return {
    element,
    /** @param {Measured} status whose accuracy is null where none has been measured since an option was changed */
    show(status) {
      const { accuracy, run, seq } = status;
      if (accuracy !== null || last.run !== run) setText(element, percent(accuracy));
      // A session that began anew does not know what was asked of the one before it.
      if (seq < last.seq) asked = 0;
      last = status;
      dim();
    },
    /** Number a change of an option of this network, so that it is known which frames have it. @param {Set} message @returns {Set} */
    number(message) {
      if (!(message.name in (last.options ?? {}))) return message;
      asked = nextChange();
      dim();
      return { ...message, change: asked };
    },
  };
}
