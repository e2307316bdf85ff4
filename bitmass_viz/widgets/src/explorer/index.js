/**
 * One weight matrix in three linked views, learning live. This module joins the parts: what the kernel
 * sends goes into the store and the weights, one animation frame draws whatever changed, and the kernel is
 * told which frame was drawn.
 */

import { createLayerChoice } from "./layer_choice.js";
import { createChart } from "../training/chart.js";
import { createCompare } from "./compare.js";
import { createControls } from "../training/controls.js";
import { bytesOf } from "../bits/decode.js";
import { selectionJson } from "../bits/readout_text.js";
import { freshId, h, setText } from "../shared/dom.js";
import { createLens } from "./lens.js";
import { createHistory } from "./history.js";
import { legendOf } from "../views/legend.js";
import { fingerprint, readLink, readMark } from "../permalink/permalink.js";
import { createNavigation } from "../permalink/navigation.js";
import { chooseTheme, applyTheme, isDark, makeLuts, watchTheme } from "../shared/palette.js";
import { createPanel } from "./panel.js";
import { createHeartbeat } from "../training/heartbeat.js";
import { createReadout } from "./readout.js";
import { createSave } from "./save.js";
import { ShownWeights } from "../views/shown_weights.js";
import { createFacts, createAccuracyPanel } from "./facts.js";
import { createShare, linkTo } from "./share.js";
import { createStore, shownMark } from "../training/store.js";
import { createTour } from "../tour/tour.js";
import { createTransport } from "../training/transport.js";
import { createScrubber } from "./scrubber.js";
import { VIEWS } from "../views/index.js";

/** @typedef {import("../shared/widget.js").Model} Model */

/** Traits that are copied into the store as they are. */
const TRAITS = /** @type {const} */ (["controls", "settings", "curves", "dataset", "notice", "palette"]);
/** A frame that takes longer to come than this does not hold up the fading. */
const FADE_WAIT_MS = 100;
const DIFFERENT =
  "These weights are not quite those that the link was made from: the digits, the version or the processor is another.";
const TYPING = "input, select, textarea, button, a, [contenteditable]";

