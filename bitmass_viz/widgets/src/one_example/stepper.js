/** Forward and back through the stages, and step by step with the slider or in slow motion. */

import { button, h, setText } from "../shared/dom.js";
import { STEPS, STAGES, lastOf, stageAt } from "./stages.js";
import { WORDS } from "./words.js";

const PACE_MS = 450;

/** @param {(step: number) => void} changed @param {AbortSignal} signal */
export function createStepper(changed, signal) {
  let step = 0;
  /** @type {ReturnType<typeof setInterval> | undefined} */
  let timer;
  /** @param {string} name @param {string} label @param {() => void} act */
  const stepButton = (name, label, act) => button({ "data-testid": `example-${name}` }, act, label);
  const back = stepButton("back", WORDS.back, () => goTo(stageIndex() - 1));
  const next = stepButton("next", WORDS.next, () => goTo(stageIndex() + 1));
  const run = stepButton("run", WORDS.run, () => (timer === undefined ? begin() : stop()));
  const slider = h("input", {
    type: "range",
    min: "0",
    max: String(STEPS - 1),
    step: "1",
    value: "0",
    "aria-label": WORDS.slider,
    "data-testid": "example-moment",
  });
  slider.addEventListener("input", () => {
    stop();
    go(slider.valueAsNumber);
  });
  const stages = STAGES.map(({ id }, index) => {
    const element = stepButton(`stage-${id}`, WORDS.stage(index + 1, WORDS.stages[id]), () => goTo(index));
    element.classList.add("bm-stage");
    return element;
  });
  const row = h("div", { class: "bm-row" }, back, next, run, slider);
  const element = h(
    "div",
    { class: "bm-stepper", role: "group", "aria-label": WORDS.stepper },
    h("div", { class: "bm-stages" }, ...stages),
    row,
  );

  const stageIndex = () => STAGES.findIndex(({ id }) => id === stageAt(step).stage);

  /** To the end of a stage: its first words hold a digit's margin, in which nothing is seen to happen. @param {number} index */
  function goTo(index) {
    stop();
    go(lastOf(STAGES[index].id));
  }

  /** @param {number} to */
  function go(to) {
    step = Math.max(0, Math.min(STEPS - 1, to));
    show();
    changed(step);
  }

  function show() {
    const { within } = stageAt(step);
    const index = stageIndex();
    const { id, steps } = STAGES[index];
    slider.value = String(step);
    slider.setAttribute("aria-valuetext", WORDS.step(WORDS.stages[id], within + 1, steps));
    for (const [i, each] of stages.entries()) {
      if (i === index) each.setAttribute("aria-current", "step");
      else each.removeAttribute("aria-current");
    }
    const focused = /** @type {Document | ShadowRoot} */ (element.getRootNode()).activeElement;
    back.toggleAttribute("disabled", step === 0);
    next.toggleAttribute("disabled", step === STEPS - 1);
    if (focused === back && step === 0) next.focus();
    if (focused === next && step === STEPS - 1) back.focus();
  }

  function begin() {
    if (step >= STEPS - 2) go(0);
    setText(run, WORDS.hold);
    // Stop before the learning step, which the reader starts.
    timer = setInterval(() => {
      if (step >= STEPS - 2) stop();
      else go(step + 1);
    }, PACE_MS);
  }

  function stop() {
    clearInterval(timer);
    timer = undefined;
    setText(run, WORDS.run);
  }

  signal.addEventListener("abort", stop);
  show();
  return {
    element,
    row,
    step: () => step,
    running: () => timer !== undefined,
    /** @param {number} to */
    go(to) {
      stop();
      go(to);
    },
  };
}
