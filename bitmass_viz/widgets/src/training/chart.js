/** Validation accuracy of every run so far, one line per run. */

import { h, headRow, setText, svg } from "../shared/dom.js";
import { compact, grouped, percent } from "../shared/numbers.js";
import { watchWidth } from "../shared/observe.js";
import { createTimer } from "../shared/widget.js";
import { styleCurves } from "./curve_style.js";
import { STUDY_EPOCHS, accuracyRange, examplesEnd, spread, thin, ticks } from "../shared/scale.js";
import { WORDS } from "./words.js";

/** In CSS pixels, unless the sheet says otherwise. */
const HEIGHT = 172;
const MARGIN = { top: 10, right: 8, bottom: 30, left: 30 };
const MOST_POINTS = 200;
/** While training goes on, lines grow this often: each time the browser lays out and paints the page anew. */
const PAUSE_MS = 250;
const LABEL_GAP = 12;
/** Width of a label's letter in bold, a little too large rather than too small: to see whether it fits. */
const CHARACTER = 7.4;

/** @param {import("./store.js").Store} store @param {AbortSignal} signal @param {string} [testId] */
export function createChart(store, signal, testId = "chart") {
  const picture = h("div", { class: "bm-plot" });
  const body = h("tbody");
  const table = h("table", h("caption", WORDS.allRuns), headRow(WORDS.runColumns), body);
  const element = h(
    "div",
    { class: "bm-chart", "data-testid": testId },
    picture,
    h("div", { class: "bm-hidden" }, table),
  );
  const lines = svg("g", {});
  const timer = createTimer(signal);
  let [width, height, epoch, drawnAt, axesFor] = [0, HEIGHT, 0, -Infinity, ""];
  watchWidth(picture, signal, (now) => {
    width = now;
    height = parseFloat(getComputedStyle(picture).getPropertyValue("--bm-view-height")) || HEIGHT;
    draw();
  });

  function draw() {
    timer.stop();
    if (width < 60) return;
    drawnAt = performance.now();
    const shown = store.state.curves.filter((curve) => curve.points.length > 0);
    const scale = scaleOf(shown, epoch, width, height);
    const { low, high, end } = scale;
    const wanted = [low, high, end, epoch, width, height].join();
    if (wanted !== axesFor) picture.replaceChildren(frame(scale, lines));
    axesFor = wanted;
    const ordered = styleCurves(shown).sort((a, b) => Number(a.curve.active) - Number(b.curve.active));
    lines.replaceChildren(...ordered.map((styled) => line(styled, scale)), ...labels(ordered, scale));
    tabulate(shown);
  }

  /** @param {import("./store.js").Curve[]} shown */
  function tabulate(shown) {
    const row = () => h("tr", h("th", { scope: "row" }), h("td"), h("td"));
    while (body.rows.length > shown.length) body.deleteRow(-1);
    while (body.rows.length < shown.length) body.append(row());
    shown.forEach(({ label, points }, index) => {
      const [examples, accuracy] = points[points.length - 1];
      const [name, seen, right] = body.rows[index].cells;
      setText(name, label);
      setText(seen, grouped(examples));
      setText(right, percent(accuracy));
    });
  }

  const isPlaying = () => store.state.status?.state === "playing";
  store.on(["curves"], () => {
    const wait = drawnAt + PAUSE_MS - performance.now();
    if (!isPlaying() || wait <= 0) draw();
    else if (!timer.running) timer.start(wait, draw);
  });
  store.on(["status"], ({ status }) => {
    const isNew = status !== null && status.train_size !== epoch;
    epoch = status?.train_size ?? epoch;
    if (isNew || (timer.running && !isPlaying())) draw();
  });
  return { element };
}

/**
 * @typedef {{low: number, high: number, end: number, epoch: number, width: number, height: number, right: number,
 *   bottom: number, x: (examples: number) => number, y: (accuracy: number) => number}} Scale
 * @param {import("./store.js").Curve[]} curves @param {number} epoch @param {number} width @param {number} height
 * @returns {Scale}
 */
function scaleOf(curves, epoch, width, height) {
  const most = Math.max(0, ...curves.map((curve) => curve.points[curve.points.length - 1][0]));
  const end = examplesEnd(most, epoch);
  const [low, high] = accuracyRange(curves);
  const right = width - MARGIN.right;
  const bottom = height - MARGIN.bottom;
  const x = (/** @type {number} */ examples) => MARGIN.left + (examples / end) * (right - MARGIN.left);
  const y = (/** @type {number} */ accuracy) =>
    bottom - ((accuracy - low) / (high - low)) * (bottom - MARGIN.top);
  return { low, high, end, epoch, width, height, right, bottom, x, y };
}

