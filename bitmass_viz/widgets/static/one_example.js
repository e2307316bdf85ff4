// src/address.js
var WORD_BITS = 32;
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

// src/decode.js
var LANES_OF_NIBBLE = Uint32Array.from(
  { length: 16 },
  (_, nibble) => [0, 1, 2, 3].reduce((lanes, k) => lanes | (nibble & 1 << k ? 255 << 8 * k : 0), 0)
);
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
  const words = new Uint32Array(out.buffer, out.byteOffset + at * 4, count);
  for (let i = 0; i < count; i++) words[i] = readWord(bytes, start + 32 * i, 32);
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
var scratch = new DataView(new ArrayBuffer(4));

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

// src/example/answers.js
function createAnswers() {
  const list = h("ul", { class: "bm-answers", "data-testid": "answers" });
  const hint = h("p", { class: "bm-faint" });
  const element = h("div", { class: "bm-asked" }, h("h3", {}, "Every trained network answers"), list, hint);
  return {
    element,
    /** @param {Answer[]} own @param {Answer[]} others @param {number | null} label */
    show(own, others, label) {
      list.replaceChildren(
        ...[...own, ...others].map(({ label: name, examples, answers }) => {
          const right = label === null ? "" : answers[0] === label ? "bm-right" : "bm-wrong";
          const sign = label === null ? "" : answers[0] === label ? " ✓" : " ✗";
          return h(
            "li",
            {},
            h("b", { class: right || null }, `${answers[0]}${sign}`),
            h("span", {}, name),
            h("span", { class: "bm-faint" }, `${grouped(examples)} examples`)
          );
        })
      );
      setText(
        hint,
        others.length ? "" : "Networks that you train further up answer here too, as soon as they have learned something."
      );
    }
  };
}

// src/example/column.js
function createColumn(kind, title, units, chose) {
  const id = freshId("unit");
  const picture = (name, caption) => {
    const canvas = (
      /** @type {HTMLCanvasElement} */
      h("canvas", {
        width: "28",
        height: "28",
        role: "img",
        "aria-label": caption,
        class: "bm-little",
        "data-testid": `${kind}-${name}`
      })
    );
    const text = h("figcaption", {}, caption);
    return { canvas, text, element: h("figure", {}, canvas, text) };
  };
  const binary = kind === "binary";
  const see = picture("see", binary ? "x: ±1" : "x: 0 to 1");
  const weights = picture("weights", binary ? "w: its bits" : "w: its numbers");
  const both = picture("both", binary ? "where they agree" : "x times w");
  const unit = (
    /** @type {HTMLInputElement} */
    h("input", {
      id,
      type: "number",
      min: "0",
      max: String(units - 1),
      step: "1",
      value: "0",
      "data-testid": `${kind}-unit`
    })
  );
  unit.addEventListener("change", () => {
    const value = unit.valueAsNumber;
    if (Number.isInteger(value) && value >= 0 && value < units) chose(value);
    else unit.value = unit.dataset.shown ?? "0";
  });
  const network = h("span", { class: "bm-faint" });
  const said = h("p", { class: "bm-step", "aria-live": "polite", "data-testid": `${kind}-said` });
  const sum = h("p", { class: "bm-sum" });
  const bars = (
    /** @type {HTMLCanvasElement} */
    h("canvas", {
      class: "bm-bars",
      role: "img",
      "aria-label": "hidden units",
      "data-testid": `${kind}-hidden`
    })
  );
  bars.addEventListener("click", (event) => {
    const box = bars.getBoundingClientRect();
    chose(Math.max(0, Math.min(units - 1, Math.floor(units * (event.clientX - box.left) / box.width))));
  });
  const scores = Array.from({ length: 10 }, (_, k) => {
    const bar = h("span", { class: "bm-bar" }, h("i", {}));
    const value = h("output", {});
    return { bar, value, row: h("li", {}, h("b", {}, String(k)), bar, value) };
  });
  const classes = h(
    "ol",
    { class: "bm-scores", "data-testid": `${kind}-scores` },
    ...scores.map(({ row }) => row)
  );
  const before = picture("before", binary ? "counters before" : "weights before");
  const change = picture("change", "what is added");
  const after = picture("after", binary ? "bits after" : "weights after");
  const another = h(
    "button",
    { type: "button", class: "bm-button", hidden: true, "data-testid": `${kind}-another` },
    ""
  );
  another.addEventListener("click", () => chose(Number(another.dataset.unit)));
  const learning = h(
    "div",
    { class: "bm-learning", hidden: true },
    another,
    h("div", { class: "bm-pictures" }, before.element, change.element, after.element)
  );
  const element = h(
    "section",
    { class: "bm-way", "data-testid": kind },
    h("header", {}, h("h3", {}, title), network),
    said,
    h("div", { class: "bm-unit" }, h("label", { for: id }, "Hidden unit"), unit, sum),
    h("div", { class: "bm-pictures" }, see.element, weights.element, both.element),
    learning,
    h(
      "h4",
      {},
      binary ? `All ${units} hidden units: agreement against threshold` : `All ${units} hidden units: their sums`
    ),
    bars,
    h("h4", {}, "Scores of the ten classes"),
    classes
  );
  return {
    element,
    learning,
    bars,
    pictures: { see, weights, both, before, change, after },
    /** @param {string} text */
    say: (text) => setText(said, text),
    /** @param {string} text */
    tellSum: (text) => setText(sum, text),
    /** @param {string} text */
    describe: (text) => setText(network, text),
    /** @param {number} value */
    showUnit(value) {
      unit.value = unit.dataset.shown = String(value);
    },
    /**
     * @param {ArrayLike<number>} values @param {number} shown how many of them @param {(value: number) => number} share 0 to 1
     * @param {(value: number) => string} text
     */
    showScores(values, shown, share, text) {
      for (const [k, { bar, value, row }] of scores.entries()) {
        const on = k < shown;
        row.className = on ? "" : "bm-later";
        bar.firstChild.style.width = on ? `${100 * share(values[k])}%` : "0";
        setText(value, on ? text(values[k]) : "");
      }
    },
    /** @param {number} answer @param {number | null} label */
    showAnswer(answer, label) {
      scores[answer].row.className = label === null || label === answer ? "bm-winner" : "bm-winner bm-mistaken";
    },
    /** Offer another unit to look at. @param {{unit: number, text: string} | null} other */
    offer(other) {
      another.hidden = other === null;
      if (!other) return;
      setText(another, other.text);
      another.dataset.unit = String(other.unit);
    }
  };
}

