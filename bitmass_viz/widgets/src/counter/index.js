/**
 * “Count the bits”: a ledger of a network's weight bits that follows a slider. The browser computes all of it, except
 * what the count leaves out: the kernel counts that in the trainers' arrays.
 */

import { count, fewestAbove, assess, sameMassText, within } from "./bit_mass.js";
import { createLedger } from "./ledger.js";
import { createLeftOut } from "./left_out.js";
import { createBlocks } from "./blocks.js";
import { button, freshId, h, setText } from "../shared/dom.js";
import { createNumberInput } from "../shared/number_input.js";
import { followTheme } from "../shared/palette.js";
import { listen, widget } from "../shared/widget.js";
import { WORDS } from "./words.js";

/**
 * @typedef {import("./bit_mass.js").Content} Content
 * @typedef {import("./bit_mass.js").Count} Count
 * @typedef {import("../shared/widget.js").Model<{content: Content, problem: string,
 *   account: import("./left_out.js").Account | undefined}>} Model
 */

/** @param {{model: Model, el: HTMLElement, signal: AbortSignal}} context */
function render({ model, el, signal }) {
  const content = model.get("content");
  const state = { containers: content.hidden.value, bits: content.bits };
  const same = h("p", { class: "bm-same", id: freshId("same"), "data-testid": "count-same" });
  const ask = (/** @type {number} */ hidden, /** @type {number} */ bits) =>
    model.send({ action: "account", hidden, bits });
  const size = createSize(content, (containers) => change({ containers }));
  const formats = createFormats(content, same.id, (bits) => change({ bits }));
  const blocks = createBlocks(content);
  const ledger = createLedger();
  const turn = createTurn(content);
  const leftOut = createLeftOut(content.group, ask, signal);
  const root = h(
    "section",
    { class: "bm-widget bm-framed bm-counter", "data-testid": "counter", "aria-label": WORDS.title },
    h(
      "div",
      { class: "bm-body" },
      h("div", { class: "bm-side" }, introduction(content), size.element, formats.element, same),
      h("div", { class: "bm-side bm-shown" }, blocks.element, ledger.element),
      turn.element,
    ),
    leftOut.element,
  );

  /** @param {Partial<typeof state>} changed */
  function change(changed) {
    Object.assign(state, changed);
    const now = count(content, state.containers, state.bits);
    setText(same, sameMassText(content, state.containers));
    for (const part of [size, formats, blocks, ledger, turn, leftOut]) part.show(now);
  }
  listen(model, signal, {
    "change:account": () => leftOut.receive(model.get("account")),
    "change:problem": () => leftOut.complain(model.get("problem")),
  });
  followTheme(root, model, signal);
  leftOut.receive(model.get("account"));
  change({});
  el.append(root);
  return root;
}

/** An explanation of the terms. @param {Content} content */
function introduction({ inputs, classes, container_bits: container }) {
  const parts = WORDS.introduction(inputs, classes, container);
  const nodes = parts.map((part) => (typeof part === "string" ? part : h("dfn", ...part)));
  return h("p", { class: "bm-intro" }, ...nodes);
}

/** @param {Content} content @param {(containers: number) => void} change */
function createSize({ hidden }, change) {
  const id = freshId("containers");
  const bounds = { min: String(hidden.low), max: String(hidden.high), step: "1" };
  const slider = h("input", { id, type: "range", "data-testid": "count-containers", ...bounds });
  const number = createNumberInput({
    inputmode: "numeric",
    "data-testid": "count-number",
    "aria-label": WORDS.asNumber(hidden.label),
    ...bounds,
  });
  let shown = hidden.value;
  slider.addEventListener("input", () => change(slider.valueAsNumber));
  number.input.addEventListener("input", () => {
    const typed = number.input.valueAsNumber;
    if (within(typed, hidden, NaN) === typed) change(typed);
  });
  number.input.addEventListener("change", () => {
    change(within(number.input.valueAsNumber, hidden, shown));
    number.show(shown);
  });

  const ticks = hidden.ticks.map(({ value, note }) => {
    const tick = button(
      { "data-testid": `count-tick-${value}` },
      () => change(value),
      WORDS.tick(value, note),
    );
    return { value, tick };
  });
  const element = h(
    "div",
    { class: "bm-size" },
    h("label", { for: id }, hidden.label),
    slider,
    number.input,
    h("div", { class: "bm-ticks" }, ...ticks.map(({ tick }) => tick)),
  );
  return {
    element,
    /** @param {Count} now */
    show({ containers, bits }) {
      shown = containers;
      slider.value = String(containers);
      slider.setAttribute("aria-valuetext", WORDS.size(containers, bits));
      number.show(containers);
      for (const { value, tick } of ticks) tick.setAttribute("aria-pressed", String(value === containers));
    },
  };
}

/**
 * @param {Content} content @param {string} describedBy @param {(bits: number) => void} change
 */
function createFormats({ formats }, describedBy, change) {
  const name = freshId("format");
  const radios = formats.map(({ bits, label }) => {
    const radio = h("input", {
      type: "radio",
      name,
      value: String(bits),
      "data-testid": `count-bits-${bits}`,
    });
    radio.addEventListener("change", () => change(bits));
    return { bits, radio, element: h("label", radio, h("span", label)) };
  });
  const element = h(
    "fieldset",
    { class: "bm-formats", "aria-describedby": describedBy },
    h("legend", WORDS.formats),
    h("div", { class: "bm-radios" }, ...radios.map((radio) => radio.element)),
  );
  return {
    element,
    /** @param {Count} now */
    show({ bitsPerWeight }) {
      for (const { bits, radio } of radios) radio.checked = bits === bitsPerWeight;
    },
  };
}

/** @param {Content} content */
function createTurn(content) {
  const fewest = fewestAbove(content, content.goal, content.hidden);
  const mark = h("span", { class: "bm-mark", "aria-hidden": "true" });
  const said = h("span", { role: "status", "data-testid": "count-status" });
  const element = h(
    "p",
    { class: "bm-turn", "data-testid": "count-turn", hidden: fewest === null },
    h("b", WORDS.yourTurn),
    WORDS.turn(content.goal),
    h("span", { class: "bm-answer" }, mark, said),
  );
  return {
    element,
    /** @param {Count} now */
    show({ containers }) {
      const now = assess(content, containers, fewest);
      element.toggleAttribute("data-solved", now.solved);
      setText(mark, now.solved ? "✓ " : "");
      setText(said, now.said);
    },
  };
}

export default widget(render);
