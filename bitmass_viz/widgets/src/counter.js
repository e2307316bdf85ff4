/**
 * “Count the bits”: a ledger of a network's weight bits that follows a slider. The browser reckons it all; only what
 * the count leaves out is asked of the kernel, which counts it in the trainers' arrays.
 */

import {
  count,
  cutsOf,
  fewestAbove,
  judged,
  multiplied,
  pictured,
  sameMass,
  times,
  within,
} from "./count.js";
import { freshId, h, setText, svg } from "./dom.js";
import { grouped } from "./format.js";
import { applyColours, isDark, watchTheme } from "./palette.js";

/**
 * @typedef {import("./explorer.js").Model} Model
 * @typedef {import("./count.js").Count} Count
 * @typedef {import("./count.js").Shape & {hidden: {label: string, low: number, high: number, value: number,
 *   ticks: {value: number, note: string}[]}, formats: {bits: number, label: string}[], bits: number, goal: number, group: number}} Content
 * @typedef {{label: string, bits: number, note: string, weight_bits: number, constant_bits: number,
 *   training_bits: number, scratch_bits: number, fixed_bits: number, total_bits: number}} Row
 * @typedef {{hidden: number, bits: number, rows: Row[]}} Account
 * @typedef {{element: HTMLElement, show: (now: Count) => void}} Part
 */

/** A slider on its way passes sizes that nobody wants counted. */
const SETTLE_MS = 200;

/** @param {{model: Model, el: HTMLElement}} context @returns {() => void} */
function render({ model, el }) {
  /** @type {Content} */
  const content = model.get("content");
  const state = { containers: content.hidden.value, bits: content.bits };
  const same = h("p", { class: "bm-same", id: freshId("same"), "data-testid": "count-same" });
  const leftOut = createLeftOut(content.group, (hidden, bits) =>
    model.send({ action: "account", hidden, bits }),
  );
  /** @type {Part[]} */
  const parts = [
    createSize(content, (containers) => change({ containers })),
    createFormats(content, same.id, (bits) => change({ bits })),
    createPicture(content),
    createLedger(),
    createTurn(content),
    leftOut,
  ];
  const [size, formats, picture, ledger, turn] = parts.map((part) => part.element);
  const root = h(
    "section",
    { class: "bm-counter", "data-testid": "counter", "aria-label": "Count the bits" },
    h(
      "div",
      { class: "bm-body" },
      h("div", { class: "bm-side" }, introduction(content), size, formats, same),
      h("div", { class: "bm-side bm-shown" }, picture, ledger),
      turn,
    ),
    leftOut.element,
  );

  /** @param {Partial<typeof state>} changed */
  function change(changed) {
    Object.assign(state, changed);
    const now = count(content, state.containers, state.bits);
    setText(same, sameMass(content, state.containers));
    for (const part of parts) part.show(now);
  }
  function paint() {
    const dark = isDark();
    applyColours(root, (model.get("palette") ?? {})[dark ? "dark" : "light"] ?? {});
    root.style.colorScheme = dark ? "dark" : "light";
  }
  const listeners = /** @type {const} */ ([
    ["change:account", () => leftOut.receive(model.get("account"))],
    ["change:problem", () => leftOut.complain(model.get("problem"))],
    ["change:palette", paint],
  ]);
  for (const [event, listener] of listeners) model.on(event, listener);
  const stopWatching = watchTheme(paint);
  paint();
  leftOut.receive(model.get("account"));
  change({});
  el.append(root);
  return () => {
    for (const [event, listener] of listeners) model.off(event, listener);
    stopWatching();
    leftOut.destroy();
    root.remove();
  };
}

/** The terms, each where it is first needed. @param {Content} content */
function introduction({ inputs, classes, container_bits: container }) {
  return h(
    "p",
    { class: "bm-intro" },
    `The network turns the ${inputs} pixels of a picture into `,
    h("dfn", {}, "hidden units"),
    `, and those into ${classes} classes, the digits. A `,
    h("dfn", {}, "weight"),
    ` says how much one pixel counts for one hidden unit, or one hidden unit for one class. It takes ${container} `,
    h("dfn", {}, "bits"),
    " (each a 0 or a 1) as a ",
    h("dfn", {}, "float32"),
    " number, or just one, +\u00a0or\u00a0−, as a ",
    h("dfn", {}, "binary"),
    " weight; BV32 is the study's binary format. A ",
    h("dfn", {}, "container"),
    ` is ${container} bits of hidden layer for each pixel: one float32 unit, or ${container} binary units. All weight bits together are what the study calls `,
    h("dfn", {}, "bit-mass"),
    ".",
  );
}

