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

// src/format.js
var MINUS = "−";
var GROUPED = new Intl.NumberFormat("en");
function grouped(n) {
  return GROUPED.format(n);
}
function percent(share) {
  return share === null || share === void 0 || Number.isNaN(share) ? "—" : `${(share * 100).toFixed(1)} %`;
}
function hex(word) {
  return (word >>> 0).toString(16).toUpperCase().padStart(8, "0");
}
function signed(value) {
  if (Number.isNaN(value)) return "NaN";
  const size = Math.abs(value);
  const sign = value < 0 || Object.is(value, -0) ? MINUS : "+";
  if (size === 0 || size === Infinity) return `${sign}${size === 0 ? "0" : "∞"}`;
  const text = size >= 1e-3 && size < 1e5 ? size.toPrecision(4) : size.toExponential(3);
  return sign + text.replace("e-", `e${MINUS}`);
}
function epochs(epochs2) {
  return epochs2 < 10 ? epochs2.toFixed(2) : epochs2.toFixed(1);
}
function counted(n, one, many) {
  return `${grouped(n)} ${n === 1 ? one : many}`;
}
function compact(examples) {
  if (examples < 1e3) return String(examples);
  if (examples < 1e6) return `${+(examples / 1e3).toFixed(1)}k`;
  return `${+(examples / 1e6).toFixed(2)}M`;
}

// src/browse.js
function createBrowse(store, scene) {
  const name = freshId("layer");
  const layers = h("div", {
    class: "bm-segments",
    role: "radiogroup",
    "aria-label": "Layer",
    "data-testid": "layer"
  });
  const earlier = h(
    "button",
    {
      type: "button",
      class: "bm-button bm-small",
      "data-testid": "page-earlier",
      "aria-label": "Earlier hidden units"
    },
    "‹"
  );
  const later = h(
    "button",
    {
      type: "button",
      class: "bm-button bm-small",
      "data-testid": "page-later",
      "aria-label": "Later hidden units"
    },
    "›"
  );
  const where = h("span", {});
  const pager = h("div", { class: "bm-pager", "data-testid": "pager", hidden: true }, earlier, where, later);
  const flipped = h("span", {});
  const flips = h("span", { class: "bm-key bm-flips", "data-testid": "flips" }, h("i", {}), flipped);
  const element = h("div", { class: "bm-browse" }, layers, pager);
  earlier.addEventListener("click", () => store.set({ page: store.state.page - 1 }));
  later.addEventListener("click", () => store.set({ page: store.state.page + 1 }));
  function build() {
    const names = ["input layer", "output layer"];
    layers.replaceChildren(
      ...scene.plan.layers.map((layer) => {
        const id = freshId("layer");
        const input = (
          /** @type {HTMLInputElement} */
          h("input", { type: "radio", name, id, value: layer.name, "data-testid": `layer-${layer.name}` })
        );
        input.checked = layer.index === store.state.layer;
        input.addEventListener("change", () => store.set({ layer: layer.index }));
        return h(
          "span",
          {},
          input,
          h("label", { for: id }, h("b", {}, layer.name), ` ${names[layer.index] ?? ""}`)
        );
      })
    );
  }
  return {
    element,
    flips,
    /** The network has another shape. */
    rebuild: build,
    update() {
      const { page, plan } = scene;
      pager.hidden = page.pages < 2;
      const kind = plan.bpw === 1 ? "containers" : "units";
      setText(
        where,
        `${kind} ${page.firstBlock}–${page.firstBlock + page.blocks - 1} of ${page.allBlocks}`
      );
      earlier.toggleAttribute("disabled", store.state.page <= 0);
      later.toggleAttribute("disabled", store.state.page >= page.pages - 1);
      const { flips: count, kept } = store.state;
      if (kept) {
        const since = counted(kept.examples, "example", "examples");
        const differ = `${grouped(scene.differences)} of ${grouped(plan.bits)} bits`;
        setText(flipped, `${differ} differ from the moment after ${since}`);
        return;
      }
      setText(
        flipped,
        count === null ? `${grouped(plan.bits)} weight bits` : `${grouped(count)} of ${grouped(plan.bits)} bits flipped since the last frame`
      );
    }
  };
}

// src/scale.js
var STUDY_EPOCHS = 3;
function ticks(low, high, most) {
  const rough = (high - low) / Math.max(1, most);
  if (!(rough > 0)) return [low];
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 2.5, 5, 10].map((m) => m * power).find((s) => s >= rough * 0.9999) ?? 10 * power;
  const result = [];
  for (let i = Math.ceil(low / step - 1e-9); i * step <= high + step * 1e-9; i++)
    result.push(+(i * step).toPrecision(12));
  return result;
}
function examplesEnd(examples, epoch) {
  const size = epoch > 0 ? epoch : 5e4;
  const stages = [size / 8, size / 2, size, STUDY_EPOCHS * size];
  const stage = stages.find((end2) => examples <= end2);
  if (stage !== void 0) return stage;
  let end = STUDY_EPOCHS * size;
  while (end < examples) end *= 2;
  return end;
}
function accuracyRange(curves) {
  let low = 1;
  let high = 0;
  for (const { points } of curves) {
    for (const [, accuracy] of points) {
      low = Math.min(low, accuracy);
      high = Math.max(high, accuracy);
    }
  }
  if (low > high) return [0, 1];
  low = Math.max(0, Math.floor(low * 10 - 0.2) / 10);
  high = Math.min(1, Math.ceil(high * 10 + 0.2) / 10);
  if (high - low < 0.3) low = Math.max(0, high - 0.3);
  return [low, Math.max(high, low + 0.3)];
}
function spread(wanted, gap, low, high) {
  const placed = [];
  let next = low;
  for (const y of wanted) {
    placed.push(Math.max(y, next));
    next = placed[placed.length - 1] + gap;
  }
  let most = high;
  for (let i = placed.length - 1; i >= 0; i--) {
    placed[i] = Math.min(placed[i], most);
    most = placed[i] - gap;
  }
  return placed;
}
function thin(points, most) {
  if (points.length <= most) return points;
  return Array.from({ length: most }, (_, i) => points[Math.round(i * (points.length - 1) / (most - 1))]);
}

// src/chart.js
var HEIGHT = 172;
var MARGIN = { top: 10, right: 8, bottom: 30, left: 30 };
var MOST_POINTS = 200;
var LABEL_GAP = 12;
var CHARACTER = 7.4;
var STYLES = (
  /** @type {Record<string, {dash: string, mark: string}>} */
  {
    sgd: { dash: "", mark: "M-3.5 0a3.5 3.5 0 1 0 7 0a3.5 3.5 0 1 0-7 0z" },
    adamw: { dash: "7 3", mark: "M-3.2-3.2h6.4v6.4h-6.4z" },
    "bv32-hebbian": { dash: "", mark: "M0-4.2 4.2 3.4h-8.4z" },
    "bv32-uncentred": { dash: "2 3", mark: "M0-4.6 4.6 0 0 4.6-4.6 0z" }
  }
);
var OTHER = { dash: "1 3", mark: "M-1-4h2v3h3v2h-3v3h-2v-3h-3v-2h3z" };
var DASHED = "2 3";
var colourOf = (trainer) => `var(--bm-trainer-${trainer in STYLES ? trainer : "other"})`;
var styleOf = (trainer) => STYLES[trainer] ?? OTHER;
function createChart(store, testId = "chart") {
  const picture = h("div", { class: "bm-plot" });
  const body = h("tbody", {});
  const table = h(
    "table",
    {},
    h("caption", {}, "Validation accuracy of every run so far"),
    h(
      "thead",
      {},
      h("tr", {}, ...["Run", "Examples", "Accuracy"].map((name) => h("th", { scope: "col" }, name)))
    ),
    body
  );
  const element = h(
    "div",
    { class: "bm-chart", "data-testid": testId },
    picture,
    h("div", { class: "bm-hidden" }, table)
  );
  let width = 0;
  const observer = new ResizeObserver(([entry]) => {
    width = Math.floor(entry.contentRect.width);
    draw();
  });
  observer.observe(picture);
  function draw() {
    if (width < 60) return;
    const { curves, status } = store.state;
    const shown = curves.filter((curve) => curve.points.length > 0);
    picture.replaceChildren(plot(shown, status?.train_size ?? 0, width));
    body.replaceChildren(
      ...shown.map((curve) => {
        const [examples, accuracy] = curve.points[curve.points.length - 1];
        return h(
          "tr",
          {},
          h("th", { scope: "row" }, curve.label),
          h("td", {}, grouped(examples)),
          h("td", {}, percent(accuracy))
        );
      })
    );
  }
  store.on(["curves"], draw);
  let epoch = 0;
  store.on(["status"], ({ status }) => {
    if (status && status.train_size !== epoch) {
      epoch = status.train_size;
      draw();
    }
  });
  return { element, destroy: () => observer.disconnect() };
}
function plot(curves, epoch, width) {
  const most = Math.max(0, ...curves.map((curve) => curve.points[curve.points.length - 1][0]));
  const end = examplesEnd(most, epoch);
  const [low, high] = accuracyRange(curves);
  const right = width - MARGIN.right;
  const bottom = HEIGHT - MARGIN.bottom;
  const x = (examples) => MARGIN.left + examples / end * (right - MARGIN.left);
  const y = (accuracy) => bottom - (accuracy - low) / (high - low) * (bottom - MARGIN.top);
  const root = svg("svg", {
    width,
    height: HEIGHT,
    role: "img",
    "aria-label": "Accuracy against examples seen; the table after it has the numbers"
  });
  for (const tick of ticks(low, high, 4)) {
    root.append(
      svg("line", { class: "bm-grid-line", x1: MARGIN.left, x2: right, y1: y(tick), y2: y(tick) }),
      svg(
        "text",
        { class: "bm-tick", x: MARGIN.left - 5, y: y(tick) + 3.5, "text-anchor": "end" },
        String(Math.round(tick * 100))
      )
    );
  }
  root.append(svg("text", { class: "bm-tick", x: 0, y: HEIGHT - 2 }, "% right"));
  for (const { at, text } of xTicks(end, epoch)) {
    root.append(
      svg("line", { class: "bm-axis", x1: x(at), x2: x(at), y1: bottom, y2: bottom + 4 }),
      svg(
        "text",
        {
          class: "bm-tick",
          x: x(at),
          y: bottom + 15,
          "text-anchor": at === end ? "end" : at === 0 ? "start" : "middle"
        },
        text
      )
    );
  }
  root.append(svg("line", { class: "bm-axis", x1: MARGIN.left, x2: right, y1: bottom, y2: bottom }));
  const study = STUDY_EPOCHS * epoch;
  if (epoch > 0 && study <= end) {
    root.append(
      svg("line", { class: "bm-study", x1: x(study), x2: x(study), y1: MARGIN.top - 4, y2: bottom })
    );
  }
  const unit = epoch > 0 && end >= epoch ? "epochs (the study: 3)" : "examples seen";
  root.append(svg("text", { class: "bm-tick", x: right, y: HEIGHT - 2, "text-anchor": "end" }, unit));
  const ordered = [...curves].sort((a, b) => Number(a.active) - Number(b.active));
  for (const curve of ordered) root.append(line(curve, x, y));
  root.append(...labels(ordered, x, y, MARGIN.left, right, bottom));
  return root;
}
function xTicks(end, epoch) {
  if (epoch > 0 && end >= epoch) {
    return ticks(0, end / epoch, 4).map((n) => ({ at: n * epoch, text: String(n) }));
  }
  return ticks(0, end, 3).map((at) => ({ at, text: compact(at) }));
}
function line(curve, x, y) {
  const points = thin(curve.points, MOST_POINTS);
  const { mark, ...style } = styleOf(curve.trainer);
  const dash = curve.dashed ? DASHED : style.dash;
  const last = points[points.length - 1];
  const colour = colourOf(curve.trainer);
  return svg(
    "g",
    { class: curve.active ? "bm-curve bm-active" : "bm-curve", style: `color: ${colour}` },
    svg("title", {}, `${curve.label}: ${percent(last[1])} after ${grouped(last[0])} examples`),
    svg("polyline", {
      points: points.map(([n, a]) => `${x(n).toFixed(1)},${y(a).toFixed(1)}`).join(" "),
      "stroke-dasharray": dash
    }),
    svg("path", { d: mark, transform: `translate(${x(last[0]).toFixed(1)} ${y(last[1]).toFixed(1)})` })
  );
}
function labels(curves, x, y, left, right, bottom) {
  const newest = /* @__PURE__ */ new Map();
  for (const curve of curves) newest.set(curve.name ?? curve.trainer, curve);
  const ends = [...newest.values()].map((curve) => {
    const [examples, accuracy] = curve.points[curve.points.length - 1];
    const name = curve.name ?? curve.label.split(",")[0];
    const after = x(examples) + 8 + name.length * CHARACTER < right;
    return { curve, name, after, x: x(examples), y: y(accuracy) + (after ? 4 : -7) };
  }).sort((a, b) => a.y - b.y);
  const placed = spread(
    ends.map((e) => e.y),
    LABEL_GAP,
    MARGIN.top + 2,
    bottom - 3
  );
  return ends.map((e, i) => {
    const { name, after } = e;
    const at = after ? Math.max(left + 4, e.x + 8) : Math.min(right, Math.max(e.x - 6, left + 4 + name.length * CHARACTER));
    return svg(
      "text",
      {
        class: e.curve.active ? "bm-name bm-active" : "bm-name",
        x: at,
        y: placed[i],
        "text-anchor": after ? "start" : "end",
        style: `fill: ${colourOf(e.curve.trainer)}`
      },
      name
    );
  });
}

// src/compare.js
function createCompare(store, scene) {
  const button3 = h("button", {
    type: "button",
    class: "bm-button bm-small",
    "data-testid": "keep",
    "aria-pressed": "false"
  });
  button3.addEventListener("click", () => {
    const { status, kept } = store.state;
    if (kept) store.set({ kept: null });
    else if (status && scene.ready) {
      const examples = status.position_examples ?? status.examples;
      store.set({ kept: { examples, bytes: scene.bytes.slice() } });
    }
  });
  store.on(["kept"], show);
  function show() {
    const { kept } = store.state;
    button3.setAttribute("aria-pressed", String(kept !== null));
    button3.title = kept ? `Compared with the moment after ${counted(kept.examples, "example", "examples")}; press to end that` : "Keep this moment: at every other, what differs from it will glow";
    setText(button3, kept ? "Comparing" : "Compare");
  }
  show();
  return { element: button3 };
}

