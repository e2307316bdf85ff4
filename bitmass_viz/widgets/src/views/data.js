/** The data view: the words as stored, in hex, with a map of the whole page beside them. */

import { formatOf } from "../bits/number_format.js";
import { WORD_BITS, addressAtWord, bitsInWord, streamStart, wordBits, wordStart } from "../bits/address.js";
import { FULL_GLOW, readWord } from "../bits/decode.js";
import { hex } from "../shared/numbers.js";
import { mix } from "../shared/palette.js";
import { createMinimap } from "./minimap.js";
import { clamp } from "../shared/scale.js";
import { makeTile, setFont } from "./view.js";
import { makeWordGrid, placeOf, wordAt } from "./word_lines.js";
import { WORDS } from "./words.js";

/** In CSS pixels, unless the page has less room. */
const HEIGHT = 263;
const TOP = 14;
const LINE = 16;
const LINE_TOUCH = 18;
/** Type sizes to try, largest first, in CSS pixels. */
const SIZES = [12, 11.5, 11, 10.5, 10, 9.5, 9];
const MAP_WIDTH = 30;
const MAP_GAP = 8;
/** Characters before the words: unit, space, word address. */
const HEAD = 10;
/** Of a class's name: as long as its number could be. */
const LETTERS = 4;

/** @type {import("./view.js").View} */
export const dataView = {
  id: "data",
  ...WORDS.data,
  summary(weights) {
    const { word } = formatOf(weights.plan);
    return WORDS.size(weights.layer.units, weights.layer.wordsPerRow, word);
  },
  create: createDataView,
};