/** The axes, with the lines above them. @param {Scale} scale @param {SVGElement} lines */
function frame({ low, high, end, epoch, width, height, right, bottom, x, y }, lines) {
  const root = svg("svg", {
    width,
    height,
    viewBox: `0 0 ${width} ${height}`,
    role: "img",
    "aria-label": WORDS.chart,
  });
  for (const tick of ticks(low, high, 4)) {
    root.append(
      svg("line", { class: "bm-grid-line", x1: MARGIN.left, x2: right, y1: y(tick), y2: y(tick) }),
      svg(
        "text",
        { class: "bm-tick", x: MARGIN.left - 5, y: y(tick) + 3.5, "text-anchor": "end" },
        String(Math.round(tick * 100)),
      ),
    );
  }
  root.append(svg("text", { class: "bm-tick", x: 0, y: height - 2 }, WORDS.right));
  for (const { at, text } of xTicks(end, epoch)) {
    root.append(
      svg("line", { class: "bm-axis", x1: x(at), x2: x(at), y1: bottom, y2: bottom + 4 }),
      svg(
        "text",
        {
          class: "bm-tick",
          x: x(at),
          y: bottom + 15,
          "text-anchor": at === end ? "end" : at === 0 ? "start" : "middle",
        },
        text,
      ),
    );
  }
  root.append(svg("line", { class: "bm-axis", x1: MARGIN.left, x2: right, y1: bottom, y2: bottom }));
  const study = STUDY_EPOCHS * epoch;
  if (epoch > 0 && study <= end) {
    root.append(
      svg("line", { class: "bm-study", x1: x(study), x2: x(study), y1: MARGIN.top - 4, y2: bottom }),
    );
  }
  const unit = epoch > 0 && end >= epoch ? WORDS.epochs : WORDS.examples;
  root.append(svg("text", { class: "bm-tick", x: right, y: height - 2, "text-anchor": "end" }, unit), lines);
  return root;
}

/** @param {number} end @param {number} epoch @returns {{at: number, text: string}[]} */
export function xTicks(end, epoch) {
  if (epoch > 0 && end >= epoch) {
    return ticks(0, end / epoch, 4).map((n) => ({ at: n * epoch, text: String(n) }));
  }
  return ticks(0, end, 3).map((at) => ({ at, text: compact(at) }));
}

/** @param {import("./curve_style.js").Styled} styled @param {Scale} scale */
function line({ curve, colour, dash, mark }, { x, y }) {
  const points = thin(curve.points, MOST_POINTS);
  const last = points[points.length - 1];
  return svg(
    "g",
    { class: curve.active ? "bm-curve bm-active" : "bm-curve", style: `color: ${colour}` },
    svg("title", {}, `${curve.label}: ${percent(last[1])} after ${grouped(last[0])} examples`),
    svg("polyline", {
      points: points.map(([n, a]) => `${x(n).toFixed(1)},${y(a).toFixed(1)}`).join(" "),
      "stroke-dasharray": dash,
    }),
    svg("path", { d: mark, transform: `translate(${x(last[0]).toFixed(1)} ${y(last[1]).toFixed(1)})` }),
  );
}

/**
 * A name at the end of each line that has one, kept apart and inside the plot.
 * @param {import("./curve_style.js").Styled[]} curves @param {Scale} scale
 */
function labels(curves, { x, y, right, bottom }) {
  const { left } = MARGIN;
  const ends = curves
    .filter(({ name }) => name !== "")
    .map(({ curve, colour, name }) => {
      const [examples, accuracy] = curve.points[curve.points.length - 1];
      const after = x(examples) + 8 + name.length * CHARACTER < right;
      return { curve, colour, name, after, x: x(examples), y: y(accuracy) + (after ? 4 : -7) };
    })
    .sort((a, b) => a.y - b.y);
  const placed = spread(
    ends.map((e) => e.y),
    LABEL_GAP,
    MARGIN.top + 2,
    bottom - 3,
  );
  return ends.map((e, i) => {
    const { name, after } = e;
    const at = after
      ? Math.max(left + 4, e.x + 8)
      : Math.min(right, Math.max(e.x - 6, left + 4 + name.length * CHARACTER));
    return svg(
      "text",
      {
        class: e.curve.active ? "bm-name bm-active" : "bm-name",
        x: at,
        y: placed[i],
        "text-anchor": after ? "start" : "end",
        style: `fill: ${e.colour}`,
      },
      name,
    );
  });
}