// src/controls.js
var BUILDERS = {
  choice(control, id, change, testId) {
    const choices = control.choices ?? [];
    const options = choices.map(
      ({ value, label, help }, index) => h("option", { value: String(value ?? index), title: help ?? null }, label)
    );
    const select = (
      /** @type {HTMLSelectElement} */
      h("select", { id, "data-testid": testId }, ...options)
    );
    select.addEventListener("change", () => change(choices[select.selectedIndex].value));
    return {
      element: labelled(control, id, select),
      show: (value) => {
        select.selectedIndex = choices.findIndex((choice) => choice.value === value);
        select.title = choices[select.selectedIndex]?.help ?? control.help ?? "";
      },
      enable: (on) => void (select.disabled = !on)
    };
  },
  integer: (control, id, change, testId) => numberField(control, id, change, testId, true),
  number: (control, id, change, testId) => numberField(control, id, change, testId, false),
  stops(control, id, change, testId) {
    const stops = control.stops ?? [];
    const output = h("output", { for: id, class: "bm-stop" });
    const input = (
      /** @type {HTMLInputElement} */
      h("input", {
        id,
        type: "range",
        min: "0",
        max: String(stops.length - 1),
        step: "1",
        "data-testid": testId
      })
    );
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
      enable: (on) => void (input.disabled = !on)
    };
  },
  switch(control, id, change, testId) {
    const input = (
      /** @type {HTMLInputElement} */
      h("input", { id, type: "checkbox", role: "switch", "data-testid": testId })
    );
    input.addEventListener("change", () => change(input.checked));
    return {
      element: labelled(control, id, input),
      show: (value) => void (input.checked = Boolean(value)),
      enable: (on) => void (input.disabled = !on)
    };
  }
};
function numberField(control, id, change, testId, whole) {
  const { min = 0, max = Number.MAX_SAFE_INTEGER } = control;
  const input = (
    /** @type {HTMLInputElement} */
    h("input", {
      id,
      type: "number",
      inputmode: whole ? "numeric" : "decimal",
      step: whole ? "1" : "any",
      "data-testid": testId,
      min: String(min),
      max: String(max)
    })
  );
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
    enable: (on) => void (input.disabled = !on)
  };
}
function labelled(control, id, input) {
  return h(
    "div",
    { class: `bm-control bm-kind-${control.kind} bm-control-${control.name}`, title: control.help ?? null },
    h("label", { for: id }, control.label),
    input
  );
}
function createControls(store, send, prefix = "") {
  const element = h("div", { class: "bm-controls", role: "group", "aria-label": "Settings" });
  let built = [];
  function build() {
    built = store.state.controls.map((control) => {
      const change = (value) => {
        send({ action: "set", name: control.name, value });
      };
      return {
        control,
        input: BUILDERS[control.kind](control, freshId(control.name), change, prefix + control.name)
      };
    });
    element.replaceChildren(...built.map(({ input }) => input.element));
    show();
  }
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

// src/address.js
var WORD_BITS = 32;
var LANES = 32;
function makePlan({ format, bpw, layers }) {
  let offset = 0;
  const laid = layers.map(({ name, units, features }, index) => {
    const wordsPerRow = Math.ceil(features * bpw / WORD_BITS);
    const layer = { index, name, units, features, offset, wordsPerRow, words: units * wordsPerRow };
    offset += units * features * bpw;
    return layer;
  });
  return { format, bpw, layers: laid, bits: offset, bytes: Math.ceil(offset / 8) };
}
function streamStart(plan, layer, unit, feature) {
  return layer.offset + (unit * layer.features + feature) * plan.bpw;
}
function addressOf(plan, layer, unit, feature, bit) {
  const inRow = feature * plan.bpw + bit;
  const streamBit = streamStart(plan, layer, unit, feature) + bit;
  return {
    layer: layer.name,
    unit,
    feature,
    bit,
    row: unit * plan.bpw + (plan.bpw - 1 - bit),
    column: feature,
    word: unit * layer.wordsPerRow + Math.floor(inRow / WORD_BITS),
    bitInWord: inRow % WORD_BITS,
    byte: Math.floor(streamBit / 8),
    streamBit
  };
}
function addressAtCell(plan, layer, row, column) {
  const unit = Math.floor(row / plan.bpw);
  return addressOf(plan, layer, unit, column, plan.bpw - 1 - row % plan.bpw);
}
function addressAtWord(plan, layer, word, bitInWord) {
  const unit = Math.floor(word / layer.wordsPerRow);
  const inRow = word % layer.wordsPerRow * WORD_BITS + bitInWord;
  const feature = Math.floor(inRow / plan.bpw);
  if (feature >= layer.features) return { layer: layer.name, unit, word, bitInWord, padding: true };
  return addressOf(plan, layer, unit, feature, inRow % plan.bpw);
}
function wordStart(plan, layer, word) {
  const unit = Math.floor(word / layer.wordsPerRow);
  return streamStart(plan, layer, unit, 0) + word % layer.wordsPerRow * WORD_BITS;
}
function wordBits(plan, layer, word) {
  const before = word % layer.wordsPerRow * WORD_BITS;
  return Math.min(WORD_BITS, layer.features * plan.bpw - before);
}
function fieldOf(bpw, bit) {
  if (bpw !== WORD_BITS) return null;
  if (bit === 31) return "sign";
  return bit >= 23 ? "exponent" : "mantissa";
}

// src/decode.js
var FULL_GLOW = 254;
var LANES_OF_NIBBLE = Uint32Array.from(
  { length: 16 },
  (_, nibble) => [0, 1, 2, 3].reduce((lanes, k) => lanes | (nibble & 1 << k ? 255 << 8 * k : 0), 0)
);
function unpackBits(bytes, start, count, out, at) {
  let bit = start;
  const end = start + count;
  while (bit < end && (bit & 7) !== 0) {
    out[at++] = bytes[bit >> 3] >> (bit & 7) & 1;
    bit++;
  }
  for (; bit + 8 <= end; bit += 8) {
    const byte = bytes[bit >> 3];
    out[at] = byte & 1;
    out[at + 1] = byte >> 1 & 1;
    out[at + 2] = byte >> 2 & 1;
    out[at + 3] = byte >> 3 & 1;
    out[at + 4] = byte >> 4 & 1;
    out[at + 5] = byte >> 5 & 1;
    out[at + 6] = byte >> 6 & 1;
    out[at + 7] = byte >> 7;
    at += 8;
  }
  for (; bit < end; bit++) out[at++] = bytes[bit >> 3] >> (bit & 7) & 1;
}
function readWord(bytes, start, count) {
  const first = start >> 3;
  const shift = start & 7;
  let word = 0;
  for (let k = 3; k >= 0; k--) word = word << 8 | (bytes[first + k] ?? 0);
  if (shift > 0) word = word >>> shift | (bytes[first + 4] ?? 0) << 32 - shift;
  return count >= 32 ? word >>> 0 : (word & (1 << count) - 1) >>> 0;
}
function readFloats(bytes, start, count, out, at) {
  if ((start & 7) === 0) {
    const target = new Uint8Array(out.buffer, out.byteOffset + at * 4, count * 4);
    target.set(bytes.subarray(start >> 3, (start >> 3) + count * 4));
    return;
  }
  const words2 = new Uint32Array(out.buffer, out.byteOffset + at * 4, count);
  for (let i = 0; i < count; i++) words2[i] = readWord(bytes, start + 32 * i, 32);
}
function popcount(word) {
  let v = word - (word >>> 1 & 1431655765);
  v = (v & 858993459) + (v >>> 2 & 858993459);
  return Math.imul(v + (v >>> 4) & 252645135, 16843009) >>> 24 & 255;
}
function countFlips(before, after) {
  let flips = 0;
  for (let i = 0; i < after.length; i++) {
    const changed = before[i] ^ after[i];
    if (changed !== 0) flips += popcount(changed);
  }
  return flips;
}
function flipCells(before, after, start, count, cells, at) {
  const end = start + count;
  const offset = at - start;
  const fours = new Uint32Array(cells.buffer, cells.byteOffset, cells.length >> 2);
  let any = false;
  for (let byte = start >> 3; byte << 3 < end; byte++) {
    const changed = before[byte] ^ after[byte];
    if (changed === 0) continue;
    const bit = byte << 3;
    const first = offset + bit;
    if ((first & 3) === 0 && bit >= start && bit + 8 <= end) {
      flipFour(fours, first >> 2, changed & 15, after[byte] & 15);
      flipFour(fours, (first >> 2) + 1, changed >> 4, after[byte] >> 4);
      any = true;
      continue;
    }
    for (let k = Math.max(0, start - bit); k < Math.min(8, end - bit); k++) {
      if (!(changed >> k & 1)) continue;
      cells[first + k] = FULL_GLOW | after[byte] >> k & 1;
      any = true;
    }
  }
  return any;
}
function flipFour(fours, at, changed, bits2) {
  const lanes = LANES_OF_NIBBLE[changed];
  const hot = 4278124286 | LANES_OF_NIBBLE[bits2] & 16843009;
  fours[at] = fours[at] & ~lanes | hot & lanes;
}
function cool(cells, amount) {
  const fours = new Uint32Array(cells.buffer, cells.byteOffset, cells.length >> 2);
  const step = Math.imul(amount, 16843009);
  let left = 0;
  for (let i = 0; i < fours.length; i++) {
    const four = fours[i];
    const heat = four >>> 1 & 2139062143;
    if (heat === 0) continue;
    const difference = (heat | 2155905152) - step | 0;
    const enough = difference & 2155905152;
    const cooled = difference & enough - (enough >>> 7);
    left |= cooled;
    fours[i] = cooled << 1 | four & 16843009;
  }
  return left !== 0;
}
function extinguish(cells) {
  for (let i = 0; i < cells.length; i++) cells[i] &= 1;
}
var scratch = new DataView(new ArrayBuffer(4));
function floatOf(word) {
  scratch.setUint32(0, word);
  return scratch.getFloat32(0);
}

// src/describe.js
var ENTRIES = (
  /** @type {const} */
  [
    "layer",
    "unit",
    "feature",
    "bit",
    "word",
    "byte",
    "hex",
    "value"
  ]
);
function hiddenName(plan, unit) {
  if (plan.bpw !== 1) return `hidden unit ${unit}`;
  return `hidden ${unit} (container ${Math.floor(unit / LANES)}, lane ${unit % LANES})`;
}
function featureName(plan, layer, feature, columns) {
  if (layer.index > 0) return hiddenName(plan, feature);
  return `pixel ${feature}: row ${Math.floor(feature / columns)}, column ${feature % columns}`;
}
function describe(plan, layer, bytes, columns, address, extent) {
  const word = readWord(bytes, wordStart(plan, layer, address.word), wordBits(plan, layer, address.word));
  const common = {
    layer: layer.index === 0 ? "W0: pixels to hidden units" : "W1: hidden units to classes",
    unit: layer.index === 0 ? hiddenName(plan, address.unit) : `class ${address.unit}`,
    hex: `0x${hex(word)}`
  };
  if ("padding" in address) {
    return {
      ...common,
      feature: "none: the row has ended",
      bit: "padding",
      word: `${grouped(address.word)}, bit ${address.bitInWord}`,
      byte: "none: padding is not in the bit-mass",
      value: "always 0"
    };
  }
  const field = fieldOf(plan.bpw, address.bit);
  const whole = extent === "weight";
  const start = streamStart(plan, layer, address.unit, address.feature);
  const bit = readWord(bytes, address.streamBit, 1);
  return {
    ...common,
    feature: featureName(plan, layer, address.feature, columns),
    bit: field === null ? `${bit}, the weight's only bit` : whole ? "all 32 bits" : `${bit}, bit ${address.bit}: ${field}`,
    word: `${grouped(address.word)}, ${whole ? "whole" : `bit ${address.bitInWord}`}`,
    byte: whole ? `${grouped(start / 8)} to ${grouped(start / 8 + 3)}` : `${grouped(address.byte)}`,
    value: plan.bpw === 1 ? bit === 1 ? "+1" : "−1" : signed(floatOf(readWord(bytes, start, 32)))
  };
}
function sentence(text) {
  return `${text.layer}. ${text.unit}, ${text.feature}. Bit ${text.bit}. Word ${text.word}, ${text.hex}. Byte ${text.byte}. Value ${text.value}.`;
}
function selectionJson(mark) {
  if (!mark) return "";
  if ("padding" in mark.address) return JSON.stringify(mark.address);
  const { streamBit: _streamBit, ...address } = mark.address;
  return JSON.stringify({ ...address, extent: mark.extent });
}
function factors(word) {
  const sign = word >>> 31 ? "−" : "+";
  const exponent = word >>> 23 & 255;
  const mantissa = word & 8388607;
  if (exponent === 255) return mantissa ? "not a number" : `${sign}∞`;
  if (exponent === 0 && mantissa === 0) return `${sign}0`;
  const power = exponent === 0 ? -126 : exponent - 127;
  const fraction = (exponent === 0 ? 0 : 1) + mantissa / 2 ** 23;
  return `${sign}${fraction.toFixed(5)} × 2^${power < 0 ? "−" : ""}${Math.abs(power)}`;
}

// src/palette.js
var HEATS = 128;
var DIVERGING_STEPS = 255;
var BINARY_GLOW = 0.95;
var FIELD_GLOW = 0.4;
var ZERO_BIT_TINT = 0.2;
function parse(hex2) {
  const match = /^#([0-9a-f]{6})$/i.exec(hex2);
  if (!match) throw new TypeError(`a colour must be written #rrggbb, got ${JSON.stringify(hex2)}`);
  const value = parseInt(match[1], 16);
  return [value >> 16, value >> 8 & 255, value & 255];
}
function mix(from, to, share) {
  const a = parse(from);
  const b = parse(to);
  const [r, g, blue] = a.map((channel, i) => Math.round(channel + (b[i] - channel) * share));
  return `#${(r << 16 | g << 8 | blue).toString(16).padStart(6, "0")}`;
}
function pixel(hex2) {
  const [r, g, b] = parse(hex2);
  return (255 << 24 | b << 16 | g << 8 | r) >>> 0;
}
function glowTable(nought, one, flip, strength) {
  const table = new Uint32Array(2 * HEATS);
  for (let step = 0; step < HEATS; step++) {
    const share = strength * step / (HEATS - 1);
    table[2 * step] = pixel(mix(nought, flip, share));
    table[2 * step + 1] = pixel(mix(one, flip, share));
  }
  return table;
}
function bitColours(colours, field) {
  return [mix(colours.zero, colours[field], ZERO_BIT_TINT), colours[field]];
}
function diverging(colours, share) {
  const side = share < 0 ? colours.negative : colours.positive;
  return mix(colours.zero, side, Math.min(1, Math.abs(share)) ** 0.8);
}
function divergingIndex(value, range) {
  const half = (DIVERGING_STEPS - 1) / 2;
  const share = range > 0 ? value / range : 0;
  return Math.round(half + half * Math.max(-1, Math.min(1, share || 0)));
}
function makeLuts(colours) {
  const half = (DIVERGING_STEPS - 1) / 2;
  const fields = {};
  for (const field of ["sign", "exponent", "mantissa"]) {
    const [nought, one] = bitColours(colours, field);
    fields[field] = glowTable(nought, one, colours.flip, FIELD_GLOW);
  }
  return {
    binary: glowTable(colours.nought, colours.one, colours.flip, BINARY_GLOW),
    fields,
    diverging: Uint32Array.from(
      { length: DIVERGING_STEPS },
      (_, i) => pixel(diverging(colours, i / half - 1))
    ),
    counts: Uint32Array.from({ length: 33 }, (_, n) => pixel(mix(colours.nought, colours.one, n / 32)))
  };
}
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
function chooseTheme(theme) {
  document.documentElement.dataset.bitmassTheme = theme;
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

// src/scene.js
var BLOCKS_PER_PAGE = 8;
var GLOW_MS = 600;
function makePage(plan, layer, index, most = BLOCKS_PER_PAGE) {
  const block = plan.bpw === 1 ? LANES : 1;
  const hidden = plan.layers[0].units;
  const allBlocks = Math.ceil(hidden / block);
  const pages = Math.ceil(allBlocks / most);
  const firstBlock = Math.min(index, pages - 1) * most;
  const from = firstBlock * block;
  const count = Math.min(most * block, hidden - from);
  const blocks = Math.ceil(count / block);
  const shared = { block, firstBlock, blocks, allBlocks, pages };
  return layer.index === 0 ? { unit0: from, units: count, feature0: 0, features: layer.features, ...shared } : { unit0: 0, units: layer.units, feature0: from, features: count, ...shared };
}
function onPage(page, address) {
  if (address.unit < page.unit0 || address.unit >= page.unit0 + page.units) return false;
  if ("padding" in address) return true;
  return address.feature >= page.feature0 && address.feature < page.feature0 + page.features;
}
function fieldShape(features, image) {
  if (image.length === 2 && image[0] * image[1] === features) return [image[0], image[1]];
  const columns = Math.ceil(Math.sqrt(features));
  return [Math.ceil(features / columns), columns];
}
var wholeWords = (length) => Math.ceil(length / 4) * 4;
var Scene = class {
  constructor() {
    this.plan = makePlan({ format: "", bpw: 1, layers: [{ name: "W0", units: 1, features: 1 }] });
    this.layer = this.plan.layers[0];
    this.most = BLOCKS_PER_PAGE;
    this.page = makePage(this.plan, this.layer, 0);
    this.bytes = new Uint8Array(4);
    this.before = new Uint8Array(4);
    this.cells = new Uint8Array(4);
    this.values = new Float32Array(0);
    this.range = 0;
    this.image = [28, 28];
    this.colours = {};
    this.luts = /** @type {any} */
    null;
    this.glowing = false;
    this.ready = false;
    this.run = "";
    this.still = false;
    this.reference = null;
  }
  /**
   * Take in a frame that belongs to a status.
   * @param {import("./store.js").Status} status @param {Uint8Array} frame
   * @returns {{flips: number | null, reshaped: boolean}} flips is null when there is no earlier frame of the run
   */
  take(status, frame) {
    const reshaped = this.#reshape(status);
    if (frame.length !== this.plan.bytes) {
      throw new RangeError(`a frame of this network has ${this.plan.bytes} bytes, got ${frame.length}`);
    }
    [this.before, this.bytes] = [this.bytes, this.before];
    this.bytes.set(frame);
    const same = this.ready && !reshaped && status.run === this.run;
    this.run = status.run;
    this.ready = true;
    const flips = same ? this.#differing(this.before) : null;
    if (!same || this.reference) {
      this.#decode();
      return { flips, reshaped };
    }
    if (this.still) extinguish(this.cells);
    this.#eachRow((start, count, at) => {
      if (flipCells(this.before, this.bytes, start, count, this.cells, at)) this.glowing = true;
    });
    this.#decodeFloats();
    return { flips, reshaped };
  }
  /**
   * Let glow what differs from another moment, in place of what just flipped.
   * @param {Uint8Array | null} bytes a frame of this network; null ends it
   */
  compareWith(bytes) {
    this.reference = bytes;
    if (this.ready) this.#decode();
  }
  /** How many bits differ from the moment that these are compared with. */
  get differences() {
    return this.reference ? this.#differing(this.reference) : 0;
  }
  /** @param {Uint8Array} others */
  #differing(others) {
    return countFlips(new Uint32Array(others.buffer), new Uint32Array(this.bytes.buffer));
  }
  /**
   * Show another layer or page of the same frame.
   * @param {number} layer @param {number} page @param {number} [most] blocks of hidden units on it, from now on
   */
  show(layer, page, most = this.most) {
    this.most = most;
    this.layer = this.plan.layers[Math.min(layer, this.plan.layers.length - 1)];
    this.page = makePage(this.plan, this.layer, page, most);
    const weights = this.page.units * this.page.features;
    this.cells = new Uint8Array(wholeWords(weights * this.plan.bpw));
    this.values = new Float32Array(this.plan.bpw === 32 ? weights : 0);
    if (this.ready) this.#decode();
  }
  /** Let the flipped bits fade. @param {number} elapsed milliseconds */
  fade(elapsed) {
    if (this.glowing && !this.still) {
      this.glowing = cool(this.cells, Math.max(1, Math.round(127 * elapsed / GLOW_MS)));
    }
  }
  /** Whether the page needs to be drawn again soon although no frame came. */
  get fading() {
    return this.glowing && !this.still;
  }
  /** @param {import("./store.js").Status} status */
  #reshape(status) {
    this.image = status.image ?? [];
    const same = this.ready && status.bpw === this.plan.bpw && status.format === this.plan.format && status.layers.length === this.plan.layers.length && this.plan.layers.every(
      (l, i) => l.units === status.layers[i].units && l.features === status.layers[i].features
    );
    if (same) return false;
    this.plan = makePlan(status);
    this.bytes = new Uint8Array(wholeWords(this.plan.bytes));
    this.before = new Uint8Array(this.bytes.length);
    this.reference = null;
    this.ready = false;
    this.show(this.layer.index, 0);
    return true;
  }
  /** @param {(start: number, count: number, at: number) => void} visit stream bits of each row of the page */
  #eachRow(visit) {
    const { unit0, units, feature0, features } = this.page;
    const count = features * this.plan.bpw;
    for (let unit = 0; unit < units; unit++) {
      visit(streamStart(this.plan, this.layer, unit0 + unit, feature0), count, unit * count);
    }
  }
  #decode() {
    this.#eachRow((start, count, at) => unpackBits(this.bytes, start, count, this.cells, at));
    this.glowing = false;
    const { reference } = this;
    if (reference)
      this.#eachRow((start, count, at) => flipCells(reference, this.bytes, start, count, this.cells, at));
    this.#decodeFloats();
  }
  #decodeFloats() {
    if (this.plan.bpw !== 32) return;
    this.#eachRow((start, count, at) => readFloats(this.bytes, start, count / 32, this.values, at / 32));
    if (this.reference) this.#subtract(this.reference);
    let range = 0;
    for (const value of this.values) {
      const size = Math.abs(value);
      if (size > range && size < Infinity) range = size;
    }
    this.range = range;
  }
  /** Leave of the float weights how far they are from another moment's. @param {Uint8Array} reference */
  #subtract(reference) {
    const others = new Float32Array(this.values.length);
    this.#eachRow((start, count, at) => readFloats(reference, start, count / 32, others, at / 32));
    for (let i = 0; i < others.length; i++) this.values[i] -= others[i];
  }
};

// src/store.js
var FIRST = {
  status: (
    /** @type {Status | null} */
    null
  ),
  controls: (
    /** @type {Control[]} */
    []
  ),
  settings: (
    /** @type {Record<string, any>} */
    {}
  ),
  curves: (
    /** @type {Curve[]} */
    []
  ),
  dataset: (
    /** @type {Dataset | null} */
    null
  ),
  notice: (
    /** @type {{id?: number, level?: string, text?: string}} */
    {}
  ),
  digit: (
    /** @type {Uint8Array} */
    new Uint8Array(0)
  ),
  palette: (
    /** @type {Record<string, Record<string, string>>} */
    {}
  ),
  dark: false,
  layer: 0,
  page: 0,
  flips: (
    /** @type {number | null} */
    null
  ),
  framesDrawn: 0,
  hover: (
    /** @type {Mark | null} */
    null
  ),
  pinned: (
    /** @type {Mark | null} */
    null
  ),
  /** The view that moved the mark last; the others scroll to it. */
  markedBy: "",
  /** A moment that the others are compared with. */
  kept: (
    /** @type {{examples: number, bytes: Uint8Array} | null} */
    null
  ),
  /** Controls and parts that a link hides, by their names. */
  hidden: (
    /** @type {string[]} */
    []
  )
};
function createStore() {
  const state = { ...FIRST };
  const listeners = [];
  return {
    state,
    /** @param {Partial<State>} change */
    set(change) {
      const changed = (
        /** @type {(keyof State)[]} */
        Object.keys(change).filter(
          (key) => state[key] !== change[key]
        )
      );
      if (changed.length === 0) return;
      Object.assign(state, change);
      for (const { keys, listener } of listeners) {
        if (keys.some((key) => changed.includes(key))) listener(state);
      }
    },
    /** @param {(keyof State)[]} keys @param {(state: State) => void} listener */
    on(keys, listener) {
      listeners.push({ keys, listener });
    }
  };
}
function shownMark(state) {
  return state.pinned ?? state.hover;
}

// src/views/view.js
function makeTile(width, height) {
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, width);
  canvas.height = Math.max(1, height);
  const g = (
    /** @type {CanvasRenderingContext2D} */
    canvas.getContext("2d", { willReadFrequently: true })
  );
  const image = g.createImageData(canvas.width, canvas.height);
  return { canvas, g, image, pixels: new Uint32Array(image.data.buffer) };
}
function setFont(g, size, mono = false, bold = false) {
  const family = mono ? 'ui-monospace, "SF Mono", "Cascadia Mono", "DejaVu Sans Mono", Menlo, Consolas, monospace' : 'system-ui, -apple-system, "Segoe UI", Roboto, "DejaVu Sans", sans-serif';
  g.font = `${bold ? "600 " : ""}${size}px ${family}`;
}
function clamp(value, low, high) {
  return Math.max(low, Math.min(high, value));
}
function addressOnPage(scene, unit, feature, bit) {
  const { unit0, units, feature0, features } = scene.page;
  return addressOf(
    scene.plan,
    scene.layer,
    clamp(unit, unit0, unit0 + units - 1),
    clamp(feature, feature0, feature0 + features - 1),
    clamp(bit, 0, scene.plan.bpw - 1)
  );
}
function blockName(scene) {
  return scene.plan.bpw === 1 ? "container" : "unit";
}
function weightMark(address, scene) {
  return { address, extent: scene.plan.bpw === 1 ? "bit" : "weight" };
}