/** @param {Content} content @param {(containers: number) => void} change @returns {Part} */
function createSize({ hidden }, change) {
  const id = freshId("containers");
  const bounds = { min: String(hidden.low), max: String(hidden.high), step: "1" };
  const slider = /** @type {HTMLInputElement} */ (
    h("input", { id, type: "range", "data-testid": "count-containers", ...bounds })
  );
  const number = /** @type {HTMLInputElement} */ (
    h("input", {
      type: "number",
      inputmode: "numeric",
      "data-testid": "count-number",
      "aria-label": `${hidden.label}, as a number`,
      ...bounds,
    })
  );
  let shown = hidden.value;
  slider.addEventListener("input", () => change(slider.valueAsNumber));
  // A number half typed is left alone until it is one of those allowed, or done.
  number.addEventListener("input", () => {
    const typed = number.valueAsNumber;
    if (within(typed, hidden, NaN) === typed) change(typed);
  });
  number.addEventListener("change", () => {
    change(within(number.valueAsNumber, hidden, shown));
    number.value = String(shown);
  });

  const ticks = hidden.ticks.map(({ value, note }) => {
    const button = h("button", { type: "button", "data-testid": `count-tick-${value}` }, `${value}, ${note}`);
    button.addEventListener("click", () => change(value));
    return { value, button };
  });
  const element = h(
    "div",
    { class: "bm-size" },
    h("label", { for: id }, hidden.label),
    slider,
    number,
    h("div", { class: "bm-ticks" }, ...ticks.map(({ button }) => button)),
  );
  return {
    element,
    show({ containers, bits }) {
      shown = containers;
      slider.value = String(containers);
      slider.setAttribute("aria-valuetext", `${containers}, ${grouped(bits)} bits`);
      if (number.valueAsNumber !== containers) number.value = String(containers);
      for (const { value, button } of ticks)
        button.setAttribute("aria-pressed", String(value === containers));
    },
  };
}

/**
 * @param {Content} content @param {string} describedBy @param {(bits: number) => void} change
 * @returns {Part}
 */
function createFormats({ formats }, describedBy, change) {
  const name = freshId("format");
  const radios = formats.map(({ bits, label }) => {
    const radio = /** @type {HTMLInputElement} */ (
      h("input", { type: "radio", name, value: String(bits), "data-testid": `count-bits-${bits}` })
    );
    radio.addEventListener("change", () => change(bits));
    return { bits, radio, element: h("label", {}, radio, h("span", {}, label)) };
  });
  const element = h(
    "fieldset",
    { class: "bm-formats", "aria-describedby": describedBy },
    h("legend", {}, "Weights are"),
    h("div", { class: "bm-radios" }, ...radios.map((radio) => radio.element)),
  );
  return {
    element,
    show({ bitsPerWeight }) {
      for (const { bits, radio } of radios) radio.checked = bits === bitsPerWeight;
    },
  };
}

/** Where a container, 8 by 4, is cut in two, and in two again, until it is 32 cells. */
const CUTS = ["M4 0v4", "M0 2h8", "M2 0v4M6 0v4", "M0 1h8M0 3h8", "M1 0v4M3 0v4M5 0v4M7 0v4"];

/** The hidden layer: a place for each container that there can be. @param {Content} content @returns {Part} */
function createPicture(content) {
  const places = content.hidden.high;
  const blocks = Array.from({ length: places }, () =>
    svg(
      "svg",
      { viewBox: "0 0 8 4", preserveAspectRatio: "none", "aria-hidden": "true" },
      svg("rect", { width: 8, height: 4 }),
      ...CUTS.map((d) => svg("path", { d })),
    ),
  );
  const grid = h("div", { class: "bm-blocks", role: "img", "data-testid": "count-picture" });
  grid.append(...blocks);
  const sum = h("b", { "data-testid": "count-units" });
  const perBlock = grouped(count(content, 1, content.container_bits).bits);
  const element = h(
    "figure",
    { class: "bm-picture" },
    grid,
    h(
      "figcaption",
      {},
      sum,
      `. A block is a container, always ${perBlock} weight bits; each cell in it is a hidden unit.`,
    ),
  );
  return {
    element,
    show(now) {
      blocks.forEach((block, place) => block.classList.toggle("bm-filled", place < now.containers));
      grid.dataset.cuts = String(cutsOf(now.perContainer));
      grid.setAttribute("aria-label", pictured(now, places));
      setText(sum, multiplied(now));
    },
  };
}

