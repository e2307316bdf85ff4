/**
 * An experiment on the page: verdicts, its figure, and “run it here”; or the closing table of all claims.
 * Everything except the figure is shown immediately; the figure is asked for when the reader comes near.
 */

import { createBesideFull } from "./beside_full.js";
import { createCases } from "./cases.js";
import { createClaims } from "./claims.js";
import { createCover } from "./cover.js";
import { createFigure } from "./figure.js";
import { createRunner } from "./runner.js";
import { createVerdicts } from "./verdict_cards.js";
import { WORDS } from "./words.js";
import { h, setText } from "../shared/dom.js";
import { watchWidth } from "../shared/observe.js";
import { followTheme } from "../shared/palette.js";
import { listen, widget } from "../shared/widget.js";

/**
 * @typedef {Parameters<typeof WORDS.provenanceLine>[0]} Provenance
 * @typedef {{answers: import("./verdict_cards.js").Answers, figure_size: [number, number], provenance: Provenance}} Shared
 * @typedef {Shared & {kind: "claims", claims: Parameters<typeof createClaims>[0]}} ClaimsContent
 * @typedef {Shared & Parameters<typeof createRunner>[0] & {kind: "experiment", question: string, history: string,
 *   note: string, split: string, claims: import("./verdict_cards.js").Claim[], verdicts: import("./verdict_cards.js").Verdict[],
 *   cases: import("./cases.js").Case[]}} ExperimentContent
 * @typedef {import("../shared/widget.js").Model<{content: ClaimsContent | ExperimentContent, figure: string,
 *   problem: string, progress: Parameters<ReturnType<typeof createRunner>["progress"]>[0],
 *   mine: import("./runner.js").Mine | import("./beside_full.js").Result | undefined,
 *   asked: import("./guess.js").Asked | {}, uncovered: boolean | undefined}>
 *   & {set: (name: "uncovered", value: boolean) => void}} Model
 */

/** So much room below the text is filled, in CSS pixels. */
const WORTHWHILE = 60;

/** @param {{model: Model, el: HTMLElement, signal: AbortSignal}} context */
function render({ model, el, signal }) {
  const content = model.get("content");
  const name = content.kind === "claims" ? "claims" : content.name;
  const problem = h("p", { class: "bm-problem", role: "alert", hidden: true });
  const root = h("section", { class: "bm-widget bm-framed bm-evidence", "data-testid": `evidence-${name}` });
  const figure = createFigure(name, content.figure_size, root, () => model.send({ action: "draw" }), signal);
  const parts =
    content.kind === "claims"
      ? claimsParts(content, figure)
      : experimentParts(content, figure, root, model, signal);
  root.append(...parts, problem);

  const showProblem = () => {
    setText(problem, model.get("problem") ?? "");
    problem.hidden = !problem.textContent;
  };
  const showFigure = () => figure.show("full", model.get("figure"));
  listen(model, signal, { "change:figure": showFigure, "change:problem": showProblem });
  followTheme(root, model, signal);
  showProblem();
  showFigure();
  el.append(root);
  return root;
}

/** @param {ClaimsContent} content @param {import("./figure.js").Figure} figure */
function claimsParts({ claims, answers, provenance }, figure) {
  return [
    createClaims(claims, answers),
    figure.element,
    h("p", { class: "bm-source" }, WORDS.provenanceLine(provenance, [])),
  ];
}

/**
 * @param {ExperimentContent} content @param {import("./figure.js").Figure} figure @param {HTMLElement} root
 * @param {Model} model @param {AbortSignal} signal
 */
function experimentParts(content, figure, root, model, signal) {
  const verdicts = createVerdicts(content.claims, content.answers, content.history);
  const cases = createCases(content.split);
  const beside = createBesideFull(content.name, content.cases);
  const note = h("p", { class: "bm-source", hidden: !content.note }, content.note);
  const source = h("p", { class: "bm-source" });
  const runner = createRunner(content, (message) => model.send(message), showing);

  const isEstimated = content.verdicts.some(({ estimate }) => estimate !== null);

  /** @param {"full" | "mine"} which */
  function showing(which) {
    const found = model.get("mine");
    const mine = found && "verdicts" in found ? found : null;
    const shown = which === "mine" && mine ? mine : content;
    verdicts.show(shown.verdicts);
    cases.show(shown.cases);
    const few = isEstimated ? WORDS.tooFew(content.fewest_seeds) : "";
    setText(
      source,
      shown === mine
        ? WORDS.described(mine, content.fewest_seeds)
        : WORDS.provenanceLine(
            content.provenance,
            content.cases.map(({ seeds }) => seeds),
          ) + few,
    );
    figure.choose(which);
    openCriteria();
  }
  const text = h("div", { class: "bm-text" }, verdicts.element, note, runner.element, beside.element, source);
  /** Beside a figure that is higher there is room for what is folded elsewhere. */
  function openCriteria() {
    const isBeside = text.offsetTop === figure.element.offsetTop && text.offsetHeight > 0;
    if (isBeside) verdicts.openWhile(() => text.offsetHeight < figure.element.offsetHeight - WORTHWHILE);
  }
  const showProgress = () => runner.progress(model.get("progress"));
  const showMine = () => {
    const mine = model.get("mine");
    if (!mine) return;
    if ("images" in mine) beside.show(mine);
    if (!("figure" in mine)) return;
    figure.show("mine", mine.figure);
    runner.finished();
  };
  const cover = createCover(content.name, root, () => model.set("uncovered", true));
  const showAsked = () => {
    const asked = model.get("asked");
    cover.show("question" in asked && !asked.revealed && !model.get("uncovered"));
    if ("question" in asked && asked.revealed) figure.guessed(asked);
  };
  listen(model, signal, {
    "change:progress": showProgress,
    "change:mine": showMine,
    "change:asked": showAsked,
    "change:uncovered": showAsked,
  });
  showAsked();
  showing("full");
  showProgress();
  showMine();
  watchWidth(text, signal, openCriteria);
  return [
    h("p", { class: "bm-question" }, content.question),
    cover.element,
    h("div", { class: "bm-body" }, text, figure.element),
    cases.element,
  ];
}

export default widget(render);
