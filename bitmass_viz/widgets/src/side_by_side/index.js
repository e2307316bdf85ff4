/** Networks that learn in step, side by side: each with its picture, and one chart for all. */

import { bytesOf } from "../bits/decode.js";
import { createClassNames } from "../shared/class_names.js";
import { h, setText } from "../shared/dom.js";
import { watchMedia, whenNear } from "../shared/observe.js";
import { followTheme } from "../shared/palette.js";
import { paintDigit } from "../shared/pixels.js";
import { listen, widget } from "../shared/widget.js";
import { createChart } from "../training/chart.js";
import { createControls } from "../training/controls.js";
import { createFrameLoop } from "../training/frame_loop.js";
import { createThrottledText } from "../training/throttled_text.js";
import { createHeartbeat } from "../training/heartbeat.js";
import { createNotice } from "../training/notice.js";
import { createStore } from "../training/store.js";
import { createTransport } from "../training/transport.js";
import { WORDS as TRAINING } from "../training/words.js";
import { createLanesLinks, createLanesShare } from "./links.js";
import { createNetworks } from "./networks.js";
import { WORDS } from "./words.js";

/**
 * @typedef {{state: string, status: Together, digit: Uint8Array}} Shown
 * @typedef {import("../shared/widget.js").Model} Model
 * @typedef {import("./networks.js").Networks} Networks
 * @typedef {import("./networks.js").Together} Together
 */

/** How long before it is reached it is made ready. */
const NEAR = "800px";

/** @param {{model: Model, el: HTMLElement, signal: AbortSignal}} context */
function render({ model, el, signal }) {
  const name = model.get("name");
  const store = createStore();
  const send = (/** @type {import("../shared/protocol.js").Action} */ message) => model.send(message);
  const networks = createNetworks(model, name, send, () => drawing.request(), signal);
  const stage = { model, name, networks, status: () => statusOf(model), send, signal };
  const parts = createParts(store, name, networks, createLanesShare(stage).element, send, signal);
  /** @type {ReturnType<typeof createLanesLinks> | undefined} */
  let links;
  const words = createThrottledText(signal, (/** @type {Shown} */ { status, digit }) => {
    store.set({ status: /** @type {any} */ (status) });
    parts.show(status, digit);
    networks.say(status);
  });
  const drawing = createDrawing(model, networks, parts, signal, (status) => {
    // Kept together: by the time that the text is shown, another digit may be the next one.
    words.take({ state: status.state, status, digit: bytesOf(model.get("digit")) });
    links?.note();
  });
  el.append(parts.root);
  const notify = followModel(model, store, networks, parts, signal);
  listen(model, signal, { "change:status": drawing.frameCame });
  followTheme(parts.root, model, signal, (colours) => {
    networks.paint(colours);
    drawing.frameCame();
  });
  watchMedia("(prefers-reduced-motion: reduce)", signal, networks.setStill);
  send({ action: "hello" });
  whenNear(parts.root, NEAR, signal, () => send({ action: "near" }));
  links = createLanesLinks(stage, parts.root, NEAR, notify);
  links.note();
  return parts.root;
}

/**
 * @param {import("../training/store.js").Store} store @param {string} name @param {Networks} networks
 * @param {HTMLElement} share @param {import("../training/store.js").Send} send @param {AbortSignal} signal
 */