// src/forward.js
function packPixels(pixels, threshold) {
  const words = new Uint32Array(Math.ceil(pixels.length / WORD_BITS));
  for (const [i, pixel2] of pixels.entries()) {
    if (pixel2 > threshold) words[i >> 5] = (words[i >> 5] | 1 << (i & 31)) >>> 0;
  }
  return words;
}
function maskOf(length, index) {
  const bits = Math.min(WORD_BITS, length - WORD_BITS * index);
  return bits === WORD_BITS ? 4294967295 : 2 ** bits - 1;
}
function agreement(plan, bytes, layer, unit, index, word) {
  const { features } = plan.layers[layer];
  const start = streamStart(plan, plan.layers[layer], unit, 0) + WORD_BITS * index;
  const bits = Math.min(WORD_BITS, features - WORD_BITS * index);
  const weight = readWord(bytes, start, bits);
  return { weight, agree: (~(word ^ weight) & maskOf(features, index)) >>> 0 };
}
function agreements(plan, bytes, layer, words) {
  return Int32Array.from({ length: plan.layers[layer].units }, (_, unit) => {
    let count = 0;
    for (const [index, word] of words.entries())
      count += popcount(agreement(plan, bytes, layer, unit, index, word).agree);
    return count;
  });
}
function highest(scores) {
  let best = 0;
  for (let k = 1; k < scores.length; k++) if (scores[k] > scores[best]) best = k;
  return best;
}
function binaryWay(plan, bytes, pixels, threshold, thresholds) {
  const words = packPixels(pixels, threshold);
  const counts = agreements(plan, bytes, 0, words);
  const hidden = Uint8Array.from(counts, (count, unit) => count > thresholds[unit] ? 1 : 0);
  const scores = agreements(plan, bytes, 1, packPixels(hidden, 0));
  return { words, counts, hidden, scores, answer: highest(scores) };
}
function floatWay(plan, bytes, pixels, slope) {
  const inputs = Float32Array.from(pixels, (pixel2) => pixel2 / 255);
  const sums = products(plan, bytes, 0, inputs);
  const hidden = sums.map((z) => z > 0 ? z : slope * z);
  const scores = products(plan, bytes, 1, hidden);
  return { inputs, sums, hidden, scores, answer: highest(scores) };
}
function products(plan, bytes, layer, inputs) {
  return Float64Array.from({ length: plan.layers[layer].units }, (_, unit) => {
    const weights = weightsOf(plan, bytes, layer, unit);
    let sum = 0;
    for (let i = 0; i < inputs.length; i++) sum += weights[i] * inputs[i];
    return sum;
  });
}
function weightsOf(plan, bytes, layer, unit) {
  const { features } = plan.layers[layer];
  const weights = new Float32Array(features);
  readFloats(bytes, streamStart(plan, plan.layers[layer], unit, 0), features, weights, 0);
  return weights;
}
function bitsOf(plan, bytes, layer, unit) {
  const start = streamStart(plan, plan.layers[layer], unit, 0);
  return Uint8Array.from(
    { length: plan.layers[layer].features },
    (_, i) => bytes[start + i >> 3] >> (start + i & 7) & 1
  );
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

// src/example/moments.js
var WORD = 32;
var WORDS = 25;
var STAGES = (
  /** @type {const} */
  [
    { id: "see", title: "Pixels", moments: 1 },
    { id: "compare", title: "Compare", moments: WORDS },
    { id: "decide", title: "Decide", moments: 8 },
    { id: "score", title: "Score", moments: 10 },
    { id: "answer", title: "Answer", moments: 1 },
    { id: "learn", title: "Learn", moments: 1 }
  ]
);
var MOMENTS = STAGES.reduce((sum, { moments }) => sum + moments, 0);
function firstOf(stage) {
  let at = 0;
  for (const { id, moments } of STAGES) {
    if (id === stage) return at;
    at += moments;
  }
  throw new RangeError(`a stage must be one of ${STAGES.map(({ id }) => id).join(", ")}, got ${stage}`);
}
function momentAt(number) {
  let within = number;
  for (const { id, moments } of STAGES) {
    if (within < moments) return { stage: id, within };
    within -= moments;
  }
  return { stage: "learn", within: 0 };
}
function happened(number, stage) {
  const size = STAGES.find(({ id }) => id === stage)?.moments ?? 0;
  return Math.max(0, Math.min(size, number - firstOf(stage) + 1));
}
function sumOf(weights, inputs, from, to) {
  let sum = 0;
  for (let i = from; i < Math.min(to, inputs.length); i++) sum += weights[i] * inputs[i];
  return sum;
}
function sayBinary({ stage, within }, net, way, unit, label) {
  if (stage === "see")
    return "A pixel brighter than 127 becomes +1, every other −1. One bit a pixel: 784 bits, stored in 25 words of 32.";
  if (stage === "compare") {
    const word = way.words[within];
    const { weight, agree } = agreement(net.plan, net.bytes, 0, unit, within, word);
    let far = 0;
    for (let index = 0; index <= within; index++)
      far += popcount(agreement(net.plan, net.bytes, 0, unit, index, way.words[index]).agree);
    const of = Math.min(WORD, net.plan.layers[0].features - WORD * within);
    return `Word ${within}: XNOR(0x${hex(word)}, 0x${hex(weight)}) has a 1 wherever pixel and weight agree, and popcount counts them: ${popcount(agree)} of ${of}. So far ${far}.`;
  }
  if (stage === "decide") {
    const shown = Math.floor(unit / WORD) === within ? unit : WORD * within;
    const [count, threshold] = [way.counts[shown], net.thresholds[shown]];
    const more = count > threshold;
    return `Container ${within}. Its unit ${shown} agrees in ${count} of 784 pixels. That is ${more ? "more" : "not more"} than its threshold ${threshold}, so it says ${more ? "+1" : "−1"}.`;
  }
  if (stage === "score")
    return `Class ${within}: its 256 bits agree with ${way.scores[within]} of the 256 hidden units. XNOR and popcount again, eight words.`;
  return sayAnswer(way.answer, label, "most hidden units agree with");
}
function sayFloat({ stage, within }, net, way, unit, label) {
  if (stage === "see")
    return "A pixel from 0 to 255 becomes a number from 0 to 1. It keeps its shade of grey.";
  if (stage === "compare") {
    const weights = weightsOf(net.plan, net.bytes, 0, unit);
    const here = sumOf(weights, way.inputs, WORD * within, WORD * (within + 1));
    const far = sumOf(weights, way.inputs, 0, WORD * (within + 1));
    return `The same 32 pixels: each is multiplied by its weight, and all are added up: ${signed(here)}. So far ${signed(far)}.`;
  }
  if (stage === "decide") {
    const sum = way.sums[within];
    const kept = sum > 0 ? "Above 0 it stays as it is." : "Below 0 it counts as 0 (that is all that ReLU does).";
    return `Unit ${within}: its 784 products add up to ${signed(sum)}. ${kept}`;
  }
  if (stage === "score")
    return `Class ${within}: eight products of hidden units and weights add up to ${signed(way.scores[within])}.`;
  return sayAnswer(way.answer, label, "the highest sum has");
}
function sayAnswer(answer, label, why) {
  const right = label === null ? "" : answer === label ? " That is right." : ` That is wrong: it is a ${label}.`;
  return `The answer is ${answer}, for ${why} class ${answer}.${right}`;
}
function probabilities(scores) {
  const top = Math.max(...scores);
  const powers = [...scores].map((score) => Math.exp(score - top));
  const sum = powers.reduce((a, b) => a + b, 0);
  return powers.map((power) => power / sum);
}
var placeOf = (pixel2) => `pixel ${pixel2} (row ${Math.floor(pixel2 / 28)}, column ${pixel2 % 28})`;
function sayBinaryStep(step, flipped) {
  const wants = step.signal > 0 ? "+1" : "−1";
  const toward = step.signal > 0 ? "towards this digit" : "away from this digit";
  const begin = `The codebook, a random code for each class, wants unit ${step.unit} to answer ${wants} to a ${step.label}. So each of its 784 counters moves ${toward}, as far as it differs from the average one.`;
  const all = `In the whole network ${step.flips.toLocaleString("en")} of 203,264 bits flipped.`;
  if (flipped.length === 0)
    return `${begin} None of them crossed 0, so none of its bits flipped: a weight is only its counter’s sign. ${all}`;
  const pixel2 = flipped[0];
  const moved = `${signed(step.before[pixel2])} to ${signed(step.after[pixel2])}`;
  const count = flipped.length === 1 ? "One crossed 0, and its bit flipped" : `${flipped.length} crossed 0, and their bits flipped`;
  return `${begin} ${count}: at ${placeOf(pixel2)} from ${moved}. ${all}`;
}
function sayFloatStep(step, shares, before, after) {
  let pixel2 = 0;
  for (let i = 1; i < before.length; i++)
    if (Math.abs(after[i] - before[i]) > Math.abs(after[pixel2] - before[pixel2])) pixel2 = i;
  const begin = `The network gave class ${step.label} a probability of ${percent(shares[step.label])}; it should have been 100 %. The error goes back through W1 to each hidden unit, and each weight moves against it by ${step.rate} × error × pixel.`;
  const all = `In the whole network ${step.flips.toLocaleString("en")} of 203,264 bits flipped, most of them low mantissa bits.`;
  if (before[pixel2] === after[pixel2])
    return `${begin} Unit ${step.unit} was off (its sum is below 0), so none of its weights moved. ${all}`;
  return `${begin} The largest move of unit ${step.unit}: at ${placeOf(pixel2)} from ${signed(before[pixel2])} to ${signed(after[pixel2])}. ${all}`;
}

// src/example/pictures.js
function paint(canvas, columns, rows, colour) {
  if (canvas.width !== columns || canvas.height !== rows) [canvas.width, canvas.height] = [columns, rows];
  const g = (
    /** @type {CanvasRenderingContext2D} */
    canvas.getContext("2d")
  );
  const out = g.createImageData(columns, rows);
  const pixels = new Uint32Array(out.data.buffer);
  for (let i = 0; i < pixels.length; i++) pixels[i] = colour(i);
  g.putImageData(out, 0, 0);
}
function shades(colours) {
  const paper = parse(colours.surface);
  const ink = parse(colours.ink);
  return Uint32Array.from({ length: 256 }, (_, value) => {
    const [r, g, b] = paper.map((from, c) => Math.round(from + (ink[c] - from) * value / 255));
    return (255 << 24 | b << 16 | g << 8 | r) >>> 0;
  });
}
function rangeOf(values) {
  let range = 0;
  for (let i = 0; i < values.length; i++) range = Math.max(range, Math.abs(values[i]));
  return range;
}
var onScale = (values, range, luts) => (i) => luts.diverging[divergingIndex(values[i], range)];
function spread(scores) {
  const all = Array.from(scores);
  const [low, high] = [Math.min(...all), Math.max(...all)];
  return (score) => 0.1 + (high > low ? 0.9 * (score - low) / (high - low) : 0);
}
function paintBars(canvas, bars, group, colours, dpr) {
  const width = Math.max(1, Math.floor(canvas.clientWidth * dpr));
  const height = Math.max(1, Math.floor(canvas.clientHeight * dpr));
  if (canvas.width !== width || canvas.height !== height) [canvas.width, canvas.height] = [width, height];
  const g = (
    /** @type {CanvasRenderingContext2D} */
    canvas.getContext("2d")
  );
  g.clearRect(0, 0, width, height);
  const groups = Math.ceil(bars.length / group);
  const gap = groups > 1 ? 4 * dpr : 0;
  const step = (width - gap * (groups - 1)) / bars.length;
  const middle2 = height / 2;
  for (const [i, bar] of bars.entries()) {
    const x = i * step + Math.floor(i / group) * gap;
    const tall = Math.max(dpr, Math.abs(bar.height) * (middle2 - dpr));
    g.globalAlpha = bar.on ? 1 : 0.12;
    g.fillStyle = bar.strong ? colours.selection : bar.height > 0 ? colours.positive : colours.negative;
    g.fillRect(
      x,
      bar.height > 0 ? middle2 - tall : middle2,
      Math.max(1, step - (step > 3 * dpr ? dpr : 0)),
      tall
    );
  }
  g.globalAlpha = 1;
  g.fillStyle = colours.muted;
  g.fillRect(0, middle2, width, Math.max(1, Math.round(dpr / 2)));
}

// src/example/binary.js
var WORD2 = 32;
var SIDE = 28;
var FADED = 0.6;
function showBinary(column, net, way, view, step) {
  const { stage, within, number, unit, colours, dpr } = view;
  const { see, weights, both } = column.pictures;
  const bits = bitsOf(net.plan, net.bytes, 0, unit);
  const x = (i) => way.words[i >> 5] >>> (i & 31) & 1;
  const inks = [pixel(colours.nought), pixel(colours.one)];
  const quiet = [colours.nought, colours.one].map((colour) => pixel(mix(colour, colours.surface, FADED)));
  const signs = (bit) => (i) => (stage === "compare" && i >> 5 !== within ? quiet : inks)[bit(i)];
  paint(see.canvas, SIDE, SIDE, signs(x));
  paint(
    weights.canvas,
    SIDE,
    SIDE,
    signs((i) => bits[i])
  );
  const compared = WORD2 * happened(number, "compare");
  const [yes, no, later] = [pixel(colours.exponent), pixel(colours.zero), pixel(colours.surface)];
  paint(both.canvas, SIDE, SIDE, (i) => i >= compared ? later : x(i) === bits[i] ? yes : no);
  const agreeing = bits.reduce((sum, bit, i) => sum + (i < compared && x(i) === bit ? 1 : 0), 0);
  see.canvas.setAttribute("aria-label", "the digit as signs");
  weights.canvas.setAttribute("aria-label", `the signs of hidden unit ${unit}`);
  both.canvas.setAttribute(
    "aria-label",
    compared ? `${agreeing} of ${Math.min(compared, bits.length)} pixels agree` : "nothing compared yet"
  );
  column.showUnit(unit);
  column.tellSum(
    compared >= bits.length ? `${way.counts[unit]} of ${bits.length} agree; threshold ${net.thresholds[unit]}: ${way.hidden[unit] ? "+1" : "−1"}` : ""
  );
  const decided = happened(number, "decide") * WORD2;
  const apart = [...way.counts].map((count, j) => count - net.thresholds[j]);
  const most = rangeOf(apart) || 1;
  const bars = apart.map((each, j) => ({ height: each / most, on: j < decided, strong: j === unit }));
  paintBars(column.bars, bars, WORD2, colours, dpr);
  const ons = way.hidden.reduce((sum, bit) => sum + bit, 0);
  column.bars.setAttribute(
    "aria-label",
    decided ? `${ons} of ${way.hidden.length} hidden units say +1` : "Not decided yet"
  );
  column.showScores(way.scores, happened(number, "score"), spread(way.scores), String);
  if (happened(number, "answer")) column.showAnswer(way.answer, view.label);
  column.learning.hidden = stage !== "learn" || !step;
  if (stage !== "learn") column.say(sayBinary(view, net, way, unit, view.label));
  else if (step) showStep(column, net, view, step, bits, inks);
}
function showStep(column, net, { unit, colours, luts }, step, bits, inks) {
  const { before, change, after } = column.pictures;
  const now = bitsOf(net.plan, step.binary, 0, unit);
  const flipped = [...bits.keys()].filter((i) => bits[i] !== now[i]);
  const added = step.after.map((counter, i) => counter - step.before[i]);
  paint(before.canvas, SIDE, SIDE, onScale(step.before, rangeOf(step.before), luts));
  paint(change.canvas, SIDE, SIDE, onScale(added, rangeOf(added), luts));
  const flip = pixel(colours.flip);
  paint(after.canvas, SIDE, SIDE, (i) => bits[i] !== now[i] ? flip : inks[now[i]]);
  after.text.textContent = flipped.length ? "bits after; flipped ones glow" : "bits after: as before";
  column.say(sayBinaryStep({ ...step, unit, flips: step.flips.binary }, flipped));
  const busiest = busiestUnit(net, step.binary);
  column.offer(
    busiest && busiest.flips > flipped.length ? { unit: busiest.unit, text: `Show unit ${busiest.unit}: ${busiest.flips} of its bits flipped` } : null
  );
}
function busiestUnit(net, after) {
  let best = null;
  for (let unit = 0; unit < net.plan.layers[0].units; unit++) {
    const [was, is] = [bitsOf(net.plan, net.bytes, 0, unit), bitsOf(net.plan, after, 0, unit)];
    const flips = was.reduce((sum, bit, i) => sum + (bit ^ is[i]), 0);
    if (flips > (best?.flips ?? 0)) best = { unit, flips };
  }
  return best;
}

// src/example/float.js
var WORD3 = 32;
var SIDE2 = 28;
var FADED2 = 0.6;
function showFloat(column, net, way, view, step) {
  const { stage, within, number, unit, colours, luts, dpr } = view;
  const { see, weights, both } = column.pictures;
  const w = weightsOf(net.plan, net.bytes, 0, unit);
  const shade = shades(colours);
  const later = pixel(colours.surface);
  const spotlit = (colour) => (i) => stage === "compare" && i >> 5 !== within ? faded(colour(i), later) : colour(i);
  paint(
    see.canvas,
    SIDE2,
    SIDE2,
    spotlit((i) => shade[Math.round(255 * way.inputs[i])])
  );
  paint(weights.canvas, SIDE2, SIDE2, spotlit(onScale(w, rangeOf(w), luts)));
  const compared = WORD3 * happened(number, "compare");
  const products2 = w.map((each, i) => each * way.inputs[i]);
  const coloured = onScale(products2, rangeOf(products2), luts);
  paint(both.canvas, SIDE2, SIDE2, (i) => i >= compared ? later : coloured(i));
  see.canvas.setAttribute("aria-label", "the digit in shades of grey");
  weights.canvas.setAttribute("aria-label", `the weights of hidden unit ${unit}`);
  both.canvas.setAttribute(
    "aria-label",
    compared ? "products of pixels and weights" : "nothing multiplied yet"
  );
  column.showUnit(unit);
  column.tellSum(
    compared >= w.length ? `sum ${signed(way.sums[unit])}, passed on: ${signed(way.hidden[unit])}` : ""
  );
  const decided = happened(number, "decide");
  const most = rangeOf(way.sums) || 1;
  const bars = [...way.sums].map((sum, j) => ({ height: sum / most, on: j < decided, strong: j === unit }));
  paintBars(column.bars, bars, w.length, colours, dpr);
  column.bars.setAttribute(
    "aria-label",
    decided ? `Sums from ${signed(Math.min(...way.sums))} to ${signed(Math.max(...way.sums))}` : "Not added up yet"
  );
  column.showScores(way.scores, happened(number, "score"), spread(way.scores), signed);
  if (happened(number, "answer")) column.showAnswer(way.answer, view.label);
  column.learning.hidden = stage !== "learn" || !step;
  if (stage !== "learn") column.say(sayFloat(view, net, way, unit, view.label));
  else if (step) showStep2(column, net, way, view, step, w);
}
function showStep2(column, net, way, { unit, luts }, step, w) {
  const { before, change, after } = column.pictures;
  const now = weightsOf(net.plan, step.float, 0, unit);
  const added = now.map((each, i) => each - w[i]);
  const range = rangeOf(w);
  paint(before.canvas, SIDE2, SIDE2, onScale(w, range, luts));
  paint(change.canvas, SIDE2, SIDE2, onScale(added, rangeOf(added), luts));
  paint(after.canvas, SIDE2, SIDE2, onScale(now, range, luts));
  const told = { label: step.label, unit, flips: step.flips.float, rate: net.rate };
  column.say(sayFloatStep(told, probabilities(way.scores), w, now));
}
function faded(from, to) {
  let out = 4278190080;
  for (const shift of [16, 8, 0]) {
    const [x, y] = [from >>> shift & 255, to >>> shift & 255];
    out |= Math.round(x + (y - x) * FADED2) << shift;
  }
  return out >>> 0;
}

// src/example/normalise.js
var SIZE = 28;
var BOX = 20;
var FAINT = 24;
function normalise(ink, width, height) {
  const box = boxOf(ink, width, height);
  if (!box) return null;
  const scale = BOX / Math.max(box.width, box.height);
  const columns = Math.max(1, Math.round(box.width * scale));
  const rows = Math.max(1, Math.round(box.height * scale));
  const small = shrink(ink, width, box, columns, rows);
  const [x, y] = middle(small, columns, rows);
  const left = clamp(Math.round(SIZE / 2 - x), 0, SIZE - columns);
  const top = clamp(Math.round(SIZE / 2 - y), 0, SIZE - rows);
  const out = new Uint8Array(SIZE * SIZE);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      out[(top + row) * SIZE + left + column] = Math.round(small[row * columns + column]);
    }
  }
  return out;
}
function clamp(value, low, high) {
  return Math.max(low, Math.min(high, value));
}
function boxOf(ink, width, height) {
  let [left, top, right, bottom] = [width, height, -1, -1];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (ink[y * width + x] < FAINT) continue;
      left = Math.min(left, x);
      right = Math.max(right, x);
      top = Math.min(top, y);
      bottom = y;
    }
  }
  return right < 0 ? null : { left, top, width: right - left + 1, height: bottom - top + 1 };
}
function shrink(ink, width, box, columns, rows) {
  const small = new Float64Array(columns * rows);
  const [stepX, stepY] = [box.width / columns, box.height / rows];
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      let sum = 0;
      let area = 0;
      const [y0, y1] = [row * stepY, (row + 1) * stepY];
      const [x0, x1] = [column * stepX, (column + 1) * stepX];
      for (let y = Math.floor(y0); y < y1; y++) {
        const high = Math.min(y + 1, y1) - Math.max(y, y0);
        for (let x = Math.floor(x0); x < x1; x++) {
          const part = high * (Math.min(x + 1, x1) - Math.max(x, x0));
          sum += part * (ink[(box.top + y) * width + box.left + x] ?? 0);
          area += part;
        }
      }
      small[row * columns + column] = area > 0 ? sum / area : 0;
    }
  }
  return small;
}
function middle(small, columns, rows) {
  let [sum, x, y] = [0, 0, 0];
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const ink = small[row * columns + column];
      sum += ink;
      x += ink * (column + 0.5);
      y += ink * (row + 0.5);
    }
  }
  return sum > 0 ? [x / sum, y / sum] : [columns / 2, rows / 2];
}
function inkOf(rgba, width, height) {
  const grey = new Uint8Array(width * height);
  for (let i = 0; i < grey.length; i++) {
    const [r, g, b, a] = rgba.subarray(4 * i, 4 * i + 4);
    grey[i] = Math.round(((0.299 * r + 0.587 * g + 0.114 * b) * a + 255 * (255 - a)) / 255);
  }
  const edge = [];
  for (let x = 0; x < width; x++) edge.push(grey[x], grey[(height - 1) * width + x]);
  for (let y = 0; y < height; y++) edge.push(grey[y * width], grey[y * width + width - 1]);
  edge.sort((a, b) => a - b);
  const paper = edge[edge.length >> 1];
  let most = 0;
  for (const value of grey) most = Math.max(most, Math.abs(value - paper));
  if (most < 2 * FAINT) return new Uint8Array(grey.length);
  return grey.map((value) => {
    const share = Math.abs(value - paper) / most;
    return share < 0.2 ? 0 : Math.round(255 * share);
  });
}

