/**
 * The frame around a view: heading, canvas at the screen's density, pointer, wheel and keyboard.
 *
 * While nothing is marked, a view is painted straight onto its canvas. Under a mark it is painted into `base`, and
 * what is shown is that picture with the mark on top, so that moving the pointer costs a copy and a few outlines.
 */

import { viewText } from "../views/view_text.js";
import { freshId, h, setText, context2d } from "../shared/dom.js";
import { watchVisible, watchWidth } from "../shared/observe.js";
import { watchPrinting } from "../shared/printing.js";
import { legendOf } from "../views/legend.js";
import { drawOutlines } from "../views/outline.js";
import { shownMark } from "../training/store.js";
import { WORDS } from "./words.js";

const MOVES = ["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown", "PageUp", "PageDown", "Home", "End"];
/** A second click within so many CSS pixels releases the mark. */
const SAME_PLACE = 5;

/**
 * What every part may need.
 * @typedef {{store: import("../training/store.js").Store, weights: import("../views/shown_weights.js").ShownWeights,
 *   send: import("../training/store.js").Send, requestDraw: () => void, nextChange: () => number, signal: AbortSignal}} Stage
 */

/** @param {import("../views/view.js").View} view @param {Stage} stage @param {string} describedBy an id */
export function createPanel(view, stage, describedBy) {
  const { store, weights, signal } = stage;
  const instance = view.create();
  const summary = h("span", { class: "bm-summary" });
  const note = h("span", { class: "bm-note" });
  const legend = h("div", { class: "bm-legend" });
  const depictedId = freshId("depicted");
  const depicted = h("p", { class: "bm-hidden", id: depictedId });
  const canvas = h("canvas", {
    "data-testid": `view-${view.id}`,
    class: "bm-canvas",
    tabindex: "0",
    role: "application",
    "aria-label": WORDS.panel(view.title, view.what),
    "aria-describedby": `${depictedId} ${describedBy}`,
  });
  const holder = h("div", { class: "bm-holder" }, canvas, depicted);
  const element = h(
    "section",
    { class: `bm-panel bm-${view.id}` },
    h("header", { class: "bm-head", title: view.what }, h("h2", view.title), summary, note, legend),
    holder,
  );
  const g = context2d(canvas);
  const base = document.createElement("canvas");
  const baseG = context2d(base, { willReadFrequently: true });
  const background = document.createElement("canvas");
  const backgroundG = context2d(background, { willReadFrequently: true });

  const now = {
    stale: true,
    unmarked: true,
    unlaid: true,
    /** Whether `base` shows the present weights. */
    based: false,
    visible: true,
    printing: false,
    width: 0,
    dpr: 1,
  };
  /** @type {((x: number, y: number) => void) | null} */
  let drag = null;
  let pressedAt = { x: 0, y: 0 };
  let pinnedAt = { x: -1e6, y: -1e6 };
  let moved = false;
  /** Where a mouse or pen rests on the canvas. @type {PointerEvent | null} */
  let resting = null;
  /** Fraction of a line that the wheel has turned. */
  let wheeled = 0;

  watchWidth(holder, signal, (width) => {
    now.width = width;
    relayout();
  });
  watchVisible(canvas, signal, (visible) => {
    now.visible = visible;
    if (visible) stage.requestDraw();
  });
  watchPrinting(signal, (printing) => void (now.printing = printing));

  function relayout() {
    now.unlaid = true;
    stage.requestDraw();
  }

  function layout() {
    now.dpr = Math.max(1, devicePixelRatio || 1);
    // In CSS pixels, where the sheet allows a view less than it takes by itself.
    const height = parseFloat(getComputedStyle(holder).getPropertyValue("--bm-view-height")) || undefined;
    const size = instance.layout(weights, Math.floor(now.width * now.dpr), now.dpr, height);
    for (const target of [canvas, base, background]) {
      if (target.width !== size.width) target.width = size.width;
      if (target.height !== size.height) target.height = size.height;
    }
    canvas.style.width = `${size.width / now.dpr}px`;
    canvas.style.height = `${size.height / now.dpr}px`;
    backgroundG.clearRect(0, 0, background.width, background.height);
    instance.background(backgroundG, weights);
    summary.textContent = view.summary(weights);
    now.unlaid = false;
    now.stale = true;
  }

  /** Scroll to what is marked, unless this view marked it. */
  function reveal() {
    const mark = shownMark(store.state);
    if (!mark || store.state.markedBy === view.id) return;
    if (mark.address.layer === weights.layer.name && instance.reveal?.(weights, mark)) now.stale = true;
  }

  /** Draw what changed; nothing while the canvas is out of sight. */
  function draw() {
    if (!weights.ready || now.width === 0) return;
    if (now.unlaid) {
      layout();
      reveal();
      if (resting && !drag && !shownMark(store.state)) hover(resting);
    }
    if (!now.visible && !now.printing) return;
    if (!now.stale && !now.unmarked) return;
    if (now.stale) now.based = false;
    const mark = shownMark(store.state);
    const marked = mark?.address.layer === weights.layer.name;
    if (marked && !now.based) {
      paint(baseG);
      now.based = true;
    }
    if (now.based) {
      g.clearRect(0, 0, canvas.width, canvas.height);
      g.drawImage(base, 0, 0);
    } else paint(g);
    if (mark && marked) drawOutlines(g, instance.boxes(weights, mark), weights.colours, now.dpr);
    now.stale = false;
    now.unmarked = false;
  }

  /** @param {CanvasRenderingContext2D} target */
  function paint(target) {
    target.clearRect(0, 0, canvas.width, canvas.height);
    target.drawImage(background, 0, 0);
    instance.paint(target, weights);
  }

  /** @param {MouseEvent} event @returns {[number, number]} device pixels on the canvas */
  function place(event) {
    const box = canvas.getBoundingClientRect();
    return [
      ((event.clientX - box.left) * canvas.width) / box.width,
      ((event.clientY - box.top) * canvas.height) / box.height,
    ];
  }

  /** @param {MouseEvent} event */
  function hover(event) {
    if (!weights.ready || now.unlaid) return;
    store.set({ hover: instance.locate(weights, ...place(event)), markedBy: view.id });
  }

  /** Put into words what is shown, for readers who do not see it. */
  function describe() {
    if (weights.ready) setText(depicted, viewText(view.id, weights, store.state.flips));
  }
  let legendKey = "";
  function showLegend() {
    const { key, nodes } = legendOf(view.id, weights);
    if (key === legendKey) return;
    legendKey = key;
    legend.replaceChildren(...nodes());
  }
  canvas.addEventListener("focus", describe);

  canvas.addEventListener("pointermove", (event) => {
    resting = event.pointerType === "touch" ? null : event;
    if (drag) {
      const [x, y] = place(event);
      if (Math.hypot(event.clientX - pressedAt.x, event.clientY - pressedAt.y) > SAME_PLACE) moved = true;
      drag(x, y);
      now.stale = true;
      stage.requestDraw();
    } else hover(event);
  });
  canvas.addEventListener("pointerleave", (event) => {
    resting = null;
    // A finger leaves when it lifts; the weight it touched last stays marked.
    if (!drag && event.pointerType !== "touch") store.set({ hover: null });
  });
  canvas.addEventListener("pointerdown", (event) => {
    if (event.button !== 0 || !weights.ready || now.unlaid) return;
    moved = false;
    pressedAt = { x: event.clientX, y: event.clientY };
    drag = instance.press?.(weights, ...place(event)) ?? null;
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
    if (!weights.ready || now.unlaid || moved) return;
    const mark = instance.locate(weights, ...place(event));
    if (!mark) return;
    const near = Math.hypot(event.clientX - pinnedAt.x, event.clientY - pinnedAt.y) <= SAME_PLACE;
    const again = store.state.pinned !== null && store.state.markedBy === view.id && near;
    pinnedAt = again ? { x: -1e6, y: -1e6 } : { x: event.clientX, y: event.clientY };
    store.set({ pinned: again ? null : mark, hover: mark, markedBy: view.id });
  });
  canvas.addEventListener(
    "wheel",
    (event) => {
      if (!instance.scroll || !weights.ready || now.unlaid || event.ctrlKey) return;
      const line = instance.lineHeight?.() ?? 16;
      wheeled += event.deltaMode === 1 ? event.deltaY : event.deltaY / line;
      const lines = Math.trunc(wheeled);
      wheeled -= lines;
      if (lines !== 0 && !instance.scroll(weights, lines)) return;
      event.preventDefault();
      now.stale = true;
      hover(event);
      stage.requestDraw();
    },
    { passive: false },
  );
  canvas.addEventListener("keydown", (event) => {
    if (!weights.ready || now.unlaid) return;
    if (event.key === "Enter") {
      const mark = shownMark(store.state) ?? instance.move(weights, null, "Home", false);
      store.set({ pinned: store.state.pinned ? null : mark, hover: mark, markedBy: view.id });
    } else if (MOVES.includes(event.key) && !event.ctrlKey && !event.metaKey && !event.altKey) {
      const current = shownMark(store.state);
      const here = current?.address.layer === weights.layer.name ? current : null;
      const mark = instance.move(weights, here, event.key, event.shiftKey);
      if (!mark) return;
      if (instance.reveal?.(weights, mark)) now.stale = true;
      store.set(
        store.state.pinned ? { pinned: mark, markedBy: view.id } : { hover: mark, markedBy: view.id },
      );
    } else return;
    event.preventDefault();
    event.stopPropagation();
  });

  return {
    id: view.id,
    element,
    note,
    draw,
    relayout,
    describe,
    showLegend,
    /** The weights, or their glow, changed. */
    invalidate: () => void (now.stale = true),
    /** Show another mark. */
    markChanged() {
      now.unmarked = true;
      if (!now.unlaid) reveal();
    },
  };
}

/** @typedef {ReturnType<typeof createPanel>} Panel */