// src/views/classes.js
var GUTTER = 20;
var LABEL = 16;
var HEIGHT2 = 272;
var GROUP_GAP = 8;
var ROW_GAP = 3;
var FLOAT_WIDTH = 108;
var VALUE_WIDTH = 46;
function createClasses() {
  const lay = {
    left: 0,
    top: 0,
    across: 1,
    down: 1,
    cellWidth: 1,
    cellHeight: 1,
    pitchX: 1,
    pitchY: 1,
    dpr: 1,
    width: 0,
    height: 0,
    binary: true
  };
  let tile = makeTile(1, 1);
  const corner = (unit, feature) => {
    const lanes = lay.across * lay.down;
    const lane = feature % lanes;
    return [
      lay.left + Math.floor(feature / lanes) * lay.pitchX + lane % lay.across * lay.cellWidth,
      lay.top + unit * lay.pitchY + Math.floor(lane / lay.across) * lay.cellHeight
    ];
  };
  return {
    /** @param {import("../scene.js").Scene} scene @param {number} width @param {number} dpr */
    layout(scene, width, dpr) {
      const { page, plan } = scene;
      lay.dpr = dpr;
      lay.binary = plan.bpw === 1;
      lay.left = Math.round(GUTTER * dpr);
      lay.top = Math.round(LABEL * dpr);
      lay.across = lay.binary ? 8 : 1;
      lay.down = lay.binary ? 4 : 1;
      const rowGap = Math.round(ROW_GAP * dpr);
      const groupGap = Math.round((lay.binary ? GROUP_GAP : 2) * dpr);
      const room = (width - lay.left) / page.blocks - groupGap;
      const tall = (HEIGHT2 - LABEL) * dpr / page.units - rowGap;
      const cellWidth = Math.floor(room / lay.across);
      const cellHeight = Math.floor(tall / lay.down);
      const widest = lay.binary ? 2 * cellHeight : Math.round(FLOAT_WIDTH * dpr);
      lay.cellWidth = clamp(cellWidth, 1, widest);
      lay.cellHeight = Math.max(1, lay.binary ? Math.min(cellHeight, 2 * lay.cellWidth) : cellHeight);
      lay.pitchX = lay.across * lay.cellWidth + groupGap;
      lay.pitchY = lay.down * lay.cellHeight + rowGap;
      lay.width = Math.min(width, lay.left + page.blocks * lay.pitchX);
      lay.height = lay.top + page.units * lay.pitchY;
      const tileWidth = lay.across * page.blocks;
      if (tile.canvas.width !== tileWidth || tile.canvas.height !== lay.down * page.units) {
        tile = makeTile(tileWidth, lay.down * page.units);
      } else tile.pixels.fill(0);
      return lay;
    },
    /** @param {CanvasRenderingContext2D} g @param {import("../scene.js").Scene} scene */
    furniture(g, scene) {
      const { page, colours } = scene;
      setFont(g, Math.round(11 * lay.dpr));
      g.fillStyle = colours.muted;
      g.textBaseline = "middle";
      g.textAlign = "left";
      const short = lay.pitchX < 70 * lay.dpr;
      for (let block = 0; block < page.blocks; block++) {
        const name = short ? "" : `${blockName(scene)} `;
        g.fillText(name + (page.firstBlock + block), lay.left + block * lay.pitchX, lay.top / 2 - lay.dpr);
      }
      g.textAlign = "right";
      for (let unit = 0; unit < page.units; unit++) {
        const y = lay.top + unit * lay.pitchY + lay.down * lay.cellHeight / 2;
        g.fillText(String(unit), lay.left - 6 * lay.dpr, y);
      }
    },
    /** @param {CanvasRenderingContext2D} g @param {import("../scene.js").Scene} scene */
    paint(g, scene) {
      const { page } = scene;
      if (lay.binary) fillSigns(tile.pixels, scene);
      else fillValues(tile.pixels, scene);
      tile.g.putImageData(tile.image, 0, 0);
      g.imageSmoothingEnabled = false;
      const { across: w, down: h2 } = lay;
      for (let unit = 0; unit < page.units; unit++) {
        for (let block = 0; block < page.blocks; block++) {
          const [x, y] = corner(unit, block * w * h2);
          g.drawImage(tile.canvas, block * w, unit * h2, w, h2, x, y, w * lay.cellWidth, h2 * lay.cellHeight);
        }
      }
      if (!lay.binary && lay.cellWidth >= VALUE_WIDTH * lay.dpr) writeValues(g, scene);
    },
    /** @param {import("../scene.js").Scene} scene @param {number} x @param {number} y */
    locate(scene, x, y) {
      const { page } = scene;
      const block = clamp(Math.floor((x - lay.left) / lay.pitchX), 0, page.blocks - 1);
      const unit = clamp(Math.floor((y - lay.top) / lay.pitchY), 0, page.units - 1);
      const cx = Math.floor((x - lay.left - block * lay.pitchX) / lay.cellWidth);
      const cy = Math.floor((y - lay.top - unit * lay.pitchY) / lay.cellHeight);
      const lane = clamp(cy, 0, lay.down - 1) * lay.across + clamp(cx, 0, lay.across - 1);
      const feature = block * lay.across * lay.down + lane;
      if (feature >= page.features) return null;
      return weightMark(addressOf(scene.plan, scene.layer, unit, page.feature0 + feature, 0), scene);
    },
    /** @param {import("../scene.js").Scene} scene @param {import("../store.js").Mark} mark */
    boxes(scene, { address, extent }) {
      if ("padding" in address || !onPage(scene.page, address)) return [];
      const feature = address.feature - scene.page.feature0;
      const [x, y] = corner(address.unit, feature);
      const boxes = [{ x, y, width: lay.cellWidth, height: lay.cellHeight, strong: true }];
      if (lay.binary && extent === "word") {
        const [gx, gy] = corner(address.unit, feature - feature % 32);
        const width = lay.across * lay.cellWidth;
        boxes.unshift({ x: gx, y: gy, width, height: lay.down * lay.cellHeight, strong: false });
      }
      return boxes;
    },
    /**
     * @param {import("../scene.js").Scene} scene @param {import("../store.js").Mark | null} mark
     * @param {string} key @param {boolean} _fine
     * @returns {import("../store.js").Mark | null}
     */
    move(scene, mark, key, _fine) {
      const at = mark?.address;
      const { page } = scene;
      if (!at || "padding" in at) {
        return weightMark(addressOnPage(scene, page.unit0, page.feature0, 0), scene);
      }
      const lanes = lay.across * lay.down;
      const local = at.feature - page.feature0;
      const gx = Math.floor(local / lanes) * lay.across + local % lay.across;
      const gy = at.unit * lay.down + Math.floor(local % lanes / lay.across);
      const wide = page.blocks * lay.across;
      const to = (
        /** @type {Record<string, [number, number]>} */
        {
          ArrowLeft: [gx - 1, gy],
          ArrowRight: [gx + 1, gy],
          ArrowUp: [gx, gy - 1],
          ArrowDown: [gx, gy + 1],
          PageUp: [gx, gy - lay.down],
          PageDown: [gx, gy + lay.down],
          Home: [0, gy],
          End: [wide - 1, gy]
        }[key]
      );
      if (!to) return null;
      const x = clamp(to[0], 0, wide - 1);
      const y = clamp(to[1], 0, page.units * lay.down - 1);
      const lane = y % lay.down * lay.across + x % lay.across;
      const feature = page.feature0 + Math.floor(x / lay.across) * lanes + lane;
      return weightMark(addressOnPage(scene, Math.floor(y / lay.down), feature, 0), scene);
    }
  };
  function fillSigns(out, { cells, luts, page }) {
    const wide = lay.across * page.blocks;
    const lanes = lay.across * lay.down;
    for (let i = 0; i < page.units * page.features; i++) {
      const feature = i % page.features;
      const unit = (i - feature) / page.features;
      const lane = feature % lanes;
      const row = unit * lay.down + Math.floor(lane / lay.across);
      const column = Math.floor(feature / lanes) * lay.across + lane % lay.across;
      out[row * wide + column] = luts.binary[cells[i]];
    }
  }
  function writeValues(g, { values, range, page, colours }) {
    setFont(g, Math.round(Math.min(11.5, lay.cellWidth / lay.dpr / 5.2) * lay.dpr), true);
    g.textAlign = "center";
    g.textBaseline = "middle";
    for (let i = 0; i < values.length; i++) {
      const [x, y] = corner(Math.floor(i / page.features), i % page.features);
      g.fillStyle = readable(diverging(colours, range > 0 ? values[i] / range : 0), colours);
      g.fillText(signed(values[i]).slice(0, 7), x + lay.cellWidth / 2, y + lay.cellHeight / 2 + lay.dpr / 2);
    }
  }
}
function fillValues(out, { values, range, luts }) {
  for (let i = 0; i < values.length; i++) out[i] = luts.diverging[divergingIndex(values[i], range)];
}
function readable(background, colours) {
  const light = (hex2) => {
    const [r, g, b] = parse(hex2);
    return 0.299 * r + 0.587 * g + 0.114 * b;
  };
  const at = light(background);
  const ink = Math.abs(light(colours.ink) - at);
  const paper = Math.abs(light(colours.surface) - at);
  return ink >= paper ? colours.ink : colours.surface;
}

// src/lens.js
var COLUMNS = 21;
var ROWS = 13;
var CELL = 8;
var WORD_HEIGHT = 46;
function createLens({ store, scene, requestDraw }) {
  const near = (
    /** @type {HTMLCanvasElement} */
    h("canvas", { class: "bm-near", "aria-hidden": "true" })
  );
  const word = (
    /** @type {HTMLCanvasElement} */
    h("canvas", { class: "bm-word", "aria-hidden": "true" })
  );
  const caption = h("p", { class: "bm-caption" });
  const holder = h("div", { class: "bm-spelled" }, word, caption);
  const element = h("div", { class: "bm-lens" }, near, holder);
  const nearG = (
    /** @type {CanvasRenderingContext2D} */
    near.getContext("2d")
  );
  const wordG = (
    /** @type {CanvasRenderingContext2D} */
    word.getContext("2d")
  );
  const now = { stale: true, idle: false, width: 0, dpr: 1 };
  const observer = new ResizeObserver(([entry]) => {
    now.width = Math.floor(entry.contentRect.width);
    now.stale = true;
    now.idle = false;
    requestDraw();
  });
  observer.observe(holder);
  function size() {
    now.dpr = Math.max(1, devicePixelRatio || 1);
    for (
      const [canvas, width, height] of
      /** @type {const} */
      [
        [near, COLUMNS * CELL, ROWS * CELL],
        [word, now.width, WORD_HEIGHT]
      ]
    ) {
      canvas.width = Math.round(width * now.dpr);
      canvas.height = Math.round(height * now.dpr);
      canvas.style.width = `${width}px`;
      canvas.style.height = `${height}px`;
    }
  }
  function paintNear(at) {
    const { plan, page, cells, luts } = scene;
    const cell = CELL * now.dpr;
    const rows = page.units * plan.bpw;
    const centre = at ? at.row - page.unit0 * plan.bpw : Math.floor(rows / 2);
    const middle = at ? at.column - page.feature0 : Math.floor(page.features / 2);
    for (let dy = 0; dy < ROWS; dy++) {
      const row = centre + dy - (ROWS >> 1);
      if (row < 0 || row >= rows) continue;
      const unit = Math.floor(row / plan.bpw);
      const bit = plan.bpw - 1 - row % plan.bpw;
      const lut = plan.bpw === 1 ? luts.binary : luts.fields[fieldOf(plan.bpw, bit) ?? "mantissa"];
      for (let dx = 0; dx < COLUMNS; dx++) {
        const column = middle + dx - (COLUMNS >> 1);
        if (column < 0 || column >= page.features) continue;
        const from = (unit * page.features + column) * plan.bpw + bit;
        const colour = lut[cells[from]];
        nearG.fillStyle = `rgb(${colour & 255} ${colour >> 8 & 255} ${colour >> 16 & 255})`;
        nearG.fillRect(dx * cell, dy * cell, cell - now.dpr, cell - now.dpr);
      }
    }
    if (!at) return;
    const x = (COLUMNS >> 1) * cell - now.dpr / 2;
    const y = (ROWS >> 1) * cell - now.dpr / 2;
    for (
      const [colour, width] of
      /** @type {const} */
      [
        [scene.colours.surface, 5],
        [scene.colours.selection, 2.5]
      ]
    ) {
      nearG.strokeStyle = colour;
      nearG.lineWidth = width * now.dpr;
      nearG.strokeRect(x - now.dpr / 2, y - now.dpr / 2, cell + now.dpr, cell + now.dpr);
    }
  }
  function paintWord({ address, extent }) {
    const { plan, layer, bytes, colours } = scene;
    const count = wordBits(plan, layer, address.word);
    const value = readWord(bytes, wordStart(plan, layer, address.word), count);
    const g = wordG;
    const cell = word.width / 32;
    const height = 24 * now.dpr;
    g.textAlign = "center";
    g.textBaseline = "middle";
    for (let bit = 31; bit >= 0; bit--) {
      const x = Math.round((31 - bit) * cell);
      const width = Math.round((32 - bit) * cell) - x - now.dpr;
      const field = fieldOf(plan.bpw, bit);
      const on = value >>> bit & 1;
      const pair = field ? bitColours(colours, field) : [colours.nought, colours.one];
      const fill3 = bit < count ? pair[on] : mix(colours.surface, colours.padding, 0.3);
      g.fillStyle = fill3;
      g.fillRect(x, 0, width, height);
      setFont(g, Math.round(Math.min(12, cell / now.dpr * 0.85) * now.dpr), true);
      g.fillStyle = bit < count ? readable(fill3, colours) : colours.muted;
      g.fillText(bit < count ? String(on) : "·", x + width / 2, height / 2 + now.dpr / 2);
    }
    if (extent !== "weight") {
      const x = (31 - address.bitInWord) * cell;
      for (
        const [colour, width] of
        /** @type {const} */
        [
          [colours.surface, 4.5],
          [colours.selection, 2.5]
        ]
      ) {
        g.strokeStyle = colour;
        g.lineWidth = width * now.dpr;
        g.strokeRect(x + now.dpr, now.dpr, cell - 2 * now.dpr, height - 2 * now.dpr);
      }
    }
    setFont(g, Math.round(10.5 * now.dpr));
    g.fillStyle = colours.muted;
    const y = height + 12 * now.dpr;
    const labels2 = plan.bpw === 32 ? (
      /** @type {const} */
      [
        [cell < 12 * now.dpr ? "±" : "sign", 31, 30],
        ["exponent", 30, 22],
        ["mantissa", 22, -1]
      ]
    ) : (
      /** @type {const} */
      [
        ["bit 31", 31, 27],
        ["bit 0", 3, -1]
      ]
    );
    for (const [text, from, to] of labels2) {
      g.textAlign = from === 31 ? "left" : to === -1 && plan.bpw !== 32 ? "right" : "center";
      const left = (31 - from) * cell;
      const right = (31 - to) * cell;
      const x = g.textAlign === "left" ? left : g.textAlign === "right" ? right - now.dpr : (left + right) / 2;
      g.fillText(text, x, y);
    }
    if (plan.bpw === 32) return setText(caption, `${signed(floatOf(value))} = ${factors(value)}`);
    const padding = count < 32 ? `, ${32 - count} bits of padding` : "";
    setText(caption, `${popcount(value)} of ${count} weights in this word are +1${padding}`);
  }
  return {
    element,
    spoil: () => void (now.stale = true),
    draw() {
      const shown = shownMark(store.state);
      const mark = shown && shown.address.layer === scene.layer.name ? shown : null;
      if (!now.stale || !scene.ready || now.width === 0 || !mark && now.idle) return;
      now.stale = false;
      now.idle = !mark;
      size();
      element.classList.toggle("bm-idle", !mark);
      const at = mark && !("padding" in mark.address) && onPage(scene.page, mark.address) ? mark.address : null;
      paintNear(at);
      if (mark) paintWord(mark);
      else setText(caption, "The stored word of the marked weight is spelled out here, bit by bit.");
    },
    destroy: () => observer.disconnect()
  };
}

// src/history.js
function createHistory(store, send) {
  let frames = [];
  let of = "";
  const present = () => {
    const { status } = store.state;
    return status ? `${status.run}/${status.history}` : "";
  };
  return {
    /** Ask for the run's frames, unless they are here or on their way. */
    fetch() {
      if (of === present()) return;
      of = present();
      frames = [];
      send({ action: "history" });
    },
    /** A message of the kernel's, maybe with frames. @param {any} message @param {DataView[]} buffers */
    receive(message, buffers) {
      if (message?.kind !== "history" || `${message.run}/${message.history}` !== of) return;
      for (const [index, moment] of message.frames.entries()) {
        const { buffer, byteOffset, byteLength } = buffers[index];
        frames[moment.position] = { moment, bytes: new Uint8Array(buffer, byteOffset, byteLength) };
      }
    },
    /** @param {number} position @returns {Kept | undefined} */
    at: (position) => of === present() ? frames[position] : void 0
  };
}

// src/legend.js
function swatch(colour, text) {
  return h("span", { class: "bm-key" }, h("i", { style: `background: ${colour}` }), text);
}
function legendOf(view, { plan, colours, range, layer, reference }) {
  const glow = () => swatch(colours.flip, reference ? "differs" : "just flipped");
  const padded = layer.features * plan.bpw % 32 !== 0;
  const signs = () => [swatch(colours.nought, "−1"), swatch(colours.one, "+1")];
  const theme = `${colours.surface} ${plan.bpw} ${reference !== null}`;
  if (plan.bpw === 1) {
    if (view === "neuron") return { key: theme, nodes: () => [...signs(), glow()] };
    if (view === "bit") return { key: theme, nodes: signs };
    const key = `${theme} ${padded}`;
    return {
      key,
      nodes: () => padded ? [swatch(colours.padding, "padding"), glow()] : [glow()]
    };
  }
  if (view === "bit") {
    const fields = ["sign", "exponent", "mantissa"];
    return {
      key: theme,
      nodes: () => fields.map((f) => swatch(bitColours(colours, f)[1], f))
    };
  }
  if (view === "data") return { key: theme, nodes: () => [glow()] };
  const most = signed(range).slice(1);
  const stops = [-1, -0.5, 0, 0.5, 1].map((share) => diverging(colours, share)).join(", ");
  return {
    key: `${theme} ${most}`,
    nodes: () => [
      h(
        "span",
        { class: "bm-key" },
        signed(-range),
        h("i", { class: "bm-ramp", style: `background: linear-gradient(90deg, ${stops})` }),
        signed(range)
      ),
      ...reference ? [h("span", { class: "bm-key" }, "difference")] : []
    ]
  };
}

