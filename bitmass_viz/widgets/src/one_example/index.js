/** One example, slowly: a digit's way through two networks, computed here, and what every other makes of it. */

import { bytesOf } from "../bits/decode.js";
import { h, setText } from "../shared/dom.js";
import { takeDroppedFiles } from "../shared/drop_files.js";
import { watchWidth, whenNear } from "../shared/observe.js";
import { followTheme, makeLuts } from "../shared/palette.js";
import { listen, widget } from "../shared/widget.js";
import { createAnswers } from "./answers.js";
import { showBinary } from "./binary_network.js";
import { createColumn } from "./column.js";
import { createDrawingPad } from "./drawing_pad.js";
import { createExample, UNITS } from "./example.js";
import { createExampleLinks, createExampleShare } from "./links.js";
import { showFloat } from "./float_network.js";
import { createPicker } from "./picker.js";
import { stageAt } from "./stages.js";
import { createStepper } from "./stepper.js";
import { WORDS } from "./words.js";

/**
 * @typedef {import("./example.js").Model} Model
 * @typedef {import("./example.js").Example} Example
 * @typedef {ReturnType<typeof createParts>} Parts
 * @typedef {{colours: import("../shared/palette.js").Colours, luts: import("../shared/palette.js").Luts}} Theme
 */

const NEAR = "800px";

/** @param {{model: Model, el: HTMLElement, signal: AbortSignal}} context */
function render({ model, el, signal }) {
  /** @type {Theme | null} */
  let theme = null;
  const show = () => {
    if (theme) showExample(example, parts, theme);
    links?.note();
  };
  const example = createExample(model, signal, () => show());
  /** @type {ReturnType<typeof createExampleLinks> | undefined} */
  let links;
  const parts = createParts(model, example, show, () => theme?.colours ?? {}, signal);
  const paintDigits = () => theme && parts.picker.paint(bytesOf(model.get("digits")), theme.colours);

  el.append(parts.root);
  followState(model, parts, signal);
  followTheme(parts.root, model, signal, (colours) => {
    theme = { colours, luts: makeLuts(colours) };
    parts.pad.paint(colours);
    paintDigits();
    show();
  });
  followDigits(model, example, parts, paintDigits, signal);
  followNetworks(model, example, parts, signal);
  watchWidth(parts.root, signal, show);
  whenNear(parts.root, NEAR, signal, () => {
    model.send({ action: "near" });
    example.questions.ask();
  });
  links = createExampleLinks({ model, example, ...parts }, parts.root, NEAR, parts.notify, signal);
  return parts.root;
}

/**
 * @param {Model} model @param {Example} example @param {() => void} show
 * @param {() => import("../shared/palette.js").Colours} coloursOf the page @param {AbortSignal} signal
 */
function createParts(model, example, show, coloursOf, signal) {
  const stepper = createStepper(show, signal);
  const answers = createAnswers();
  const pad = createDrawingPad(example.draw, () => example.pick(0));
  const picker = createPicker({
    pick: example.pick,
    name: example.name,
    more: () => model.send({ action: "more" }),
    learnFrom(examples) {
      root.dataset.state = "working";
      model.send({ action: "learn-from", examples });
    },
  });
  const columns = {
    binary: createColumn("binary", UNITS.binary, (unit) => example.choose("binary", unit)),
    float: createColumn("float", UNITS.float, (unit) => example.choose("float", unit)),
  };
  const notice = h("p", { class: "bm-notice", role: "alert", hidden: true });
  const share = createExampleShare({ model, example, stepper }, () => ({
    pictures: {
      digit: columns.float.pictures.see.canvas,
      float: columns.float.pictures.weights.canvas,
      binary: columns.binary.pictures.weights.canvas,
    },
    colours: coloursOf(),
  }));
  stepper.row.append(share.element);
  const root = arrange(pad, picker, answers, notice, stepper, columns);
  takeDroppedFiles(root, signal, ({ files }) => {
    if (files[0]) pad.take(files[0]);
  });
  /** @param {string} text */
  const notify = (text) => {
    notice.hidden = text === "";
    setText(notice, text);
  };
  return { root, stepper, answers, pad, picker, columns, notify };
}

