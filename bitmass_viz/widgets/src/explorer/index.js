/** One weight matrix in three linked views, learning live. This module joins the parts. */

import { selectionJson } from "../bits/readout_text.js";
import { createClassNames } from "../shared/class_names.js";
import { watchDensity, watchMedia } from "../shared/observe.js";
import { followTheme, makeLuts } from "../shared/palette.js";
import { listen, widget } from "../shared/widget.js";
import { createChanges } from "../training/accuracy.js";
import { createHeartbeat } from "../training/heartbeat.js";
import { createStore, shownMark } from "../training/store.js";
import { ShownWeights } from "../views/shown_weights.js";
import { createDrawing } from "./drawing.js";
import { createLinks } from "./links.js";
import { createParts } from "./parts.js";

/**
 * @typedef {import("../shared/widget.js").Model} Model
 * @typedef {import("./panel.js").Stage & {drawing: import("./drawing.js").Drawing, parts: import("./parts.js").Parts}} Explorer
 */

/** Traits that are copied into the store as they are. */
const TRAITS = /** @type {const} */ (["controls", "settings", "curves", "dataset", "notice"]);
const TYPING = "input, select, textarea, button, a, [contenteditable]";

/** @param {{model: Model, el: HTMLElement, signal: AbortSignal}} context */
function render({ model, el, signal }) {
  const store = createStore();
  const weights = new ShownWeights();
  /** @type {import("../training/store.js").Send} */
  const send = (message, buffers) => model.send(message, undefined, buffers);
  /** @type {ReturnType<typeof createLinks> | undefined} */
  let links;
  const base = { model, store, weights, send, nextChange: createChanges(model), signal };
  const drawing = createDrawing(
    base,
    () => parts,
    (status) => links?.note(status),
  );
  const stage = { ...base, requestDraw: drawing.requestDraw };
  const parts = createParts(stage, drawing.showSnapshot);
  const explorer = { ...stage, drawing, parts };

  followSelection(explorer);
  followNotices(explorer);
  followKeys(explorer);
  el.append(parts.root);
  followPage(explorer, model);
  followModel(explorer, model);
  send({ action: "hello" });
  createHeartbeat(model, signal, (said) => store.set({ notice: said ?? model.get("notice") ?? {} }));
  links = createLinks(stage, parts);
  return parts.root;
}

/** What is shown, marked or compared has changed. @param {Explorer} explorer */
function followSelection({ store, weights, drawing, parts }) {
  const { root, panels, lens, spelledWord, readout, layerChoice } = parts;
  store.on(["hover", "pinned"], (state) => {
    root.dataset.selection = selectionJson(shownMark(state));
    readout.update();
    readout.announce();
    for (const panel of panels) panel.markChanged();
    lens.invalidate();
    spelledWord.invalidate();
    drawing.requestDraw();
  });
  store.on(["layer", "page"], ({ layer, page }) => {
    weights.show(layer, page);
    store.set({ hover: null, pinned: null });
    layerChoice.update();
    for (const panel of panels) {
      panel.relayout();
      panel.showLegend();
    }
  });
  store.on(["dataset"], ({ dataset }) => {
    weights.classes = createClassNames(dataset?.class_names);
    for (const panel of panels) panel.relayout();
    lens.invalidate();
    readout.update();
    drawing.requestDraw();
  });
  store.on(["compared"], ({ compared }) => {
    weights.compareWith(compared?.bytes ?? null);
    drawing.invalidate();
    layerChoice.update();
    for (const panel of panels) panel.showLegend();
    drawing.requestDraw();
  });
}

/** Notices, hidden parts, and the state that tests and other programs read off the root. @param {Explorer} explorer */
function followNotices({ store, parts: { root, notice, share } }) {
  store.on(["status"], ({ status }) => void (root.dataset.state = status?.state ?? ""));
  store.on(["framesDrawn"], ({ framesDrawn }) => void (root.dataset.frames = String(framesDrawn)));
  store.on(["notice"], (state) => notice.show(state.notice));
  store.on(["hidden"], ({ hidden }) => {
    for (const name of hidden.filter(share.isPart)) {
      root
        .querySelector(`[data-testid="${name}"]`)
        ?.closest(".bm-scrub, .bm-compare, .bm-segments, button")
        ?.toggleAttribute("hidden", true);
    }
  });
}

/** @param {Explorer} explorer */
function followKeys({ store, parts: { root, transport } }) {
  root.addEventListener("keydown", (event) => {
    const target = /** @type {Element} */ (event.target);
    if (event.key === "Escape") store.set({ pinned: null, hover: null });
    if (event.key === " " && !target.closest(TYPING)) {
      event.preventDefault();
      event.stopPropagation();
      transport.toggle();
    }
  });
  root.addEventListener("focusout", (event) => {
    if (!root.contains(/** @type {Node | null} */ (event.relatedTarget))) store.set({ hover: null });
  });
}

/** The page's theme, its density, and whether the reader prefers stillness. @param {Explorer} explorer @param {Model} model */
function followPage({ store, weights, signal, parts: { root, panels, lens, spelledWord } }, model) {
  watchMedia("(prefers-reduced-motion: reduce)", signal, (still) => void (weights.still = still));
  watchDensity(signal, () => {
    for (const panel of panels) panel.relayout();
    lens.invalidate();
    spelledWord.invalidate();
  });
  followTheme(root, model, signal, (colours) => {
    weights.colours = colours;
    weights.luts = makeLuts(colours);
    store.set({ colours });
    for (const panel of panels) {
      panel.relayout();
      if (weights.ready) panel.showLegend();
    }
    lens.invalidate();
    spelledWord.invalidate();
  });
}

/** @param {Explorer} explorer @param {Model} model */
function followModel({ store, signal, drawing, parts: { save, history, readout } }, model) {
  listen(model, signal, { "change:status": drawing.frameCame });
  for (const { receive } of [save, history]) listen(model, signal, { "msg:custom": receive });
  for (const name of TRAITS) {
    listen(model, signal, { [`change:${name}`]: () => store.set({ [name]: model.get(name) }) });
    store.set({ [name]: model.get(name) ?? store.state[name] });
  }
  readout.update();
  drawing.frameCame();
}

export default widget(render);
