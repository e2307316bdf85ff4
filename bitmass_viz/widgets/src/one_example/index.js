/** One example, slowly: a digit's way through two networks, computed here, and what every other makes of it. */

import { bytesOf } from "../bits/decode.js";
import { h, setText } from "../shared/dom.js";
import { percent } from "../shared/numbers.js";
import { watchWidth, whenNear } from "../shared/observe.js";
import { followTheme, makeLuts } from "../shared/palette.js";
import { listen, widget } from "../shared/widget.js";
import { createAnswers } from "./answers.js";
import { showBinary } from "./binary_network.js";
import { createColumn } from "./column.js";
import { createDrawingPad } from "./drawing_pad.js";
import { showFloat } from "./float_network.js";
import { unpackNetworks, unpackUpdate, waysThrough } from "./networks.js";
import { createPicker } from "./picker.js";
import { createQuestions } from "./questions.js";
import { stageAt } from "./stages.js";
import { createStepper } from "./stepper.js";

/**
 * @typedef {import("./networks.js").Update} Update
 * @typedef {import("../shared/widget.js").Model<{digits: DataView, labels: number[], weights: DataView,
 *   networks: import("./networks.js").Sent, dataset: {label?: string, synthetic?: boolean}, state: string,
 *   notice: {text?: string}}>} Model
 */

const NEAR = "800px";
const PIXELS = 784;

