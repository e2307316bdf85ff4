/** The lens: the marked bit's neighbourhood enlarged, and its stored word spelled out bit by bit. */

import { formatOf } from "../bits/number_format.js";
import { WORD_BITS, bitsInWord, wordBits, wordStart } from "../bits/address.js";
import { readWord } from "../bits/decode.js";
import { h, setText, context2d } from "../shared/dom.js";
import { watchWidth } from "../shared/observe.js";
import { bitColours, bitLut, mix } from "../shared/palette.js";
import { onPage } from "../views/shown_weights.js";
import { shownMark } from "../training/store.js";
import { readable } from "../views/class_rows.js";
import { strokeBox } from "../views/outline.js";
import { setFont } from "../views/view.js";

const COLUMNS = 21;
const ROWS = 13;
const CELL = 8;
const WORD_HEIGHT = 46;

/** @param {import("./panel.js").Stage} stage */
export function createLens({ store, weights, requestDraw, signal }) {
  const near = h("canvas", { class: "bm-near", "aria-hidden": "true" });
  const word = h("canvas", { class: "bm-word", "aria-hidden": "true" });
  const caption = h("p", { class: "bm-caption" });
  const holder = h("div", { class: "bm-spelled" }, word, caption);
  const element = h("div", { class: "bm-lens" }, near, holder);
  const nearG = context2d(near);
  const wordG = context2d(word);
  const now = { stale: true, idle: false, width: 0, dpr: 1 };
  watchWidth(holder, signal, (width) => {
    Object.assign(now, { width, stale: true, idle: false });
    requestDraw();
  });

  function size() {
    now.dpr = Math.max(1, devicePixelRatio || 1);
    for (const [canvas, width, height] of /** @type {const} */ ([
      [near, COLUMNS * CELL, ROWS * CELL],
      [word, now.width, WORD_HEIGHT],
    ])) {
      canvas.width = Math.round(width * now.dpr);
      canvas.height = Math.round(height * now.dpr);
      canvas.style.width = `${width}px`;
      canvas.style.height = `${height}px`;
    }
  }

  /** The bits around the marked one, as in the bit view. @param {import("../bits/address.js").WeightAddress | null} at */
  function paintNear(at) {
    const { plan, page, cells, luts } = weights;
    const cell = CELL * now.dpr;
    const rows = page.units * plan.bpw;
    const centre = at ? at.row - page.unit0 * plan.bpw : Math.floor(rows / 2);
    const middle = at ? at.column - page.feature0 : Math.floor(page.features / 2);
    for (let dy = 0; dy < ROWS; dy++) {
      const row = centre + dy - (ROWS >> 1);
      if (row < 0 || row >= rows) continue;
      const unit = Math.floor(row / plan.bpw);
      const bit = plan.bpw - 1 - (row % plan.bpw);
      const lut = bitLut(luts, formatOf(plan), bit);
      for (let dx = 0; dx < COLUMNS; dx++) {
        const column = middle + dx - (COLUMNS >> 1);
        if (column < 0 || column >= page.features) continue;
        const from = (unit * page.features + column) * plan.bpw + bit;
        const colour = lut[cells[from]];
        nearG.fillStyle = `rgb(${colour & 255} ${(colour >> 8) & 255} ${(colour >> 16) & 255})`;
        nearG.fillRect(dx * cell, dy * cell, cell - now.dpr, cell - now.dpr);
      }
    }
    if (!at) return;
    const x = (COLUMNS >> 1) * cell - now.dpr / 2;
    const y = (ROWS >> 1) * cell - now.dpr / 2;
    const side = cell + now.dpr;
    const box = /** @type {const} */ ([x - now.dpr / 2, y - now.dpr / 2, side, side]);
    strokeBox(nearG, box, weights.colours, 5 * now.dpr, 2.5 * now.dpr);
  }

  /** @param {import("../bits/address.js").Mark} mark */
  function paintWord({ address, extent }) {
    const { plan, layer, bytes, colours } = weights;
    const count = wordBits(plan, layer, address.word);
    const value = readWord(bytes, wordStart(plan, layer, address.word), count);
    const g = wordG;
    const cell = word.width / 32;
    const height = 24 * now.dpr;
    g.textAlign = "center";
    g.textBaseline = "middle";
    for (let bit = 31; bit >= 0; bit--) {
      const x = Math.round((31 - bit) * cell);
      const width = Math.round((32 - bit) * cell) - x - now.dpr;
      const field = bit < count ? formatOf(plan).fieldOf(bit % plan.bpw) : null;
      const on = (value >>> bit) & 1;
      const pair = field ? bitColours(colours, field) : [colours.nought, colours.one];
      const fill = bit < count ? pair[on] : mix(colours.surface, colours.padding, 0.3);
      g.fillStyle = fill;
      g.fillRect(x, 0, width, height);
      setFont(g, Math.round(Math.min(12, (cell / now.dpr) * 0.85) * now.dpr), true);
      g.fillStyle = bit < count ? readable(fill, colours) : colours.muted;
      g.fillText(bit < count ? String(on) : "\u00b7", x + width / 2, height / 2 + now.dpr / 2);
    }
    if (extent !== "weight" || plan.bpw < WORD_BITS) {
      const { first, count } = bitsInWord(plan, address, extent === "weight");
      const x = (WORD_BITS - first - count) * cell;
      const box = /** @type {const} */ ([
        x + now.dpr,
        now.dpr,
        count * cell - 2 * now.dpr,
        height - 2 * now.dpr,
      ]);
      strokeBox(g, box, colours, 4.5 * now.dpr, 2.5 * now.dpr);
    }
    setFont(g, Math.round(10.5 * now.dpr));
    g.fillStyle = colours.muted;
    const y = height + 12 * now.dpr;
    const labels = formatOf(plan).fields.length
      ? /** @type {const} */ ([
          [cell < 12 * now.dpr ? "\u00b1" : "sign", 31, 30],
          ["exponent", 30, 22],
          ["mantissa", 22, -1],
        ])
      : /** @type {const} */ ([
          ["bit 31", 31, 27],
          ["bit 0", 3, -1],
        ]);
    for (const [text, from, to] of labels) {
      g.textAlign = from === 31 ? "left" : to === -1 && text === "bit 0" ? "right" : "center";
      const left = (31 - from) * cell;
      const right = (31 - to) * cell;
      const x =
        g.textAlign === "left" ? left : g.textAlign === "right" ? right - now.dpr : (left + right) / 2;
      g.fillText(text, x, y);
    }
    setText(caption, formatOf(plan).wordText(value, count));
  }

  return {
    element,
    invalidate: () => void (now.stale = true),
    draw() {
      const shown = shownMark(store.state);
      const mark = shown && shown.address.layer === weights.layer.name ? shown : null;
      if (!now.stale || !weights.ready || now.width === 0 || (!mark && now.idle)) return;
      now.stale = false;
      now.idle = !mark;
      size();
      element.classList.toggle("bm-idle", !mark);
      const at =
        mark && !("padding" in mark.address) && onPage(weights.page, mark.address) ? mark.address : null;
      paintNear(at);
      if (mark) paintWord(mark);
      else setText(caption, "The stored word of the marked weight is spelled out here, bit by bit.");
    },
  };
}