/** @param {Example} example @param {Parts} parts @param {Theme} theme */
function showExample(example, { root, stepper, picker, columns, answers }, theme) {
  const { networks, ways, label, units, update } = example;
  picker.mark(example.picked, label);
  if (!networks || !ways) return;
  const number = stepper.step();
  const at = stageAt(number);
  root.dataset.moment = String(number);
  const classes = example.classes();
  const view = { ...at, ...theme, number, label, classes, dpr: devicePixelRatio || 1 };
  const learned = typeof update === "number" ? null : update;
  showFloat(columns.float, networks.float, ways.float, { ...view, unit: units.float }, learned);
  showBinary(columns.binary, networks.binary, ways.binary, { ...view, unit: units.binary }, learned);
  showAnswers(example, networks, ways, answers);
  if (at.stage === "learn") example.requestUpdate();
}

/**
 * @param {Example} example @param {import("./networks.js").Networks} networks @param {import("./networks.js").Ways} ways
 * @param {import("./answers.js").AnswerList} list
 */
function showAnswers({ label, questions, classes }, { float, binary, examples }, ways, list) {
  const named = (/** @type {string} */ label) => (examples === 0 ? WORDS.untrained(label) : label);
  const own = [
    { label: named(float.label), examples, answers: [ways.float.answer] },
    { label: named(binary.label), examples, answers: [ways.binary.answer] },
  ];
  list.show(own, questions.answers, label, questions.stale, classes().name);
}

/** @param {Model} model @param {Parts} parts @param {AbortSignal} signal */
function followState(model, { root, notify }, signal) {
  const showState = () => void (root.dataset.state = model.get("state") ?? "");
  const showNotice = () => notify(model.get("notice")?.text ?? "");
  listen(model, signal, { "change:state": showState, "change:notice": showNotice });
  showState();
  showNotice();
}

/** @param {Model} model @param {Example} example @param {Parts} parts @param {() => void} paint @param {AbortSignal} signal */
function followDigits(model, example, { root, pad, picker, columns }, paint, signal) {
  const take = () => {
    const labels = model.get("labels") ?? [];
    const classes = example.classes();
    picker.show(labels, model.get("dataset") ?? {}, classes);
    root.classList.toggle("bm-have-names", !classes.areDigits);
    pad.ask(classes.aNoun);
    for (const column of Object.values(columns)) column.nameClasses(classes);
    paint();
    if (!example.drawn) example.pick(Math.min(7, labels.length - 1));
  };
  listen(model, signal, { "change:labels": take, "change:digits": take, "change:dataset": take });
  take();
}

/** @param {Model} model @param {Example} example @param {Parts} parts @param {AbortSignal} signal */
function followNetworks(model, example, { picker, columns }, signal) {
  const take = () => {
    const networks = example.takeNetworks();
    if (!networks) return;
    const { choices, learned } = model.get("networks");
    picker.offer(choices, learned);
    for (const kind of /** @type {const} */ (["float", "binary"])) {
      const { label, accuracy } = networks[kind];
      columns[kind].describe(WORDS.network(label, accuracy, example.classes().nouns));
    }
  };
  listen(model, signal, { "change:networks": take, "msg:custom": example.receive });
  take();
}

/**
 * @param {{element: HTMLElement}} pad @param {{element: HTMLElement}} picker @param {{element: HTMLElement}} answers
 * @param {HTMLElement} notice @param {{element: HTMLElement}} stepper @param {Record<"float" | "binary", {element: HTMLElement}>} columns
 */
function arrange(pad, picker, answers, notice, stepper, columns) {
  return h(
    "div",
    {
      class: "bm-widget bm-framed bm-one-example",
      "data-testid": "example",
      "data-state": "",
      "data-moment": "0",
      role: "group",
      "aria-label": WORDS.title,
    },
    h(
      "div",
      { class: "bm-parts" },
      h("div", { class: "bm-input" }, pad.element, answers.element, picker.element),
      notice,
      stepper.element,
      h("div", { class: "bm-ways" }, columns.float.element, columns.binary.element),
    ),
  );
}

export default widget(render);