/** @param {{model: Model, el: HTMLElement, signal: AbortSignal}} context */
function render({ model, el, signal }) {
  const send = (/** @type {object} */ message) => model.send(message);
  const digit = {
    pixels: /** @type {Uint8Array} */ (new Uint8Array(PIXELS)),
    label: /** @type {number | null} */ (null),
    drawn: false,
  };
  const units = { binary: 0, float: 0 };
  /** @type {import("./networks.js").Networks | null} */
  let networks = null;
  /** @type {import("./networks.js").Ways | null} */
  let ways = null;
  /** What is learned from the digit, or the number of the question about it. @type {Update | number | null} */
  let update = null;
  /** @type {{colours: import("../shared/palette.js").Colours, luts: import("../shared/palette.js").Luts} | null} */
  let theme = null;

  const questions = createQuestions(send, () => digit.pixels, signal);
  const answers = createAnswers();
  const stepper = createStepper(show, signal);
  const pad = createDrawingPad(
    (pixels) => take(pixels, null, true),
    () => pick(0),
  );
  const picker = createPicker(
    {
      pick,
      more: () => send({ action: "more" }),
      name(label) {
        digit.label = label;
        forgetUpdate();
      },
      learnFrom(examples) {
        root.dataset.state = "working";
        send({ action: "learn-from", examples });
      },
    },
    answers.element,
  );
  const columns = {
    binary: createColumn("binary", "Binary: compare and count", 256, (unit) => choose("binary", unit)),
    float: createColumn("float", "Float32: multiply and add", 8, (unit) => choose("float", unit)),
  };
  const notice = h("p", { class: "bm-notice", role: "alert", hidden: true });
  const root = arrange(pad, picker, notice, stepper, columns);

  /** @param {"binary" | "float"} kind @param {number} unit */
  function choose(kind, unit) {
    units[kind] = unit;
    forgetUpdate();
  }

  function forgetUpdate() {
    update = null;
    show();
  }

  /** Pick one of the ten digits. @param {number} index */
  function pick(index) {
    const all = bytesOf(model.get("digits"));
    if (all.length < PIXELS) return;
    take(all.slice(PIXELS * index, PIXELS * (index + 1)), model.get("labels")[index], false, index);
  }

  /** @param {Uint8Array} pixels @param {number | null} known @param {boolean} drawn @param {number} [index] */
  function take(pixels, known, drawn, index = -1) {
    digit.pixels = pixels;
    // A reader who goes on drawing has named the digit already, or does not want to.
    if (!(drawn && digit.drawn)) digit.label = known;
    digit.drawn = drawn;
    picker.mark(index, digit.label);
    questions.ask();
    compute();
  }

  function compute() {
    if (networks) ways = waysThrough(networks, digit.pixels);
    forgetUpdate();
  }

  function show() {
    if (!networks || !ways || !theme) return;
    const number = stepper.step();
    const at = stageAt(number);
    root.dataset.moment = String(number);
    const view = { ...at, ...theme, number, label: digit.label, dpr: devicePixelRatio || 1 };
    const learned = typeof update === "number" ? null : update;
    showFloat(columns.float, networks.float, ways.float, { ...view, unit: units.float }, learned);
    showBinary(columns.binary, networks.binary, ways.binary, { ...view, unit: units.binary }, learned);
    showAnswers(networks, ways);
    if (at.stage === "learn" && update === null)
      update = questions.askForUpdate(digit.label ?? ways.binary.answer, units.binary);
  }

  /** @param {import("./networks.js").Networks} networks @param {import("./networks.js").Ways} ways */
  function showAnswers({ float, binary, examples }, ways) {
    const untrained = examples === 0 ? ", untrained" : "";
    const own = [
      { label: float.label + untrained, examples, answers: [ways.float.answer] },
      { label: binary.label + untrained, examples, answers: [ways.binary.answer] },
    ];
    answers.show(own, questions.answers, digit.label, questions.stale);
  }

  function takeNetworks() {
    const sent = model.get("networks");
    const now = unpackNetworks(sent, bytesOf(model.get("weights")));
    if (!now) return;
    networks = now;
    picker.offer(sent.choices, sent.learned);
    for (const kind of /** @type {const} */ (["float", "binary"]))
      columns[kind].describe(`${now[kind].label}: ${percent(now[kind].accuracy)} on validation digits`);
    compute();
  }

  function takeDigits() {
    const labels = model.get("labels") ?? [];
    picker.show(labels, model.get("dataset") ?? {});
    paintPicker();
    if (!digit.drawn) pick(Math.min(7, labels.length - 1));
  }

  function paintPicker() {
    if (theme) picker.paint(bytesOf(model.get("digits")), theme.colours);
  }

  /** @param {any} message @param {DataView[]} buffers */
  function receive(message, buffers) {
    if (message?.kind === "answers") {
      if (questions.receive(message)) show();
    } else if (message?.kind === "step" && networks && message.id === update) {
      update = unpackUpdate(message, buffers, networks);
      show();
    }
  }

  function showNotice() {
    const { text = "" } = model.get("notice") ?? {};
    notice.hidden = text === "";
    setText(notice, text);
  }
  const showState = () => void (root.dataset.state = model.get("state") ?? "");

  takeDroppedFiles(root, pad.take);
  listen(model, signal, {
    "change:networks": takeNetworks,
    "change:labels": takeDigits,
    "change:digits": takeDigits,
    "change:dataset": takeDigits,
    "change:notice": showNotice,
    "change:state": showState,
    "msg:custom": receive,
  });
  el.append(root);
  showState();
  followTheme(root, model, signal, (colours) => {
    theme = { colours, luts: makeLuts(colours) };
    pad.paint(colours);
    paintPicker();
    show();
  });
  takeDigits();
  takeNetworks();
  showNotice();
  watchWidth(root, signal, show);
  whenNear(root, NEAR, signal, () => {
    send({ action: "near" });
    questions.ask();
  });
  return root;
}

/**
 * @param {{element: HTMLElement}} pad @param {{element: HTMLElement}} picker @param {HTMLElement} notice
 * @param {{element: HTMLElement}} stepper @param {Record<"float" | "binary", {element: HTMLElement}>} columns
 */
function arrange(pad, picker, notice, stepper, columns) {
  return h(
    "div",
    {
      class: "bm-widget bm-framed bm-one-example",
      "data-testid": "example",
      "data-state": "",
      "data-moment": "0",
      role: "group",
      "aria-label": "One example, slowly",
    },
    h("div", { class: "bm-input" }, pad.element, picker.element),
    notice,
    stepper.element,
    h("div", { class: "bm-ways" }, columns.float.element, columns.binary.element),
  );
}

/** @param {HTMLElement} root @param {(file: File) => void} take */
function takeDroppedFiles(root, take) {
  root.addEventListener("dragover", (event) => {
    event.preventDefault();
    root.classList.add("bm-drop");
  });
  root.addEventListener("dragleave", () => root.classList.remove("bm-drop"));
  root.addEventListener("drop", (event) => {
    event.preventDefault();
    root.classList.remove("bm-drop");
    const file = event.dataTransfer?.files[0];
    if (file) take(file);
  });
}

export default widget(render);