/** @returns {import("./view.js").ViewInstance} */
function createDataView() {
  /** @type {import("./word_lines.js").WordGrid | null} */
  let maybeGrid = null;
  const grid = () => /** @type {import("./word_lines.js").WordGrid} */ (maybeGrid);
  const lay = {
    size: 12,
    char: 7,
    line: 16,
    top: 0,
    head: 60,
    mapLeft: 0,
    visible: 1,
    dpr: 1,
    width: 0,
    height: 0,
  };
  let top = 0;
  const map = createMinimap();
  const measure = makeTile(1, 1).g;

  const lastTop = () => Math.max(0, grid().lines - lay.visible);
  const scrollTo = (/** @type {number} */ line) => {
    const before = top;
    top = clamp(Math.round(line), 0, lastTop());
    return top !== before;
  };
  const wordLeft = (/** @type {number} */ column) => lay.head + column * 9 * lay.char;

  return {
    layout(weights, width, dpr, height = HEIGHT) {
      lay.dpr = dpr;
      lay.width = width;
      lay.height = Math.round(height * dpr);
      const mapWidth = Math.round(Math.min(MAP_WIDTH, width / dpr / 12) * dpr);
      lay.mapLeft = width - mapWidth;
      const room = lay.mapLeft - MAP_GAP * dpr;
      const wanted = formatOf(weights.plan).wordsPerLine;
      for (const words of [wanted, 4, 2, 1]) {
        maybeGrid = makeWordGrid(weights, Math.min(words, wanted));
        const fits = SIZES.find((size) => {
          setFont(measure, size * dpr, true);
          lay.size = size * dpr;
          lay.char = measure.measureText("0").width;
          return (HEAD + grid().perLine * 9 - 1) * lay.char <= room;
        });
        if (fits) break;
      }
      lay.head = HEAD * lay.char;
      lay.line = Math.round((width / dpr < 352 ? LINE_TOUCH : LINE) * dpr);
      lay.top = Math.round(TOP * dpr);
      lay.visible = Math.floor((lay.height - lay.top) / lay.line);
      map.layout(grid(), lay.mapLeft, mapWidth, lay.height, dpr);
      scrollTo(top);
      return lay;
    },

    background(g, weights) {
      setFont(g, Math.round(10 * lay.dpr));
      g.fillStyle = weights.colours.muted;
      g.textBaseline = "middle";
      g.fillText(weights.layer.index === 0 ? WORDS.unit : WORDS.class, 0, lay.top / 2);
      g.textAlign = "right";
      g.fillText(WORDS.word, lay.head - lay.char, lay.top / 2);
      g.textAlign = "left";
      g.fillText(WORDS.wordBits, lay.head, lay.top / 2);
    },

    paint(g, weights) {
      setFont(g, lay.size, true);
      g.textBaseline = "middle";
      g.textAlign = "left";
      for (let i = 0; i < lay.visible && top + i < grid().lines; i++)
        paintLine(g, weights, top + i, lay.top + i * lay.line);
      map.paint(g, weights, grid(), top, Math.min(grid().lines, top + lay.visible) - 1);
    },

    locate(weights, x, y) {
      const line = top + Math.floor((y - lay.top) / lay.line);
      if (y < lay.top || line >= top + lay.visible || x < lay.head) return null;
      const place = (x - lay.head) / lay.char;
      const column = Math.floor(place / 9);
      const word = wordAt(grid(), line, column);
      if (word < 0) return null;
      const inWord = Math.min(31, Math.floor((place - column * 9) * 4));
      return mark(weights, word, 31 - inWord);
    },

    boxes(weights, { address, extent }) {
      const place = placeOf(grid(), address.word);
      if (!place) return [];
      const boxes = [map.box(grid(), place)];
      const row = place.line - top;
      if (row < 0 || row >= lay.visible) return boxes;
      const x = wordLeft(place.column);
      const y = lay.top + row * lay.line + lay.dpr;
      const height = lay.line - 2 * lay.dpr;
      const whole = extent !== "bit" && (extent === "word" || weights.plan.bpw === WORD_BITS);
      boxes.push({ x: x - lay.dpr, y, width: 8 * lay.char + 2 * lay.dpr, height, strong: whole });
      if (extent === "weight" && whole) return boxes;
      const { first, count } = bitsInWord(weights.plan, address, extent === "weight");
      const left = 7 - Math.floor((first + count - 1) / 4);
      const right = 7 - Math.floor(first / 4);
      boxes.push({ x: x + left * lay.char, y, width: (right - left + 1) * lay.char, height, strong: true });
      return boxes;
    },

    move(weights, current, key, fine) {
      const place = current ? placeOf(grid(), current.address.word) : null;
      if (!current || !place) return mark(weights, wordAt(grid(), top, 0), 31);
      const { bitInWord } = current.address;
      if (fine && key === "ArrowLeft")
        return mark(weights, current.address.word, Math.min(31, bitInWord + 1));
      if (fine && key === "ArrowRight")
        return mark(weights, current.address.word, Math.max(0, bitInWord - 1));
      let { line, column } = place;
      if (key === "ArrowLeft") column -= 1;
      else if (key === "ArrowRight") column += 1;
      else if (key === "ArrowUp") line -= 1;
      else if (key === "ArrowDown") line += 1;
      else if (key === "PageUp") line -= grid().linesPerUnit;
      else if (key === "PageDown") line += grid().linesPerUnit;
      else if (key === "Home") column = 0;
      else if (key === "End") column = grid().perLine - 1;
      else return null;
      if (column < 0 && line > 0) [line, column] = [line - 1, grid().perLine - 1];
      else if (column >= grid().perLine && line < grid().lines - 1) [line, column] = [line + 1, 0];
      line = clamp(line, 0, grid().lines - 1);
      column = clamp(column, 0, grid().perLine - 1);
      while (column > 0 && wordAt(grid(), line, column) < 0) column -= 1;
      return mark(weights, wordAt(grid(), line, column), bitInWord);
    },

    reveal(_weights, mark) {
      const place = placeOf(grid(), mark.address.word);
      if (!place || (place.line >= top && place.line < top + lay.visible)) return false;
      return scrollTo(place.line - Math.floor(lay.visible / 2));
    },

    scroll(_weights, lines) {
      return scrollTo(top + lines);
    },

    press(_weights, x, y) {
      if (x < lay.mapLeft - (MAP_GAP / 2) * lay.dpr) return null;
      scrollTo(map.lineAt(grid(), y) - Math.floor(lay.visible / 2));
      return (_x, toY) => void scrollTo(map.lineAt(grid(), toY) - Math.floor(lay.visible / 2));
    },

    lineHeight: () => lay.line / lay.dpr,
  };

  /** @param {import("./shown_weights.js").ShownWeights} weights @param {number} word @param {number} bitInWord @returns {import("../bits/address.js").Mark} */
  function mark(weights, word, bitInWord) {
    const address = addressAtWord(weights.plan, weights.layer, word, bitInWord);
    return { address, extent: "word" };
  }

  /**
   * @param {CanvasRenderingContext2D} g @param {import("./shown_weights.js").ShownWeights} weights
   * @param {number} line @param {number} y
   */
  function paintLine(g, weights, line, y) {
    const { colours, plan, layer, page, bytes } = weights;
    const middle = y + lay.line / 2;
    const unit = page.unit0 + Math.floor(line / grid().linesPerUnit);
    if (line % grid().linesPerUnit === 0) {
      if (line > top) {
        g.fillStyle = colours.line;
        g.fillRect(0, y, lay.mapLeft - MAP_GAP * lay.dpr, Math.max(1, Math.floor(lay.dpr)));
      }
      g.fillStyle = colours.accent;
      g.fillText(
        weights.layer.index === 0 ? String(unit) : weights.classes.beginning(unit, LETTERS),
        0,
        middle,
      );
    }
    const first = wordAt(grid(), line, 0);
    g.fillStyle = colours.muted;
    g.fillText(String(first).padStart(5, " "), 4 * lay.char, middle);
    for (let column = 0; column < grid().perLine; column++) {
      const word = wordAt(grid(), line, column);
      if (word < 0) break;
      const x = wordLeft(column);
      const start = wordStart(plan, layer, word);
      const count = wordBits(plan, layer, word);
      paintGlow(g, weights, start, count, unit, x, y);
      const text = hex(readWord(bytes, start, count));
      if (count < 32) paintPadding(g, weights, count, x, y);
      const padded = Math.floor((32 - count) / 4);
      g.fillStyle = colours.ink;
      g.fillText(text.slice(padded), x + padded * lay.char, middle);
      if (padded > 0) {
        g.fillStyle = colours.muted;
        g.fillText(text.slice(0, padded), x, middle);
      }
    }
  }

  /**
   * A glow behind each hex digit that holds a flipped bit.
   * @param {CanvasRenderingContext2D} g @param {import("./shown_weights.js").ShownWeights} weights @param {number} start
   * @param {number} count @param {number} unit @param {number} x @param {number} y
   */
  function paintGlow(g, { cells, plan, layer, page, colours }, start, count, unit, x, y) {
    const rowStart = streamStart(plan, layer, unit, page.feature0);
    const rowFrom = (unit - page.unit0) * page.features * plan.bpw;
    const from = rowFrom + (start - rowStart);
    for (let digit = 0; digit * 4 < count; digit++) {
      let hottest = 0;
      // A word can begin in front of the page's first weight.
      for (let k = Math.max(digit * 4, rowFrom - from); k < Math.min(count, digit * 4 + 4); k++) {
        if (cells[from + k] > hottest) hottest = cells[from + k];
      }
      if (hottest < 8) continue;
      g.globalAlpha = (hottest / FULL_GLOW) * 0.55;
      g.fillStyle = colours.flip;
      g.fillRect(x + (7 - digit) * lay.char, y + lay.dpr, lay.char, lay.line - 2 * lay.dpr);
    }
    g.globalAlpha = 1;
  }

  /**
   * Hatch the digits of a row's last word that hold no weight bits.
   * @param {CanvasRenderingContext2D} g @param {import("./shown_weights.js").ShownWeights} weights @param {number} count
   * @param {number} x @param {number} y
   */
  function paintPadding(g, { colours }, count, x, y) {
    const width = ((32 - count) / 4) * lay.char;
    const height = lay.line - 4 * lay.dpr;
    g.fillStyle = mix(colours.surface, colours.padding, 0.25);
    g.fillRect(x, y + 2 * lay.dpr, width, height);
    g.strokeStyle = colours.padding;
    g.lineWidth = lay.dpr * 0.75;
    g.beginPath();
    const step = 5 * lay.dpr;
    for (let at = x; at < x + width - 1; at += step) {
      const to = Math.min(at + height / 2, x + width);
      g.moveTo(at, y + 2 * lay.dpr + height);
      g.lineTo(to, y + 2 * lay.dpr + height - (to - at) * 2);
    }
    g.stroke();
  }
}