// src/example/pad.js
var SIDE3 = 280;
var PEN = 22;
var STRIDE = 14;
var MOST_BYTES = 2e7;
var ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
var HOW = "Arrow keys move the pen, space puts it down and lifts it, Delete clears.";
function createPad(drawn, emptied) {
  const how = freshId("how");
  const canvas = (
    /** @type {HTMLCanvasElement} */
    h("canvas", {
      width: String(SIDE3),
      height: String(SIDE3),
      class: "bm-pad",
      tabindex: "0",
      role: "application",
      "aria-label": "Drawing pad for a digit",
      "aria-describedby": how,
      "data-testid": "draw"
    })
  );
  const clear = h("button", { type: "button", class: "bm-button", "data-testid": "draw-clear" }, "Clear");
  const file = (
    /** @type {HTMLInputElement} */
    h("input", {
      type: "file",
      accept: "image/*",
      class: "bm-hidden",
      tabindex: "-1",
      "data-testid": "draw-file",
      "aria-label": "Image file"
    })
  );
  const choose = h("button", { type: "button", class: "bm-button" }, "Image file…");
  const said = h("p", { class: "bm-said", role: "status", "data-testid": "draw-said" });
  const element = h(
    "div",
    { class: "bm-drawing" },
    canvas,
    h("div", { class: "bm-row" }, clear, choose, file),
    h("p", { class: "bm-faint", id: how }, `Draw a digit here, or let an image fall. ${HOW}`),
    said
  );
  const g = (
    /** @type {CanvasRenderingContext2D} */
    canvas.getContext("2d", { willReadFrequently: true })
  );
  const sheet = document.createElement("canvas");
  [sheet.width, sheet.height] = [SIDE3, SIDE3];
  const ink = (
    /** @type {CanvasRenderingContext2D} */
    sheet.getContext("2d", { willReadFrequently: true })
  );
  let last = null;
  const pen = { x: SIDE3 / 2, y: SIDE3 / 2, down: false, shown: false };
  let empty = true;
  let colours = (
    /** @type {import("../palette.js").Colours} */
    { ink: "#000000", selection: "#ff0000" }
  );
  ink.lineCap = ink.lineJoin = "round";
  ink.lineWidth = PEN;
  ink.strokeStyle = ink.fillStyle = "#000000";
  function show() {
    g.clearRect(0, 0, SIDE3, SIDE3);
    g.globalCompositeOperation = "source-over";
    g.drawImage(sheet, 0, 0);
    g.globalCompositeOperation = "source-in";
    g.fillStyle = colours.ink;
    g.fillRect(0, 0, SIDE3, SIDE3);
    g.globalCompositeOperation = "source-over";
    if (empty && !pen.shown && colours.muted) {
      g.font = "22px system-ui, sans-serif";
      g.textAlign = "center";
      g.fillStyle = colours.muted;
      g.fillText("draw a digit", SIDE3 / 2, SIDE3 / 2);
    }
    if (!pen.shown) return;
    g.strokeStyle = colours.selection;
    g.lineWidth = pen.down ? 5 : 2;
    g.beginPath();
    g.arc(pen.x, pen.y, PEN / 2, 0, 2 * Math.PI);
    g.stroke();
  }
  function stroke(to) {
    const from = last ?? to;
    ink.beginPath();
    ink.moveTo(...from);
    ink.lineTo(to[0] + 0.01, to[1]);
    ink.stroke();
    last = to;
    empty = false;
    tell();
  }
  function tell() {
    const { data } = ink.getImageData(0, 0, SIDE3, SIDE3);
    const marks = Uint8Array.from({ length: SIDE3 * SIDE3 }, (_, i) => data[4 * i + 3]);
    const pixels = normalise(marks, SIDE3, SIDE3);
    show();
    if (pixels) drawn(pixels);
  }
  function wipe() {
    ink.clearRect(0, 0, SIDE3, SIDE3);
    last = null;
    pen.down = false;
    setText(said, "");
    const was = empty;
    empty = true;
    show();
    if (!was) emptied();
  }
  function place(event) {
    const box = canvas.getBoundingClientRect();
    return [(event.clientX - box.left) * SIDE3 / box.width, (event.clientY - box.top) * SIDE3 / box.height];
  }
  canvas.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    pen.shown = false;
    canvas.setPointerCapture(event.pointerId);
    last = null;
    stroke(place(event));
  });
  canvas.addEventListener("pointermove", (event) => {
    if (!canvas.hasPointerCapture(event.pointerId)) return;
    stroke(place(event));
  });
  for (const name of ["pointerup", "pointercancel"]) canvas.addEventListener(name, () => void (last = null));
  canvas.addEventListener("keydown", (event) => {
    const arrow = ARROWS[event.key];
    if (arrow) {
      const stride = event.shiftKey ? STRIDE / 4 : STRIDE;
      pen.x = Math.max(PEN / 2, Math.min(SIDE3 - PEN / 2, pen.x + stride * arrow[0]));
      pen.y = Math.max(PEN / 2, Math.min(SIDE3 - PEN / 2, pen.y + stride * arrow[1]));
      pen.shown = true;
      if (pen.down) stroke([pen.x, pen.y]);
      else show();
    } else if (event.key === " ") {
      pen.down = !pen.down;
      pen.shown = true;
      last = null;
      if (pen.down) stroke([pen.x, pen.y]);
      else show();
      setText(said, pen.down ? "The pen is down." : "The pen is up.");
    } else if (event.key === "Delete" || event.key === "Backspace") wipe();
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  canvas.addEventListener("blur", () => {
    pen.shown = false;
    pen.down = false;
    show();
  });
  clear.addEventListener("click", wipe);
  choose.addEventListener("click", () => file.click());
  file.addEventListener("change", () => {
    if (file.files?.[0]) take(file.files[0]);
    file.value = "";
  });
  async function take(image) {
    const name = image.name ? `“${image.name.slice(0, 60)}”` : "What you dropped";
    if (image.size > MOST_BYTES) {
      setText(said, `${name} is larger than 20 MB. Choose a smaller picture.`);
      return;
    }
    let bitmap;
    try {
      bitmap = await createImageBitmap(image);
    } catch {
      setText(said, `${name} is no picture that this browser can read. Choose a PNG or a JPEG, for example.`);
      return;
    }
    const scale = SIDE3 / Math.max(bitmap.width, bitmap.height);
    const [width, height] = [bitmap.width, bitmap.height].map((n) => Math.max(1, Math.round(n * scale)));
    const copy = document.createElement("canvas");
    [copy.width, copy.height] = [width, height];
    const c = (
      /** @type {CanvasRenderingContext2D} */
      copy.getContext("2d")
    );
    c.imageSmoothingQuality = "high";
    c.drawImage(bitmap, 0, 0, width, height);
    bitmap.close();
    const marks = inkOf(c.getImageData(0, 0, width, height).data, width, height);
    const pixels = normalise(marks, width, height);
    if (!pixels) {
      setText(said, `${name} seems to be empty: all of it has one colour.`);
      return;
    }
    wipe();
    const out = ink.createImageData(width, height);
    for (let i = 0; i < marks.length; i++) out.data[4 * i + 3] = marks[i];
    ink.putImageData(out, Math.floor((SIDE3 - width) / 2), Math.floor((SIDE3 - height) / 2));
    empty = false;
    show();
    setText(said, `Read from ${name}.`);
    drawn(pixels);
  }
  return {
    element,
    take,
    /** @param {import("../palette.js").Colours} now */
    paint(now) {
      colours = now;
      show();
    }
  };
}

// src/example/stepper.js
var PACE_MS = 450;
function createStepper(changed) {
  let moment = 0;
  let timer;
  const button = (name, label, act) => {
    const element2 = h(
      "button",
      { type: "button", class: "bm-button", "data-testid": `example-${name}` },
      label
    );
    element2.addEventListener("click", act);
    return element2;
  };
  const back = button("back", "‹ Back", () => by(-1));
  const next = button("next", "Next ›", () => by(1));
  const run = button("run", "Slow motion", () => timer === void 0 ? begin() : stop());
  run.classList.add("bm-play");
  const slider = (
    /** @type {HTMLInputElement} */
    h("input", {
      type: "range",
      min: "0",
      max: String(MOMENTS - 1),
      step: "1",
      value: "0",
      "aria-label": "Moment",
      "data-testid": "example-moment"
    })
  );
  slider.addEventListener("input", () => {
    stop();
    go(slider.valueAsNumber);
  });
  const stages = STAGES.map(({ id, title }, index) => {
    const element2 = button(`stage-${id}`, `${index + 1} ${title}`, () => {
      stop();
      go(firstOf(id));
    });
    element2.classList.add("bm-stage");
    return element2;
  });
  const element = h(
    "div",
    { class: "bm-stepper", role: "group", "aria-label": "Step through the example" },
    h("div", { class: "bm-stages" }, ...stages),
    h("div", { class: "bm-row" }, back, next, run, slider)
  );
  function by(steps) {
    stop();
    go(moment + steps);
  }
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
      `${STAGES[index].title}, ${within + 1} of ${STAGES[index].moments}`
    );
    for (const [i, each] of stages.entries()) {
      if (i === index) each.setAttribute("aria-current", "step");
      else each.removeAttribute("aria-current");
    }
    const focused = (
      /** @type {Document | ShadowRoot} */
      element.getRootNode().activeElement
    );
    back.toggleAttribute("disabled", moment === 0);
    next.toggleAttribute("disabled", moment === MOMENTS - 1);
    if (focused === back && moment === 0) next.focus();
    if (focused === next && moment === MOMENTS - 1) back.focus();
  }
  function begin() {
    if (moment === MOMENTS - 1) go(0);
    setText(run, "Hold");
    timer = setInterval(() => {
      if (moment >= MOMENTS - 2) stop();
      else go(moment + 1);
    }, PACE_MS);
  }
  function stop() {
    clearInterval(timer);
    timer = void 0;
    setText(run, "Slow motion");
  }
  show();
  return { element, moment: () => moment, running: () => timer !== void 0, destroy: stop };
}

