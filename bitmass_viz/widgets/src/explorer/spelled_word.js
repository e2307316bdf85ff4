/** The stored word of the selected weight, spelled out bit by bit. */

import { formatOf } from "../bits/number_format.js";
import { WORD_BITS, bitsInWord, wordBits, wordStart } from "../bits/address.js";
import { readWord } from "../bits/decode.js";
import { WORDS as BITS } from "../bits/words.js";
import { h, setText, context2d } from "../shared/dom.js";
import { watchWidth } from "../shared/observe.js";
import { bitColours, mix } from "../shared/palette.js";
import { shownMark } from "../training/store.js";
import { readable } from "../views/class_rows.js";
import { strokeBox } from "../views/outline.js";
import { setFont } from "../views/view.js";

const HEIGHT = 38;
const BITS_HEIGHT = 22;

/** @param {import("./panel.js").Stage} stage */
export function createSpelledWord({ store, weights, requestDraw, signal }) {
  const word = h("canvas", { class: "bm-word", "aria-hidden": "true" });
  const caption = h("p", { class: "bm-caption" });
  const element = h("div", { class: "bm-spelled" }, word, caption);
  const g = context2d(word);
  const now = { stale: true, width: 0, dpr: 1 };
  watchWidth(element, signal, (width) => {
    Object.assign(now, { width, stale: true });
    requestDraw();
  });

  /** An empty canvas; one of the same size stays as it is, or the browser would lay it out anew. */
  function clear() {
    now.dpr = Math.max(1, devicePixelRatio || 1);
    const [width, height] = [Math.round(now.width * now.dpr), Math.round(HEIGHT * now.dpr)];
    g.clearRect(0, 0, word.width, word.height);
    if (word.width === width && word.height === height) return;
    [word.width, word.height] = [width, height];
    word.style.width = `${now.width}px`;
    word.style.height = `${HEIGHT}px`;
  }

  /** @param {import("../bits/address.js").Mark} mark */
  function paint({ address, extent }) {
    const { plan, layer, bytes, colours } = weights;
    const count = wordBits(plan, layer, address.word);
    const value = readWord(bytes, wordStart(plan, layer, address.word), count);
    const cell = word.width / WORD_BITS;
    const height = BITS_HEIGHT * now.dpr;
    g.textAlign = "center";
    g.textBaseline = "middle";
    setFont(g, Math.round(Math.min(12, (cell / now.dpr) * 0.85) * now.dpr), true);
    for (let bit = WORD_BITS - 1; bit >= 0; bit--) {
      const x = Math.round((WORD_BITS - 1 - bit) * cell);
      const width = Math.round((WORD_BITS - bit) * cell) - x - now.dpr;
      const field = bit < count ? formatOf(plan).fieldOf(bit % plan.bpw) : null;
      const on = (value >>> bit) & 1;
      const fill = bit < count ? bitColours(colours, field)[on] : mix(colours.surface, colours.padding, 0.3);
      g.fillStyle = fill;
      g.fillRect(x, 0, width, height);
      g.fillStyle = bit < count ? readable(fill, colours) : colours.muted;
      g.fillText(bit < count ? String(on) : "\u00b7", x + width / 2, height / 2 + now.dpr / 2);
    }
    if (extent !== "weight" || plan.bpw < WORD_BITS) {
      const { first, count: marked } = bitsInWord(plan, address, extent === "weight");
      const x = (WORD_BITS - first - marked) * cell;
      const box = /** @type {const} */ ([
        x + now.dpr,
        now.dpr,
        marked * cell - 2 * now.dpr,
        height - 2 * now.dpr,
      ]);
      strokeBox(g, box, colours, 4.5 * now.dpr, 2.5 * now.dpr);
    }
    label(cell, height + 11 * now.dpr);
    // Where a weight has parts, their names take the place, and the readout's value says it.
    setText(caption, formatOf(plan).fields.length ? "" : formatOf(plan).wordText(value, count));
  }

  /** @param {number} cell width of a bit @param {number} y */
  function label(cell, y) {
    const { plan, colours } = weights;
    const labels = formatOf(plan).fields.length
      ? /** @type {const} */ ([
          [cell < 12 * now.dpr ? BITS.shortSign : BITS.fields.sign, 31, 30, "left"],
          [BITS.fields.exponent, 30, 22, "center"],
          [BITS.fields.mantissa, 22, -1, "center"],
        ])
      : /** @type {const} */ ([
          [BITS.bit(31), 31, 27, "left"],
          [BITS.bit(0), 3, -1, "right"],
        ]);
    setFont(g, Math.round(10.5 * now.dpr));
    g.fillStyle = colours.muted;
    for (const [text, from, to, align] of labels) {
      const left = (31 - from) * cell;
      const right = (31 - to) * cell;
      g.textAlign = align;
      const x = { left, right: right - now.dpr, center: (left + right) / 2 }[align];
      g.fillText(text, x, y);
    }
  }

  return {
    element,
    invalidate: () => void (now.stale = true),
    draw() {
      if (!now.stale || !weights.ready || now.width === 0) return;
      const shown = shownMark(store.state);
      const mark = shown && shown.address.layer === weights.layer.name ? shown : null;
      now.stale = false;
      element.classList.toggle("bm-idle", !mark);
      clear();
      if (mark) paint(mark);
    },
  };
}
