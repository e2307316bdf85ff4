/**
 * An experiment on the page: claims and verdicts, its figure, and “run it here”; or the closing table of all claims.
 * Everything but the figure is there at once. The figure is drawn by the kernel when the reader comes near.
 */

import { createCases } from "./cases.js";
import { createClaims } from "./claims.js";
import { createFigure } from "./figure.js";
import { createRunner } from "./runner.js";
import { createVerdicts } from "./verdicts.js";
import { provenanceLine } from "./sentences.js";
import { h, setText } from "../shared/dom.js";
import { applyTheme, watchTheme } from "../shared/palette.js";

/**
 * @typedef {import("../shared/widget.js").Model} Model
 * @typedef {import("./cases.js").Case} Case
 * @typedef {import("./runner.js").Mine} Mine
 */

/** @param {{model: Model, el: HTMLElement}} context @returns {() => void} */
function render({ model, el }) {
  const content = model.get("content");
  const root = h("section", {
    class: "bm-widget bm-framed bm-evidence",
    "data-testid": `evidence-${content.name ?? "claims"}`,
  });
  const problem = h("p", { class: "bm-problem", role: "alert", hidden: true });
  const figure = createFigure(content.name ?? "claims", () => model.send({ action: "draw" }));
  const parts =
    content.kind === "claims" ? claimsParts(content, figure) : experimentParts(content, figure, model);
  root.append(...parts.elements, problem);

  const listeners = /** @type {const} */ ([
    ["change:figure", () => figure.show("full", model.get("figure"))],
    ["change:problem", showProblem],
    ["change:palette", paint],
    ...parts.listeners,
  ]);
  function showProblem() {
    setText(problem, model.get("problem") ?? "");
    problem.hidden = !problem.textContent;
  }
  function paint() {
    applyTheme(root, model.get("palette"));
  }
  for (const [event, listener] of listeners) model.on(event, listener);
  const stopWatching = watchTheme(paint);
  paint();
  showProblem();
  el.append(root);
  figure.show("full", model.get("figure"));
  parts.begin();
  return () => {
    for (const [event, listener] of listeners) model.off(event, listener);
    stopWatching();
    figure.destroy();
    root.remove();
  };
}

/** @param {any} content @param {import("./figure.js").Figure} figure */
function claimsParts(content, figure) {
  const source = h("p", { class: "bm-source" }, provenanceLine(content.provenance, null));
  return {
    elements: [createClaims(content.claims), figure.element, source],
    listeners: /** @type {[string, () => void][]} */ ([]),
    begin: () => {},
  };
}

/** @param {any} content @param {import("./figure.js").Figure} figure @param {Model} model */
function experimentParts(content, figure, model) {
  const verdicts = createVerdicts(content.claims);
  const cases = createCases();
  const source = h("p", { class: "bm-source" });
  const runner = createRunner(content, (message) => model.send(message), showing);
  const full = { ...content, seeds: Math.max(0, ...content.cases.map((/** @type {Case} */ c) => c.seeds)) };

  /** @param {"full" | "mine"} which */
  function showing(which) {
    /** @type {Mine} */
    const mine = model.get("mine") ?? {};
    const shown = which === "mine" ? mine : full;
    verdicts.show(shown.verdicts);
    cases.show(shown.cases);
    setText(
      source,
      which === "mine" ? runner.described(mine) : provenanceLine(content.provenance, full.seeds),
    );
    figure.choose(which);
  }
  return {
    elements: [
      h("p", { class: "bm-question" }, h("b", {}, content.label), ` ${content.question}`),
      h(
        "div",
        { class: "bm-body" },
        h("div", { class: "bm-text" }, verdicts.element, runner.element, source),
        figure.element,
      ),
      cases.element,
    ],
    listeners: /** @type {[string, () => void][]} */ ([
      ["change:progress", () => runner.progress(model.get("progress"))],
      [
        "change:mine",
        () => {
          figure.show("mine", model.get("mine").figure);
          runner.finished();
        },
      ],
    ]),
    begin: () => {
      showing("full");
      runner.progress(model.get("progress"));
      if (model.get("mine")?.figure) {
        figure.show("mine", model.get("mine").figure);
        runner.finished();
      }
    },
  };
}

export default { render };