function createParts(store, name, networks, share, send, signal) {
  const transport = createTransport(store, send, `${name}-`);
  const controls = createControls(store, send, `${name}-`);
  const chart = createChart(store, signal, `${name}-chart`);
  const notice = createNotice();
  const examples = h("span", { class: "bm-fact", "data-testid": `${name}-examples-seen` });
  const dataset = h("span", { class: "bm-fact bm-dataset" });
  const digit = h("canvas", {
    width: "28",
    height: "28",
    class: "bm-digit",
    role: "img",
    "aria-label": WORDS.noExample,
  });
  const next = h("p", { class: "bm-said" });
  const facts = h("div", { class: "bm-facts" }, examples, dataset);
  const example = h("div", { class: "bm-example" }, digit, next);
  const root = h(
    "div",
    {
      class: "bm-widget bitmass bm-together",
      "data-testid": name,
      "data-frames": "0",
      "data-state": "",
      role: "group",
      "aria-label": WORDS.title,
    },
    h(
      "div",
      { class: "bm-all" },
      h("div", { class: "bm-bar" }, transport.element, facts, networks.view.element, share),
      h("div", { class: "bm-settings" }, controls.element),
      notice.element,
      h("div", { class: "bm-panel bm-common" }, example, chart.element),
      networks.element,
    ),
  );

  store.on(["dataset"], ({ dataset: data }) => {
    dataset.replaceChildren(h("strong", data?.label ?? ""));
    dataset.classList.toggle("bm-is-synthetic", Boolean(data?.synthetic));
  });
  return {
    root,
    notice,
    /** @param {Together} status @param {Uint8Array} pixels of the next example */
    show(status, pixels) {
      root.dataset.state = status.state;
      const seen = TRAINING.seen(status.examples, status.epoch);
      setText(examples, status.state === "preparing" ? TRAINING.preparing : seen);
      const classes = createClassNames(store.state.dataset?.class_names);
      for (const { weights } of networks.all) weights.classes = classes;
      if (!status.example || pixels.length === 0) return setText(next, WORDS.same(classes.nouns));
      const { label, index } = status.example;
      paintDigit(digit, pixels, status.image, networks.colours);
      digit.setAttribute("aria-label", classes.picture(label));
      setText(next, WORDS.next(classes.alone(label), classes.noun, index));
    },
  };
}

/** @typedef {ReturnType<typeof createParts>} Parts */

/**
 * @param {Model} model @param {Networks} networks @param {Parts} parts @param {AbortSignal} signal
 * @param {(status: Together) => void} arrivedAt is called when a frame is there
 */
function createDrawing(model, networks, { root }, signal, arrivedAt) {
  let drawn = 0;

  function takeFrame() {
    const status = statusOf(model);
    if (!status) return;
    networks.show(status, bytesOf(model.get("frame")));
    arrivedAt(status);
    return status.seq;
  }

  return createFrameLoop(signal, {
    fade: (elapsed) => networks.all.forEach((network) => network.fade(elapsed)),
    isFading: () => networks.all.some(({ weights }) => weights.fading),
    isPlaying: () => root.dataset.state === "playing",
    draw(arrived) {
      const seq = arrived ? takeFrame() : undefined;
      for (const { picture } of networks.all) picture.draw();
      if (seq === undefined) return;
      model.send({ action: "ack", seq });
      drawn += 1;
      root.dataset.frames = String(drawn);
    },
  });
}

/** The frames that the kernel sent last: what is the same in all of their runs, and what is their own. @param {Model} model @returns {Together | null} */
function statusOf(model) {
  const status = model.get("status");
  if (status?.seq === undefined) return null;
  const network = model.get("network");
  const lanes = status.lanes.map((/** @type {object} */ lane, /** @type {number} */ index) => ({
    ...network?.lanes[index],
    ...lane,
  }));
  return { ...network, ...status, lanes };
}

/**
 * @param {Model} model @param {import("../training/store.js").Store} store @param {Networks} networks
 * @param {Parts} parts @param {AbortSignal} signal
 */
function followModel(model, store, networks, { notice }, signal) {
  /** A notice that replaces the kernel's. @type {{level: string, text: string} | null} */
  let instead = null;
  const showNotice = () => {
    const own = model.get("notice") ?? {};
    notice.show(instead ?? own);
    for (const each of networks.all) each.store.set({ notice: own });
    store.set({ notice: own });
  };
  const showCurves = () => store.set({ curves: named(model.get("curves") ?? []) });
  listen(model, signal, {
    "change:lanes": networks.showSettings,
    "change:dataset": () => store.set({ dataset: model.get("dataset") }),
    "change:notice": showNotice,
    "change:curves": showCurves,
    "change:settings": () => store.set({ settings: model.get("settings") ?? {} }),
  });
  store.set({ controls: model.get("controls") ?? [], settings: model.get("settings") ?? {} });
  store.set({ dataset: model.get("dataset") });
  showCurves();
  showNotice();
  createHeartbeat(model, signal, (said) => {
    instead = said;
    showNotice();
  });
  return (/** @type {string} */ text) => notice.show({ text });
}

/**
 * Name each line where two networks have the same trainer.
 * @param {import("../training/store.js").Curve[]} curves
 */
function named(curves) {
  return curves.map((curve, index) => {
    const alike = curves.filter(({ trainer }) => trainer === curve.trainer).length > 1;
    return alike ? { ...curve, name: curve.label, dashed: index > 0 } : curve;
  });
}

export default widget(render);
