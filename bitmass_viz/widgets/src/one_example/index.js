/** One example, slowly: a digit's way through two networks, computed here, and what every other makes of it. */

import { makePlan } from "../bits/address.js";
import { bytesOf, countFlips } from "../bits/decode.js";
import { freshId, h, setText } from "../shared/dom.js";
import { createAnswers } from "./answers.js";
import { createColumn } from "./column.js";
import { showBinary } from "./binary_network.js";
import { showFloat } from "./float_network.js";
import { momentAt } from "./stages.js";
import { createDrawingPad } from "./drawing_pad.js";
import { createStepper } from "./stepper.js";
import { grouped, percent } from "../shared/numbers.js";
import { binaryWay, floatWay } from "../bits/forward_pass.js";
import { whenNear } from "../shared/when_near.js";
import { applyTheme, makeLuts, watchTheme } from "../shared/palette.js";
import { paintPixels, shades } from "../shared/pixels.js";

/** @typedef {import("../shared/widget.js").Model} Model */

const NEAR = "800px";
/** A drawing is asked about at most so often. */
const ASK_MS = 120;

/** A copy of a message's buffer that begins at a word. @param {DataView} view */
const copyOf = (view) => bytesOf(view).slice();

/** @param {{model: Model, el: HTMLElement}} context @returns {() => void} */
function render({ model, el }) {
  const send = (/** @type {object} */ message) => model.send(message);
  /** The digit, and what is known of it. */
  let pixels = /** @type {Uint8Array} */ (new Uint8Array(784));
  let label = /** @type {number | null} */ (null);
  let own = false;
  /** Numbers what the kernel is asked, so that late answers are told from present ones. */
  let asked = 0;
  let others = /** @type {import("./answers.js").Answer[]} */ ([]);
  /** The question about the present digit, and the one that `others` answers. */
  const question = { asked: 0, answered: 0, isDue: false };
  const units = { binary: 0, float: 0 };
  /** @type {any} */
  let nets = null;
  /** @type {{binary: import("../bits/forward_pass.js").BinaryWay, float: import("../bits/forward_pass.js").FloatWay} | null} */
  let ways = null;
  /** @type {any} */
  let step = null;
  let colours = /** @type {import("../shared/palette.js").Colours} */ ({});
  let luts = /** @type {import("../shared/palette.js").Luts} */ (/** @type {any} */ (null));

  const strip = h("div", { class: "bm-strip-of-digits", role: "group", "aria-label": "Pick a digit" });
  const more = h(
    "button",
    { type: "button", class: "bm-button", "data-testid": "example-more" },
    "Ten others",
  );
  more.addEventListener("click", () => send({ action: "more" }));
  const learnedId = freshId("learned");
  const learned = /** @type {HTMLSelectElement} */ (
    h("select", { id: learnedId, "data-testid": "example-learned" })
  );
  learned.addEventListener("change", () => {
    root.dataset.state = "working";
    send({ action: "learn-from", examples: Number(learned.value) });
  });
  const labelId = freshId("label");
  const is = /** @type {HTMLSelectElement} */ (
    h(
      "select",
      { id: labelId, "data-testid": "example-label" },
      h("option", { value: "" }, "I won\u2019t say"),
      ...Array.from({ length: 10 }, (_, k) => h("option", { value: String(k) }, String(k))),
    )
  );
  is.addEventListener("change", () => {
    label = is.value === "" ? null : Number(is.value);
    step = null;
    show();
  });
  const pad = createDrawingPad(
    (drawn) => take(drawn, null, true),
    () => pick(0),
  );
  const answers = createAnswers();
  const stepper = createStepper(show);
  const columns = {
    binary: createColumn("binary", "Binary: compare and count", 256, (unit) => choose("binary", unit)),
    float: createColumn("float", "Float32: multiply and add", 8, (unit) => choose("float", unit)),
  };
  const dataset = h("span", { class: "bm-faint" });
  const notice = h("p", { class: "bm-notice", role: "alert", hidden: true });
  const root = h(
    "div",
    {
      class: "bm-widget bm-framed bm-one-example",
      "data-testid": "example",
      "data-state": "",
      "data-moment": "0",
      role: "group",
      "aria-label": "One example, slowly",
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
          learned,
        ),
        answers.element,
      ),
    ),
    notice,
    stepper.element,
    h("div", { class: "bm-ways" }, columns.float.element, columns.binary.element),
  );

  /** @param {"binary" | "float"} kind @param {number} unit */
  function choose(kind, unit) {
    units[kind] = unit;
    step = null;
    show();
  }

  /** Pick one of the ten digits. @param {number} index */
  function pick(index) {
    const all = bytesOf(model.get("digits"));
    const labels = model.get("labels") ?? [];
    if (all.length < 784) return;
    take(all.slice(784 * index, 784 * (index + 1)), labels[index], false, index);
  }

  /** @param {Uint8Array} now @param {number | null} known @param {boolean} drawn @param {number} [index] */
  function take(now, known, drawn, index = -1) {
    pixels = now;
    // Whoever is still drawing has said which digit it is, or has not.
    if (!(drawn && own)) label = known;
    own = drawn;
    is.value = label === null ? "" : String(label);
    for (const [i, button] of [...strip.children].entries())
      button.setAttribute("aria-pressed", String(!drawn && i === index));
    step = null;
    ask();
    compute();
  }

  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let asking;
  function ask() {
    question.isDue = true;
    asking ??= setTimeout(() => {
      asking = undefined;
      asked += 1;
      question.asked = asked;
      question.isDue = false;
      send({ action: "ask", id: asked, pixels: [...pixels] });
    }, ASK_MS);
  }

  function compute() {
    if (!nets) return;
    const { float, binary } = nets;
    ways = {
      binary: binaryWay(binary.plan, binary.bytes, pixels, nets.threshold, nets.thresholds),
      float: floatWay(float.plan, float.bytes, pixels, float.slope),
    };
    show();
  }

  function show() {
    if (!ways || !luts) return;
    const moment = stepper.moment();
    const at = momentAt(moment);
    root.dataset.moment = String(moment);
    const view = { ...at, number: moment, label, colours, luts, dpr: devicePixelRatio || 1 };
    const learned = step?.before ? step : null;
    const binary = { ...nets.binary, thresholds: nets.thresholds };
    showFloat(columns.float, nets.float, ways.float, { ...view, unit: units.float }, learned);
    showBinary(columns.binary, binary, ways.binary, { ...view, unit: units.binary }, learned);
    const own = [nets.float, nets.binary].map((net, i) => ({
      label: net.label,
      examples: nets.examples,
      answers: [(i === 0 ? ways?.float : ways?.binary)?.answer ?? 0],
    }));
    if (nets.examples === 0) own.forEach((each) => (each.label += ", untrained"));
    answers.show(own, others, label, question.isDue || question.answered !== question.asked);
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
      binary: { ...told.binary, plan: makePlan(told.binary), bytes: all.slice(told.float.bytes) },
    };
    learned.replaceChildren(
      ...told.choices.map((/** @type {number} */ n) =>
        h("option", { value: String(n) }, n === 0 ? "nothing yet" : `${grouped(n)} examples`),
      ),
    );
    learned.value = String(told.learned);
    for (const kind of /** @type {const} */ (["float", "binary"])) {
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
      ...labels.map((/** @type {number} */ each, /** @type {number} */ index) => {
        const canvas = /** @type {HTMLCanvasElement} */ (
          h("canvas", { width: "28", height: "28", "aria-hidden": "true" })
        );
        const button = h(
          "button",
          {
            type: "button",
            class: "bm-pick",
            "aria-pressed": "false",
            "aria-label": `a handwritten ${each}`,
            "data-testid": `pick-${index}`,
          },
          canvas,
        );
        button.addEventListener("click", () => pick(index));
        return button;
      }),
    );
    paintStrip();
    if (!own) pick(Math.min(7, labels.length - 1));
  }

  function paintStrip() {
    const all = bytesOf(model.get("digits"));
    if (!colours.ink) return;
    const shade = shades(colours);
    for (const [index, button] of [...strip.children].entries()) {
      const canvas = /** @type {HTMLCanvasElement} */ (button.firstChild);
      paintPixels(canvas, 28, 28, (i) => shade[all[784 * index + i]]);
    }
  }

  /** @param {any} message @param {DataView[]} buffers */
  function receive(message, buffers) {
    if (message?.kind === "answers" && message.id <= asked && message.id > question.answered) {
      others = message.answers;
      question.answered = message.id;
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
          binary: countFlips(new Uint32Array(nets.binary.bytes.buffer), new Uint32Array(binary.buffer)),
        },
      };
      show();
    }
  }

  function repaint() {
    const now = applyTheme(root, model.get("palette"));
    if (!now) return;
    colours = now;
    luts = makeLuts(now);
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

  /** @type {[string, (...given: any[]) => void][]} */
  const listeners = [
    ["change:networks", takeNetworks],
    ["change:labels", takeDigits],
    ["change:digits", takeDigits],
    ["change:dataset", takeDigits],
    ["change:palette", repaint],
    ["change:notice", showNotice],
    ["change:state", () => void (root.dataset.state = model.get("state"))],
    ["msg:custom", receive],
  ];
  for (const [event, listener] of listeners) model.on(event, listener);
  const stopWatching = watchTheme(repaint);
  const resized = new ResizeObserver(() => show());
  el.append(root);
  root.dataset.state = model.get("state") ?? "";
  repaint();
  takeDigits();
  takeNetworks();
  showNotice();
  resized.observe(root);
  const leave = whenNear(root, NEAR, () => {
    send({ action: "near" });
    ask();
  });

  return () => {
    for (const [event, listener] of listeners) model.off(event, listener);
    clearTimeout(asking);
    stepper.destroy();
    resized.disconnect();
    leave();
    stopWatching();
    root.remove();
  };
}

export default { render };
