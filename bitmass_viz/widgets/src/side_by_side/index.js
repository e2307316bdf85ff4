/** Networks that learn in step, side by side: each with its picture, and one chart for all. */

import { bytesOf } from "../bits/decode.js";
import { h, setText } from "../shared/dom.js";
import { counted, epochs, grouped } from "../shared/numbers.js";
import { watchMedia, whenNear } from "../shared/observe.js";
import { followTheme, makeLuts } from "../shared/palette.js";
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
import { createNetwork } from "./network.js";
import { createViewChoice } from "./view_choice.js";

/**
 * @typedef {import("../shared/widget.js").Model} Model
 * @typedef {import("./network.js").Network} Network
 * @typedef {import("../shared/protocol.js").LanesStatus & Omit<import("../shared/protocol.js").LanesNetwork, "lanes"> &
 *   {lanes: (import("../shared/protocol.js").LaneNetwork & import("../shared/protocol.js").LaneStatus)[]}} Together
 */

/** How long before it is reached it is made ready. */
const NEAR = "800px";

/** @param {{model: Model, el: HTMLElement, signal: AbortSignal}} context */
function render({ model, el, signal }) {
  const name = model.get("name");
  const store = createStore();
  const send = (/** @type {import("../shared/protocol.js").Action} */ message) => model.send(message);
  const networks = createNetworks(model, name, send, () => drawing.request(), signal);
  const parts = createParts(store, name, networks, send, signal);
  const words = createThrottledText(signal, (/** @type {Together} */ status) => {
    store.set({ status: /** @type {any} */ (status) });
    parts.show(status, bytesOf(model.get("digit")));
    networks.say(status);
  });
  const drawing = createDrawing(model, networks, parts, signal, words.take);
  el.append(parts.root);
  followModel(model, store, networks, parts, signal);
  listen(model, signal, { "change:status": drawing.frameCame });
  followTheme(parts.root, model, signal, (colours) => {
    networks.paint(colours);
    drawing.frameCame();
  });
  watchMedia("(prefers-reduced-motion: reduce)", signal, networks.setStill);
  send({ action: "hello" });
  whenNear(parts.root, NEAR, signal, () => send({ action: "near" }));
  return parts.root;
}

/**
 * As many networks as the kernel has: they come and go with its settings.
 * @param {Model} model @param {string} name @param {import("../training/store.js").Send} send @param {() => void} requestDraw
 * @param {AbortSignal} signal
 */
function createNetworks(model, name, send, requestDraw, signal) {
  const element = h("div", { class: "bm-lanes" });
  /** @type {Network[]} */
  const all = [];
  const choice = createViewChoice(name, (view) => {
    for (const network of all) network.choose(view);
    requestDraw();
  });
  let colours = /** @type {import("../shared/palette.js").Colours} */ ({});
  let still = false;

  function add() {
    const lane = all.length;
    const network = createNetwork(
      `${name}-${lane}`,
      (message) => send({ ...message, lane }),
      requestDraw,
      signal,
    );
    network.choose(choice.view());
    all.push(network);
    element.append(network.element);
    paint(colours);
    setStill(still);
    showSettings();
  }

  function showSettings() {
    for (const [lane, { store }] of all.entries())
      store.set({
        controls: model.get("lane_controls")[lane] ?? [],
        settings: model.get("lanes")?.[lane] ?? {},
      });
  }

  /** @param {import("../shared/palette.js").Colours} now */
  function paint(now) {
    colours = now;
    if (!colours.ink) return;
    const luts = makeLuts(colours);
    for (const network of all) network.paint(colours, luts);
  }

  /** @param {boolean} now */
  function setStill(now) {
    still = now;
    for (const { weights } of all) weights.still = still;
  }

  return {
    element,
    all,
    choice: choice.element,
    paint,
    setStill,
    showSettings,
    get colours() {
      return colours;
    },
    /** @param {Together} status @param {Uint8Array} frame of all networks, one after the other */
    show(status, frame) {
      while (all.length > status.lanes.length) all.pop()?.remove();
      while (all.length < status.lanes.length) add();
      let at = 0;
      for (const [lane, network] of all.entries()) {
        const mine = { ...status.lanes[lane], image: status.image };
        const bytes = frame.subarray(at, at + mine.bytes);
        network.show(mine, bytes);
        at += mine.bytes;
        if (status.state !== "playing") network.describe();
      }
    },
    /** @param {Together} status of a frame that is shown */
    say({ lanes, example }) {
      for (const [lane, network] of all.entries())
        network.say(lanes[lane], example?.predictions[lane], example?.label);
    },
  };
}

/** @typedef {ReturnType<typeof createNetworks>} Networks */

/**
 * @param {import("../training/store.js").Store} store @param {string} name @param {Networks} networks
 * @param {import("../training/store.js").Send} send @param {AbortSignal} signal
 */
function createParts(store, name, networks, send, signal) {
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
    "aria-label": "no digit yet",
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
      "aria-label": "Networks side by side",
    },
    h(
      "div",
      { class: "bm-all" },
      h("div", { class: "bm-bar" }, transport.element, facts, networks.choice),
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
      const seen = `${counted(status.examples, "example", "examples")}, epoch ${epochs(status.epoch)}`;
      setText(examples, status.state === "preparing" ? "getting ready \u2026" : seen);
      if (!status.example || pixels.length === 0)
        return setText(next, "All lanes meet the same digits, in the same order.");
      const { label, index } = status.example;
      paintDigit(digit, pixels, status.image, networks.colours);
      digit.setAttribute("aria-label", `handwritten ${label}`);
      setText(next, `Next for all: a ${label}, training digit ${grouped(index)}.`);
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
