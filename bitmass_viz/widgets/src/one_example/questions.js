/** Asking the kernel about the digit: what other networks say to it, and what these two learn from it. */

import { createTimer } from "../shared/widget.js";

/** Shortest time between two questions about a drawing. */
const ASK_MS = 120;

/**
 * @param {import("../training/store.js").Send} send @param {() => Uint8Array} pixelsOf the present digit @param {AbortSignal} signal
 */
export function createQuestions(send, pixelsOf, signal) {
  const waiting = createTimer(signal);
  /** Numbers the questions, so that late answers can be recognised. */
  let last = 0;
  let asked = 0;
  let answered = 0;
  /** @type {import("./answers.js").Answer[]} */
  let answers = [];

  return {
    /** What do other networks say to it? */
    ask() {
      if (waiting.running) return;
      waiting.start(ASK_MS, () => {
        asked = last += 1;
        send({ action: "ask", id: asked, pixels: [...pixelsOf()] });
      });
    },
    /** A number for a question. */
    next: () => (last += 1),
    /** What do these two learn from it? @param {number} id @param {number} label @param {number} unit */
    askForUpdate(id, label, unit) {
      send({ action: "learn", id, pixels: [...pixelsOf()], label, unit });
    },
    /** @param {{id: number, answers: import("./answers.js").Answer[]}} message @returns {boolean} whether it is news */
    receive(message) {
      if (message.id > last || message.id <= answered) return false;
      answers = message.answers;
      answered = message.id;
      return true;
    },
    get answers() {
      return answers;
    },
    /** Whether the answers are to an earlier digit. */
    get stale() {
      return waiting.running || answered !== asked;
    },
  };
}
