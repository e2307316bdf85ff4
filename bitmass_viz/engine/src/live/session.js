/** A conversation with a page: messages in, messages and work to do out. The counterpart of `live/session.py`. */

import { shortened } from "../numeric.js";
import { Tasks, Wait } from "./tasks.js";

/** Most unfinished tasks. An impatient reader on a slow machine reaches a few dozen. */
const MAX_WAITING = 200;
/** Said when a session goes on in place of another. */
export const RESTARTED = "Training had stopped, and was started again: it returns to where it was.";

/**
 * Values that the page keeps, sent again even if it has them; or a message that it handles once.
 * @typedef {{values: Record<string, any>, again: boolean} | {content: any, buffers: Uint8Array[]}} Message
 * @typedef {{calls: import("./tasks.js").Call[], messages: Message[], wakeAt: number}} Effects
 * @typedef {(message: any) => void} Handler
 * @typedef {(message: any) => import("./tasks.js").Steps} HandlerInTurn
 */

export class Session {
  /** @param {() => number} clock seconds */
  constructor(clock) {
    this._clock = clock;
    this._tasks = new Tasks(clock, (error) => this._failed(error));
    /** Actions that are handled as they come. @type {Record<string, Handler>} */
    this._atOnce = {};
    /** Actions that are handled as tasks, once those before them are done. @type {Record<string, HandlerInTurn>} */
    this._inTurn = {};
    /** @type {object[]} */
    this._turns = [];
    /** @type {Message[]} */
    this._messages = [];
    /** @type {Record<string, any>} */
    this._sent = {};
    this._notices = 0;
    /** Why its digits do not come. */
    this._problem = "";
  }

  /** What it learns. @returns {import("../training/digits.js").Digits} */
  learned() {
    throw new Error("every session learns from something");
  }

  /** Handle a message of the page; anything in it can be missing or wrong. @param {any} message @returns {Effects} */
  handle(message) {
    const { action } = message;
    const known = (/** @type {object} */ actions) =>
      typeof action === "string" && Object.hasOwn(actions, action);
    if (known(this._atOnce)) this._atOnce[action].call(this, message);
    else if (!known(this._inTurn))
      this.notify(`This page does not know the action ${shortened(action)}.`, "error");
    else if (this._tasks.size >= MAX_WAITING) this.notify("Too many requests; some were skipped.", "error");
    else this._startInTurn(this._inTurn[action].call(this, message));
    return this.wake();
  }

  /**
   * Go on with the result of a call, or with the error that it threw.
   * @param {number} ticket @param {any} [result] @param {Error} [error]
   */
  finish(ticket, result, error) {
    this._tasks.finish(ticket, result, error);
    return this.wake();
  }

  /** Do what is to be done by now. @returns {Effects} */
  wake() {
    const { calls, wakeAt } = this._tasks.run();
    const messages = this._messages;
    this._messages = [];
    return { calls, messages, wakeAt };
  }

  /** Abandon all tasks. The results of their calls must not be passed on. */
  close() {
    this._tasks.close();
  }

  /** Whether all tasks have finished. */
  get isIdle() {
    return this._tasks.size === 0;
  }

  /** Show a notice. @param {string} text @param {"info" | "error"} [level] */
  notify(text, level = "info") {
    this._notices += 1;
    this._put({ notice: { id: this._notices, level, text } });
  }

  /** Remove the notice, if there is one, and it is of this level if one is given. @param {string} [level] */
  clearNotice(level) {
    const shown = this._sent.notice ?? {};
    if (shown.text && (level === undefined || level === shown.level)) this.notify("");
  }

  /**
   * Start a task that waits for those before it, so that, say, a run is not played while it is replaced.
   * @param {import("./tasks.js").Steps<any>} steps
   */
  _startInTurn(steps) {
    this._tasks.start(this._takeTurn(steps));
  }

  /** @param {import("./tasks.js").Steps<any>} steps @returns {import("./tasks.js").Steps} */
  *_takeTurn(steps) {
    const mine = {};
    this._turns.push(mine);
    try {
      yield new Wait(() => this._turns[0] === mine);
      yield* steps;
    } finally {
      this._turns.splice(this._turns.indexOf(mine), 1);
    }
  }

  /**
   * Begin, or go on from where another session was.
   * @param {any} _memory of that session; null for none
   */
  begin(_memory) {}

  /** What another session needs to go on in place of this one. @returns {object} */
  memory() {
    return {};
  }

  /** Digits have come, of whichever data set. */
  digitsCame() {}

  /** The explorer on the page has other digits. @param {import("../training/digits.js").Digits} _digits */
  followDigits(_digits) {}

  /**
   * There is news of a data set's loading.
   * @param {{digits: import("../training/digits.js").Digits, state: import("../data/data_sets.js").State}} news
   */
  digitsReported({ digits, state: { state, message } }) {
    if (digits !== this.learned()) return;
    const problem = state === "failed" ? message : "";
    if (problem) this.notify(problem, "error");
    else if (this._problem) this.clearNotice("error");
    this._problem = problem;
  }

  /** @param {Error} error */
  _failed(error) {
    console.error("an action of the page failed", error);
    this.notify(
      `Something went wrong (${error.name}: ${error.message}). Press reset to begin anew.`,
      "error",
    );
  }

  /** Send those values that the page does not have yet. @param {Record<string, any>} values */
  _put(values) {
    const changed = Object.fromEntries(
      Object.entries(values).filter(([name, value]) => !isSame(this._sent[name], value)),
    );
    if (Object.keys(changed).length) {
      Object.assign(this._sent, changed);
      this._messages.push({ values: changed, again: false });
    }
  }

  /** Send values even if the page has them. @param {Record<string, any>} values */
  _putAgain(values) {
    Object.assign(this._sent, values);
    this._messages.push({ values, again: true });
  }

  /** @param {object} content @param {Uint8Array[]} [buffers] */
  _reply(content, buffers = []) {
    this._messages.push({ content, buffers });
  }
}

/** Whether two values of JSON, or with bytes in them, are equal. @param {any} a @param {any} b @returns {boolean} */
function isSame(a, b) {
  if (a === b) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  if (a instanceof Uint8Array) return a.length === b.length && a.every((byte, i) => byte === b[i]);
  const names = Object.keys(a);
  return names.length === Object.keys(b).length && names.every((name) => isSame(a[name], b[name]));
}
