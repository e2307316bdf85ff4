/** Networks that learn in step, beside each other: for each a lane with its picture, and one chart for all. */

import { createChart } from "../training/chart.js";
import { createControls } from "../training/controls.js";
import { bytesOf } from "../bits/decode.js";
import { freshId, h, setText } from "../shared/dom.js";
import { counted, epochs, grouped } from "../shared/numbers.js";
import { createLane } from "./network.js";
import { applyTheme, makeLuts, watchTheme } from "../shared/palette.js";
import { whenNear } from "../shared/when_near.js";
import { createHeartbeat } from "../training/heartbeat.js";
import { paintDigit } from "../shared/pixels.js";
import { createStore } from "../training/store.js";
import { createTransport } from "../training/transport.js";
import { VIEWS } from "../views/index.js";

/**
 * @typedef {import("../shared/widget.js").Model} Model
 * @typedef {import("./network.js").NetworkStatus} NetworkStatus
 * @typedef {{seq: number, state: string, examples: number, epoch: number, train_size: number,
 *   image: [number, number], example: {index: number, label: number, predictions: number[]} | null,
 *   lanes: NetworkStatus[]}} Together
 */

/** How long before it is reached it is made ready. */
const NEAR = "800px";
const FADE_WAIT_MS = 100;

/** @param {{model: Model, el: HTMLElement}} context @returns {() => void} */
function render({ model, el }) {
  const name = model.get("name");
  const store = createStore();
  const send = (/** @type {object} */ message) => model.send(message);
  const transport = createTransport(store, send, `${name}-`);
  const controls = createControls(store, send, `${name}-`);
  const chart = createChart(store, `${name}-chart`);
  const lanes = /** @type {import("./network.js").Lane[]} */ ([]);
  const examples = h("span", { class: "bm-fact", "data-testid": `${name}-examples-seen` });
  const dataset = h("span", { class: "bm-fact bm-dataset" });
  const notice = h("p", { class: "bm-notice", role: "status", hidden: true });
  const digit = /** @type {HTMLCanvasElement} */ (
    h("canvas", { width: "28", height: "28", class: "bm-digit", role: "img", "aria-label": "no digit yet" })
  );
  const meets = h("p", { class: "bm-said" });
  const row = h("div", { class: "bm-lanes" });
  const chosen = createChoice(name, (view) => {
    for (const lane of lanes) lane.choose(view);
    requestDraw();
  });
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
      h(
        "div",
        { class: "bm-bar" },
        transport.element,
        h("div", { class: "bm-facts" }, examples, dataset),
        chosen.element,
      ),
      h("div", { class: "bm-settings" }, controls.element),
      notice,
      h(
        "div",
        { class: "bm-panel bm-common" },
        h("div", { class: "bm-example" }, digit, meets),
        chart.element,
      ),
      row,
    ),
  );

  /** @type {number | null} */
  let request = null;
  let drawnAt = 0;
  let drawn = 0;
  let arrived = false;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let fadeTimer;

  function requestDraw() {
    request ??= requestAnimationFrame(draw);
  }

  /** @param {number} time */
  function draw(time) {
    request = null;
    for (const lane of lanes) lane.fade(Math.min(100, time - drawnAt));
    drawnAt = time;
    const seq = arrived ? takeFrame() : undefined;
    for (const lane of lanes) lane.picture.draw();
    if (seq !== undefined) {
      send({ action: "ack", seq });
      drawn += 1;
      root.dataset.frames = String(drawn);
    }
    clearTimeout(fadeTimer);
    if (!lanes.some((lane) => lane.weights.fading)) return;
    if (root.dataset.state === "playing") fadeTimer = setTimeout(requestDraw, FADE_WAIT_MS);
    else requestDraw();
  }

  function takeFrame() {
    arrived = false;
    const status = /** @type {Together} */ (model.get("status"));
    if (status?.seq === undefined) return undefined;
    const all = bytesOf(model.get("frame"));
    while (lanes.length > status.lanes.length) lanes.pop()?.destroy();
    while (lanes.length < status.lanes.length) addLane();
    let at = 0;
    for (const [index, lane] of lanes.entries()) {
      const mine = { ...status.lanes[index], image: status.image };
      lane.show(
        mine,
        all.subarray(at, at + mine.bytes),
        status.example?.predictions[index],
        status.example?.label,
      );
      at += mine.bytes;
      if (status.state !== "playing") lane.tell();
    }
    root.dataset.state = status.state;
    store.set({ status: /** @type {any} */ (status) });
    const seen = `${counted(status.examples, "example", "examples")}, epoch ${epochs(status.epoch)}`;
    setText(examples, status.state === "preparing" ? "getting ready \u2026" : seen);
    showExample(status);
    return status.seq;
  }

  /** @param {Together} status */
  function showExample({ example, image }) {
    const bytes = bytesOf(model.get("digit"));
    if (!example || bytes.length === 0) {
      setText(meets, "All lanes meet the same digits, in the same order.");
      return;
    }
    paintDigit(digit, bytes, image, lanes[0].weights.colours);
    digit.setAttribute("aria-label", `handwritten ${example.label}`);
    setText(meets, `Next for all: a ${example.label}, training digit ${grouped(example.index)}.`);
  }

  function addLane() {
    const index = lanes.length;
    const lane = createLane(name, index, (message) => send({ ...message, lane: index }), requestDraw);
    lane.choose(chosen.view());
    lanes.push(lane);
    row.append(lane.element);
    paint();
    tellLanes();
  }

  function tellLanes() {
    const told = model.get("lanes") ?? [];
    for (const [index, lane] of lanes.entries())
      lane.store.set({ controls: model.get("lane_controls")[index] ?? [], settings: told[index] ?? {} });
  }

  function paint() {
    const colours = applyTheme(root, model.get("palette"));
    if (!colours) return;
    const luts = makeLuts(colours);
    for (const lane of lanes) lane.paint(colours, luts);
    requestDraw();
  }

  const still = matchMedia("(prefers-reduced-motion: reduce)");
  const settle = () => {
    for (const lane of lanes) lane.weights.still = still.matches;
  };
  still.addEventListener("change", settle);
  const stopWatching = watchTheme(() => {
    paint();
    arrived = true;
  });
  const frameCame = () => {
    arrived = true;
    requestDraw();
  };
  const showDataset = () => {
    const data = model.get("dataset");
    dataset.replaceChildren(h("strong", {}, data?.label ?? ""));
    dataset.classList.toggle("bm-is-synthetic", Boolean(data?.synthetic));
    store.set({ dataset: data });
  };
  /** What is said in place of the kernel's own notice. @type {{level: string, text: string} | null} */
  let instead = null;
  const showNotice = () => {
    const { text = "", level = "info" } = instead ?? model.get("notice") ?? {};
    notice.classList.toggle("bm-error", level === "error");
    notice.hidden = text === "";
    setText(notice, text);
    for (const lane of lanes) lane.store.set({ notice: model.get("notice") });
    store.set({ notice: model.get("notice") ?? {} });
  };
  /** @type {[string, () => void][]} */
  const listeners = [
    ["change:status", frameCame],
    ["change:lanes", tellLanes],
    ["change:dataset", showDataset],
    ["change:notice", showNotice],
    ["change:curves", () => store.set({ curves: named(model.get("curves") ?? []) })],
    ["change:settings", () => store.set({ settings: model.get("settings") ?? {} })],
    ["change:palette", paint],
  ];
  for (const [event, listener] of listeners) model.on(event, listener);

  el.append(root);
  store.set({ controls: model.get("controls") ?? [], settings: model.get("settings") ?? {} });
  store.set({ curves: named(model.get("curves") ?? []) });
  showDataset();
  showNotice();
  frameCame();
  settle();
  send({ action: "hello" });
  const pulse = createHeartbeat(model, (said) => {
    instead = said;
    showNotice();
  });
  const leave = whenNear(root, NEAR, () => send({ action: "near" }));

  return () => {
    for (const [event, listener] of listeners) model.off(event, listener);
    if (request !== null) cancelAnimationFrame(request);
    clearTimeout(fadeTimer);
    for (const part of [...lanes, chart, pulse]) part.destroy();
    still.removeEventListener("change", settle);
    leave();
    stopWatching();
    root.remove();
  };
}

/**
 * Tell the lines of lanes with the same trainer apart.
 * @param {import("../training/store.js").Curve[]} curves
 */
function named(curves) {
  return curves.map((curve, index) => {
    const alike = curves.filter(({ trainer }) => trainer === curve.trainer).length > 1;
    return alike ? { ...curve, name: curve.label, dashed: index > 0 } : curve;
  });
}

/** Which view all lanes show. @param {string} name @param {(view: import("../views/view.js").View) => void} changed */
function createChoice(name, changed) {
  const group = freshId("view");
  let view = VIEWS[0];
  const element = h(
    "div",
    { class: "bm-segments", role: "radiogroup", "aria-label": "View", "data-testid": `${name}-view` },
    ...VIEWS.map((each) => {
      const id = freshId("view");
      const input = /** @type {HTMLInputElement} */ (
        h("input", { type: "radio", name: group, id, "data-testid": `${name}-view-${each.id}` })
      );
      input.checked = each === view;
      input.addEventListener("change", () => {
        view = each;
        changed(each);
      });
      return h("span", {}, input, h("label", { for: id }, each.title));
    }),
  );
  return { element, view: () => view };
}

export default { render };
