/** The way through the tour's steps; it knows the page only through the functions it is given. */

import { createTimer } from "../shared/widget.js";

/**
 * @typedef {import("./steps.js").Step} Step
 * @typedef {import("./steps.js").State} State
 *
 * Where the reader is: `before` if the step was done when they came to it, so that it waits for them.
 * @typedef {{step: Step, number: number, count: number, before: boolean, met: boolean}} Stop
 */

/** How long a finished step stays: long enough to notice, too long for a pointer that only passes by. */
export const REST_MS = 700;

/**
 * @param {Step[]} steps
 * @param {{state: () => State, isThere: (step: Step) => boolean, show: (stop: Stop) => void,
 *   over: (completed: boolean) => void, signal: AbortSignal}} page
 */
export function createWalkthrough(steps, page) {
  /** The steps that were possible when the tour began, so that their number does not change. @type {Step[]} */
  let plan = [];
  let at = -1;
  let before = false;
  const leaving = createTimer(page.signal);

  const possible = (/** @type {Step} */ step) => (step.applies?.(page.state()) ?? true) && page.isThere(step);
  const isDone = (/** @type {Step} */ step) => step.done?.(page.state()) ?? false;

  function look() {
    if (at < 0) return;
    const step = plan[at];
    if (!isDone(step)) {
      before = false;
      leaving.stop();
    } else if (!before && !leaving.running) leaving.start(step.rest ?? REST_MS, () => go(1, false));
    page.show({ step, number: at + 1, count: plan.length, before, met: leaving.running });
  }

  /**
   * To the next step in this direction that is still possible.
   * @param {1 | -1} direction @param {boolean} asked whether the reader pressed a button for it
   */
  function go(direction, asked) {
    let to = at + direction;
    while (to >= 0 && to < plan.length && !possible(plan[to])) to += direction;
    if (to < 0) return;
    leaving.stop();
    if (to >= plan.length) return end(true);
    at = to;
    before = isDone(plan[at]) && (asked || !plan[at].watched);
    look();
  }

  /** @param {boolean} completed */
  function end(completed) {
    if (at < 0) return;
    leaving.stop();
    at = -1;
    page.over(completed);
  }

  return {
    get open() {
      return at >= 0;
    },
    begin() {
      end(false);
      plan = steps.filter((step) => step.comes || possible(step));
      go(1, true);
    },
    next: () => go(1, true),
    back: () => go(-1, true),
    end: () => end(false),
    /** Check whether the reader has done what the step asks. */
    look,
  };
}

/** @typedef {ReturnType<typeof createWalkthrough>} Walk */
