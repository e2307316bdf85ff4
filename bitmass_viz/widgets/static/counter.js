// src/format.js
var GROUPED = new Intl.NumberFormat("en");
function grouped(n) {
  return GROUPED.format(n);
}
function counted(n, one, many) {
  return `${grouped(n)} ${n === 1 ? one : many}`;
}

// src/count.js
var BITS_A_BYTE = 8;
var BYTES_A_KIBIBYTE = 1024;
function count(shape, containers, bitsPerWeight) {
  const perContainer = shape.container_bits / bitsPerWeight;
  if (!Number.isInteger(perContainer) || perContainer < 1) {
    throw new RangeError(
      `bits a weight must divide a container of ${shape.container_bits} bits, got ${bitsPerWeight}`
    );
  }
  const units = containers * perContainer;
  const layers = [
    { units, inputs: shape.inputs },
    { units: shape.classes, inputs: units }
  ].map((layer) => {
    const weights2 = layer.units * layer.inputs;
    return { ...layer, weights: weights2, bits: weights2 * bitsPerWeight };
  });
  const weights = layers[0].weights + layers[1].weights;
  const bits = layers[0].bits + layers[1].bits;
  const bytes = bits / BITS_A_BYTE;
  const kibibytes = bytes / BYTES_A_KIBIBYTE;
  return { containers, bitsPerWeight, perContainer, units, layers, weights, bits, bytes, kibibytes };
}
function fewestAbove(shape, goal, { low, high }) {
  const fewest = Math.max(low, Math.floor(goal / massOf(shape, 1)) + 1);
  return fewest <= high ? fewest : null;
}
function massOf(shape, containers) {
  return count(shape, containers, shape.container_bits).bits;
}
function within(value, { low, high }, otherwise) {
  return Number.isFinite(value) ? Math.min(high, Math.max(low, Math.round(value))) : otherwise;
}
function cutsOf(perContainer) {
  return Math.log2(perContainer);
}
function namedUnits(bitsPerWeight, units) {
  const kind = { 1: "binary ", 32: "float32 " }[bitsPerWeight];
  if (kind) return counted(units, `${kind}unit`, `${kind}units`);
  return `${counted(units, "unit", "units")} of ${bitsPerWeight}-bit weights`;
}
function sameMass(shape, containers) {
  const [floats, binary] = [shape.container_bits, 1].map(
    (bits) => namedUnits(bits, count(shape, containers, bits).units)
  );
  return `${floats} = ${binary}: ${grouped(massOf(shape, containers))} bits either way.`;
}
function pictured({ containers, perContainer, units, bitsPerWeight }, places) {
  const blocks = counted(containers, "block", "blocks");
  const cells = perContainer === 1 ? "not divided" : `divided into ${perContainer} cells`;
  const each = containers === 1 ? cells : `each ${cells}`;
  return `The hidden layer: ${blocks} of ${places} filled, ${each}: ${namedUnits(bitsPerWeight, units)}.`;
}
function multiplied({ containers, perContainer, bitsPerWeight, units }) {
  return `${counted(containers, "block", "blocks")} of ${perContainer} = ${namedUnits(bitsPerWeight, units)}`;
}
function judged(shape, containers, fewest) {
  if (fewest === null || containers < fewest) return { solved: false, said: "" };
  if (containers > fewest) return { solved: false, said: "Larger, yes, but fewer containers would do." };
  const reached = `${counted(fewest, "container", "containers")}: ${grouped(massOf(shape, fewest))} bits.`;
  const short = fewest > 1 ? ` One fewer is ${grouped(massOf(shape, fewest - 1))}.` : "";
  return { solved: true, said: reached + short };
}
function times(ratio) {
  return `${ratio < 10 ? ratio.toFixed(1) : grouped(Math.round(ratio))} ×`;
}

// src/dom.js
function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === false || value === null) continue;
    element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children);
  return element;
}
var SVG = "http://www.w3.org/2000/svg";
function svg(tag, attributes = {}, ...children) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
  element.append(...children);
  return element;
}
var mine = Math.random().toString(36).slice(2, 8);
var made = 0;
function freshId(name) {
  made += 1;
  return `bm-${name}-${mine}-${made}`;
}
function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

// src/palette.js
function applyColours(root, colours) {
  for (const [name, value] of Object.entries(colours)) {
    root.style.setProperty(`--bm-${name.replace(".", "-")}`, value);
  }
}
var THEMES = ["auto", "light", "dark"];
function chosenTheme() {
  const chosen = document.documentElement.dataset.bitmassTheme ?? "";
  return THEMES.includes(chosen) ? chosen : "auto";
}
function isDark() {
  if (chosenTheme() !== "auto") return chosenTheme() === "dark";
  const lab = document.body.dataset.jpThemeLight;
  if (lab !== void 0) return lab === "false";
  return matchMedia("(prefers-color-scheme: dark)").matches;
}
function watchTheme(changed) {
  const observer = new MutationObserver(changed);
  observer.observe(document.body, { attributes: true, attributeFilter: ["data-jp-theme-light"] });
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ["data-bitmass-theme"] });
  const query = matchMedia("(prefers-color-scheme: dark)");
  query.addEventListener("change", changed);
  return () => {
    observer.disconnect();
    query.removeEventListener("change", changed);
  };
}

