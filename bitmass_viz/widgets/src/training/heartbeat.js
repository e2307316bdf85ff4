/**
 * Page and kernel check that the other is still there. While the page can be seen it asks the kernel every few seconds,
 * so that the reader learns when the kernel has died and the server knows that a reader is present. When the page is
 * hidden it says so, and training pauses.
 */

import { listen } from "../shared/widget.js";
import { WORDS } from "./words.js";

const EVERY_MS = 5_000;
/** The longest wait for an answer. */
const PATIENCE_MS = 10_000;
const LOOK_EVERY_MS = 1_000;

/**
 * @param {Pick<import("../shared/widget.js").Model, "on" | "off" | "send">} model @param {AbortSignal} signal
 * @param {(notice: {level: string, text: string} | null) => void} say what the reader should know; null if all is well
 * @param {() => number} [now] milliseconds
 */
export function createHeartbeat(model, signal, say, now = () => performance.now()) {
  let asked = 0;
  let askedAt = -Infinity;
  /** When the oldest unanswered question was sent. @type {number | null} */
  let waitingSince = null;
  let silent = false;

  /** @param {object} message */
  function send(message) {
    try {
      model.send(message);
    } catch {
      // The connection is gone, which shows as silence.
    }
  }

  function ask() {
    asked += 1;
    askedAt = now();
    waitingSince ??= askedAt;
    send({ action: "here", id: asked });
  }

  /** @param {boolean} isSilent */
  function settle(isSilent) {
    if (silent === isSilent) return;
    silent = isSilent;
    say(silent ? { level: "error", text: WORDS.silent } : null);
  }

  function look() {
    if (document.hidden) return;
    if (waitingSince !== null && now() - waitingSince > PATIENCE_MS) settle(true);
    if (now() - askedAt >= EVERY_MS) ask();
  }

  /** @param {any} message */
  function receive(message) {
    if (message?.kind !== "here") return;
    waitingSince = null;
    settle(false);
  }

  function turned() {
    // No answer is due from the time when the page was hidden.
    waitingSince = null;
    send({ action: document.hidden ? "hidden" : "visible" });
    if (!document.hidden) ask();
  }

  const timer = setInterval(look, LOOK_EVERY_MS);
  signal.addEventListener("abort", () => clearInterval(timer));
  document.addEventListener("visibilitychange", turned, { signal });
  listen(model, signal, { "msg:custom": receive });
  if (document.hidden) send({ action: "hidden" });

  return { look };
}
