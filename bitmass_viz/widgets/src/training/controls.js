/** The control bar, built from the kernel's table of controls; nothing here knows a control by name but the trainer. */

import { freshId, h, setText } from "../shared/dom.js";

/**
 * @typedef {import("./store.js").Control} Control
 * @typedef {{element: HTMLElement, show: (value: any) => void, enable: (on: boolean) => void}} Input
 * @typedef {(control: Control, id: string, change: (value: any) => void, testId: string) => Input} Builder
 */

/** @type {Record<Control["kind"], Builder>} */
const BUILDERS = {
  choice(control, id, change, testId) {
    const choices = control.choices ?? [];
    const options = choices.map(({ value, label, help }, index) =>
      h("option", { value: String(value ?? index), title: help ?? null }, label),
    );
    const select = h("select", { id, "data-testid": testId }, ...options);
    select.addEventListener("change", () => change(choices[select.selectedIndex].value));
    return {
      element: labelled(control, id, select),
      show: (value) => {
        select.selectedIndex = choices.findIndex((choice) => choice.value === value);
        select.title = choices[select.selectedIndex]?.help ?? control.help ?? "";
      },
      enable: (on) => void (select.disabled = !on),
    };
  },

  integer: (control, id, change, testId) => numberField(control, id, change, testId, true),

  number: (control, id, change, testId) => numberField(control, id, change, testId, false),

  stops(control, id, change, testId) {
    const stops = control.stops ?? [];
    const output = h("output", { for: id, class: "bm-stop" });
    const input = h("input", {
      id,
      type: "range",
      min: "0",
      max: String(stops.length - 1),
      step: "1",
      "data-testid": testId,
    });
    const say = () => {
      const label = stops[input.valueAsNumber]?.label ?? "";
      setText(output, label);
      input.setAttribute("aria-valuetext", label);
    };
    input.addEventListener("input", say);
    input.addEventListener("change", () => change(stops[input.valueAsNumber].value));
    const element = labelled(control, id, input);
    element.querySelector("label")?.append(" ", output);
    return {
      element,
      show: (value) => {
        const index = stops.findIndex((stop) => stop.value === value);
        if (index >= 0) input.value = String(index);
        say();
      },
      enable: (on) => void (input.disabled = !on),
    };
  },

  switch(control, id, change, testId) {
    const input = h("input", { id, type: "checkbox", role: "switch", "data-testid": testId });
    input.addEventListener("change", () => change(input.checked));
    return {
      element: labelled(control, id, input),
      show: (value) => void (input.checked = Boolean(value)),
      enable: (on) => void (input.disabled = !on),
    };
  },
};

/**
 * @param {Control} control @param {string} id @param {(value: number) => void} change @param {string} testId
 * @param {boolean} whole
 * @returns {Input}
 */
function numberField(control, id, change, testId, whole) {
  const { min = 0, max = Number.MAX_SAFE_INTEGER } = control;
  const input = h("input", {
    id,
    type: "number",
    inputmode: whole ? "numeric" : "decimal",
    step: whole ? "1" : "any",
    "data-testid": testId,
    min: String(min),
    max: String(max),
  });
  let shown = control.default;
  input.addEventListener("change", () => {
    const value = input.valueAsNumber;
    const allowed = value >= min && value <= max && (!whole || Number.isInteger(value));
    if (allowed) change(value);
    else input.value = String(shown);
  });
  return {
    element: labelled(control, id, input),
    show: (value) => {
      shown = value;
      input.value = String(value);
    },
    enable: (on) => void (input.disabled = !on),
  };
}

/** @param {Control} control @param {string} id @param {HTMLElement} input */
function labelled(control, id, input) {
  return h(
    "div",
    { class: `bm-control bm-kind-${control.kind} bm-control-${control.name}`, title: control.help ?? null },
    h("label", { for: id }, control.label),
    input,
  );
}

/**
 * @param {import("./store.js").Store} store
 * @param {(message: object) => void} send
 * @param {string} [prefix] of test ids, where a page has several
 */
export function createControls(store, send, prefix = "") {
  const element = h("div", { class: "bm-controls", role: "group", "aria-label": "Settings" });
  /** @type {{control: Control, input: Input}[]} */
  let built = [];

  function build() {
    built = store.state.controls.map((control) => {
      const change = (/** @type {any} */ value) => {
        send({ action: "set", name: control.name, value });
      };
      return {
        control,
        input: BUILDERS[control.kind](control, freshId(control.name), change, prefix + control.name),
      };
    });
    element.replaceChildren(...built.map(({ input }) => input.element));
    show();
  }

  /** Show what the kernel holds; a change that it refused falls back with this. */
  function show() {
    const { settings, hidden } = store.state;
    for (const { control, input } of built) {
      const applies = !control.trainers || control.trainers.includes(settings.trainer);
      input.show(control.name in settings ? settings[control.name] : control.default);
      input.enable(applies);
      input.element.classList.toggle("bm-off", !applies);
      input.element.hidden = hidden.includes(control.name);
    }
  }

  store.on(["controls"], build);
  store.on(["settings", "notice", "hidden"], show);
  return { element };
}