// src/counter.js
var SETTLE_MS = 200;
function render({ model, el }) {
  const content = model.get("content");
  const state = { containers: content.hidden.value, bits: content.bits };
  const same = h("p", { class: "bm-same", id: freshId("same"), "data-testid": "count-same" });
  const leftOut = createLeftOut(
    content.group,
    (hidden, bits) => model.send({ action: "account", hidden, bits })
  );
  const parts = [
    createSize(content, (containers) => change({ containers })),
    createFormats(content, same.id, (bits) => change({ bits })),
    createPicture(content),
    createLedger(),
    createTurn(content),
    leftOut
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
      turn
    ),
    leftOut.element
  );
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
  const listeners = (
    /** @type {const} */
    [
      ["change:account", () => leftOut.receive(model.get("account"))],
      ["change:problem", () => leftOut.complain(model.get("problem"))],
      ["change:palette", paint]
    ]
  );
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
    " number, or just one, + or −, as a ",
    h("dfn", {}, "binary"),
    " weight; BV32 is the study's binary format. A ",
    h("dfn", {}, "container"),
    ` is ${container} bits of hidden layer for each pixel: one float32 unit, or ${container} binary units. All weight bits together are what the study calls `,
    h("dfn", {}, "bit-mass"),
    "."
  );
}
function createSize({ hidden }, change) {
  const id = freshId("containers");
  const bounds = { min: String(hidden.low), max: String(hidden.high), step: "1" };
  const slider = (
    /** @type {HTMLInputElement} */
    h("input", { id, type: "range", "data-testid": "count-containers", ...bounds })
  );
  const number = (
    /** @type {HTMLInputElement} */
    h("input", {
      type: "number",
      inputmode: "numeric",
      "data-testid": "count-number",
      "aria-label": `${hidden.label}, as a number`,
      ...bounds
    })
  );
  let shown = hidden.value;
  slider.addEventListener("input", () => change(slider.valueAsNumber));
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
    h("div", { class: "bm-ticks" }, ...ticks.map(({ button }) => button))
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
    }
  };
}
function createFormats({ formats }, describedBy, change) {
  const name = freshId("format");
  const radios = formats.map(({ bits, label }) => {
    const radio = (
      /** @type {HTMLInputElement} */
      h("input", { type: "radio", name, value: String(bits), "data-testid": `count-bits-${bits}` })
    );
    radio.addEventListener("change", () => change(bits));
    return { bits, radio, element: h("label", {}, radio, h("span", {}, label)) };
  });
  const element = h(
    "fieldset",
    { class: "bm-formats", "aria-describedby": describedBy },
    h("legend", {}, "Weights are"),
    h("div", { class: "bm-radios" }, ...radios.map((radio) => radio.element))
  );
  return {
    element,
    show({ bitsPerWeight }) {
      for (const { bits, radio } of radios) radio.checked = bits === bitsPerWeight;
    }
  };
}
var CUTS = ["M4 0v4", "M0 2h8", "M2 0v4M6 0v4", "M0 1h8M0 3h8", "M1 0v4M3 0v4M5 0v4M7 0v4"];
function createPicture(content) {
  const places = content.hidden.high;
  const blocks = Array.from(
    { length: places },
    () => svg(
      "svg",
      { viewBox: "0 0 8 4", preserveAspectRatio: "none", "aria-hidden": "true" },
      svg("rect", { width: 8, height: 4 }),
      ...CUTS.map((d) => svg("path", { d }))
    )
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
      `. A block is a container, always ${perBlock} weight bits; each cell in it is a hidden unit.`
    )
  );
  return {
    element,
    show(now) {
      blocks.forEach((block, place) => block.classList.toggle("bm-filled", place < now.containers));
      grid.dataset.cuts = String(cutsOf(now.perContainer));
      grid.setAttribute("aria-label", pictured(now, places));
      setText(sum, multiplied(now));
    }
  };
}
function cell(label, attributes = {}) {
  return h("td", { role: "cell", "data-label": label, ...attributes });
}
function rowHead(text, note = null) {
  return h(
    "th",
    { scope: "row", role: "rowheader" },
    h("b", {}, text),
    ...note ? [" ", h("small", {}, note)] : []
  );
}
function row(...cells) {
  return h("tr", { role: "row" }, ...cells);
}
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
    })
  );
}
function createLedger() {
  const caption = h("caption", {});
  const lines = ["W0", "W1"].map((layer) => ({
    shape: cell("", { "data-testid": `count-shape-${layer}` }),
    weights: cell("weights"),
    each: cell("bits a weight"),
    bits: cell("bits", { "data-testid": `count-bits-${layer}` })
  }));
  const total = {
    weights: cell("weights", { "data-testid": "count-weights" }),
    each: cell("bits a weight"),
    bits: cell("", { "data-testid": "count-bits", class: "bm-total" })
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
        ...lines.map(
          (line, n) => row(rowHead(`W${n}`, notes[n]), line.shape, line.weights, line.each, line.bits)
        )
      ),
      h(
        "tfoot",
        {},
        row(
          rowHead("Both", "the bit-mass"),
          h("td", { role: "cell", class: "bm-nothing" }),
          total.weights,
          total.each,
          total.bits
        ),
        row(rowHead("In memory"), stored)
      )
    )
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
        `${grouped(now.bytes)} bytes of 8 bits, or ${now.kibibytes.toFixed(1)} kibibytes of 1,024 bytes`
      );
    }
  };
}
function createTurn(content) {
  const fewest = fewestAbove(content, content.goal, content.hidden);
  const mark = h("span", { class: "bm-mark", "aria-hidden": "true" });
  const said = h("span", { role: "status", "data-testid": "count-status" });
  const element = h(
    "p",
    { class: "bm-turn", "data-testid": "count-turn", hidden: fewest === null },
    h("b", {}, "Your turn:"),
    ` how many containers make the network larger than a megabit (${grouped(content.goal)} bits)? `,
    h("span", { class: "bm-answer" }, mark, said)
  );
  return {
    element,
    show({ containers }) {
      const now = judged(content, containers, fewest);
      element.toggleAttribute("data-solved", now.solved);
      setText(mark, now.solved ? "✓ " : "");
      setText(said, now.said);
    }
  };
}
function createLeftOut(group, ask) {
  const caption = h("caption", {});
  const body = h("tbody");
  const waiting = h("p", { class: "bm-waiting", role: "status" });
  const problem = h("p", { class: "bm-problem", role: "alert", hidden: true });
  const counted2 = table(
    caption,
    ["trainer", "besides, to recognise", "besides, to learn", "everything ÷ bit-mass"],
    body
  );
  counted2.hidden = true;
  const element = (
    /** @type {HTMLDetailsElement} */
    h(
      "details",
      { class: "bm-left-out", "data-testid": "count-left-out" },
      h("summary", {}, "What this count leaves out"),
      h(
        "p",
        {},
        "Bit-mass counts weights only. A network needs other numbers too: some to recognise digits, and more to learn them."
      ),
      waiting,
      counted2,
      problem,
      h(
        "p",
        { class: "bm-source" },
        `Counted in bits, in the arrays of the trainers on this page, before any digit is seen. They are not as small as they could be: counters have 64 bits, and float arrays are kept in groups of ${group} units, so that other sizes carry padding. Pictures and the answers of hidden units are left out here as well.`
      )
    )
  );
  const known = /* @__PURE__ */ new Map();
  let wanted = { hidden: 0, bits: 0 };
  let timer = 0;
  function update() {
    clearTimeout(timer);
    if (!element.open) return;
    const found = known.get(keyOf(wanted));
    setText(waiting, found ? "" : "Counting… (the first time takes a few seconds)");
    counted2.classList.toggle("bm-old", !found);
    if (found) fill(found);
    else timer = window.setTimeout(() => ask(wanted.hidden, wanted.bits), SETTLE_MS);
  }
  function fill({ hidden, rows }) {
    setText(
      caption,
      `Bits besides a bit-mass of ${grouped(rows[0].weight_bits)}, at ${hidden} ${hidden === 1 ? "container" : "containers"}`
    );
    body.replaceChildren(
      ...rows.map((line) => {
        const [recognise, learn, all] = ["to recognise", "to learn", "everything ÷ bit-mass"].map(
          (label) => cell(label)
        );
        setText(recognise, grouped(line.constant_bits));
        setText(learn, grouped(line.training_bits + line.scratch_bits + line.fixed_bits));
        setText(all, times(line.total_bits / line.weight_bits));
        const format = line.bits === 32 ? "float32" : `${line.bits} bit${line.bits === 1 ? "" : "s"}`;
        return row(rowHead(`${line.label}, ${format}`, line.note), recognise, learn, all);
      })
    );
    counted2.hidden = false;
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
    }
  };
}
function keyOf({ hidden, bits }) {
  return `${hidden}/${bits}`;
}
var counter_default = { render };
export {
  counter_default as default
};
