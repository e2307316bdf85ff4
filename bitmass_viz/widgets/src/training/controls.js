/** The control bar, built from the kernel's table of controls. The trainer is the only control known by name. */

import { freshId, h, setText } from "../shared/dom.js";
import { createHelp } from "../shared/help.js";
import { createNumberInput } from "../shared/number_input.js";
import { WORDS } from "./words.js";

/** Controls whose labels and choices speak for themselves. */
const PLAIN = ["trainer", "speed"];

/**
 * @typedef {import("./store.js").Control} Control
 * @typedef {import("./store.js").Setting} Setting
 * @typedef {{field: HTMLInputElement | HTMLSelectElement, show: (value: Setting) => void, output?: HTMLElement,
 *   refused?: HTMLElement}} Input
 * @typedef {(control: Control, attributes: {id: string, "data-testid": string}, change: (value: Setting) => void) => Input} Builder what a reader sets a control with
 */

/** @type {Record<Control["kind"], Builder>} */
const BUILDERS = {
  choice(control, attributes, change) {
    const { choices } = control;
    const options = choices.map(({ value, label, help }, index) =>
      h("option", { value: String(value ?? index), title: help ?? null }, label),
    );
    const select = h("select", attributes, ...options);
    select.addEventListener("change", () => change(choices[select.selectedIndex].value));
    return {
      field: select,
      show: (value) => {
        select.selectedIndex = choices.findIndex((choice) => choice.value === value);
        select.title = choices[select.selectedIndex]?.help ?? control.help ?? "";
      },
    };
  },

  integer: (control, attributes, change) => numberField(control, attributes, change, true),

  number: (control, attributes, change) => numberField(control, attributes, change, false),

  stops(control, attributes, change) {
    const stops = control.choices;
    const output = h("output", { for: attributes.id, class: "bm-stop" });
    const { input, show } = createNumberInput({
      ...attributes,
      type: "range",
      min: "0",
      max: String(stops.length - 1),
      step: "1",
    });
    const say = () => {
      const label = stops[input.valueAsNumber]?.label ?? "";
      setText(output, label);
      input.setAttribute("aria-valuetext", label);
    };
    input.addEventListener("input", say);
    input.addEventListener("change", () => change(stops[input.valueAsNumber].value));
    return {
      field: input,
      output,
      show: (value) => {
        const index = stops.findIndex((stop) => stop.value === value);
        if (index >= 0) show(index);
        say();
      },
    };
  },

  switch(_control, attributes, change) {
    const input = h("input", { ...attributes, type: "checkbox", role: "switch" });
    input.addEventListener("change", () => change(input.checked));
    return { field: input, show: (value) => void (input.checked = Boolean(value)) };
  },
};

/**
 * @param {Control} control @param {Record<string, string>} attributes @param {(value: number) => void} change
 * @param {boolean} whole
 * @returns {Input}
 */
function numberField(control, attributes, change, whole) {
  const { min, max, label, allowed } = control;
  const id = `${attributes.id}-refused`;
  const refused = h("p", { class: "bm-refused", id, role: "alert", hidden: true });
  const { input, show } = createNumberInput({
    ...attributes,
    inputmode: whole ? "numeric" : "decimal",
    step: whole ? "1" : "any",
    min: String(min),
    max: String(max),
  });
  let shown = control.default;
  /** @param {string} text */
  const refuse = (text) => {
    setText(refused, text);
    refused.hidden = text === "";
    input.setAttribute("aria-invalid", String(text !== ""));
    if (text) input.setAttribute("aria-describedby", id);
    else input.removeAttribute("aria-describedby");
  };
  input.addEventListener("change", () => {
    const value = input.valueAsNumber;
    if (value >= min && value <= max && (!whole || Number.isInteger(value))) {
      refuse("");
      change(value);
    } else {
      refuse(WORDS.refused(label, allowed, input.value.replace("-", "\u2212"), String(shown)));
      show(shown);
    }
  });
  return {
    field: input,
    refused,
    show: (value) => {
      if (shown !== value) refuse("");
      shown = value;
      show(value);
    },
  };
}

/** @param {Control} control @param {Input} input */
function labelled({ kind, name, help, label, choices }, { field, output, refused }) {
  const plain = PLAIN.includes(name) || !help;
  const explained = choices
    .filter((choice) => choice.help)
    .map((choice) => `${choice.label}: ${choice.help}`);
  return h(
    "div",
    { class: `bm-control bm-kind-${kind} bm-control-${name}`, title: plain ? (help ?? null) : null },
    h(
      "span",
      { class: "bm-label" },
      h("label", { for: field.id }, label, ...(output ? [" ", output] : [])),
      ...(plain ? [] : [createHelp(label, help, ...explained)]),
    ),
    field,
    ...(refused ? [refused] : []),
  );
}

/**
 * @param {import("./store.js").Store} store
 * @param {(message: import("../shared/protocol.js").Set) => void} send
 * @param {string} [prefix] of test ids, where a page has several
 * @param {string[]} [first] names of controls that are always in sight, in order
 * @returns the controls, and those of `first` apart
 */
export function createControls(store, send, prefix = "", first = []) {
  const inSight = h("div", { class: "bm-controls", role: "group", "aria-label": WORDS.training });
  const element = h("div", { class: "bm-controls", role: "group", "aria-label": WORDS.settings });
  /** @type {{control: Control, input: Input, line: HTMLElement}[]} */
  let built = [];

  function build() {
    built = store.state.controls.map((control) => {
      const { name, kind } = control;
      const change = (/** @type {Setting} */ value) => {
        // A step that follows at once is of this speed.
        if (kind === "stops") store.set({ settings: { ...store.state.settings, [name]: value } });
        send({ action: "set", name, value });
      };
      const attributes = { id: freshId(name), "data-testid": prefix + name };
      const input = BUILDERS[kind](control, attributes, change);
      return { control, input, line: labelled(control, input) };
    });
    const lineOf = (/** @type {string} */ name) =>
      built.find(({ control }) => control.name === name)?.line ?? "";
    inSight.replaceChildren(...first.map(lineOf));
    element.replaceChildren(
      ...built.filter(({ control }) => !first.includes(control.name)).map(({ line }) => line),
    );
    show();
  }

  /** Show the kernel's values; this also reverts a change that it refused. */
  function show() {
    const { settings, hidden } = store.state;
    for (const { control, input, line } of built) {
      const applies = !control.trainers || control.trainers.includes(settings.trainer ?? "");
      input.show((control.name in settings ? settings[control.name] : control.default) ?? null);
      input.field.disabled = !applies;
      line.classList.toggle("bm-off", !applies);
      line.hidden = hidden.includes(control.name);
    }
  }

  store.on(["controls"], build);
  store.on(["settings", "notice", "hidden"], show);
  return { element, inSight };
}