/** A cell of a table that stays one for screen readers when the style sheet stacks it. @param {string} label */
function cell(label, /** @type {Record<string, string>} */ attributes = {}) {
  return h("td", { role: "cell", "data-label": label, ...attributes });
}

/** @param {string} text @param {string | null} note */
function rowHead(text, note = null) {
  return h(
    "th",
    { scope: "row", role: "rowheader" },
    h("b", {}, text),
    ...(note ? [" ", h("small", {}, note)] : []),
  );
}

/** @param {...Node} cells */
function row(...cells) {
  return h("tr", { role: "row" }, ...cells);
}

/** @param {HTMLElement} caption @param {string[]} names @param {HTMLElement[]} groups tbody and tfoot */
function table(caption, names, ...groups) {
  const heads = names.map((name) => h("th", { scope: "col", role: "columnheader" }, name));
  return h(
    "table",
    { role: "table" },
    caption,
    h("thead", { role: "rowgroup" }, row(...heads)),
    ...groups.map((group) => {
      group.setAttribute("role", "rowgroup");
      return group;
    }),
  );
}

/** @returns {Part} */
function createLedger() {
  const caption = h("caption", {});
  const lines = ["W0", "W1"].map((layer) => ({
    shape: cell("", { "data-testid": `count-shape-${layer}` }),
    weights: cell("weights"),
    each: cell("bits a weight"),
    bits: cell("bits", { "data-testid": `count-bits-${layer}` }),
  }));
  const total = {
    weights: cell("weights", { "data-testid": "count-weights" }),
    each: cell("bits a weight"),
    bits: cell("", { "data-testid": "count-bits", class: "bm-total" }),
  };
  const stored = h("td", { role: "cell", colspan: "4", "data-testid": "count-bytes" });
  const notes = ["pixels to hidden units", "hidden units to classes"];
  const element = h(
    "div",
    { class: "bm-ledger" },
    table(
      caption,
      ["layer", "units × inputs", "weights", "bits a weight", "bits"],
      h(
        "tbody",
        {},
        ...lines.map((line, n) =>
          row(rowHead(`W${n}`, notes[n]), line.shape, line.weights, line.each, line.bits),
        ),
      ),
      h(
        "tfoot",
        {},
        row(
          rowHead("Both", "the bit-mass"),
          h("td", { role: "cell", class: "bm-nothing" }),
          total.weights,
          total.each,
          total.bits,
        ),
        row(rowHead("In memory"), stored),
      ),
    ),
  );
  return {
    element,
    show(now) {
      const each = `× ${now.bitsPerWeight}`;
      const [w0, w1] = now.layers;
      setText(caption, `All weights of ${w0.inputs} → ${grouped(now.units)} → ${w1.units}`);
      now.layers.forEach((layer, n) => {
        setText(lines[n].shape, `${grouped(layer.units)} × ${grouped(layer.inputs)}`);
        setText(lines[n].weights, `= ${grouped(layer.weights)}`);
        setText(lines[n].each, each);
        setText(lines[n].bits, `= ${grouped(layer.bits)}`);
      });
      setText(total.weights, grouped(now.weights));
      setText(total.each, each);
      setText(total.bits, `${grouped(now.bits)} bits`);
      setText(
        stored,
        `${grouped(now.bytes)} bytes of 8 bits, or ${now.kibibytes.toFixed(1)} kibibytes of 1,024 bytes`,
      );
    },
  };
}