// src/one_example.js
var NEAR = "800px";
var ASK_MS = 120;
function bytesOf(view) {
  return view ? new Uint8Array(view.buffer, view.byteOffset, view.byteLength) : new Uint8Array(0);
}
var copyOf = (view) => bytesOf(view).slice();
function render({ model, el }) {
  const send = (message) => model.send(message);
  let pixels = (
    /** @type {Uint8Array} */
    new Uint8Array(784)
  );
  let label = (
    /** @type {number | null} */
    null
  );
  let own = false;
  let asked = 0;
  let others = (
    /** @type {import("./example/answers.js").Answer[]} */
    []
  );
  const units = { binary: 0, float: 0 };
  let nets = null;
  let ways = null;
  let step = null;
  let colours = (
    /** @type {import("./palette.js").Colours} */
    {}
  );
  let luts = (
    /** @type {import("./palette.js").Luts} */
    /** @type {any} */
    null
  );
  const strip = h("div", { class: "bm-strip-of-digits", role: "group", "aria-label": "Pick a digit" });
  const more = h(
    "button",
    { type: "button", class: "bm-button", "data-testid": "example-more" },
    "Ten others"
  );
  more.addEventListener("click", () => send({ action: "more" }));
  const learnedId = freshId("learned");
  const learned = (
    /** @type {HTMLSelectElement} */
    h("select", { id: learnedId, "data-testid": "example-learned" })
  );
  learned.addEventListener("change", () => send({ action: "learn-from", examples: Number(learned.value) }));
  const labelId = freshId("label");
  const is = (
    /** @type {HTMLSelectElement} */
    h(
      "select",
      { id: labelId, "data-testid": "example-label" },
      h("option", { value: "" }, "I won’t say"),
      ...Array.from({ length: 10 }, (_, k) => h("option", { value: String(k) }, String(k)))
    )
  );
  is.addEventListener("change", () => {
    label = is.value === "" ? null : Number(is.value);
    step = null;
    show();
  });
  const pad = createPad(
    (drawn) => take(drawn, null, true),
    () => pick(0)
  );
  const answers = createAnswers();
  const stepper = createStepper(show);
  const columns = {
    binary: createColumn("binary", "Binary: compare and count", 256, (unit) => choose("binary", unit)),
    float: createColumn("float", "Float32: multiply and add", 8, (unit) => choose("float", unit))
  };
  const dataset = h("span", { class: "bm-faint" });
  const notice = h("p", { class: "bm-notice", role: "alert", hidden: true });
  const root = h(
    "div",
    {
      class: "bm-slowly",
      "data-testid": "example",
      "data-state": "",
      "data-moment": "0",
      role: "group",
      "aria-label": "One example, slowly"
    },
    h(
      "div",
      { class: "bm-input" },
      pad.element,
      h(
        "div",
        { class: "bm-picking" },
        h("h3", {}, "Or pick one"),
        strip,
        h("div", { class: "bm-row" }, more, dataset),
        h(
          "div",
          { class: "bm-row" },
          h("label", { for: labelId }, "It is a"),
          is,
          h("label", { for: learnedId }, "Both networks have learned from"),
          learned
        ),
        answers.element
      )
    ),
    notice,
    stepper.element,
    h("div", { class: "bm-ways" }, columns.float.element, columns.binary.element)
  );
  function choose(kind, unit) {
    units[kind] = unit;
    step = null;
    show();
  }
  function pick(index) {
    const all = bytesOf(model.get("digits"));
    const labels = model.get("labels") ?? [];
    if (all.length < 784) return;
    take(all.slice(784 * index, 784 * (index + 1)), labels[index], false, index);
  }
  function take(now, known, drawn, index = -1) {
    pixels = now;
    if (!(drawn && own)) label = known;
    own = drawn;
    is.value = label === null ? "" : String(label);
    for (const [i, button] of [...strip.children].entries())
      button.setAttribute("aria-pressed", String(!drawn && i === index));
    step = null;
    compute();
    ask();
  }
  let asking;
  function ask() {
    asking ??= setTimeout(() => {
      asking = void 0;
      asked += 1;
      send({ action: "ask", id: asked, pixels: [...pixels] });
    }, ASK_MS);
  }
  function compute() {
    if (!nets) return;
    const { float, binary } = nets;
    ways = {
      binary: binaryWay(binary.plan, binary.bytes, pixels, nets.threshold, nets.thresholds),
      float: floatWay(float.plan, float.bytes, pixels, float.slope)
    };
    show();
  }
  function show() {
    if (!ways || !luts) return;
    const moment = stepper.moment();
    const at = momentAt(moment);
    root.dataset.moment = String(moment);
    const view = { ...at, number: moment, label, colours, luts, dpr: devicePixelRatio || 1 };
    const learned2 = step?.before ? step : null;
    const binary = { ...nets.binary, thresholds: nets.thresholds };
    showFloat(columns.float, nets.float, ways.float, { ...view, unit: units.float }, learned2);
    showBinary(columns.binary, binary, ways.binary, { ...view, unit: units.binary }, learned2);
    const own2 = [nets.float, nets.binary].map((net, i) => ({
      label: net.label,
      examples: nets.examples,
      answers: [(i === 0 ? ways?.float : ways?.binary)?.answer ?? 0]
    }));
    if (nets.examples === 0) own2.forEach((each) => each.label += ", untrained");
    answers.show(own2, others, label);
    if (at.stage === "learn" && !step) requestStep();
  }
  function requestStep() {
    const of = label ?? ways?.binary.answer ?? 0;
    asked += 1;
    step = { id: asked, waiting: true };
    send({ action: "step", id: asked, pixels: [...pixels], label: of, unit: units.binary });
  }
  function takeNetworks() {
    const told = model.get("networks");
    const all = bytesOf(model.get("weights"));
    if (!told?.float || all.length !== told.float.bytes + told.binary.bytes) return;
    nets = {
      ...told,
      float: { ...told.float, plan: makePlan(told.float), bytes: all.slice(0, told.float.bytes) },
      binary: { ...told.binary, plan: makePlan(told.binary), bytes: all.slice(told.float.bytes) }
    };
    learned.replaceChildren(
      ...told.choices.map(
        (n) => h("option", { value: String(n) }, n === 0 ? "nothing yet" : `${grouped(n)} examples`)
      )
    );
    learned.value = String(told.learned);
    for (
      const kind of
      /** @type {const} */
      ["float", "binary"]
    ) {
      const { label: name, accuracy } = nets[kind];
      columns[kind].describe(`${name}: ${percent(accuracy)} on validation digits`);
    }
    step = null;
    compute();
  }
  function takeDigits() {
    const labels = model.get("labels") ?? [];
    const data = model.get("dataset") ?? {};
    setText(dataset, `${data.synthetic ? "synthetic " : ""}validation digits of ${data.label ?? ""}`);
    strip.replaceChildren(
      ...labels.map((each, index) => {
        const canvas = (
          /** @type {HTMLCanvasElement} */
          h("canvas", { width: "28", height: "28", "aria-hidden": "true" })
        );
        const button = h(
          "button",
          {
            type: "button",
            class: "bm-pick",
            "aria-pressed": "false",
            "aria-label": `a handwritten ${each}`,
            "data-testid": `pick-${index}`
          },
          canvas
        );
        button.addEventListener("click", () => pick(index));
        return button;
      })
    );
    paintStrip();
    if (!own) pick(Math.min(7, labels.length - 1));
  }
  function paintStrip() {
    const all = bytesOf(model.get("digits"));
    if (!colours.ink) return;
    const shade = shades(colours);
    for (const [index, button] of [...strip.children].entries()) {
      const canvas = (
        /** @type {HTMLCanvasElement} */
        button.firstChild
      );
      paint(canvas, 28, 28, (i) => shade[all[784 * index + i]]);
    }
  }
  function receive(message, buffers) {
    if (message?.kind === "answers" && message.id <= asked) {
      others = message.answers;
      show();
    } else if (message?.kind === "step" && step?.id === message.id) {
      const [float, binary, before, after] = buffers.map(copyOf);
      step = {
        ...message,
        float,
        binary,
        before: new Float32Array(before.buffer),
        after: new Float32Array(after.buffer),
        flips: {
          float: countFlips(new Uint32Array(nets.float.bytes.buffer), new Uint32Array(float.buffer)),
          binary: countFlips(new Uint32Array(nets.binary.bytes.buffer), new Uint32Array(binary.buffer))
        }
      };
      show();
    }
  }
  function repaint() {
    const dark = isDark();
    const now = (model.get("palette") ?? {})[dark ? "dark" : "light"];
    if (!now) return;
    colours = now;
    luts = makeLuts(now);
    applyColours(root, now);
    root.style.colorScheme = dark ? "dark" : "light";
    pad.paint(now);
    paintStrip();
    show();
  }
  function showNotice() {
    const { text = "" } = model.get("notice") ?? {};
    notice.hidden = text === "";
    setText(notice, text);
  }
  root.addEventListener("dragover", (event) => {
    event.preventDefault();
    root.classList.add("bm-drop");
  });
  root.addEventListener("dragleave", () => root.classList.remove("bm-drop"));
  root.addEventListener("drop", (event) => {
    event.preventDefault();
    root.classList.remove("bm-drop");
    const file = event.dataTransfer?.files[0];
    if (file) pad.take(file);
  });
  const listeners = [
    ["change:networks", takeNetworks],
    ["change:labels", takeDigits],
    ["change:digits", takeDigits],
    ["change:dataset", takeDigits],
    ["change:palette", repaint],
    ["change:notice", showNotice],
    ["change:state", () => void (root.dataset.state = model.get("state"))],
    ["msg:custom", receive]
  ];
  for (const [event, listener] of listeners) model.on(event, listener);
  const stopWatching = watchTheme(repaint);
  const resized = new ResizeObserver(() => show());
  const near = new IntersectionObserver(
    ([entry]) => {
      if (!entry.isIntersecting) return;
      near.disconnect();
      send({ action: "near" });
      ask();
    },
    { rootMargin: NEAR }
  );
  el.append(root);
  root.dataset.state = model.get("state") ?? "";
  repaint();
  takeDigits();
  takeNetworks();
  showNotice();
  resized.observe(root);
  near.observe(root);
  return () => {
    for (const [event, listener] of listeners) model.off(event, listener);
    clearTimeout(asking);
    stepper.destroy();
    resized.disconnect();
    near.disconnect();
    stopWatching();
    root.remove();
  };
}
var one_example_default = { render };
export {
  one_example_default as default
};
