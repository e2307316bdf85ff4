/**
 * “Predict first”: a question, the student's guess, and then the truth beside it. The kernel keeps the truth and sends
 * it only when it may be seen.
 */

import { freshId, h, setText } from "../shared/dom.js";
import { keepGuess, recallGuess } from "../shared/guesses.js";
import { followTheme } from "../shared/palette.js";
import { createTimer, listen, widget } from "../shared/widget.js";
import { createChoice } from "./choice.js";
import { createCurve } from "./curve.js";
import { createNumber } from "./number.js";
import { isOpen } from "./question.js";
import { WORDS } from "./words.js";

/**
 * @typedef {import("./number.js").NumberQuestion | import("./choice.js").ChoiceQuestion
 *   | import("./plot.js").CurveQuestion} Question
 * @typedef {import("./question.js").Answer} Answer
 * @typedef {import("./question.js").Phase} Phase
 * @typedef {import("./question.js").Part} Part
 * @typedef {{turn: number, phase: Phase, guess: Answer, truth: Answer, said: string, why: string, again: boolean}} Standing
 * @typedef {{value?: Answer, sent?: boolean, silent?: boolean}} Draft
 * @typedef {import("../shared/widget.js").Model<{question: Question, standing: Standing, draft: Draft | undefined,
 *   notice: {text?: string, level?: string}}> & {set: (name: "draft", value: Draft) => void}} Model
 */

const SILENCE_MS = 8000;

/**
 * @param {Question} question @param {(value: Answer) => void} propose @param {AbortSignal} signal
 * @returns {Part}
 */
function createPart(question, propose, signal) {
  if (question.kind === "number") return createNumber(question, propose);
  if (question.kind === "choice") return createChoice(question, propose);
  return createCurve(question, propose, signal);
}

/** @param {{model: Model, el: HTMLElement, signal: AbortSignal}} context */
function render({ model, el, signal }) {
  const question = model.get("question");
  const part = createPart(question, propose, signal);
  const button = h("button", {
    type: "submit",
    class: "bm-button bm-primary",
    "data-testid": "predict-guess",
  });
  const verdict = h("p", {
    class: "bm-verdict",
    id: freshId("verdict"),
    role: "status",
    tabindex: "-1",
    "data-testid": "predict-verdict",
  });
  const why = h("p", { class: "bm-why", "data-testid": "predict-why" });
  const problem = h("p", {
    class: "bm-problem",
    role: "alert",
    "data-testid": "predict-problem",
    hidden: true,
  });
  const form = h(
    "form",
    { novalidate: true },
    h(
      "fieldset",
      h("legend", h("span", { class: "bm-first" }, WORDS.first), h("span", question.text)),
      part.element,
    ),
    button,
  );
  const root = h(
    "section",
    {
      class: "bm-widget bm-framed bm-predict",
      "data-testid": "predict",
      "data-kind": question.kind,
      // Otherwise JupyterLab moves between cells on the arrow keys that set a point.
      "data-lm-suppress-shortcuts": "true",
    },
    form,
    verdict,
    why,
    problem,
  );
  const silence = createTimer(signal);

  /** The guess that is not sent yet. It is kept in the model, where other views of it find it. @returns {Draft} */
  const draft = () => model.get("draft") ?? {};
  /** @param {Draft} wanted */
  function setDraft(wanted) {
    model.set("draft", wanted);
  }
  /** Take a proposed guess, or put the old one back if it can no longer be changed. @param {Answer} value */
  function propose(value) {
    if (isOpen(present().phase)) setDraft({ value });
    else update();
  }
  /** @returns {{standing: Standing, value: Answer, phase: Phase, ready: boolean}} */
  function present() {
    const standing = model.get("standing");
    const { value: drafted, sent } = draft();
    const settled = standing.phase === "revealed" || drafted === undefined;
    const value = settled ? standing.guess : drafted;
    const phase = sent && standing.phase !== "revealed" ? "waiting" : standing.phase;
    const changed = JSON.stringify(value) !== JSON.stringify(standing.guess);
    return {
      standing,
      value,
      phase,
      ready: isOpen(phase) && part.complete(value) && (changed || standing.again),
    };
  }

  function update() {
    const { standing, value, phase, ready } = present();
    const { sent, silent } = draft();
    const within = root.contains(document.activeElement);
    root.dataset.state = phase;
    part.show({ value, truth: standing.truth, phase });
    setText(button, labelOf(standing, phase, ready));
    button.setAttribute("aria-disabled", String(!ready));
    button.hidden = phase === "revealed";
    const waiting = sent && phase === "waiting";
    setText(verdict, silent ? WORDS.noKernel : waiting ? WORDS.onItsWay : standing.said);
    setText(why, standing.why);
    silence.stop();
    if (waiting) {
      silence.start(SILENCE_MS, () => setDraft({ value, silent: true }));
    }
    // The focused element may be gone now.
    const now = document.activeElement;
    if (within && !(root.contains(now) && canHaveFocus(now))) verdict.focus({ preventScroll: true });
  }
  /** @param {Answer} value */
  function guess(value) {
    setDraft({ value, sent: true });
    model.send({ action: "guess", value });
  }
  function receive() {
    problem.hidden = true;
    setDraft({});
    const { guess } = model.get("standing");
    if (guess !== null) keepGuess(question.text, guess);
    update();
  }
  function complain() {
    const { text, level } = model.get("notice");
    setText(problem, text ?? "");
    problem.hidden = !text || level !== "error";
    setDraft({ ...draft(), sent: false, silent: false });
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const { value, ready } = present();
    if (ready) guess(value);
  });
  listen(model, signal, { "change:standing": receive, "change:draft": update, "change:notice": complain });
  followTheme(root, model, signal);
  el.append(root);
  const before = recallGuess(question.text);
  const { standing, phase } = present();
  if (before !== null && standing.guess === null && isOpen(phase) && draft().value === undefined)
    guess(before);
  update();
  return root;
}

/** @param {Standing} standing @param {Phase} phase @param {boolean} ready */
function labelOf({ guess, again }, phase, ready) {
  if (phase === "waiting") return WORDS.wait;
  if (again) return WORDS.again;
  if (guess === null) return WORDS.guess;
  return ready ? WORDS.change : WORDS.kept;
}

/** @param {Element | null} element */
function canHaveFocus(element) {
  return element !== null && element.getClientRects().length > 0 && !element.matches(":disabled");
}

export default widget(render);
