/**
 * What a question is made of. Each kind of question has a part that asks and, once revealed, shows guess and truth.
 *
 * @typedef {number | string | (number | null)[] | null} Answer
 * @typedef {"asking" | "waiting" | "kept" | "revealed"} Phase
 * @typedef {{value: Answer, truth: Answer, phase: Phase}} Now
 * @typedef {{element: HTMLElement, complete: (value: Answer) => boolean, show: (now: Now) => void}} Part
 */

/** Whether a guess may be made or changed. @param {Phase} phase */
export function isOpen(phase) {
  return phase === "asking" || phase === "kept";
}