/** @param {{model: Model, el: HTMLElement}} context @returns {() => void} */
function render({ model, el }) {
  const store = createStore();
  const weights = new ShownWeights();
  const send = (/** @type {object} */ message) => model.send(message);
  const readoutId = freshId("readout");
  const stage = { store, weights, requestDraw, describedBy: readoutId };

  const panels = VIEWS.map((view) => createPanel(view, stage));
  const lens = createLens(stage);
  const readout = createReadout(store, weights, readoutId);
  const score = createAccuracyPanel(store, weights);
  const controls = createControls(store, (/** @type {object} */ message) => {
    score.note(message);
    send(message);
  });
  const transport = createTransport(store, send);
  const history = createHistory(store, send);
  const scrubber = createScrubber(store, send, history, (kept) => {
    if (!store.state.status) return;
    pass = { status: { ...store.state.status, ...kept.moment, example: null }, bytes: kept.bytes };
    requestDraw();
  });
  const browse = createLayerChoice(store, weights);
  const compare = createCompare(store, weights);
  scrubber.element.append(compare.element);
  const chart = createChart(store);
  const facts = createFacts(store, send);
  const share = createShare(store, weights);
  const save = createSave(store, weights, send, () => root);
  const tour = createTour(store, () => root);
  const openers = [share.element, save.element, tour.element, tour.layer];
  facts.element.append(h("div", { class: "bm-openers" }, ...openers));
  const notice = h("p", { class: "bm-notice", role: "status", "data-testid": "notice", hidden: true });

  panels.find((panel) => panel.id === "bit")?.note.append(browse.flips);
  const side = h(
    "section",
    { class: "bm-panel bm-side", "aria-label": "Accuracy" },
    score.element,
    chart.element,
  );
  const strip = h(
    "section",
    { class: "bm-panel bm-strip", "aria-label": "The marked weight" },
    lens.element,
    readout.element,
  );
  const root = h(
    "div",
    {
      class: "bm-widget bitmass",
      "data-testid": "explorer",
      "data-frames": "0",
      "data-state": "",
      "data-selection": "",
      role: "group",
      "aria-label": "Weight explorer",
    },
    h(
      "div",
      { class: "bm-all" },
      ...tour.offer,
      h("div", { class: "bm-bar" }, transport.element, facts.element, scrubber.element),
      h("div", { class: "bm-settings" }, controls.element, browse.element),
      notice,
      h("div", { class: "bm-grid" }, ...panels.map((panel) => panel.element), side, strip),
    ),
  );

  /** @type {number | null} */
  let request = null;
  let drawnAt = 0;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let fadeTimer;
  let unacknowledged = false;
  let arrived = false;
  /** A frame out of the page's own history, to be drawn next. @type {{status: import("../training/store.js").Status, bytes: Uint8Array} | null} */
  let pass = null;
  /** Where a link leads, until the kernel is there. @type {{view: import("../permalink/permalink.js").View, id: number} | null} */
  let destination = null;
  let links = 0;

  function requestDraw() {
    request ??= requestAnimationFrame(draw);
  }

  /** @param {number} time */
  function draw(time) {
    request = null;
    if (weights.fading) {
      weights.fade(Math.min(100, time - drawnAt));
      invalidateWeights();
    }
    drawnAt = time;
    const drawn = arrived || pass !== null;
    if (arrived) takeFrame();
    else showPassing();
    pass = null;
    for (const panel of panels) panel.draw();
    lens.draw();
    if (drawn) store.set({ framesDrawn: store.state.framesDrawn + 1 });
    if (unacknowledged) {
      unacknowledged = false;
      const seq = model.get("status")?.seq;
      if (seq !== undefined) send({ action: "ack", seq });
    }
    clearTimeout(fadeTimer);
    if (weights.fading) fadeOn();
  }

  /** Let the glow of flipped bits fade: frame by frame at rest; while frames come in, when the next is drawn. */
  function fadeOn() {
    if (store.state.status?.state !== "playing") requestDraw();
    else fadeTimer = setTimeout(requestDraw, FADE_WAIT_MS);
  }

  /** Decode the newest frame; older ones that were not drawn in time are left out. */
  function takeFrame() {
    arrived = false;
    const status = model.get("status");
    if (!status || status.seq === undefined) return;
    unacknowledged = true;
    if (scrubber.isAheadOf(status)) return showPassing();
    show(status, bytesOf(model.get("frame")), bytesOf(model.get("digit")));
    if (destination && status.followed === destination.id && status.state === "paused")
      settleAt(destination.view, status);
    navigation?.note();
  }

  /** Show the frame of the history that the page has gone to by itself, if it has. */
  function showPassing() {
    if (pass) show(pass.status, pass.bytes, new Uint8Array(0));
  }

  /** @param {import("../training/store.js").Status} status @param {Uint8Array} bytes @param {Uint8Array} digit */
  function show(status, bytes, digit) {
    const { flips, reshaped } = weights.take(status, bytes);
    if (reshaped) {
      store.set({ page: 0, hover: null, pinned: null, kept: null });
      for (const panel of panels) panel.relayout();
      browse.rebuild();
    }
    store.set({ status, digit, flips });
    invalidateWeights();
    browse.update();
    readout.update();
    for (const panel of panels) {
      showLegend(panel);
      // While frames come in, whoever asks is told (see `createPanel`).
      if (status.state === "paused" && !pass) panel.tell();
    }
  }

  /** @param {import("../permalink/permalink.js").View} view @param {import("../training/store.js").Status} status */
  function settleAt(view, status) {
    destination = null;
    const layer = weights.plan.layers.findIndex(({ name }) => name === view.layer);
    store.set({ layer: Math.max(0, layer), page: Math.min(view.page, weights.page.pages - 1) });
    browse.rebuild();
    if (view.mark) store.set({ pinned: readMark(view.mark, weights.plan), markedBy: "" });
    const same = fingerprint(weights.bytes.subarray(0, weights.plan.bytes)) === view.check;
    if (view.check && !same && status.examples === view.at)
      store.set({ notice: { level: "info", text: DIFFERENT } });
  }

  function invalidateWeights() {
    for (const panel of panels) panel.invalidate();
    lens.invalidate();
  }

  const legends = new Map();
  /** @param {import("./panel.js").Panel} panel */
  function showLegend(panel) {
    const { key, nodes } = legendOf(panel.id, weights);
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
    lens.invalidate();
    requestDraw();
  });
  store.on(["layer", "page"], ({ layer, page }) => {
    weights.show(layer, page);
    store.set({ hover: null, pinned: null });
    browse.update();
    for (const panel of panels) {
      panel.relayout();
      showLegend(panel);
    }
  });
  store.on(["palette", "dark"], ({ palette, dark }) => {
    const colours = applyTheme(root, palette, dark);
    if (!colours) return;
    weights.colours = colours;
    weights.luts = makeLuts(colours);
    for (const panel of panels) {
      panel.relayout();
      if (weights.ready) showLegend(panel);
    }
    lens.invalidate();
  });
  store.on(["kept"], ({ kept }) => {
    weights.compareWith(kept?.bytes ?? null);
    invalidateWeights();
    browse.update();
    for (const panel of panels) showLegend(panel);
    requestDraw();
  });
  store.on(["hidden"], ({ hidden }) => {
    for (const name of hidden.filter(share.isPart)) {
      root
        .querySelector(`[data-testid="${name}"]`)
        ?.closest(".bm-scrub, .bm-segments, button")
        ?.toggleAttribute("hidden", true);
    }
  });
  store.on(["notice"], ({ notice: { text = "", level = "info" } }) => {
    notice.setAttribute("role", level === "error" ? "alert" : "status");
    notice.classList.toggle("bm-error", level === "error");
    notice.hidden = text === "";
    setText(notice, text);
  });

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

  const stillness = matchMedia("(prefers-reduced-motion: reduce)");
  const settle = () => void (weights.still = stillness.matches);
  stillness.addEventListener("change", settle);
  settle();
  const stopWatchingTheme = watchTheme(() => store.set({ dark: isDark() }));
  const stopWatchingDensity = watchDensity(() => {
    for (const panel of panels) panel.relayout();
    lens.invalidate();
  });

  const listeners = TRAITS.map(
    (name) => /** @type {const} */ ([`change:${name}`, () => store.set({ [name]: model.get(name) })]),
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
  const pulse = createHeartbeat(model, (said) => store.set({ notice: said ?? model.get("notice") ?? {} }));
  /** @type {ReturnType<typeof createNavigation> | undefined} */
  const navigation = createNavigation(
    (address, { navigated, kept }) => {
      const link = readLink(address, store.state.controls);
      if (!link) return;
      links += 1;
      destination = { view: link.view, id: links };
      store.set({ hidden: link.view.hide });
      if (link.view.theme) chooseTheme(link.view.theme);
      // The parts of the page above are there by then. After Back and Reload the browser knows where the reader was.
      if (!kept) requestAnimationFrame(() => root.scrollIntoView({ block: "start" }));
      send({ action: "follow", state: link.state, id: links, navigated });
    },
    () =>
      store.state.status && weights.ready && !destination ? linkTo(store, weights, store.state.hidden) : "",
  );

  return () => {
    model.off("change:status", frameCame);
    model.off("msg:custom", save.receive);
    model.off("msg:custom", history.receive);
    for (const [event, listener] of listeners) model.off(event, listener);
    if (request !== null) cancelAnimationFrame(request);
    clearTimeout(fadeTimer);
    for (const part of [...panels, lens, readout, chart, scrubber, tour, pulse, navigation]) part.destroy();
    stillness.removeEventListener("change", settle);
    stopWatchingTheme();
    stopWatchingDensity();
    root.remove();
  };
}

/** The page was zoomed, or moved to a screen of another density. @param {() => void} changed */
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

export default { render };