// src/link.js
var PREFIX = "#bitmass:";
var MAX_LENGTH = 4e3;
var EXTENTS = ["bit", "weight", "word"];
function fingerprint(bytes) {
  let hash = 2166136261;
  for (const byte of bytes) hash = Math.imul(hash ^ byte, 16777619);
  return (hash >>> 0).toString(16).padStart(8, "0");
}
function writeMark(mark) {
  if (!mark || "padding" in mark.address) return "";
  const { layer, unit, feature, bit } = mark.address;
  return [layer, unit, feature, bit, mark.extent].join(".");
}
function readMark(text, plan) {
  const [name, unit, feature, bit, extent] = text.split(".");
  const layer = plan.layers.find((each) => each.name === name);
  if (!layer || !EXTENTS.includes(extent)) return null;
  if (!(+unit < layer.units && +feature < layer.features && +bit < plan.bpw)) return null;
  return {
    address: addressOf(plan, layer, +unit, +feature, +bit),
    extent: (
      /** @type {Mark["extent"]} */
      extent
    )
  };
}
function writeLink(status, { speed, data, layer, page, mark, hide, theme, check }) {
  const changes = status.changes.map(([at, name, value]) => `${name}:${value}:${at}`);
  const parts = {
    ...status.origin,
    speed,
    data,
    at: status.position_examples ?? status.examples,
    changes: changes.join(","),
    layer,
    page: page || "",
    mark,
    hide: hide.join(","),
    theme: theme === "auto" ? "" : theme,
    check
  };
  const written = Object.entries(parts).filter(([, value]) => value !== "");
  return PREFIX + written.map(([name, value]) => `${name}=${value}`).join("&");
}
function readLink(fragment, controls) {
  if (!fragment.startsWith(PREFIX)) return null;
  const view = { layer: "", page: 0, mark: "", hide: [], theme: "", at: 0, check: "" };
  const state = {};
  const unread = [];
  const text = fragment.length <= MAX_LENGTH ? fragment.slice(PREFIX.length) : "";
  if (text === "") return { state: { unread: ["address"] }, view };
  const readers = {
    at: (value) => /^\d{1,9}$/.test(value) && (state.at = view.at = Number(value), true),
    data: (value) => (state.data = value, true),
    changes: (value) => (state.changes = value.split(",").map((each) => readChange(each, controls)), true),
    layer: (value) => /^W\d$/.test(value) && (view.layer = value, true),
    page: (value) => /^\d{1,4}$/.test(value) && (view.page = Number(value), true),
    mark: (value) => /^W\d(\.\d{1,6}){3}\.[a-z]{1,8}$/.test(value) && (view.mark = value, true),
    hide: (value) => /^[a-z,-]{1,200}$/.test(value) && (view.hide = value.split(","), true),
    theme: (value) => THEMES.includes(value) && (view.theme = value, true),
    check: (value) => /^[0-9a-f]{8}$/.test(value) && (view.check = value, true)
  };
  for (const part of text.split("&")) {
    const [name, raw] = halves(part);
    const value = decoded(raw);
    const control = controls.find((each) => each.name === name);
    if (control) state[name] = typed(control, value);
    else if (!Object.hasOwn(readers, name)) unread.push(name.slice(0, 40));
    else if (!readers[name](value)) unread.push(name);
  }
  if (unread.length > 0) state.unread = unread.slice(0, 10);
  return { state, view };
}
function halves(part) {
  const at = part.indexOf("=");
  return at < 0 ? [part, ""] : [part.slice(0, at), part.slice(at + 1)];
}
function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
function typed(control, text) {
  if (control.kind === "switch" && /^(true|false)$/.test(text)) return text === "true";
  if (control.kind === "integer" && /^\d{1,9}$/.test(text)) return Number(text);
  if (control.kind === "number" && /^\d*\.?\d+(e-?\d{1,2})?$/.test(text)) return Number(text);
  const choice = control.choices?.find(({ value }) => String(value) === text);
  return choice ? choice.value : text;
}
function readChange(text, controls) {
  const [name, value, at] = text.split(":");
  const control = controls.find((each) => each.name === name);
  if (!control || value === void 0 || !/^\d{1,9}$/.test(at ?? "")) return text;
  return [Number(at), name, typed(control, value)];
}

// src/depict.js
function whereOf({ plan, layer, page }) {
  const block = plan.bpw === 1 ? "containers of 32 hidden units" : "hidden units";
  const part = page.pages > 1 ? `${page.firstBlock} to ${page.firstBlock + page.blocks - 1} of ${grouped(page.allBlocks)} ${block}` : `${grouped(page.allBlocks)} ${block}`;
  return layer.index === 0 ? part : `${layer.units} classes, each listening to ${part}`;
}
function likeness({ cells, page }) {
  let sum = 0;
  for (let unit = 1; unit < page.units; unit++) {
    let agree = 0;
    for (let i = 0; i < page.features; i++) agree += 1 ^ (cells[i] ^ cells[unit * page.features + i]) & 1;
    sum += Math.max(agree, page.features - agree) / page.features;
  }
  return page.units > 1 ? sum / (page.units - 1) : 1;
}
function shareOfOnes(cells, from, step) {
  let ones = 0;
  let all = 0;
  for (let i = from; i < cells.length; i += step) {
    ones += cells[i] & 1;
    all += 1;
  }
  return all ? ones / all : 0;
}
function neurons(scene) {
  const { plan, layer, page, cells, values } = scene;
  if (plan.bpw === 1) {
    const ones = shareOfOnes(cells.subarray(0, page.units * page.features), 0, 1);
    const signs = `${percent(ones)} of the signs shown are +1`;
    if (layer.index > 0) return `${whereOf(scene)}. ${signs}.`;
    return `${whereOf(scene)}. ${signs}; on average a unit agrees with the first, or with its negative, in ${percent(likeness(scene))} of the pixels (50 % is chance).`;
  }
  let low = Infinity;
  let high = -Infinity;
  for (const value of values) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  const shown = scene.reference ? "differences from the moment kept" : "weights shown";
  return `${whereOf(scene)}. The ${shown} go from ${signed(low)} to ${signed(high)}.`;
}
function bits({ plan, page, cells }) {
  const shown = cells.subarray(0, page.units * page.features * plan.bpw);
  const size = `${grouped(page.units * plan.bpw)} rows of ${grouped(page.features)} bits`;
  if (plan.bpw !== 32) return `${size}. ${percent(shareOfOnes(shown, 0, 1))} of them are ones.`;
  const shares = {};
  for (let bit = 0; bit < plan.bpw; bit++) {
    const field = fieldOf(plan.bpw, bit) ?? "";
    (shares[field] ??= []).push(shareOfOnes(shown, bit, plan.bpw));
  }
  const told = ["sign", "exponent", "mantissa"].map((field) => {
    const all = shares[field];
    return `${percent(all.reduce((a, b) => a + b, 0) / all.length)} of the ${field} bits`;
  });
  return `${size}. Ones are ${told.join(", ")}.`;
}
function words({ plan, layer, bytes }) {
  const padding = layer.wordsPerRow * 32 - layer.features * plan.bpw;
  const ends = padding ? `, the last of which ends in ${padding} bits of padding` : "";
  const first = readWord(bytes, wordStart(plan, layer, 0), wordBits(plan, layer, 0));
  return `${grouped(layer.words)} words of 32 bits, ${grouped(layer.wordsPerRow)} a row${ends}. The first is 0x${hex(first)}.`;
}
function depict(view, scene, flips) {
  const what = view === "neuron" ? neurons(scene) : view === "bit" ? bits(scene) : words(scene);
  if (scene.reference)
    return `${what} ${grouped(scene.differences)} bits of the whole network differ from the moment kept.`;
  const flipped = flips ? ` ${grouped(flips)} bits of the whole network just flipped.` : "";
  return what + flipped;
}

// src/marks.js
function drawMarks(g, boxes, colours, dpr) {
  for (const { x, y, width, height, strong } of boxes) {
    const least = (strong ? 6 : 0) * dpr;
    const padX = Math.max(strong ? 1.5 * dpr : dpr, (least - width) / 2);
    const padY = Math.max(strong ? 1.5 * dpr : dpr, (least - height) / 2);
    const box = (
      /** @type {const} */
      [x - padX, y - padY, width + 2 * padX, height + 2 * padY]
    );
    g.lineJoin = "round";
    g.strokeStyle = colours.surface;
    g.lineWidth = (strong ? 4 : 3) * dpr;
    g.strokeRect(...box);
    g.strokeStyle = colours.selection;
    g.lineWidth = (strong ? 2 : 1) * dpr;
    g.strokeRect(...box);
  }
}

// src/panel.js
var MOVES = /* @__PURE__ */ new Set([
  "ArrowLeft",
  "ArrowRight",
  "ArrowUp",
  "ArrowDown",
  "PageUp",
  "PageDown",
  "Home",
  "End"
]);
var SAME_PLACE = 5;
function createPanel(view, stage) {
  const { store, scene } = stage;
  const instance = view.create();
  const summary = h("span", { class: "bm-summary" });
  const note = h("span", { class: "bm-note" });
  const legend = h("div", { class: "bm-legend" });
  const depictedId = freshId("depicted");
  const depicted = h("p", { class: "bm-hidden", id: depictedId });
  const canvas = (
    /** @type {HTMLCanvasElement} */
    h("canvas", {
      "data-testid": `view-${view.id}`,
      class: "bm-canvas",
      tabindex: "0",
      role: "application",
      "aria-label": `${view.title}. ${view.what} Arrow keys move, Enter pins, Escape lets go.`,
      "aria-describedby": `${depictedId} ${stage.describedBy}`
    })
  );
  const holder = h("div", { class: "bm-holder" }, canvas, depicted);
  const element = h(
    "section",
    { class: `bm-panel bm-${view.id}` },
    h("header", { class: "bm-head", title: view.what }, h("h2", {}, view.title), summary, note, legend),
    holder
  );
  const g = (
    /** @type {CanvasRenderingContext2D} */
    canvas.getContext("2d")
  );
  const base = document.createElement("canvas");
  const baseG = (
    /** @type {CanvasRenderingContext2D} */
    base.getContext("2d", { willReadFrequently: true })
  );
  const furniture = document.createElement("canvas");
  const furnitureG = (
    /** @type {CanvasRenderingContext2D} */
    furniture.getContext("2d", { willReadFrequently: true })
  );
  const now = {
    stale: true,
    unmarked: true,
    unlaid: true,
    /** Whether `base` shows the present weights. */
    based: false,
    visible: true,
    width: 0,
    dpr: 1
  };
  let drag = null;
  let pressedAt = { x: 0, y: 0 };
  let pinnedAt = { x: -1e6, y: -1e6 };
  let moved = false;
  let resting = null;
  let wheeled = 0;
  const observer = new ResizeObserver(([entry]) => {
    const width = Math.floor(entry.contentRect.width);
    if (width === now.width) return;
    now.width = width;
    relayout();
  });
  observer.observe(holder);
  const seen = new IntersectionObserver(([entry]) => {
    now.visible = entry.isIntersecting;
    if (now.visible) stage.requestDraw();
  });
  seen.observe(canvas);
  function relayout() {
    now.unlaid = true;
    stage.requestDraw();
  }
  function layout() {
    now.dpr = Math.max(1, devicePixelRatio || 1);
    const size = instance.layout(scene, Math.floor(now.width * now.dpr), now.dpr);
    for (const target of [canvas, base, furniture]) {
      if (target.width !== size.width) target.width = size.width;
      if (target.height !== size.height) target.height = size.height;
    }
    canvas.style.width = `${size.width / now.dpr}px`;
    canvas.style.height = `${size.height / now.dpr}px`;
    furnitureG.clearRect(0, 0, furniture.width, furniture.height);
    instance.furniture(furnitureG, scene);
    summary.textContent = view.summary(scene);
    now.unlaid = false;
    now.stale = true;
  }
  function draw() {
    if (!scene.ready || now.width === 0) return;
    if (now.unlaid) {
      layout();
      if (resting && !drag && !shownMark(store.state)) hover(resting);
    }
    if (!now.visible) return;
    if (!now.stale && !now.unmarked) return;
    if (now.stale) now.based = false;
    const mark = shownMark(store.state);
    const marked = mark?.address.layer === scene.layer.name;
    if (marked && !now.based) {
      paint(baseG);
      now.based = true;
    }
    if (now.based) {
      g.clearRect(0, 0, canvas.width, canvas.height);
      g.drawImage(base, 0, 0);
    } else paint(g);
    if (mark && marked) drawMarks(g, instance.boxes(scene, mark), scene.colours, now.dpr);
    now.stale = false;
    now.unmarked = false;
  }
  function paint(target) {
    target.clearRect(0, 0, canvas.width, canvas.height);
    target.drawImage(furniture, 0, 0);
    instance.paint(target, scene);
  }
  function place2(event) {
    const box = canvas.getBoundingClientRect();
    return [
      (event.clientX - box.left) * canvas.width / box.width,
      (event.clientY - box.top) * canvas.height / box.height
    ];
  }
  function hover(event) {
    if (!scene.ready || now.unlaid) return;
    store.set({ hover: instance.locate(scene, ...place2(event)), markedBy: view.id });
  }
  function tell() {
    if (scene.ready) setText(depicted, depict(view.id, scene, store.state.flips));
  }
  canvas.addEventListener("focus", tell);
  canvas.addEventListener("pointermove", (event) => {
    resting = event.pointerType === "touch" ? null : event;
    if (drag) {
      const [x, y] = place2(event);
      if (Math.hypot(event.clientX - pressedAt.x, event.clientY - pressedAt.y) > SAME_PLACE) moved = true;
      drag(x, y);
      now.stale = true;
      stage.requestDraw();
    } else hover(event);
  });
  canvas.addEventListener("pointerleave", (event) => {
    resting = null;
    if (!drag && event.pointerType !== "touch") store.set({ hover: null });
  });
  canvas.addEventListener("pointerdown", (event) => {
    if (event.button !== 0 || !scene.ready || now.unlaid) return;
    moved = false;
    pressedAt = { x: event.clientX, y: event.clientY };
    drag = instance.press?.(scene, ...place2(event), event.pointerType === "touch") ?? null;
    hover(event);
    if (drag) {
      canvas.setPointerCapture(event.pointerId);
      now.stale = true;
      stage.requestDraw();
    }
  });
  for (const name of ["pointerup", "pointercancel"]) {
    canvas.addEventListener(name, () => {
      drag = null;
    });
  }
  canvas.addEventListener("click", (event) => {
    if (!scene.ready || now.unlaid || moved) return;
    const mark = instance.locate(scene, ...place2(event));
    if (!mark) return;
    const near = Math.hypot(event.clientX - pinnedAt.x, event.clientY - pinnedAt.y) <= SAME_PLACE;
    const again = store.state.pinned !== null && store.state.markedBy === view.id && near;
    pinnedAt = again ? { x: -1e6, y: -1e6 } : { x: event.clientX, y: event.clientY };
    store.set({ pinned: again ? null : mark, hover: mark, markedBy: view.id });
  });
  canvas.addEventListener(
    "wheel",
    (event) => {
      if (!instance.scroll || !scene.ready || now.unlaid || event.ctrlKey) return;
      const line2 = instance.lineHeight?.() ?? 16;
      wheeled += event.deltaMode === 1 ? event.deltaY : event.deltaY / line2;
      const lines = Math.trunc(wheeled);
      wheeled -= lines;
      if (lines !== 0 && !instance.scroll(scene, lines)) return;
      event.preventDefault();
      now.stale = true;
      hover(event);
      stage.requestDraw();
    },
    { passive: false }
  );
  canvas.addEventListener("keydown", (event) => {
    if (!scene.ready || now.unlaid) return;
    if (event.key === "Enter") {
      const mark = shownMark(store.state) ?? instance.move(scene, null, "Home", false);
      store.set({ pinned: store.state.pinned ? null : mark, hover: mark, markedBy: view.id });
    } else if (MOVES.has(event.key) && !event.ctrlKey && !event.metaKey && !event.altKey) {
      const current = shownMark(store.state);
      const here = current?.address.layer === scene.layer.name ? current : null;
      const mark = instance.move(scene, here, event.key, event.shiftKey);
      if (!mark) return;
      if (instance.reveal?.(scene, mark)) now.stale = true;
      store.set(
        store.state.pinned ? { pinned: mark, markedBy: view.id } : { hover: mark, markedBy: view.id }
      );
    } else return;
    event.preventDefault();
    event.stopPropagation();
  });
  return {
    id: view.id,
    element,
    legend,
    note,
    draw,
    relayout,
    tell,
    /** The weights, or how they glow, changed. */
    spoil: () => void (now.stale = true),
    /** Another mark is to be shown. */
    remark() {
      now.unmarked = true;
      const mark = shownMark(store.state);
      if (!mark || now.unlaid || store.state.markedBy === view.id) return;
      if (mark.address.layer === scene.layer.name && instance.reveal?.(scene, mark)) now.stale = true;
    },
    destroy() {
      observer.disconnect();
      seen.disconnect();
    }
  };
}

// src/readout.js
var LABELS = {
  layer: "layer",
  unit: "unit",
  feature: "input",
  bit: "bit",
  word: "word",
  byte: "byte",
  hex: "hex",
  value: "value"
};
var REST_MS = 600;
var HINT = "Point at or tap a weight in any view, or use the arrow keys there. Space plays and pauses.";
var PINNED = "Pinned: Escape or another click lets go.";
function createReadout(store, scene, id) {
  const cells = Object.fromEntries(ENTRIES.map((name) => [name, h("dd", {}, "—")]));
  const list = h(
    "dl",
    { class: "bm-entries", "aria-hidden": "true" },
    ...ENTRIES.map(
      (name) => h("div", { class: `bm-entry bm-entry-${name}` }, h("dt", {}, LABELS[name]), cells[name])
    )
  );
  const spoken = h("p", { class: "bm-hidden", id }, "Nothing is marked.");
  const pin = h("span", { class: "bm-pin", "aria-hidden": "true" });
  const element = h(
    "div",
    { class: "bm-readout", "data-testid": "readout", "aria-live": "polite", "aria-atomic": "true" },
    list,
    spoken,
    pin
  );
  let timer = 0;
  let speak = "";
  return {
    element,
    update() {
      const mark = shownMark(store.state);
      const layer = mark && scene.plan.layers.find(({ name }) => name === mark.address.layer);
      setText(pin, store.state.pinned ? PINNED : mark ? "A click or Enter pins this." : HINT);
      element.classList.toggle("bm-idle", !mark);
      element.classList.toggle("bm-pinned", store.state.pinned !== null);
      if (!mark || !layer || !scene.ready) {
        for (const name of ENTRIES) setText(cells[name], "—");
        return;
      }
      const columns = fieldShape(scene.plan.layers[0].features, scene.image)[1];
      const text = describe(scene.plan, layer, scene.bytes, columns, mark.address, mark.extent);
      for (const name of ENTRIES) {
        setText(cells[name], text[name]);
        cells[name].title = text[name];
      }
    },
    /** Let the screen reader's text follow, unless the mark only passes by. */
    announce() {
      clearTimeout(timer);
      timer = setTimeout(() => {
        const entries = Object.fromEntries(ENTRIES.map((name) => [name, cells[name].textContent ?? ""]));
        speak = shownMark(store.state) ? sentence(entries) : "Nothing is marked.";
        setText(spoken, speak);
      }, REST_MS);
    },
    destroy: () => clearTimeout(timer)
  };
}

// src/dialog.js
function createDialog(name, label, heading, opening, ...content) {
  const title = freshId(name);
  const open = h(
    "button",
    { type: "button", class: "bm-button bm-small", "data-testid": name, "aria-haspopup": "dialog" },
    label
  );
  const close = h("button", { type: "button", class: "bm-button" }, "Close");
  const dialog = (
    /** @type {HTMLDialogElement} */
    h(
      "dialog",
      { class: "bm-dialog", "aria-labelledby": title, "data-testid": `${name}-dialog` },
      h("h2", { id: title }, heading),
      ...content,
      h("div", { class: "bm-row" }, close)
    )
  );
  open.addEventListener("click", () => {
    opening();
    dialog.showModal();
  });
  close.addEventListener("click", () => dialog.close());
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog) dialog.close();
  });
  dialog.addEventListener("keydown", (event) => event.stopPropagation());
  return h("div", { class: "bm-opener" }, open, dialog);
}

