/** Forward and back through the moments of an example's way, or in slow motion. */

import { h, setText } from "../shared/dom.js";
import { MOMENTS, STAGES, firstOf, momentAt } from "./stages.js";

const PACE_MS = 450;

/** @param {(moment: number) => void} changed */
export function createStepper(changed) {
  let moment = 0;
  /** @type {ReturnType<typeof setInterval> | undefined} */
  let timer;
  const button = (/** @type {string} */ name, /** @type {string} */ label, /** @type {() => void} */ act) => {
    const element = h(
      "button",
      { type: "button", class: "bm-button", "data-testid": `example-${name}` },
      label,
    );
    element.addEventListener("click", act);
    return element;
  };
  const back = button("back", "\u2039 Back", () => by(-1));
  const next = button("next", "Next \u203a", () => by(1));
  const run = button("run", "Slow motion", () => (timer === undefined ? begin() : stop()));
  run.classList.add("bm-primary");
  const slider = /** @type {HTMLInputElement} */ (
    h("input", {
      type: "range",
      min: "0",
      max: String(MOMENTS - 1),
      step: "1",
      value: "0",
      "aria-label": "Moment",
      "data-testid": "example-moment",
    })
  );
  slider.addEventListener("input", () => {
    stop();
    go(slider.valueAsNumber);
  });
  const stages = STAGES.map(({ id, title }, index) => {
    const element = button(`stage-${id}`, `${index + 1} ${title}`, () => {
      stop();
      go(firstOf(id));
    });
    element.classList.add("bm-stage");
    return element;
  });
  const element = h(
    "div",
    { class: "bm-stepper", role: "group", "aria-label": "Step through the example" },
    h("div", { class: "bm-stages" }, ...stages),
    h("div", { class: "bm-row" }, back, next, run, slider),
  );

  /** @param {number} steps */
  function by(steps) {
    stop();
    go(moment + steps);
  }

  /** @param {number} to */
  function go(to) {
    moment = Math.max(0, Math.min(MOMENTS - 1, to));
    show();
    changed(moment);
  }

  function show() {
    const { stage, within } = momentAt(moment);
    const index = STAGES.findIndex(({ id }) => id === stage);
    slider.value = String(moment);
    slider.setAttribute(
      "aria-valuetext",
      `${STAGES[index].title}, ${within + 1} of ${STAGES[index].moments}`,
    );
    for (const [i, each] of stages.entries()) {
      if (i === index) each.setAttribute("aria-current", "step");
      else each.removeAttribute("aria-current");
    }
    const focused = /** @type {Document | ShadowRoot} */ (element.getRootNode()).activeElement;
    back.toggleAttribute("disabled", moment === 0);
    next.toggleAttribute("disabled", moment === MOMENTS - 1);
    if (focused === back && moment === 0) next.focus();
    if (focused === next && moment === MOMENTS - 1) back.focus();
  }

  function begin() {
    if (moment === MOMENTS - 1) go(0);
    setText(run, "Hold");
    // What it learns from the example waits until the reader goes on.
    timer = setInterval(() => {
      if (moment >= MOMENTS - 2) stop();
      else go(moment + 1);
    }, PACE_MS);
  }

  function stop() {
    clearInterval(timer);
    timer = undefined;
    setText(run, "Slow motion");
  }

  show();
  return { element, moment: () => moment, running: () => timer !== undefined, destroy: stop };
}
