/** The bit view: every weight bit of the page, one row per bit of a unit, one column per feature. */

import { formatOf } from "../bits/number_format.js";
import { LANES, addressAtCell } from "../bits/address.js";
import { onPage } from "./shown_weights.js";
import { clamp } from "../shared/scale.js";
import { bitLut } from "../shared/palette.js";
import { addressOnPage, makeTile, setFont } from "./view.js";
import { WORDS } from "./words.js";

/** Height available for the bits, in CSS pixels; rows stay at least one device pixel high. */
const HEIGHT = 256;
const GUTTER = 22;
/** Of the beginnings of classes’ names, in CSS pixels. */
const NAMES = 34;
const LETTERS = 4;
const MAX_COLUMN = 28;
/** Largest ratio of height to width of a bit, so that few rows still fill the view. */
const MAX_STRETCH = 6;

/** @type {import("./view.js").View} */
export const bitView = {
  id: "bit",
  ...WORDS.bit,
  summary(weights) {
    return WORDS.size(weights.layer.units * weights.plan.bpw, weights.layer.features, WORDS.bits);
  },
  create: createBitView,
};

/** @returns {import("./view.js").ViewInstance} */
function createBitView() {
  const lay = {
    left: 0,
    rows: 0,
    columns: 0,
    sx: 1,
    sy: 1,
    gap: 0,
    blockRows: 32,
    width: 0,
    height: 0,
    dpr: 1,
  };
  let tile = makeTile(1, 1);

  const top = (/** @type {number} */ row) => row * lay.sy + Math.floor(row / lay.blockRows) * lay.gap;

  /** Whether each block of rows is a class. @param {import("./shown_weights.js").ShownWeights} weights */
  const isOfClasses = ({ layer, plan }) => layer.index > 0 && lay.blockRows === plan.bpw;

  return {
    layout(weights, width, dpr) {
      const { plan, layer, page } = weights;
      lay.dpr = dpr;
      lay.rows = page.units * plan.bpw;
      lay.columns = page.features;
      lay.blockRows = plan.bpw === 1 && layer.index > 0 ? 1 : LANES;
      const { areDigits } = weights.classes;
      lay.left = Math.round((isOfClasses(weights) && !areDigits ? NAMES : GUTTER) * dpr);
      lay.gap = Math.round(dpr);
      const room = Math.max(1, width - lay.left);
      const fit = Math.floor(room / lay.columns);
      lay.sx = fit >= 1 ? Math.min(fit, Math.round(MAX_COLUMN * dpr)) : room / lay.columns;
      const stretch = MAX_STRETCH * Math.max(1, lay.sx);
      lay.sy = clamp(Math.floor((HEIGHT * dpr) / lay.rows), 1, stretch);
      lay.width = Math.round(lay.left + lay.columns * lay.sx);
      lay.height = top(lay.rows - 1) + lay.sy;
      if (tile.canvas.width !== lay.columns || tile.canvas.height !== lay.rows) {
        tile = makeTile(lay.columns, lay.rows);
      }
      return lay;
    },

    background(g, weights) {
      setFont(g, Math.round(10.5 * lay.dpr));
      g.fillStyle = weights.colours.muted;
      g.textAlign = "right";
      g.textBaseline = "middle";
      const blocks = Math.ceil(lay.rows / lay.blockRows);
      const { layer, page, classes } = weights;
      const first = layer.index === 0 ? page.firstBlock : 0;
      const name = (/** @type {number} */ block) =>
        isOfClasses(weights) ? classes.beginning(block, LETTERS) : String(first + block);
      for (let block = 0; block < blocks; block++) {
        const rows = Math.min(lay.blockRows, lay.rows - block * lay.blockRows);
        const y = top(block * lay.blockRows) + (rows * lay.sy) / 2;
        g.fillText(name(block), lay.left - 6 * lay.dpr, y);
      }
    },

    paint(g, weights) {
      fill(tile.pixels, weights);
      tile.g.putImageData(tile.image, 0, 0);
      g.imageSmoothingEnabled = lay.sx < 1;
      g.imageSmoothingQuality = "high";
      const width = lay.columns * lay.sx;
      for (let row = 0; row < lay.rows; row += lay.blockRows) {
        const rows = Math.min(lay.blockRows, lay.rows - row);
        g.drawImage(tile.canvas, 0, row, lay.columns, rows, lay.left, top(row), width, rows * lay.sy);
      }
    },

    locate(weights, x, y) {
      const column = Math.floor((x - lay.left) / lay.sx);
      const pitch = lay.blockRows * lay.sy + lay.gap;
      const block = Math.floor(y / pitch);
      const inBlock = Math.min(lay.blockRows - 1, Math.floor((y - block * pitch) / lay.sy));
      const row = block * lay.blockRows + inBlock;
      if (column < 0 || column >= lay.columns || row < 0 || row >= lay.rows) return null;
      const { plan, layer, page } = weights;
      const address = addressAtCell(plan, layer, page.unit0 * plan.bpw + row, page.feature0 + column);
      return { address, extent: "bit" };
    },

    boxes(weights, { address, extent }) {
      if ("padding" in address || !onPage(weights.page, address)) return [];
      const { plan, page } = weights;
      /** @param {number} row @param {number} column @param {number} rows @param {number} columns @param {boolean} strong */
      const box = (row, column, rows, columns, strong) => ({
        x: lay.left + column * lay.sx,
        y: top(row),
        width: columns * lay.sx,
        height: rows * lay.sy,
        strong,
      });
      const row = address.row - page.unit0 * plan.bpw;
      const column = address.column - page.feature0;
      const boxes = [];
      if (plan.bpw > 1) {
        boxes.push(box((address.unit - page.unit0) * plan.bpw, column, plan.bpw, 1, extent === "weight"));
      } else if (extent === "word") {
        const first = Math.floor(column / LANES) * LANES;
        boxes.push(box(row, first, 1, Math.min(LANES, lay.columns - first), false));
      }
      if (extent !== "weight") boxes.push(box(row, column, 1, 1, true));
      return boxes;
    },

    move(weights, mark, key) {
      const { plan, layer, page } = weights;
      const at = mark?.address;
      let row = at && "row" in at ? at.row : page.unit0 * plan.bpw;
      let column = at && "row" in at ? at.column : page.feature0;
      const steps = /** @type {Record<string, [number, number]>} */ ({
        ArrowLeft: [0, -1],
        ArrowRight: [0, 1],
        ArrowUp: [-1, 0],
        ArrowDown: [1, 0],
        PageUp: [-lay.blockRows, 0],
        PageDown: [lay.blockRows, 0],
        Home: [0, -layer.features],
        End: [0, layer.features],
      })[key];
      if (!steps) return null;
      if (at && "row" in at) {
        row = clamp(row + steps[0], page.unit0 * plan.bpw, page.unit0 * plan.bpw + lay.rows - 1);
        column += steps[1];
      }
      const cell = addressAtCell(plan, layer, row, 0);
      return { address: addressOnPage(weights, cell.unit, column, cell.bit), extent: "bit" };
    },
  };
}

/** @param {Uint32Array} out one pixel a bit @param {import("./shown_weights.js").ShownWeights} weights */
function fill(out, weights) {
  const { cells, luts, plan, page } = weights;
  const { bpw } = plan;
  let at = 0;
  for (let unit = 0; unit < page.units; unit++) {
    for (let bit = bpw - 1; bit >= 0; bit--) {
      const lut = bitLut(luts, formatOf(plan), bit);
      let from = unit * page.features * bpw + bit;
      for (let column = 0; column < page.features; column++, from += bpw) {
        out[at++] = lut[cells[from]];
      }
    }
  }
}