// src/files.js
var STYLES2 = [
  "fill",
  "stroke",
  "stroke-width",
  "stroke-dasharray",
  "stroke-linejoin",
  "font-family",
  "font-size",
  "font-weight",
  "text-anchor",
  "dominant-baseline",
  "opacity",
  "paint-order"
];
function download(name, content) {
  const url = URL.createObjectURL(content);
  const link = h("a", { href: url, download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 1e4);
}
function standaloneSvg(picture, background) {
  const copy = (
    /** @type {SVGElement} */
    picture.cloneNode(true)
  );
  const originals = [picture, ...picture.querySelectorAll("*")];
  const copies = [copy, ...copy.querySelectorAll("*")];
  for (const [index, element] of originals.entries()) {
    const style = getComputedStyle(element);
    const kept = STYLES2.map((name) => `${name}:${style.getPropertyValue(name)}`);
    copies[index].setAttribute("style", kept.join(";"));
    copies[index].removeAttribute("class");
  }
  copy.setAttribute("xmlns", "http://www.w3.org/2000/svg");
  const sheet = document.createElementNS("http://www.w3.org/2000/svg", "rect");
  for (const [name, value] of [
    ["width", "100%"],
    ["height", "100%"],
    ["fill", background]
  ])
    sheet.setAttribute(name, value);
  copy.prepend(sheet);
  return new XMLSerializer().serializeToString(copy);
}
var DENSITY = 3;
async function rasterised(picture) {
  const url = URL.createObjectURL(new Blob([picture], { type: "image/svg+xml" }));
  try {
    const image = new Image();
    image.src = url;
    await image.decode();
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [DENSITY * image.width, DENSITY * image.height];
    canvas.getContext("2d")?.drawImage(image, 0, 0, canvas.width, canvas.height);
    return await new Promise((resolve) => canvas.toBlob(resolve));
  } catch {
    return null;
  } finally {
    URL.revokeObjectURL(url);
  }
}

// src/save.js
var FROM_KERNEL = (
  /** @type {const} */
  [
    ["npz", "Weights, for NumPy (.npz)"],
    ["bin", "Weights, the bare bytes (.bin)"],
    ["csv", "Curves of all runs (.csv)"]
  ]
);
function createSave(store, scene, send, rootOf) {
  const said = h("p", { class: "bm-faint", role: "status", "data-testid": "saved" });
  const choice = (name, label, act) => {
    const button3 = h("button", { type: "button", class: "bm-button", "data-testid": `save-${name}` }, label);
    button3.addEventListener("click", act);
    return button3;
  };
  const stem = () => {
    const { status } = store.state;
    return `bitmass-${status?.trainer ?? ""}-${status?.position_examples ?? 0}`;
  };
  const keep = (name, content) => {
    download(name, content);
    setText(said, `Saved as ${name}.`);
  };
  function savePicture(view) {
    const canvas = (
      /** @type {HTMLCanvasElement} */
      rootOf().querySelector(`[data-testid="view-${view}"]`)
    );
    const paper = document.createElement("canvas");
    [paper.width, paper.height] = [canvas.width, canvas.height];
    const g = (
      /** @type {CanvasRenderingContext2D} */
      paper.getContext("2d")
    );
    g.fillStyle = scene.colours.surface;
    g.fillRect(0, 0, paper.width, paper.height);
    g.drawImage(canvas, 0, 0);
    paper.toBlob((blob) => {
      if (blob) keep(`${stem()}-${view}-view.png`, blob);
      else setText(said, "The browser could not make a picture of this view.");
    });
  }
  function chart() {
    const picture = (
      /** @type {SVGElement} */
      rootOf().querySelector('[data-testid="chart"] svg')
    );
    return standaloneSvg(picture, scene.colours.surface);
  }
  async function saveChartAsPixels() {
    const blob = await rasterised(chart());
    if (blob) keep("bitmass-curves.png", blob);
    else setText(said, "The browser could not make a picture of the curves.");
  }
  const element = createDialog(
    "export",
    "Save",
    "Files to keep",
    () => setText(said, ""),
    h(
      "div",
      { class: "bm-choices" },
      ...FROM_KERNEL.map(([what, label]) => choice(what, label, () => send({ action: "export", what }))),
      choice("neuron", "Neuron view (.png)", () => savePicture("neuron")),
      choice("bit", "Bit view (.png)", () => savePicture("bit")),
      choice("data", "Data view (.png)", () => savePicture("data")),
      choice(
        "chart",
        "Curves as a picture (.svg)",
        () => keep("bitmass-curves.svg", new Blob([chart()], { type: "image/svg+xml" }))
      ),
      choice("chart-png", "Curves as a picture (.png)", saveChartAsPixels)
    ),
    said
  );
  return {
    element,
    /** A message of the kernel's, maybe with a file. @param {any} message @param {DataView[]} buffers */
    receive(message, buffers) {
      if (message?.kind !== "file" || !buffers?.length) return;
      const { buffer, byteOffset, byteLength } = buffers[0];
      const content = new Uint8Array(
        /** @type {ArrayBuffer} */
        buffer,
        byteOffset,
        byteLength
      );
      keep(message.name, new Blob([content], { type: message.type }));
    }
  };
}

// src/score.js
function createScore(store, scene) {
  const number = h("span", { class: "bm-number" }, "—");
  const on = h("span", { class: "bm-on" });
  const accuracy = h("p", { class: "bm-accuracy", "data-testid": "accuracy" }, number, " ", on);
  const canvas = (
    /** @type {HTMLCanvasElement} */
    h("canvas", { width: "28", height: "28", class: "bm-digit", role: "img", "aria-label": "no example yet" })
  );
  const verdict = h("span", { class: "bm-verdict" });
  const answer = h("span", {});
  const which = h("span", { class: "bm-faint" });
  const said = h("p", { class: "bm-said" }, verdict, answer, which);
  const example = h("div", { class: "bm-example" }, canvas, said);
  const element = h("div", { class: "bm-score" }, accuracy, example);
  store.on(["status", "dataset"], ({ status, dataset }) => {
    if (!status) return;
    setText(number, percent(status.accuracy));
    const size = dataset ? dataset[
      /** @type {"validation"} */
      status.accuracy_split
    ] : null;
    const kind = `${dataset?.synthetic ? "synthetic " : ""}${status.accuracy_split} digits`;
    const digits = size ? `${grouped(size)} ${kind}` : kind;
    setText(on, status.accuracy === null ? `not measured yet, on ${digits}` : `on ${digits}`);
  });
  store.on(["status", "digit", "dark", "palette"], ({ status, digit }) => {
    const known = status?.example;
    example.classList.toggle("bm-empty", !known || digit.length === 0);
    if (!known || digit.length === 0) {
      setText(verdict, "");
      setText(answer, "no example yet");
      setText(which, "");
      canvas.setAttribute("aria-label", "no example yet");
      return;
    }
    paintDigit(canvas, digit, status.image, scene.colours);
    const right = known.label === known.prediction;
    canvas.setAttribute("aria-label", `handwritten ${known.label}`);
    verdict.classList.toggle("bm-right", right);
    verdict.classList.toggle("bm-wrong", !right);
    setText(verdict, right ? "✓ right" : "✗ wrong");
    setText(answer, `a ${known.label}, read as ${known.prediction}`);
    setText(which, `example ${grouped(known.index)}`);
  });
  return { element };
}
function paintDigit(canvas, digit, [rows, columns], colours) {
  if (rows * columns !== digit.length || !colours.ink) return;
  if (canvas.width !== columns || canvas.height !== rows) [canvas.width, canvas.height] = [columns, rows];
  const g = (
    /** @type {CanvasRenderingContext2D} */
    canvas.getContext("2d")
  );
  const out = g.createImageData(columns, rows);
  const paper = parse(colours.surface);
  const ink = parse(colours.ink);
  for (let i = 0; i < digit.length; i++) {
    for (let c = 0; c < 3; c++) out.data[4 * i + c] = paper[c] + (ink[c] - paper[c]) * digit[i] / 255;
    out.data[4 * i + 3] = 255;
  }
  g.putImageData(out, 0, 0);
}
function createFacts(store, send) {
  const examples = h("span", { class: "bm-fact", "data-testid": "examples-seen" });
  const mass = h("span", {
    class: "bm-fact",
    "data-testid": "bit-mass",
    title: "Weight bits of both layers, without padding"
  });
  const dataset = h("span", { class: "bm-fact bm-dataset", "data-testid": "dataset" });
  const element = h("div", { class: "bm-facts" }, examples, mass, dataset);
  store.on(["status"], ({ status }) => {
    if (!status) return;
    setText(examples, `${counted(status.examples, "example", "examples")}, epoch ${epochs(status.epoch)}`);
    setText(mass, `${grouped(status.bit_mass)} bits`);
  });
  store.on(["dataset"], ({ dataset: data }) => {
    if (!data) return;
    const warning = "Drawn by a generator: accuracies are not comparable with MNIST";
    const label = h("strong", { title: data.synthetic ? warning : null }, data.label);
    dataset.classList.toggle("bm-is-synthetic", data.synthetic);
    dataset.replaceChildren(label, ...offer(data.fetch, send));
  });
  return { element };
}
function offer(fetch, send) {
  const { state, progress, message } = fetch ?? { state: "none", progress: 0, message: "" };
  const button3 = (text, action) => {
    const element = h(
      "button",
      { type: "button", class: "bm-button bm-small", title: message || null },
      text
    );
    element.addEventListener("click", () => send({ action }));
    return element;
  };
  if (state === "failed") return [button3("Try again to get MNIST", "fetch")];
  if (state === "ready") return [button3("Switch to MNIST", "use-mnist")];
  if (state !== "running") return [];
  return [
    h("progress", {
      max: "1",
      value: String(progress),
      title: message || null,
      "aria-label": "Getting MNIST"
    }),
    h("span", { class: "bm-faint" }, message || "getting MNIST")
  ];
}

// src/share.js
var PARTS = (
  /** @type {const} */
  [
    ["step", "Step"],
    ["reset", "Reset"],
    ["scrubber", "History"],
    ["layer", "Layer"]
  ]
);
function createShare(store, scene) {
  const id = freshId("link");
  const address = (
    /** @type {HTMLInputElement} */
    h("input", { id, type: "text", readonly: true, "data-testid": "link" })
  );
  const copy = h("button", { type: "button", class: "bm-button bm-play", "data-testid": "copy" }, "Copy");
  const said = h("p", { class: "bm-faint", role: "status", "data-testid": "shared" });
  const boxes = h("div", { class: "bm-boxes" });
  const element = createDialog(
    "share",
    "Share",
    "A link to what you see",
    () => {
      offer2();
      write();
      setTimeout(() => address.select());
    },
    h(
      "p",
      {},
      "Whoever opens it sees this network at this moment: it is trained again from the same seed, on the same examples, up to here. Nothing of yours is sent anywhere."
    ),
    h("div", { class: "bm-address" }, h("label", { for: id }, "Link"), address, copy),
    h("details", {}, h("summary", {}, "Hide controls, for a lesson"), boxes),
    said
  );
  const ticked = () => [...boxes.querySelectorAll("input")].filter(({ checked }) => checked).map(({ value }) => value);
  function write() {
    const { status, settings, dataset, layer, page } = store.state;
    if (!status || !scene.ready) return;
    const fragment = writeLink(status, {
      speed: settings.speed,
      data: dataset?.name ?? "",
      layer: scene.plan.layers[layer].name,
      page,
      mark: writeMark(shownMark(store.state)),
      hide: ticked(),
      theme: chosenTheme(),
      check: fingerprint(scene.bytes.subarray(0, scene.plan.bytes))
    });
    address.value = location.href.split("#")[0] + fragment;
    setText(said, "");
  }
  function offer2() {
    const names = [
      ...store.state.controls.map(({ name, label }) => (
        /** @type {const} */
        [name, label]
      )),
      ...PARTS
    ];
    boxes.replaceChildren(
      ...names.map(([name, label]) => {
        const box = (
          /** @type {HTMLInputElement} */
          h("input", { type: "checkbox", value: name })
        );
        box.checked = store.state.hidden.includes(name);
        box.addEventListener("change", write);
        return h("label", {}, box, ` ${label}`);
      })
    );
  }
  copy.addEventListener("click", async () => {
    address.select();
    try {
      await navigator.clipboard.writeText(address.value);
      setText(said, "Copied.");
    } catch {
      setText(said, "The browser does not allow it; the link is selected, copy it with Ctrl+C or ⌘C.");
    }
  });
  return { element, isPart: (name) => PARTS.some(([part]) => part === name) };
}

// src/tour/place.js
var GAP = 10;
var within = (at, size, room) => Math.max(0, Math.min(at, room - size));
function place(target, card, room, sides) {
  const left = within(target.left, card.width, room.width);
  const top = within(target.top, card.height, room.height);
  const spots = {
    above: { left, top: target.top - GAP - card.height },
    below: { left, top: target.top + target.height + GAP },
    left: { left: target.left - GAP - card.width, top },
    right: { left: target.left + target.width + GAP, top }
  };
  const fits = (side) => spots[side].left >= 0 && spots[side].top >= 0 && spots[side].left + card.width <= room.width && spots[side].top + card.height <= room.height;
  return spots[sides.find(fits) ?? "below"];
}

// src/tour/steps.js
var ADAMW = "adamw";
var FLOAT_BITS = 32;
var RISEN = 0.5;
var LOOK_MS = 5e3;
var playing = ({ status }) => status?.state === "playing";
var canBeUncentred = ({ controls, settings }) => controls.some(
  ({ name, trainers }) => name === "centring" && (trainers?.includes(settings.trainer) ?? true)
);
var STEPS = [
  {
    id: "play",
    target: "play",
    sides: ["below"],
    title: "Let it learn",
    text: () => "A network is to read digits; the views below are its weights.",
    ask: () => "Press Play: it begins to learn from examples.",
    already: "It is playing: press Next.",
    done: playing
  },
  {
    id: "accuracy",
    target: "accuracy",
    sides: ["left", "below", "above"],
    title: "Is it right?",
    text: ({ dataset }) => `Accuracy is the share that it reads right of ${dataset ? grouped(dataset.validation) : "other"} digits it never learns from.`,
    ask: (state) => playing(state) ? "Watch it rise." : "It rises while the network plays.",
    already: "It has risen: press Next.",
    done: ({ status }) => (status?.accuracy ?? 0) > RISEN,
    rest: LOOK_MS,
    watched: true
  },
  {
    id: "point",
    target: "view-neuron",
    around: ".bm-panel",
    sides: ["right", "above", "below"],
    slim: true,
    upmost: true,
    title: "Look inside",
    text: ({ layer }) => layer === 0 ? "Every hidden unit has a weight for each pixel; together they are one of these pictures." : "Every digit has a weight for each hidden unit; together they are one of these rows.",
    ask: () => "Point at one or tap it; or go there and press an arrow key.",
    already: "A weight is marked: press Next.",
    done: (state) => shownMark(state) !== null
  },
  {
    id: "hold",
    target: "view-neuron",
    around: ".bm-panel",
    sides: ["right", "above", "below"],
    slim: true,
    upmost: true,
    title: "Three views at once",
    text: () => "What you mark here is marked below as well: as bits in the bit view, as stored in the data view.",
    ask: () => "Click it, or press Enter, to hold it.",
    already: "You hold it: press Next.",
    done: ({ pinned }) => pinned !== null
  },
  {
    id: "readout",
    target: "readout",
    sides: ["above", "below"],
    title: "Where it lies",
    text: () => "Its unit, its input, and the word and byte that store it.",
    ask: () => "Escape lets go of it; or keep it, and press Next.",
    already: "It fills while a weight is marked; press Next.",
    done: ({ pinned }) => pinned === null
  },
  {
    id: "centring-off",
    target: "centring",
    around: ".bm-control",
    sides: ["left", "below", "right"],
    title: "Break it",
    text: () => "With centring, the network learns how a digit differs from the average digit.",
    ask: (state) => playing(state) ? "Switch Centring off." : "Press Play, then switch Centring off.",
    already: "It is off: press Next.",
    done: ({ settings }) => settings.centring === false,
    applies: canBeUncentred
  },
  {
    id: "centring-on",
    target: "centring",
    around: ".bm-control",
    sides: ["left", "below", "right"],
    title: "Mend it",
    text: () => "Without it the pictures grow alike and the accuracy falls: our reconstruction of the study’s bug.",
    ask: () => "Watch, then switch it back on.",
    already: "It is on: press Next.",
    done: ({ settings }) => settings.centring === true,
    applies: canBeUncentred
  },
  {
    id: "trainer",
    target: "trainer",
    around: ".bm-control",
    sides: ["right", "below"],
    title: "The same bits as floats",
    text: ({ status }) => {
      const bits2 = status?.bit_mass ?? 0;
      return `AdamW has just as many bits, ${grouped(bits2)}, as ${grouped(bits2 / FLOAT_BITS)} floats: numbers of ${FLOAT_BITS} bits each.`;
    },
    ask: () => "Choose AdamW as the trainer.",
    already: "AdamW is chosen: press Next.",
    done: ({ status }) => status?.trainer === ADAMW,
    applies: ({ controls }) => controls.some(
      ({ name, choices }) => name === "trainer" && choices?.some(({ value }) => value === ADAMW)
    )
  },
  {
    id: "compare",
    target: "chart",
    sides: ["left", "above", "below"],
    title: "Curve by curve",
    text: () => "The chart keeps the curve of every run, so that you can compare trainers.",
    ask: (state) => playing(state) ? "Watch the new one grow." : "Press Play, and watch the new one grow.",
    already: "It is growing: press Next.",
    done: playing,
    rest: LOOK_MS,
    watched: true
  },
  {
    id: "share",
    target: "share",
    sides: ["left", "below"],
    title: "Now it is yours",
    text: () => "Share makes a link to what you see, Save makes files of it.",
    ask: () => "Further down, the explainer puts the study’s claims to the test."
  }
];

// src/tour/walk.js
var REST_MS2 = 700;
function createWalk(steps, page) {
  let plan = [];
  let at = -1;
  let before = false;
  let timer;
  const possible = (step) => (step.applies?.(page.state()) ?? true) && page.isThere(step);
  const isDone = (step) => step.done?.(page.state()) ?? false;
  function look() {
    if (at < 0) return;
    const step = plan[at];
    if (!isDone(step)) {
      before = false;
      stay();
    } else if (!before) timer ??= setTimeout(() => go(1, false), step.rest ?? REST_MS2);
    page.show({ step, number: at + 1, count: plan.length, before, met: timer !== void 0 });
  }
  function stay() {
    clearTimeout(timer);
    timer = void 0;
  }
  function go(direction, asked) {
    let to = at + direction;
    while (to >= 0 && to < plan.length && !possible(plan[to])) to += direction;
    if (to < 0) return;
    stay();
    if (to >= plan.length) return end(true);
    at = to;
    before = isDone(plan[at]) && (asked || !plan[at].watched);
    look();
  }
  function end(completed) {
    if (at < 0) return;
    stay();
    at = -1;
    page.over(completed);
  }
  return {
    get open() {
      return at >= 0;
    },
    begin() {
      end(false);
      plan = steps.filter(possible);
      go(1, true);
    },
    next: () => go(1, true),
    back: () => go(-1, true),
    end: () => end(false),
    /** The page's state changed: perhaps the reader has done what was asked. */
    look,
    /** Forget what was about to happen. */
    stay
  };
}

// src/tour.js
var MEMORY = "bitmass-tour";
var NARROW = 560;
var MARGIN2 = 8;
var SETTLING_MS = 2e3;
var OPERABLE = ":is(button, select, input, canvas):not(:disabled)";
function recall() {
  try {
    return localStorage.getItem(MEMORY);
  } catch {
    return null;
  }
}
function remember(what) {
  try {
    if (recall() !== "done") localStorage.setItem(MEMORY, what);
  } catch {
  }
}
function isNewHere() {
  return recall() === null && readLink(location.hash, []) === null && !document.querySelector('[data-testid="tour-offer"]');
}
function button(name, label, act) {
  const element = (
    /** @type {HTMLButtonElement} */
    h("button", { type: "button", class: "bm-button bm-small", "data-testid": `tour-${name}` }, label)
  );
  element.addEventListener("click", act);
  return element;
}
function createTour(store, rootOf) {
  const [titleId, textId] = [freshId("tour"), freshId("tour")];
  const title = h("h2", { id: titleId });
  const count = h("span", { class: "bm-faint" });
  const text = h("span", {});
  const ask = h("strong", { class: "bm-ask" });
  const next = button("next", "Next", () => walk.next());
  const back = button("back", "Back", () => walk.back());
  const there = button("there", "Go there", goThere);
  const end = button("end", "End tour", () => walk.end());
  const card = h(
    "div",
    {
      class: "bm-card",
      role: "dialog",
      "aria-modal": "false",
      "aria-labelledby": titleId,
      "aria-describedby": textId,
      "data-testid": "tour-card"
    },
    h(
      "div",
      { "aria-live": "polite", "aria-atomic": "true" },
      h("div", { class: "bm-head" }, title, count),
      h("p", { id: textId }, text, " ", ask)
    ),
    h("div", { class: "bm-steps" }, back, next, there, end)
  );
  const layer = h("div", { class: "bm-tour", hidden: true }, card);
  const opener = button("open", "Tour", () => walk.open ? walk.end() : begin());
  opener.dataset.testid = "tour";
  opener.setAttribute("aria-haspopup", "dialog");
  opener.setAttribute("aria-expanded", "false");
  const offer2 = h(
    "div",
    { class: "bm-offer", role: "group", "aria-label": "Tour", "data-testid": "tour-offer" },
    h("p", {}, "New here? A tour of one and a half minutes."),
    button("start", "Start", begin),
    button("decline", "No, thanks", decline)
  );
  let ringed = null;
  let shown = null;
  const walk = createWalk(STEPS, {
    state: () => store.state,
    isThere: (step) => find(step).getClientRects().length > 0,
    show,
    over
  });
  let begunAt = 0;
  const observer = new ResizeObserver(() => {
    settle();
    if (ringed && performance.now() - begunAt < SETTLING_MS) reveal(ringed);
  });
  function find(step) {
    return (
      /** @type {HTMLElement} */
      rootOf().querySelector(`[data-testid="${step.target}"]`)
    );
  }
  function focused() {
    return (
      /** @type {ShadowRoot | Document} */
      rootOf().getRootNode().activeElement
    );
  }
  function begin() {
    answer();
    layer.hidden = false;
    opener.setAttribute("aria-expanded", "true");
    document.addEventListener("keydown", escape, true);
    walk.begin();
    next.focus({ preventScroll: true });
  }
  function over(completed) {
    if (completed) remember("done");
    const byKeyboard = card.querySelector(":focus-visible") !== null;
    const inside = card.contains(focused());
    leave();
    if (inside) opener.focus({ preventScroll: !byKeyboard });
  }
  function leave() {
    document.removeEventListener("keydown", escape, true);
    unring();
    shown = null;
    card.removeAttribute("popover");
    layer.hidden = true;
    opener.setAttribute("aria-expanded", "false");
  }
  function answer() {
    remember("offered");
    offer2.remove();
  }
  function decline() {
    answer();
    opener.focus({ preventScroll: true });
  }
  function show({ step, number, count: all, before, met }) {
    setText(text, step.text(store.state));
    setText(ask, before && step.already ? step.already : step.ask(store.state));
    ask.classList.toggle("bm-met", met);
    if (shown === step) return;
    shown = step;
    setText(title, step.title);
    setText(count, `${number} of ${all}`);
    setText(next, number === all ? "Done" : "Next");
    card.dataset.step = step.id;
    card.classList.toggle("bm-slim", step.slim ?? false);
    const target = find(step);
    const last = number === all;
    for (
      const [element, hidden] of
      /** @type {const} */
      [
        [back, number === 1],
        [there, last || !target.matches(OPERABLE)],
        [end, last]
      ]
    ) {
      if (hidden && focused() === element) next.focus({ preventScroll: true });
      element.hidden = hidden;
    }
    unring();
    ringed = step.around ? (
      /** @type {HTMLElement} */
      target.closest(step.around)
    ) : target;
    ringed.classList.add("bm-ringed");
    settle();
    reveal(ringed);
    begunAt = performance.now();
    for (const element of [ringed, card, layer]) observer.observe(element);
  }
  function unring() {
    observer.disconnect();
    if (!ringed) return;
    ringed.classList.remove("bm-ringed");
    ringed.style.scrollMargin = "";
    ringed = null;
  }
  function settle() {
    if (!ringed || !shown) return;
    const room = layer.getBoundingClientRect();
    if (room.width <= NARROW) return float(room);
    card.removeAttribute("popover");
    const { left, top, width, height } = ringed.getBoundingClientRect();
    const target = { left: left - room.left, top: top - room.top, width, height };
    const spot = place(target, card.getBoundingClientRect(), room, shown.sides);
    card.style.setProperty("--bm-left", `${spot.left}px`);
    card.style.setProperty("--bm-top", `${spot.top}px`);
  }
  function float(room) {
    layer.classList.toggle("bm-at-top", isInViews());
    card.style.setProperty("--bm-left", `${room.left + MARGIN2}px`);
    card.style.setProperty("--bm-width", `${room.width - 2 * MARGIN2}px`);
    if (card.hasAttribute("popover")) return;
    card.setAttribute("popover", "manual");
    card.showPopover?.();
  }
  function isInViews() {
    return ringed?.closest(".bm-grid") !== null;
  }
  function reveal(target) {
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    const atEdge = card.hasAttribute("popover");
    const [above, below] = atEdge ? marginsAtEdge(target) : marginsBeside(target);
    target.style.scrollMargin = `${above}px 0 ${below}px`;
    const tooTall = target.getBoundingClientRect().height + above + below > innerHeight;
    const upmost = shown?.upmost || atEdge && isInViews() && !target.closest(".bm-strip");
    target.scrollIntoView({
      behavior: still ? "auto" : "smooth",
      block: upmost ? "start" : !tooTall ? "nearest" : above > below ? "start" : "end",
      inline: "nearest"
    });
  }
  function marginsBeside(target) {
    const [box, at] = [target.getBoundingClientRect(), card.getBoundingClientRect()];
    const reach = (past) => Math.max(0, past) + MARGIN2;
    return [reach(box.top - at.top), reach(at.bottom - box.bottom)];
  }
  function marginsAtEdge(target) {
    const taken = card.getBoundingClientRect().height + 2 * MARGIN2;
    const bar = rootOf().querySelector(".bm-transport");
    const stuck = !bar || bar.contains(target) ? 0 : bar.getBoundingClientRect().height;
    return isInViews() ? [taken, MARGIN2] : [stuck + MARGIN2, taken];
  }
  function goThere() {
    if (!shown) return;
    find(shown).focus();
    if (ringed) reveal(ringed);
  }
  function escape(event) {
    if (event.key !== "Escape") return;
    const target = (
      /** @type {Element} */
      event.composedPath()[0]
    );
    const inRoot = rootOf().contains(target);
    if (target.closest("dialog, select") || !inRoot && target !== document.body) return;
    if (inRoot && !card.contains(target) && shownMark(store.state)) return;
    event.stopPropagation();
    walk.end();
  }
  card.addEventListener("keydown", (event) => event.stopPropagation());
  store.on(["status", "settings", "hover", "pinned", "layer", "dataset"], () => walk.look());
  return {
    /** The button. */
    element: opener,
    /** A line for the readers who are new here. */
    offer: isNewHere() ? [offer2] : [],
    /** What lies over the explorer; it follows the button, so that Tab leads from one to the other. */
    layer,
    destroy() {
      walk.stay();
      leave();
    }
  };
}

// src/transport.js
var FLAT_OUT_STEP = 4096;
var PREVIEW_MS = 1500;
var ICONS = {
  play: "M5 3.2v9.6L13 8z",
  pause: "M4 3h3v10H4zM9 3h3v10H9z",
  step: "M3 3.2v9.6L9.5 8zM10.5 3h2.5v10h-2.5z",
  replay: "M2.5 3.2v9.6L8 8zM8.5 3.2v9.6L14 8z",
  reset: "M8 3a5 5 0 1 1-4.6 3.05l1.4.6A3.5 3.5 0 1 0 8 4.5v2L4.5 3.75 8 1z"
};
function button2(name, label, title, prefix = "") {
  const icon = svg("svg", { viewBox: "0 0 16 16", width: 16, height: 16, "aria-hidden": "true" });
  icon.append(svg("path", { d: ICONS[name] }));
  const element = h("button", {
    type: "button",
    class: `bm-button bm-${name}`,
    "data-testid": prefix + name,
    title
  });
  element.append(icon, h("span", {}, label));
  return (
    /** @type {HTMLButtonElement} */
    element
  );
}
function createTransport(store, send, prefix = "") {
  const space = prefix ? "" : " (space)";
  const play = button2("play", "Play", `Play${space}`, prefix);
  const pause = button2("pause", "Pause", `Pause${space}`, prefix);
  const step = button2("step", "Step", "Train on a few more examples, then stop", prefix);
  const reset = button2("reset", "Reset", "Start again from the first weights", prefix);
  const element = h(
    "div",
    { class: "bm-transport", role: "group", "aria-label": "Training" },
    play,
    pause,
    step,
    reset
  );
  const running = () => store.state.status?.state === "playing";
  play.addEventListener("click", () => send({ action: "play" }));
  pause.addEventListener("click", () => send({ action: "pause" }));
  reset.addEventListener("click", () => send({ action: "reset" }));
  step.addEventListener(
    "click",
    () => send({ action: "step", examples: store.state.settings.speed || FLAT_OUT_STEP })
  );
  store.on(["status"], () => {
    const focused = (
      /** @type {ShadowRoot | Document} */
      element.getRootNode().activeElement
    );
    play.disabled = running();
    pause.disabled = !running();
    if (focused === play && play.disabled) pause.focus();
    if (focused === pause && pause.disabled) play.focus();
  });
  return {
    element,
    toggle: () => send({ action: running() ? "pause" : "play" })
  };
}
function createScrubber(store, send, history, showKept) {
  const input = (
    /** @type {HTMLInputElement} */
    h("input", {
      type: "range",
      min: "0",
      max: "0",
      step: "1",
      value: "0",
      "data-testid": "scrubber",
      "aria-label": "History of frames"
    })
  );
  const label = h("output", { class: "bm-when" });
  const replay = button2("replay", "Replay", "Show the whole run again, from its first frame to its last");
  replay.classList.add("bm-small");
  const element = h(
    "div",
    { class: "bm-scrub", title: "Go back in time; play goes on from there" },
    replay,
    input,
    label
  );
  let here = null;
  let replaying = 0;
  let wanted = null;
  let asked = false;
  let timer = 0;
  function ask() {
    if (wanted === null || asked) return;
    const kept = history.at(wanted);
    if (kept) {
      wanted = null;
      showHere(kept);
      return;
    }
    asked = true;
    send({ action: "show", frame: wanted });
    clearTimeout(timer);
    timer = setTimeout(answered, PREVIEW_MS);
  }
  function answered() {
    asked = false;
    if (wanted !== null && wanted !== store.state.status?.position) ask();
    else wanted = null;
  }
  for (const name of ["pointerdown", "focus"]) input.addEventListener(name, prefetch);
  input.addEventListener("input", () => {
    stopReplay();
    prefetch();
    wanted = input.valueAsNumber;
    ask();
  });
  input.addEventListener("change", rest);
  function prefetch() {
    if (store.state.status?.state === "paused") history.fetch();
  }
  function showHere(kept) {
    here = kept.moment.position;
    showKept(kept);
  }
  function rest() {
    if (here === null) return;
    send({ action: "show", frame: here });
    here = null;
  }
  replay.addEventListener("click", () => {
    if (replaying) return stopReplay();
    prefetch();
    let next = 0;
    const turn = () => {
      const { status } = store.state;
      if (!status || status.state !== "paused" || next >= status.frames) return stopReplay();
      replaying = requestAnimationFrame(turn);
      prefetch();
      const kept = history.at(next);
      if (!kept && next === 0) return;
      if (kept) showHere(kept);
      next += 1;
    };
    replaying = requestAnimationFrame(turn);
  });
  function stopReplay() {
    if (!replaying) return;
    cancelAnimationFrame(replaying);
    replaying = 0;
    rest();
  }
  store.on(["status"], ({ status }) => {
    if (!status) return;
    const { frames, position } = status;
    input.max = String(Math.max(0, frames - 1));
    input.disabled = replay.disabled = frames < 2;
    if (asked) {
      clearTimeout(timer);
      answered();
    }
    if (wanted === null) input.value = String(position);
    const examples = status.position_examples ?? status.examples;
    const behind = position < frames - 1;
    const text = behind ? `frame ${grouped(position + 1)} of ${grouped(frames)}` : counted(frames, "frame kept", "frames kept");
    setText(label, status.state === "preparing" ? "getting ready …" : text);
    input.setAttribute("aria-valuetext", `${text}, ${counted(examples, "example", "examples")} seen`);
  });
  return {
    element,
    destroy() {
      clearTimeout(timer);
      cancelAnimationFrame(replaying);
    }
  };
}

// src/views/bit.js
var HEIGHT3 = 256;
var GUTTER2 = 22;
var MAX_COLUMN = 28;
var MAX_STRETCH = 6;
var bitView = {
  id: "bit",
  title: "Bit view",
  what: "Every weight bit: a row is a bit of a unit, a column an input. 32 rows make a float unit or a BV32 container.",
  summary(scene) {
    return `${grouped(scene.layer.units * scene.plan.bpw)} × ${grouped(scene.layer.features)} bits`;
  },
  create: createBitView
};
function createBitView() {
  const lay = {
    left: 0,
    rows: 0,
    columns: 0,
    sx: 1,
    sy: 1,
    gap: 0,
    blockRows: 32,
    width: 0,
    height: 0,
    dpr: 1
  };
  let tile = makeTile(1, 1);
  const top = (row) => row * lay.sy + Math.floor(row / lay.blockRows) * lay.gap;
  return {
    /** @param {import("../scene.js").Scene} scene @param {number} width @param {number} dpr */
    layout(scene, width, dpr) {
      const { plan, layer, page } = scene;
      lay.dpr = dpr;
      lay.left = Math.round(GUTTER2 * dpr);
      lay.rows = page.units * plan.bpw;
      lay.columns = page.features;
      lay.blockRows = plan.bpw === 1 && layer.index > 0 ? 1 : LANES;
      lay.gap = Math.round(dpr);
      const room = Math.max(1, width - lay.left);
      const fit = Math.floor(room / lay.columns);
      lay.sx = fit >= 1 ? Math.min(fit, Math.round(MAX_COLUMN * dpr)) : room / lay.columns;
      const stretch = MAX_STRETCH * Math.max(1, lay.sx);
      lay.sy = clamp(Math.floor(HEIGHT3 * dpr / lay.rows), 1, stretch);
      lay.width = Math.round(lay.left + lay.columns * lay.sx);
      lay.height = top(lay.rows - 1) + lay.sy;
      if (tile.canvas.width !== lay.columns || tile.canvas.height !== lay.rows) {
        tile = makeTile(lay.columns, lay.rows);
      }
      return lay;
    },
    /** @param {CanvasRenderingContext2D} g @param {import("../scene.js").Scene} scene */
    furniture(g, scene) {
      setFont(g, Math.round(10.5 * lay.dpr));
      g.fillStyle = scene.colours.muted;
      g.textAlign = "right";
      g.textBaseline = "middle";
      const blocks = Math.ceil(lay.rows / lay.blockRows);
      const first = scene.layer.index === 0 ? scene.page.firstBlock : 0;
      for (let block = 0; block < blocks; block++) {
        const rows = Math.min(lay.blockRows, lay.rows - block * lay.blockRows);
        const y = top(block * lay.blockRows) + rows * lay.sy / 2;
        g.fillText(String(first + block), lay.left - 6 * lay.dpr, y);
      }
    },
    /** @param {CanvasRenderingContext2D} g @param {import("../scene.js").Scene} scene */
    paint(g, scene) {
      fill(tile.pixels, scene);
      tile.g.putImageData(tile.image, 0, 0);
      g.imageSmoothingEnabled = lay.sx < 1;
      g.imageSmoothingQuality = "high";
      const width = lay.columns * lay.sx;
      for (let row = 0; row < lay.rows; row += lay.blockRows) {
        const rows = Math.min(lay.blockRows, lay.rows - row);
        g.drawImage(tile.canvas, 0, row, lay.columns, rows, lay.left, top(row), width, rows * lay.sy);
      }
    },
    /** @param {import("../scene.js").Scene} scene @param {number} x @param {number} y */
    locate(scene, x, y) {
      const column = Math.floor((x - lay.left) / lay.sx);
      const pitch = lay.blockRows * lay.sy + lay.gap;
      const block = Math.floor(y / pitch);
      const inBlock = Math.min(lay.blockRows - 1, Math.floor((y - block * pitch) / lay.sy));
      const row = block * lay.blockRows + inBlock;
      if (column < 0 || column >= lay.columns || row < 0 || row >= lay.rows) return null;
      const { plan, layer, page } = scene;
      const address = addressAtCell(plan, layer, page.unit0 * plan.bpw + row, page.feature0 + column);
      return { address, extent: "bit" };
    },
    /** @param {import("../scene.js").Scene} scene @param {import("../store.js").Mark} mark */
    boxes(scene, { address, extent }) {
      if ("padding" in address || !onPage(scene.page, address)) return [];
      const { plan, page } = scene;
      const box = (row2, column2, rows, columns, strong) => ({
        x: lay.left + column2 * lay.sx,
        y: top(row2),
        width: columns * lay.sx,
        height: rows * lay.sy,
        strong
      });
      const row = address.row - page.unit0 * plan.bpw;
      const column = address.column - page.feature0;
      const boxes = [];
      if (plan.bpw > 1) {
        boxes.push(box((address.unit - page.unit0) * plan.bpw, column, plan.bpw, 1, extent === "weight"));
      } else if (extent === "word") {
        const first = Math.floor(column / LANES) * LANES;
        boxes.push(box(row, first, 1, Math.min(LANES, lay.columns - first), false));
      }
      if (extent !== "weight") boxes.push(box(row, column, 1, 1, true));
      return boxes;
    },
    /**
     * @param {import("../scene.js").Scene} scene @param {import("../store.js").Mark | null} mark
     * @param {string} key @param {boolean} _fine
     */
    move(scene, mark, key, _fine) {
      const { plan, layer, page } = scene;
      const at = mark?.address;
      let row = at && "row" in at ? at.row : page.unit0 * plan.bpw;
      let column = at && "row" in at ? at.column : page.feature0;
      const steps = (
        /** @type {Record<string, [number, number]>} */
        {
          ArrowLeft: [0, -1],
          ArrowRight: [0, 1],
          ArrowUp: [-1, 0],
          ArrowDown: [1, 0],
          PageUp: [-lay.blockRows, 0],
          PageDown: [lay.blockRows, 0],
          Home: [0, -layer.features],
          End: [0, layer.features]
        }[key]
      );
      if (!steps) return null;
      if (at && "row" in at) {
        row = clamp(row + steps[0], page.unit0 * plan.bpw, page.unit0 * plan.bpw + lay.rows - 1);
        column += steps[1];
      }
      const cell = addressAtCell(plan, layer, row, 0);
      return { address: addressOnPage(scene, cell.unit, column, cell.bit), extent: "bit" };
    }
  };
}
function fill(out, scene) {
  const { cells, luts, plan, page } = scene;
  if (plan.bpw === 1) {
    const lut = luts.binary;
    const count = page.units * page.features;
    for (let i = 0; i < count; i++) out[i] = lut[cells[i]];
    return;
  }
  const { bpw } = plan;
  let at = 0;
  for (let unit = 0; unit < page.units; unit++) {
    for (let bit = bpw - 1; bit >= 0; bit--) {
      const lut = luts.fields[fieldOf(bpw, bit) ?? "mantissa"];
      let from = unit * page.features * bpw + bit;
      for (let column = 0; column < page.features; column++, from += bpw) {
        out[at++] = lut[cells[from]];
      }
    }
  }
}

// src/views/words.js
var MAP_COLUMNS = 25;
function makeWordGrid(scene, most) {
  const { page, layer, plan } = scene;
  const firstInUnit = Math.floor(page.feature0 * plan.bpw / WORD_BITS);
  const end = Math.ceil((page.feature0 + page.features) * plan.bpw / WORD_BITS);
  const perUnit = end - firstInUnit;
  const perLine = wordsPerLine(perUnit, most);
  const linesPerUnit = Math.ceil(perUnit / perLine);
  const mapColumns = Math.min(perUnit, MAP_COLUMNS);
  const mapRowsPerUnit = Math.ceil(perUnit / mapColumns);
  return {
    perUnit,
    firstInUnit,
    firstWord: page.unit0 * layer.wordsPerRow + firstInUnit,
    stride: layer.wordsPerRow,
    units: page.units,
    perLine,
    linesPerUnit,
    lines: page.units * linesPerUnit,
    mapColumns,
    mapRowsPerUnit,
    mapRows: page.units * mapRowsPerUnit
  };
}
function wordsPerLine(perUnit, most) {
  if (perUnit <= most) return perUnit;
  if (perUnit <= 64) {
    for (let count = most; count > most / 2; count--) if (perUnit % count === 0) return count;
  }
  return 2 ** Math.floor(Math.log2(most));
}
function wordAt(grid, line2, column) {
  const unit = Math.floor(line2 / grid.linesPerUnit);
  const inUnit = line2 % grid.linesPerUnit * grid.perLine + column;
  if (unit < 0 || unit >= grid.units || column < 0 || column >= grid.perLine || inUnit >= grid.perUnit)
    return -1;
  return grid.firstWord + unit * grid.stride + inUnit;
}
function placeOf(grid, word) {
  const from = word - grid.firstWord;
  const unit = Math.floor(from / grid.stride);
  const inUnit = from - unit * grid.stride;
  if (unit < 0 || unit >= grid.units || inUnit < 0 || inUnit >= grid.perUnit) return null;
  return {
    line: unit * grid.linesPerUnit + Math.floor(inUnit / grid.perLine),
    column: inUnit % grid.perLine,
    mapRow: unit * grid.mapRowsPerUnit + Math.floor(inUnit / grid.mapColumns),
    mapColumn: inUnit % grid.mapColumns
  };
}
function lineOfMapRow(grid, mapRow) {
  const unit = Math.floor(mapRow / grid.mapRowsPerUnit);
  const inUnit = mapRow % grid.mapRowsPerUnit * grid.mapColumns;
  return unit * grid.linesPerUnit + Math.floor(inUnit / grid.perLine);
}
function mapRowOfLine(grid, line2) {
  const unit = Math.floor(line2 / grid.linesPerUnit);
  const inUnit = line2 % grid.linesPerUnit * grid.perLine;
  return unit * grid.mapRowsPerUnit + Math.floor(inUnit / grid.mapColumns);
}

// src/views/minimap.js
var MOST_ROW = 12;
function createMinimap() {
  const lay = { left: 0, width: 1, height: 1, dpr: 1 };
  let tile = makeTile(1, 1);
  return {
    /** @param {WordGrid} grid @param {number} left @param {number} width @param {number} height @param {number} dpr */
    layout(grid, left, width, height, dpr) {
      Object.assign(lay, {
        left,
        width,
        dpr,
        height: Math.min(height, grid.mapRows * Math.round(MOST_ROW * dpr))
      });
      if (tile.canvas.width !== grid.mapColumns || tile.canvas.height !== grid.mapRows) {
        tile = makeTile(grid.mapColumns, grid.mapRows);
      } else tile.pixels.fill(0);
    },
    /** The line whose words stand at a height. @param {WordGrid} grid @param {number} y */
    lineAt(grid, y) {
      return lineOfMapRow(grid, clamp(Math.floor(y / lay.height * grid.mapRows), 0, grid.mapRows - 1));
    },
    /** @param {WordGrid} grid @param {{mapRow: number, mapColumn: number}} place */
    box(grid, { mapRow, mapColumn }) {
      const width = lay.width / grid.mapColumns;
      const height = lay.height / grid.mapRows;
      return { x: lay.left + mapColumn * width, y: mapRow * height, width, height, strong: true };
    },
    /**
     * @param {CanvasRenderingContext2D} g @param {import("../scene.js").Scene} scene @param {WordGrid} grid
     * @param {number} top first line shown @param {number} bottom last line shown
     */
    paint(g, scene, grid, top, bottom) {
      fill2(tile.pixels, scene, grid);
      tile.g.putImageData(tile.image, 0, 0);
      g.imageSmoothingEnabled = lay.height < grid.mapRows;
      g.drawImage(tile.canvas, lay.left, 0, lay.width, lay.height);
      const cell = lay.height / grid.mapRows;
      const from = mapRowOfLine(grid, top) * cell;
      const to = (mapRowOfLine(grid, bottom) + 1) * cell;
      g.lineWidth = 2 * lay.dpr;
      g.strokeStyle = scene.colours.accent;
      g.strokeRect(lay.left - lay.dpr, from, lay.width + 2 * lay.dpr, Math.max(to - from, 3 * lay.dpr));
    }
  };
}
function fill2(out, { plan, layer, bytes, luts, range }, grid) {
  for (let unit = 0; unit < grid.units; unit++) {
    const first = grid.firstWord + unit * grid.stride;
    const start = wordStart(plan, layer, first);
    let at = unit * grid.mapRowsPerUnit * grid.mapColumns;
    for (let k = 0; k < grid.perUnit; k++, at++) {
      if (plan.bpw === 32) {
        out[at] = luts.diverging[divergingIndex(floatOf(readWord(bytes, start + 32 * k, 32)), range)];
        continue;
      }
      const count = wordBits(plan, layer, first + k);
      const ones = popcount(readWord(bytes, start + 32 * k, count));
      out[at] = luts.counts[Math.round(32 * ones / count)];
    }
  }
}

// src/views/data.js
var HEIGHT4 = 263;
var TOP = 14;
var LINE = 16;
var LINE_TOUCH = 18;
var SIZES = [12, 11.5, 11, 10.5, 10, 9.5, 9];
var MAP_WIDTH = 30;
var MAP_GAP = 8;
var HEAD = 10;
var dataView = {
  id: "data",
  title: "Data view",
  what: "The words as they are stored, in hex. The strip at the side is the whole of them.",
  summary(scene) {
    const kind = scene.plan.bpw === 1 ? "uint32" : "float32";
    return `${grouped(scene.layer.units)} × ${grouped(scene.layer.wordsPerRow)} ${kind}`;
  },
  create: createDataView
};
function createDataView() {
  let maybeGrid = null;
  const grid = () => (
    /** @type {import("./words.js").WordGrid} */
    maybeGrid
  );
  const lay = {
    size: 12,
    char: 7,
    line: 16,
    top: 0,
    head: 60,
    mapLeft: 0,
    visible: 1,
    dpr: 1,
    width: 0,
    height: 0
  };
  let top = 0;
  const map = createMinimap();
  const measure = makeTile(1, 1).g;
  const lastTop = () => Math.max(0, grid().lines - lay.visible);
  const scrollTo = (line2) => {
    const before = top;
    top = clamp(Math.round(line2), 0, lastTop());
    return top !== before;
  };
  const wordLeft = (column) => lay.head + column * 9 * lay.char;
  return {
    /** @param {import("../scene.js").Scene} scene @param {number} width @param {number} dpr */
    layout(scene, width, dpr) {
      lay.dpr = dpr;
      lay.width = width;
      lay.height = Math.round(HEIGHT4 * dpr);
      const mapWidth = Math.round(Math.min(MAP_WIDTH, width / dpr / 12) * dpr);
      lay.mapLeft = width - mapWidth;
      const room = lay.mapLeft - MAP_GAP * dpr;
      const wanted = scene.plan.bpw === 1 ? 5 : 8;
      for (const words2 of [wanted, 4, 2, 1]) {
        maybeGrid = makeWordGrid(scene, Math.min(words2, wanted));
        const fits = SIZES.find((size) => {
          setFont(measure, size * dpr, true);
          lay.size = size * dpr;
          lay.char = measure.measureText("0").width;
          return (HEAD + grid().perLine * 9 - 1) * lay.char <= room;
        });
        if (fits) break;
      }
      lay.head = HEAD * lay.char;
      lay.line = Math.round((width / dpr < 352 ? LINE_TOUCH : LINE) * dpr);
      lay.top = Math.round(TOP * dpr);
      lay.visible = Math.floor((lay.height - lay.top) / lay.line);
      map.layout(grid(), lay.mapLeft, mapWidth, lay.height, dpr);
      scrollTo(top);
      return lay;
    },
    furniture(g, scene) {
      setFont(g, Math.round(10 * lay.dpr));
      g.fillStyle = scene.colours.muted;
      g.textBaseline = "middle";
      g.fillText(scene.layer.index === 0 ? "unit" : "class", 0, lay.top / 2);
      g.textAlign = "right";
      g.fillText("word", lay.head - lay.char, lay.top / 2);
      g.textAlign = "left";
      g.fillText("bit 31 … 0 of each word", lay.head, lay.top / 2);
    },
    /** @param {CanvasRenderingContext2D} g @param {import("../scene.js").Scene} scene */
    paint(g, scene) {
      setFont(g, lay.size, true);
      g.textBaseline = "middle";
      g.textAlign = "left";
      for (let i = 0; i < lay.visible && top + i < grid().lines; i++)
        paintLine(g, scene, top + i, lay.top + i * lay.line);
      map.paint(g, scene, grid(), top, Math.min(grid().lines, top + lay.visible) - 1);
    },
    /** @param {import("../scene.js").Scene} scene @param {number} x @param {number} y */
    locate(scene, x, y) {
      const line2 = top + Math.floor((y - lay.top) / lay.line);
      if (y < lay.top || line2 >= top + lay.visible || x < lay.head) return null;
      const place2 = (x - lay.head) / lay.char;
      const column = Math.floor(place2 / 9);
      const word = wordAt(grid(), line2, column);
      if (word < 0) return null;
      const inWord = Math.min(31, Math.floor((place2 - column * 9) * 4));
      return mark(scene, word, 31 - inWord);
    },
    /** @param {import("../scene.js").Scene} _scene @param {import("../store.js").Mark} mark */
    boxes(_scene, { address, extent }) {
      const place2 = placeOf(grid(), address.word);
      if (!place2) return [];
      const boxes = [map.box(grid(), place2)];
      const row = place2.line - top;
      if (row < 0 || row >= lay.visible) return boxes;
      const x = wordLeft(place2.column);
      const y = lay.top + row * lay.line + lay.dpr;
      const height = lay.line - 2 * lay.dpr;
      const whole = extent !== "bit";
      boxes.push({ x: x - lay.dpr, y, width: 8 * lay.char + 2 * lay.dpr, height, strong: whole });
      if (extent === "weight") return boxes;
      const digit = 7 - Math.floor(address.bitInWord / 4);
      boxes.push({ x: x + digit * lay.char, y, width: lay.char, height, strong: true });
      return boxes;
    },
    /**
     * @param {import("../scene.js").Scene} scene @param {import("../store.js").Mark | null} current
     * @param {string} key @param {boolean} fine
     */
    move(scene, current, key, fine) {
      const place2 = current ? placeOf(grid(), current.address.word) : null;
      if (!current || !place2) return mark(scene, wordAt(grid(), top, 0), 31);
      const { bitInWord } = current.address;
      if (fine && key === "ArrowLeft") return mark(scene, current.address.word, Math.min(31, bitInWord + 1));
      if (fine && key === "ArrowRight") return mark(scene, current.address.word, Math.max(0, bitInWord - 1));
      let { line: line2, column } = place2;
      if (key === "ArrowLeft") column -= 1;
      else if (key === "ArrowRight") column += 1;
      else if (key === "ArrowUp") line2 -= 1;
      else if (key === "ArrowDown") line2 += 1;
      else if (key === "PageUp") line2 -= grid().linesPerUnit;
      else if (key === "PageDown") line2 += grid().linesPerUnit;
      else if (key === "Home") column = 0;
      else if (key === "End") column = grid().perLine - 1;
      else return null;
      if (column < 0 && line2 > 0) [line2, column] = [line2 - 1, grid().perLine - 1];
      else if (column >= grid().perLine && line2 < grid().lines - 1) [line2, column] = [line2 + 1, 0];
      line2 = clamp(line2, 0, grid().lines - 1);
      column = clamp(column, 0, grid().perLine - 1);
      while (column > 0 && wordAt(grid(), line2, column) < 0) column -= 1;
      return mark(scene, wordAt(grid(), line2, column), bitInWord);
    },
    /** @param {import("../scene.js").Scene} _scene @param {import("../store.js").Mark} mark */
    reveal(_scene, mark2) {
      const place2 = placeOf(grid(), mark2.address.word);
      if (!place2 || place2.line >= top && place2.line < top + lay.visible) return false;
      return scrollTo(place2.line - Math.floor(lay.visible / 2));
    },
    /** @param {import("../scene.js").Scene} _scene @param {number} lines */
    scroll(_scene, lines) {
      return scrollTo(top + lines);
    },
    /** @param {import("../scene.js").Scene} _scene @param {number} x @param {number} y @param {boolean} touch */
    press(_scene, x, y, touch) {
      if (x >= lay.mapLeft - MAP_GAP / 2 * lay.dpr) {
        scrollTo(map.lineAt(grid(), y) - Math.floor(lay.visible / 2));
        return (_x, toY) => void scrollTo(map.lineAt(grid(), toY) - Math.floor(lay.visible / 2));
      }
      if (!touch) return null;
      const from = top;
      return (_x, toY) => void scrollTo(from + (y - toY) / lay.line);
    },
    lineHeight: () => lay.line / lay.dpr
  };
  function mark(scene, word, bitInWord) {
    const address = addressAtWord(scene.plan, scene.layer, word, bitInWord);
    return { address, extent: "word" };
  }
  function paintLine(g, scene, line2, y) {
    const { colours, plan, layer, page, bytes } = scene;
    const middle = y + lay.line / 2;
    const unit = page.unit0 + Math.floor(line2 / grid().linesPerUnit);
    if (line2 % grid().linesPerUnit === 0) {
      if (line2 > top) {
        g.fillStyle = colours.line;
        g.fillRect(0, y, lay.mapLeft - MAP_GAP * lay.dpr, Math.max(1, Math.floor(lay.dpr)));
      }
      g.fillStyle = colours.accent;
      g.fillText(String(unit), 0, middle);
    }
    const first = wordAt(grid(), line2, 0);
    g.fillStyle = colours.muted;
    g.fillText(String(first).padStart(5, " "), 4 * lay.char, middle);
    for (let column = 0; column < grid().perLine; column++) {
      const word = wordAt(grid(), line2, column);
      if (word < 0) break;
      const x = wordLeft(column);
      const start = wordStart(plan, layer, word);
      const count = wordBits(plan, layer, word);
      paintGlow(g, scene, start, count, unit, x, y);
      const text = hex(readWord(bytes, start, count));
      if (count < 32) paintPadding(g, scene, count, x, y);
      const padded = Math.floor((32 - count) / 4);
      g.fillStyle = colours.ink;
      g.fillText(text.slice(padded), x + padded * lay.char, middle);
      if (padded > 0) {
        g.fillStyle = colours.muted;
        g.fillText(text.slice(0, padded), x, middle);
      }
    }
  }
  function paintGlow(g, { cells, plan, layer, page, colours }, start, count, unit, x, y) {
    const rowStart = streamStart(plan, layer, unit, page.feature0);
    const from = (unit - page.unit0) * page.features * plan.bpw + (start - rowStart);
    for (let digit = 0; digit * 4 < count; digit++) {
      let hottest = 0;
      for (let k = digit * 4; k < Math.min(count, digit * 4 + 4); k++) {
        if (cells[from + k] > hottest) hottest = cells[from + k];
      }
      if (hottest < 8) continue;
      g.globalAlpha = hottest / FULL_GLOW * 0.55;
      g.fillStyle = colours.flip;
      g.fillRect(x + (7 - digit) * lay.char, y + lay.dpr, lay.char, lay.line - 2 * lay.dpr);
    }
    g.globalAlpha = 1;
  }
  function paintPadding(g, { colours }, count, x, y) {
    const width = (32 - count) / 4 * lay.char;
    const height = lay.line - 4 * lay.dpr;
    g.fillStyle = mix(colours.surface, colours.padding, 0.25);
    g.fillRect(x, y + 2 * lay.dpr, width, height);
    g.strokeStyle = colours.padding;
    g.lineWidth = lay.dpr * 0.75;
    g.beginPath();
    const step = 5 * lay.dpr;
    for (let at = x; at < x + width - 1; at += step) {
      const to = Math.min(at + height / 2, x + width);
      g.moveTo(at, y + 2 * lay.dpr + height);
      g.lineTo(to, y + 2 * lay.dpr + height - (to - at) * 2);
    }
    g.stroke();
  }
}

// src/views/grid.js
var FACTS_WIDTH = 92;
var FLAT = 272;
var TALL = 560;
function chooseGrid(lay, slots, width, binary) {
  const option = (most, height) => {
    const columns2 = Math.min(most, slots);
    const rows = Math.ceil(slots / columns2);
    const slot = Math.floor((width - (columns2 - 1) * lay.slotGap) / columns2);
    const tall = height * lay.dpr - rows * lay.label - (rows - 1) * lay.rowGap;
    const byWidth = Math.floor((slot - 2) / lay.tileWidth);
    const scale = Math.min(byWidth, Math.floor(tall / rows / lay.tileHeight));
    return { columns: columns2, rows, byWidth, scale, spare: slot - scale * lay.tileWidth };
  };
  if (!binary) {
    const flat = option(4, FLAT);
    const tall = option(2, TALL);
    const chosen = flat.rows > 1 && flat.spare < FACTS_WIDTH * lay.dpr && tall.scale >= flat.scale ? tall : flat;
    return { columns: chosen.columns, scale: Math.max(1, chosen.scale) };
  }
  const options = [4, 2, 1].map((most) => option(most, TALL));
  const best = options.reduce((winner, next) => next.scale > winner.scale ? next : winner);
  if (best.scale >= 1) return { columns: best.columns, scale: best.scale };
  const { columns } = options.find(({ byWidth }) => byWidth >= 1) ?? options[options.length - 1];
  return { columns, scale: 1 };
}

// src/views/receptive.js
function fillBinary(out, scene, lay) {
  const { cells, page } = scene;
  const lut = scene.luts.binary;
  const { tileWidth, fieldWidth, fieldHeight } = lay;
  const pitchX = fieldWidth + lay.gap;
  const pitchY = fieldHeight + lay.gap;
  let from = 0;
  for (let unit = 0; unit < page.units; unit++) {
    const lane = unit % page.block;
    const slot = (unit - lane) / page.block;
    const end = from + page.features;
    let at = (slot * lay.tileHeight + Math.floor(lane / lay.across) * pitchY) * tileWidth + lane % lay.across * pitchX;
    while (from < end) {
      const rowEnd = Math.min(from + fieldWidth, end);
      for (let to = at; from < rowEnd; from++, to++) out[to] = lut[cells[from]];
      at += tileWidth;
    }
  }
}
function fillFloat(out, scene, lay) {
  const { values, range, page } = scene;
  const lut = scene.luts.diverging;
  const cells = lay.fieldWidth * lay.fieldHeight;
  for (let unit = 0; unit < page.units; unit++) {
    for (let i = 0; i < page.features; i++) {
      out[unit * cells + i] = lut[divergingIndex(values[unit * page.features + i], range)];
    }
  }
}
function writeFacts(g, scene, unit, x, y, dpr) {
  const { values, page, colours } = scene;
  let low = Infinity;
  let high = -Infinity;
  let squares = 0;
  for (let i = unit * page.features; i < (unit + 1) * page.features; i++) {
    const value = values[i];
    if (value < low) low = value;
    if (value > high) high = value;
    squares += value * value;
  }
  const lines = [
    ["largest", signed(high)],
    ["smallest", signed(low)],
    ["rms", signed(Math.sqrt(squares / page.features)).slice(1)]
  ];
  g.textAlign = "left";
  g.textBaseline = "alphabetic";
  for (const [index, [name, text]] of lines.entries()) {
    const top = y + (12 + 34 * index) * dpr;
    setFont(g, Math.round(10.5 * dpr));
    g.fillStyle = colours.muted;
    g.fillText(name, x, top);
    setFont(g, Math.round(12 * dpr), true);
    g.fillStyle = colours.ink;
    g.fillText(text, x, top + 15 * dpr);
  }
}

// src/views/fields.js
var LABEL2 = 16;
var SLOT_GAP = 4;
var ROW_GAP2 = 10;
function createFields() {
  const lay = {
    across: 1,
    down: 1,
    columns: 1,
    rows: 1,
    gap: 0,
    scale: 1,
    fieldWidth: 28,
    fieldHeight: 28,
    tileWidth: 28,
    tileHeight: 28,
    slotWidth: 28,
    slotHeight: 28,
    label: 0,
    slotGap: 0,
    rowGap: 0,
    dpr: 1,
    width: 0,
    height: 0,
    facts: false
  };
  let tile = makeTile(1, 1);
  const corner = (slot) => [
    slot % lay.columns * (lay.slotWidth + lay.slotGap) + lay.gap,
    Math.floor(slot / lay.columns) * (lay.slotHeight + lay.rowGap) + lay.label
  ];
  return {
    /** @param {import("../scene.js").Scene} scene @param {number} width @param {number} dpr */
    layout(scene, width, dpr) {
      const { page, layer, plan } = scene;
      const binary = plan.bpw === 1;
      lay.dpr = dpr;
      [lay.fieldHeight, lay.fieldWidth] = fieldShape(layer.features, scene.image);
      lay.across = binary ? 8 : 1;
      lay.down = binary ? 4 : 1;
      lay.gap = binary ? 1 : 0;
      lay.tileWidth = lay.across * (lay.fieldWidth + lay.gap) - lay.gap;
      lay.tileHeight = lay.down * (lay.fieldHeight + lay.gap) - lay.gap;
      lay.label = Math.round(LABEL2 * dpr);
      lay.slotGap = Math.round(SLOT_GAP * dpr);
      lay.rowGap = Math.round(ROW_GAP2 * dpr);
      const grid = chooseGrid(lay, page.blocks, width, binary);
      lay.columns = grid.columns;
      lay.rows = Math.ceil(page.blocks / grid.columns);
      lay.scale = grid.scale;
      lay.slotWidth = Math.floor((width - (lay.columns - 1) * lay.slotGap) / lay.columns);
      if (binary) lay.slotWidth = Math.min(lay.slotWidth, lay.tileWidth * lay.scale + 2);
      lay.slotHeight = lay.label + lay.tileHeight * lay.scale;
      lay.facts = !binary && lay.slotWidth - lay.tileWidth * lay.scale >= FACTS_WIDTH * dpr;
      lay.width = lay.columns * (lay.slotWidth + lay.slotGap) - lay.slotGap;
      lay.height = lay.rows * (lay.slotHeight + lay.rowGap) - lay.rowGap + 1;
      const tall = lay.tileHeight * page.blocks;
      if (tile.canvas.width !== lay.tileWidth || tile.canvas.height !== tall) {
        tile = makeTile(lay.tileWidth, tall);
      } else tile.pixels.fill(0);
      return lay;
    },
    /** @param {CanvasRenderingContext2D} g @param {import("../scene.js").Scene} scene */
    furniture(g, scene) {
      g.textBaseline = "middle";
      g.textAlign = "left";
      for (let slot = 0; slot < scene.page.blocks; slot++) {
        const [x, y] = corner(slot);
        setFont(g, Math.round(11 * lay.dpr));
        g.fillStyle = scene.colours.muted;
        g.fillText(`${blockName(scene)} ${scene.page.firstBlock + slot}`, x, y - lay.label / 2);
        g.strokeStyle = scene.colours.line;
        g.lineWidth = 1;
        g.strokeRect(x - 0.5, y - 0.5, lay.tileWidth * lay.scale + 1, lay.tileHeight * lay.scale + 1);
      }
    },
    /** @param {CanvasRenderingContext2D} g @param {import("../scene.js").Scene} scene */
    paint(g, scene) {
      if (scene.plan.bpw === 1) fillBinary(tile.pixels, scene, lay);
      else fillFloat(tile.pixels, scene, lay);
      tile.g.putImageData(tile.image, 0, 0);
      g.imageSmoothingEnabled = false;
      const { tileWidth: w, tileHeight: h2, scale } = lay;
      for (let slot = 0; slot < scene.page.blocks; slot++) {
        const [x, y] = corner(slot);
        g.drawImage(tile.canvas, 0, slot * h2, w, h2, x, y, w * scale, h2 * scale);
        if (lay.facts) writeFacts(g, scene, slot, x + w * scale + 8 * lay.dpr, y, lay.dpr);
      }
    },
    /** @param {import("../scene.js").Scene} scene @param {number} x @param {number} y */
    locate(scene, x, y) {
      const column = clamp(Math.floor(x / (lay.slotWidth + lay.slotGap)), 0, lay.columns - 1);
      const row = clamp(Math.floor(y / (lay.slotHeight + lay.rowGap)), 0, lay.rows - 1);
      const slot = row * lay.columns + column;
      if (slot >= scene.page.blocks) return null;
      const [left, top] = corner(slot);
      const pitchX = lay.fieldWidth + lay.gap;
      const pitchY = lay.fieldHeight + lay.gap;
      const tx = clamp(Math.floor((x - left) / lay.scale), 0, lay.tileWidth - 1);
      const ty = clamp(Math.floor((y - top) / lay.scale), 0, lay.tileHeight - 1);
      const across = Math.min(lay.across - 1, Math.floor(tx / pitchX));
      const down = Math.min(lay.down - 1, Math.floor(ty / pitchY));
      const px = Math.min(lay.fieldWidth - 1, tx - across * pitchX);
      const py = Math.min(lay.fieldHeight - 1, ty - down * pitchY);
      const unit = scene.page.unit0 + slot * scene.page.block + down * lay.across + across;
      const feature = py * lay.fieldWidth + px;
      if (unit >= scene.layer.units || feature >= scene.layer.features) return null;
      return weightMark(addressOf(scene.plan, scene.layer, unit, feature, 0), scene);
    },
    /** @param {import("../scene.js").Scene} scene @param {import("../store.js").Mark} mark */
    boxes(scene, { address, extent }) {
      if ("padding" in address || !onPage(scene.page, address)) return [];
      const local = address.unit - scene.page.unit0;
      const lane = local % scene.page.block;
      const [left, top] = corner(Math.floor(local / scene.page.block));
      const fx = left + lane % lay.across * (lay.fieldWidth + lay.gap) * lay.scale;
      const fy = top + Math.floor(lane / lay.across) * (lay.fieldHeight + lay.gap) * lay.scale;
      const run = (feature, count, strong) => ({
        x: fx + feature % lay.fieldWidth * lay.scale,
        y: fy + Math.floor(feature / lay.fieldWidth) * lay.scale,
        width: count * lay.scale,
        height: lay.scale,
        strong
      });
      const boxes = [];
      if (scene.plan.bpw === 1) {
        const width = lay.fieldWidth * lay.scale;
        boxes.push({ x: fx, y: fy, width, height: lay.fieldHeight * lay.scale, strong: false });
        if (extent === "word") {
          const first = address.feature - address.bitInWord;
          const end = Math.min(first + 32, scene.layer.features);
          for (let from = first; from < end; ) {
            const rowEnd = (Math.floor(from / lay.fieldWidth) + 1) * lay.fieldWidth;
            const to = Math.min(end, rowEnd);
            boxes.push(run(from, to - from, false));
            from = to;
          }
        }
      }
      boxes.push(run(address.feature, 1, true));
      return boxes;
    },
    /**
     * @param {import("../scene.js").Scene} scene @param {import("../store.js").Mark | null} mark
     * @param {string} key @param {boolean} _fine
     */
    move(scene, mark, key, _fine) {
      const at = mark?.address;
      const { page, layer } = scene;
      if (!at || "padding" in at) return weightMark(addressOnPage(scene, page.unit0, 0, 0), scene);
      if (key === "Home") return weightMark(addressOnPage(scene, at.unit, 0, 0), scene);
      if (key === "End") return weightMark(addressOnPage(scene, at.unit, layer.features - 1, 0), scene);
      if (key === "PageUp")
        return weightMark(addressOnPage(scene, at.unit - page.block, at.feature, 0), scene);
      if (key === "PageDown")
        return weightMark(addressOnPage(scene, at.unit + page.block, at.feature, 0), scene);
      const step = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[key];
      if (!step) return null;
      let x = at.feature % lay.fieldWidth + step[0];
      let y = Math.floor(at.feature / lay.fieldWidth) + step[1];
      let unit = at.unit;
      if (x < 0 || x >= lay.fieldWidth || y < 0 || y >= lay.fieldHeight) {
        const next = neighbour(scene, unit, step[0], step[1]);
        if (next === null) return mark;
        unit = next;
        x = (x + lay.fieldWidth) % lay.fieldWidth;
        y = (y + lay.fieldHeight) % lay.fieldHeight;
      }
      return weightMark(addressOnPage(scene, unit, y * lay.fieldWidth + x, 0), scene);
    }
  };
  function neighbour(scene, unit, dx, dy) {
    const local = unit - scene.page.unit0;
    const slot = Math.floor(local / scene.page.block);
    const lane = local % scene.page.block;
    const gx = slot % lay.columns * lay.across + lane % lay.across + dx;
    const gy = Math.floor(slot / lay.columns) * lay.down + Math.floor(lane / lay.across) + dy;
    if (gx < 0 || gy < 0 || gx >= lay.columns * lay.across || gy >= lay.rows * lay.down) return null;
    const nextSlot = Math.floor(gy / lay.down) * lay.columns + Math.floor(gx / lay.across);
    if (nextSlot >= scene.page.blocks) return null;
    const nextLane = gy % lay.down * lay.across + gx % lay.across;
    return scene.page.unit0 + nextSlot * scene.page.block + nextLane;
  }
}

// src/views/neuron.js
var neuronView = {
  id: "neuron",
  title: "Neuron view",
  what: "What each hidden unit looks for in the image, or what each class listens to.",
  summary({ plan, layer }) {
    const kind = plan.bpw === 1 ? "signs" : "numbers";
    return `${grouped(layer.units)} × ${grouped(layer.features)} ${kind}`;
  },
  create() {
    const first = createFields();
    const second = createClasses();
    const part = (scene) => scene.layer.index === 0 ? first : second;
    return {
      layout: (scene, width, dpr) => part(scene).layout(scene, width, dpr),
      furniture: (g, scene) => part(scene).furniture(g, scene),
      paint: (g, scene) => part(scene).paint(g, scene),
      locate: (scene, x, y) => part(scene).locate(scene, x, y),
      boxes: (scene, mark) => part(scene).boxes(scene, mark),
      move: (scene, mark, key, fine) => part(scene).move(scene, mark, key, fine)
    };
  }
};

// src/views/index.js
var VIEWS = [neuronView, bitView, dataView];

// src/explorer.js
var TRAITS = (
  /** @type {const} */
  ["controls", "settings", "curves", "dataset", "notice", "palette"]
);
var FADE_WAIT_MS = 100;
var DIFFERENT = "These weights are not quite those that the link was made from: the digits, the version or the processor is another.";
var TYPING = "input, select, textarea, button, a, [contenteditable]";
function bytesOf(view) {
  return view ? new Uint8Array(view.buffer, view.byteOffset, view.byteLength) : new Uint8Array(0);
}
function render({ model, el }) {
  const store = createStore();
  const scene = new Scene();
  const send = (message) => model.send(message);
  const readoutId = freshId("readout");
  const stage = { store, scene, requestDraw, describedBy: readoutId };
  const panels = VIEWS.map((view) => createPanel(view, stage));
  const lens = createLens(stage);
  const readout = createReadout(store, scene, readoutId);
  const controls = createControls(store, send);
  const transport = createTransport(store, send);
  const history = createHistory(store, send);
  const scrubber = createScrubber(store, send, history, (kept) => {
    if (!store.state.status) return;
    pass = { status: { ...store.state.status, ...kept.moment, example: null }, bytes: kept.bytes };
    requestDraw();
  });
  const browse = createBrowse(store, scene);
  const compare = createCompare(store, scene);
  scrubber.element.append(compare.element);
  const score = createScore(store, scene);
  const chart = createChart(store);
  const facts = createFacts(store, send);
  const share = createShare(store, scene);
  const save = createSave(store, scene, send, () => root);
  const tour = createTour(store, () => root);
  const openers = [share.element, save.element, tour.element, tour.layer];
  facts.element.append(h("div", { class: "bm-openers" }, ...openers));
  const notice = h("p", { class: "bm-notice", role: "status", "data-testid": "notice", hidden: true });
  panels.find((panel) => panel.id === "bit")?.note.append(browse.flips);
  const side = h(
    "section",
    { class: "bm-panel bm-side", "aria-label": "Accuracy" },
    score.element,
    chart.element
  );
  const strip = h(
    "section",
    { class: "bm-panel bm-strip", "aria-label": "The marked weight" },
    lens.element,
    readout.element
  );
  const root = h(
    "div",
    {
      class: "bitmass",
      "data-testid": "explorer",
      "data-frames": "0",
      "data-state": "",
      "data-selection": "",
      role: "group",
      "aria-label": "Weight explorer"
    },
    h(
      "div",
      { class: "bm-all" },
      ...tour.offer,
      h("div", { class: "bm-bar" }, transport.element, facts.element, scrubber.element),
      h("div", { class: "bm-settings" }, controls.element, browse.element),
      notice,
      h("div", { class: "bm-grid" }, ...panels.map((panel) => panel.element), side, strip)
    )
  );
  let request = null;
  let drawnAt = 0;
  let fadeTimer;
  let unacknowledged = false;
  let arrived = false;
  let pass = null;
  let destination = null;
  function requestDraw() {
    request ??= requestAnimationFrame(draw);
  }
  function draw(time) {
    request = null;
    if (scene.fading) {
      scene.fade(Math.min(100, time - drawnAt));
      spoilWeights();
    }
    drawnAt = time;
    const drawn = arrived || pass !== null;
    if (arrived) takeFrame();
    else if (pass) show(pass.status, pass.bytes, new Uint8Array(0));
    pass = null;
    for (const panel of panels) panel.draw();
    lens.draw();
    if (drawn) store.set({ framesDrawn: store.state.framesDrawn + 1 });
    if (unacknowledged) {
      unacknowledged = false;
      const seq = store.state.status?.seq;
      if (seq !== void 0) send({ action: "ack", seq });
    }
    clearTimeout(fadeTimer);
    if (scene.fading) fadeOn();
  }
  function fadeOn() {
    if (store.state.status?.state !== "playing") requestDraw();
    else fadeTimer = setTimeout(requestDraw, FADE_WAIT_MS);
  }
  function takeFrame() {
    arrived = false;
    const status = model.get("status");
    if (!status || status.seq === void 0) return;
    unacknowledged = true;
    show(status, bytesOf(model.get("frame")), bytesOf(model.get("digit")));
    if (destination && status.followed && status.state === "paused") settleAt(destination, status);
  }
  function show(status, bytes, digit) {
    const { flips, reshaped } = scene.take(status, bytes);
    if (reshaped) {
      store.set({ page: 0, hover: null, pinned: null, kept: null });
      for (const panel of panels) panel.relayout();
      browse.rebuild();
    }
    store.set({ status, digit, flips });
    spoilWeights();
    browse.update();
    readout.update();
    for (const panel of panels) {
      showLegend(panel);
      if (status.state === "paused" && !pass) panel.tell();
    }
  }
  function settleAt(view, status) {
    destination = null;
    const layer = scene.plan.layers.findIndex(({ name }) => name === view.layer);
    store.set({ layer: Math.max(0, layer), page: Math.min(view.page, scene.page.pages - 1) });
    browse.rebuild();
    if (view.mark) store.set({ pinned: readMark(view.mark, scene.plan), markedBy: "" });
    const same = fingerprint(scene.bytes.subarray(0, scene.plan.bytes)) === view.check;
    if (view.check && !same && status.examples === view.at)
      store.set({ notice: { level: "info", text: DIFFERENT } });
  }
  function spoilWeights() {
    for (const panel of panels) panel.spoil();
    lens.spoil();
  }
  const legends = /* @__PURE__ */ new Map();
  function showLegend(panel) {
    const { key, nodes } = legendOf(panel.id, scene);
    if (legends.get(panel) === key) return;
    legends.set(panel, key);
    panel.legend.replaceChildren(...nodes());
  }
  store.on(["status"], ({ status }) => {
    root.dataset.state = status?.state ?? "";
  });
  store.on(["framesDrawn"], ({ framesDrawn }) => {
    root.dataset.frames = String(framesDrawn);
  });
  store.on(["hover", "pinned"], (state) => {
    root.dataset.selection = selectionJson(shownMark(state));
    readout.update();
    readout.announce();
    for (const panel of panels) panel.remark();
    lens.spoil();
    requestDraw();
  });
  store.on(["layer", "page"], ({ layer, page }) => {
    scene.show(layer, page);
    store.set({ hover: null, pinned: null });
    browse.update();
    for (const panel of panels) {
      panel.relayout();
      showLegend(panel);
    }
  });
  store.on(["palette", "dark"], ({ palette, dark }) => {
    const colours = palette[dark ? "dark" : "light"];
    if (!colours) return;
    applyColours(root, colours);
    root.style.colorScheme = dark ? "dark" : "light";
    scene.colours = colours;
    scene.luts = makeLuts(colours);
    for (const panel of panels) {
      panel.relayout();
      if (scene.ready) showLegend(panel);
    }
    lens.spoil();
  });
  store.on(["kept"], ({ kept }) => {
    scene.compareWith(kept?.bytes ?? null);
    spoilWeights();
    browse.update();
    for (const panel of panels) showLegend(panel);
    requestDraw();
  });
  store.on(["hidden"], ({ hidden }) => {
    for (const name of hidden.filter(share.isPart)) {
      root.querySelector(`[data-testid="${name}"]`)?.closest(".bm-scrub, .bm-segments, button")?.toggleAttribute("hidden", true);
    }
  });
  store.on(["notice"], ({ notice: { text = "", level = "info" } }) => {
    notice.setAttribute("role", level === "error" ? "alert" : "status");
    notice.classList.toggle("bm-error", level === "error");
    notice.hidden = text === "";
    setText(notice, text);
  });
  root.addEventListener("keydown", (event) => {
    const target = (
      /** @type {Element} */
      event.target
    );
    if (event.key === "Escape") store.set({ pinned: null, hover: null });
    if (event.key === " " && !target.closest(TYPING)) {
      event.preventDefault();
      event.stopPropagation();
      transport.toggle();
    }
  });
  root.addEventListener("focusout", (event) => {
    if (!root.contains(
      /** @type {Node | null} */
      event.relatedTarget
    )) store.set({ hover: null });
  });
  const stillness = matchMedia("(prefers-reduced-motion: reduce)");
  const settle = () => void (scene.still = stillness.matches);
  stillness.addEventListener("change", settle);
  settle();
  const stopWatchingTheme = watchTheme(() => store.set({ dark: isDark() }));
  const stopWatchingDensity = watchDensity(() => {
    for (const panel of panels) panel.relayout();
    lens.spoil();
  });
  const listeners = TRAITS.map(
    (name) => (
      /** @type {const} */
      [`change:${name}`, () => store.set({ [name]: model.get(name) })]
    )
  );
  const frameCame = () => {
    arrived = true;
    requestDraw();
  };
  model.on("change:status", frameCame);
  model.on("msg:custom", save.receive);
  model.on("msg:custom", history.receive);
  for (const [event, listener] of listeners) model.on(event, listener);
  el.append(root);
  store.set({ dark: isDark(), palette: model.get("palette") ?? {} });
  for (const name of TRAITS) store.set({ [name]: model.get(name) ?? store.state[name] });
  readout.update();
  frameCame();
  send({ action: "hello" });
  const link = readLink(location.hash, store.state.controls);
  if (link) {
    destination = link.view;
    store.set({ hidden: link.view.hide });
    if (link.view.theme) chooseTheme(link.view.theme);
    requestAnimationFrame(() => root.scrollIntoView({ block: "start" }));
    send({ action: "follow", state: link.state });
  }
  return () => {
    model.off("change:status", frameCame);
    model.off("msg:custom", save.receive);
    model.off("msg:custom", history.receive);
    for (const [event, listener] of listeners) model.off(event, listener);
    if (request !== null) cancelAnimationFrame(request);
    clearTimeout(fadeTimer);
    for (const part of [...panels, lens, readout, chart, scrubber, tour]) part.destroy();
    stillness.removeEventListener("change", settle);
    stopWatchingTheme();
    stopWatchingDensity();
    root.remove();
  };
}
function watchDensity(changed) {
  let query = matchMedia(`(resolution: ${devicePixelRatio}dppx)`);
  const renew = () => {
    query.removeEventListener("change", renew);
    query = matchMedia(`(resolution: ${devicePixelRatio}dppx)`);
    query.addEventListener("change", renew);
    changed();
  };
  query.addEventListener("change", renew);
  return () => query.removeEventListener("change", renew);
}
var explorer_default = { render };
export {
  explorer_default as default
};