/** @param {Content} content @returns {Part} */
function createTurn(content) {
  const fewest = fewestAbove(content, content.goal, content.hidden);
  const mark = h("span", { class: "bm-mark", "aria-hidden": "true" });
  const said = h("span", { role: "status", "data-testid": "count-status" });
  const element = h(
    "p",
    { class: "bm-turn", "data-testid": "count-turn", hidden: fewest === null },
    h("b", {}, "Your turn:"),
    ` how many containers make the network larger than a megabit (${grouped(content.goal)} bits)? `,
    h("span", { class: "bm-answer" }, mark, said),
  );
  return {
    element,
    show({ containers }) {
      const now = judged(content, containers, fewest);
      element.toggleAttribute("data-solved", now.solved);
      setText(mark, now.solved ? "✓ " : "");
      setText(said, now.said);
    },
  };
}

/**
 * What bit-mass leaves out, for the size and format shown, counted by the kernel when this is open.
 * @param {number} group units that float arrays are kept in
 * @param {(hidden: number, bits: number) => void} ask
 */
function createLeftOut(group, ask) {
  const caption = h("caption", {});
  const body = h("tbody");
  const waiting = h("p", { class: "bm-waiting", role: "status" });
  const problem = h("p", { class: "bm-problem", role: "alert", hidden: true });
  const counted = table(
    caption,
    ["trainer", "besides, to recognise", "besides, to learn", "everything ÷ bit-mass"],
    body,
  );
  counted.hidden = true;
  const element = /** @type {HTMLDetailsElement} */ (
    h(
      "details",
      { class: "bm-left-out", "data-testid": "count-left-out" },
      h("summary", {}, "What this count leaves out"),
      h(
        "p",
        {},
        "Bit-mass counts weights only. A network needs other numbers too: some to recognise digits, and more to learn them.",
      ),
      waiting,
      counted,
      problem,
      h(
        "p",
        { class: "bm-source" },
        "Counted in bits, in the arrays of the trainers on this page, before any digit is seen. They are not as small " +
          `as they could be: counters have 64 bits, and float arrays are kept in groups of ${group} units, so that ` +
          "other sizes carry padding. Pictures and the answers of hidden units are left out here as well.",
      ),
    )
  );
  /** @type {Map<string, Account>} */
  const known = new Map();
  let wanted = { hidden: 0, bits: 0 };
  let timer = 0;

  function update() {
    clearTimeout(timer);
    if (!element.open) return;
    const found = known.get(keyOf(wanted));
    setText(waiting, found ? "" : "Counting… (the first time takes a few seconds)");
    counted.classList.toggle("bm-old", !found);
    if (found) fill(found);
    else timer = window.setTimeout(() => ask(wanted.hidden, wanted.bits), SETTLE_MS);
  }

  /** @param {Account} account */
  function fill({ hidden, rows }) {
    setText(
      caption,
      `Bits besides a bit-mass of ${grouped(rows[0].weight_bits)}, at ${hidden} ${hidden === 1 ? "container" : "containers"}`,
    );
    body.replaceChildren(
      ...rows.map((line) => {
        const [recognise, learn, all] = ["to recognise", "to learn", "everything ÷ bit-mass"].map((label) =>
          cell(label),
        );
        setText(recognise, grouped(line.constant_bits));
        setText(learn, grouped(line.training_bits + line.scratch_bits + line.fixed_bits));
        setText(all, times(line.total_bits / line.weight_bits));
        const format = line.bits === 32 ? "float32" : `${line.bits} bit${line.bits === 1 ? "" : "s"}`;
        return row(rowHead(`${line.label}, ${format}`, line.note), recognise, learn, all);
      }),
    );
    counted.hidden = false;
  }

  element.addEventListener("toggle", update);
  return {
    element,
    /** @param {Count} now */
    show({ containers, bitsPerWeight }) {
      wanted = { hidden: containers, bits: bitsPerWeight };
      update();
    },
    /** @param {Account | undefined} account */
    receive(account) {
      if (!account?.rows) return;
      known.set(keyOf(account), account);
      update();
    },
    /** @param {string} said */
    complain(said) {
      setText(problem, said);
      problem.hidden = !said;
      if (said) setText(waiting, "");
    },
    destroy() {
      clearTimeout(timer);
    },
  };
}

/** @param {{hidden: number, bits: number}} size */
function keyOf({ hidden, bits }) {
  return `${hidden}/${bits}`;
}

export default { render };
