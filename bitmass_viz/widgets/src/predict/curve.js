/** A guessed curve: drawn with mouse, finger or keys; then both curves and the gap between them. */

import { freshId, h, headRow, setText, svg } from "../shared/dom.js";
import { counted } from "../shared/numbers.js";
import { watchWidth } from "../shared/observe.js";
import { allowed, amount, plain } from "./amount.js";
import { holding } from "./axes.js";
import { between, layOut, marksOf, namesOf, pathOf } from "./plot.js";
import { isOpen } from "./question.js";
import { missing, moved, nearest, reached, startOf } from "./sketch.js";
import { WORDS } from "./words.js";

/**
 * @typedef {import("./question.js").Now} Now
 * @typedef {import("./sketch.js").Sketch} Sketch
 * @typedef {import("./plot.js").CurveQuestion} CurveQuestion
 */

const RING = "M-4 0a4 4 0 1 0 8 0a4 4 0 1 0-8 0z";
const DIAMOND = "M0-5 5 0 0 5-5 0z";

/** @param {CurveQuestion} question @param {(value: Sketch) => void} propose @param {AbortSignal} signal @returns {import("./question.js").Part} */
export function createCurve(question, propose, signal) {
  const { x, low, high, decimals, y_unit: unit, x_label: xLabel } = question;
  const hint = h("p", { class: "bm-hint", id: freshId("hint") });
  const axes = svg("g");
  const gap = svg("path", { class: "bm-gap" });
  const yours = svg("path", { class: "bm-curve bm-yours" });
  const yourMarks = svg("g", { class: "bm-marks bm-yours" });
  const truth = svg("path", { class: "bm-curve bm-true" });
  const trueMarks = svg("g", { class: "bm-marks bm-true" });
  const names = svg("g", { class: "bm-names" });
  const invitation = svg("text", { class: "bm-invitation", "text-anchor": "middle" }, WORDS.invitation);
  const handles = x.map((value, i) =>
    svg(
      "g",
      {
        class: "bm-handle",
        role: "slider",
        tabindex: i === 0 ? 0 : -1,
        "aria-orientation": "vertical",
        "aria-label": `${xLabel} ${plain(value)}`,
        "aria-valuemin": low,
        "aria-valuemax": high,
        "data-testid": `predict-point-${i}`,
      },
      svg("circle", { r: 10 }),
    ),
  );
  const picture = svg(
    "svg",
    { "data-testid": "predict-curve" },
    axes,
    gap,
    yours,
    yourMarks,
    svg("g", { class: "bm-new" }, truth, trueMarks),
    names,
    invitation,
    ...handles,
  );
  const plot = h("div", { class: "bm-plot" }, picture);
  const numbers = h("details", { class: "bm-numbers", hidden: true }, h("summary", WORDS.numbers));
  const body = h("tbody");
  numbers.append(tableOf(question, body));

  /** @type {Now} */
  let now = { value: null, truth: null, phase: "asking" };
  /** @type {ReturnType<typeof layOut> | null} */
  let frame = null;
  let width = 0;
  let active = 0;
  /** @type {import("./sketch.js").Spot | null} */
  let last = null;

  const sketch = () => /** @type {Sketch} */ (now.value ?? x.map(() => null));
  const open = () => isOpen(now.phase);
  const otherwise = allowed((low + high) / 2, decimals, low, high);

  /** @param {number} i @param {boolean} [focus] */
  function activate(i, focus = true) {
    active = i;
    handles.forEach((handle, k) => handle.setAttribute("tabindex", String(k === i ? 0 : -1)));
    if (focus) handles[i].focus({ preventScroll: true });
    setText(hint, hintText());
  }

  function hintText() {
    const values = sketch();
    const left = missing(values);
    if (left === x.length) return WORDS.hint;
    const value = values[active];
    const here = value === null ? "" : `${xLabel} ${plain(x[active])}: ${amount(value, decimals, unit)}`;
    const todo = left ? WORDS.toDraw(counted(left, WORDS.point, WORDS.points)) : "";
    return [here, todo].filter(Boolean).join(" \u00b7 ");
  }

  /** @param {PointerEvent} event */
  function spot(event) {
    const box = picture.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  }
  /** @param {PointerEvent} event */
  function draw(event) {
    if (!frame) return;
    const to = spot(event);
    const values = [...sketch()];
    for (const [i, y] of reached(frame.places, last, to))
      values[i] = allowed(frame.toValue(y), decimals, low, high);
    activate(nearest(frame.places, to.x));
    last = to;
    propose(values);
  }
  picture.addEventListener("pointerdown", (given) => {
    const event = /** @type {PointerEvent} */ (given);
    if (!open() || !frame || event.button !== 0) return;
    const { x: px, y } = spot(event);
    if (px < frame.left - 8 || px > frame.right + 8 || y < frame.top - 12 || y > frame.bottom + 12) return;
    event.preventDefault();
    picture.setPointerCapture(event.pointerId);
    last = null;
    draw(event);
  });
  picture.addEventListener("pointermove", (event) => {
    if (last && open()) draw(/** @type {PointerEvent} */ (event));
  });
  for (const end of ["pointerup", "pointercancel", "lostpointercapture"])
    picture.addEventListener(end, () => (last = null));

  picture.addEventListener("keydown", (given) => {
    const event = /** @type {KeyboardEvent} */ (given);
    const i = handles.indexOf(/** @type {SVGGElement} */ (event.target));
    if (i < 0 || event.ctrlKey || event.metaKey || event.altKey) return;
    const aside = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (aside !== undefined) {
      activate(Math.min(x.length - 1, Math.max(0, i + aside)));
    } else {
      const value = moved(event.key, startOf(sketch(), i, otherwise), low, high);
      if (value === null) return;
      if (open()) propose(sketch().map((each, k) => (k === i ? value : each)));
    }
    event.preventDefault();
  });
  picture.addEventListener("focusin", (event) => {
    const i = handles.indexOf(/** @type {SVGGElement} */ (event.target));
    if (i >= 0) activate(i, false);
  });

  function paint() {
    const revealed = now.phase === "revealed";
    const real = /** @type {number[]} */ (revealed ? now.truth : []);
    const values = sketch();
    const whole = missing(values) === 0 ? /** @type {number[]} */ (values) : null;
    frame = layOut(question, holding(low, high, real), Math.max(200, width));
    picture.setAttribute("width", String(frame.width));
    picture.setAttribute("height", String(frame.height));
    axes.replaceChildren(frame.axes);
    yours.setAttribute("d", pathOf(frame, values));
    yourMarks.replaceChildren(...marksOf(frame, values, RING));
    gap.setAttribute("d", revealed && whole ? between(frame, whole, real) : "");
    truth.setAttribute("d", pathOf(frame, real));
    trueMarks.replaceChildren(...marksOf(frame, real, DIAMOND));
    names.replaceChildren(...(revealed ? namesOf(frame, values[x.length - 1], real[x.length - 1]) : []));
    invitation.setAttribute("x", String((frame.left + frame.right) / 2));
    invitation.setAttribute("y", String((frame.top + frame.bottom) / 2));
    invitation.style.display = revealed || missing(values) < x.length ? "none" : "";
    picture.setAttribute("role", revealed ? "img" : "group");
    picture.setAttribute(
      "aria-label",
      revealed ? (whole ? WORDS.bothCurves : WORDS.theTruth)(question.y_label) : question.y_label,
    );
    picture.classList.toggle("bm-open", open());
    for (const [i, handle] of handles.entries()) place(handle, i, revealed);
    setText(hint, hintText());
    hint.hidden = revealed;
    picture.toggleAttribute("data-revealed", revealed);
    if (!revealed) picture.setAttribute("aria-describedby", hint.id);
    else picture.removeAttribute("aria-describedby");
    numbers.hidden = !revealed;
    body.replaceChildren(
      ...real.map((value, i) =>
        h(
          "tr",
          h("th", { scope: "row" }, plain(x[i])),
          h("td", values[i] === null ? "\u2014" : amount(/** @type {number} */ (values[i]), decimals, unit)),
          h("td", amount(value, decimals, unit)),
        ),
      ),
    );
  }
  /** @param {SVGElement} handle @param {number} i @param {boolean} revealed */
  function place(handle, i, revealed) {
    if (!frame) return;
    const value = sketch()[i];
    const shown = startOf(sketch(), i, otherwise);
    handle.style.display = revealed ? "none" : "";
    handle.setAttribute(
      "transform",
      `translate(${frame.places[i].toFixed(1)} ${frame.toY(shown).toFixed(1)})`,
    );
    handle.setAttribute("aria-valuenow", String(shown));
    handle.setAttribute("aria-valuetext", value === null ? WORDS.notDrawn : amount(value, decimals, unit));
    handle.setAttribute("aria-disabled", String(!open()));
  }

  watchWidth(plot, signal, (measured) => {
    if (measured === 0) return;
    width = measured;
    paint();
  });
  return {
    element: h("div", { class: "bm-sketch" }, plot, hint, numbers),
    complete: (value) => Array.isArray(value) && missing(value) === 0,
    show(given) {
      now = given;
      if (width) paint();
    },
  };
}

/** @param {CurveQuestion} question @param {HTMLElement} body */
function tableOf({ x_label: xLabel, y_label: yLabel }, body) {
  return h("table", h("caption", yLabel), headRow([xLabel, WORDS.you, WORDS.truth]), body);
}
