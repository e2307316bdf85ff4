/**
 * Second-layer half of the neuron view: one row per class. A float weight is one cell with its value; the weights of
 * a container form a group, each where its unit's field stands in the first layer.
 */

import { formatOf } from "../bits/number_format.js";
import { addressOf } from "../bits/address.js";
import { signed } from "../shared/numbers.js";
import { diverging, divergingIndex, parse } from "../shared/palette.js";
import { onPage } from "./shown_weights.js";
import { clamp } from "../shared/scale.js";
import { addressOnPage, makeTile, setFont, weightMark } from "./view.js";

const GUTTER = 20;
/** Of the names of classes, in CSS pixels. */
const CHARACTER = 6;
/** A panel so wide has room for names, a narrower one for their first letters. */
const NAMES = 480;
const LETTERS = 4;
const LABEL = 16;
const HEIGHT = 272;
const GROUP_GAP = 8;
const ROW_GAP = 3;
const FLOAT_WIDTH = 108;
const VALUE_WIDTH = 46;

/** @returns {import("./view.js").ViewInstance} */
export function createClasses() {
  const lay = {
    left: 0,
    top: 0,
    across: 1,
    down: 1,
    cellWidth: 1,
    cellHeight: 1,
    pitchX: 1,
    pitchY: 1,
    dpr: 1,
    width: 0,
    height: 0,
    /** @type {string[]} */
    names: [],
  };
  let tile = makeTile(1, 1);

  /** @param {number} unit @param {number} feature within the page @returns {[number, number]} */
  const corner = (unit, feature) => {
    const lanes = lay.across * lay.down;
    const lane = feature % lanes;
    return [
      lay.left + Math.floor(feature / lanes) * lay.pitchX + (lane % lay.across) * lay.cellWidth,
      lay.top + unit * lay.pitchY + Math.floor(lane / lay.across) * lay.cellHeight,
    ];
  };

  return {
    layout(weights, width, dpr, height = HEIGHT) {
      const { page, plan } = weights;
      lay.dpr = dpr;
      const { classes } = weights;
      const units = Array.from({ length: page.units }, (_, k) => k);
      lay.names = units.map((k) => (width < NAMES * dpr ? classes.beginning(k, LETTERS) : classes.short(k)));
      const longest = Math.max(...lay.names.map((name) => name.length));
      lay.left = Math.round((GUTTER + CHARACTER * (longest - 1)) * dpr);
      lay.top = Math.round(LABEL * dpr);
      lay.across = formatOf(plan).across;
      lay.down = formatOf(plan).down;
      const several = lay.across > 1;
      const rowGap = Math.round(ROW_GAP * dpr);
      const groupGap = Math.round((several ? GROUP_GAP : 2) * dpr);
      const room = (width - lay.left) / page.blocks - groupGap;
      const tall = ((height - LABEL) * dpr) / page.units - rowGap;
      const cellWidth = Math.floor(room / lay.across);
      const cellHeight = Math.floor(tall / lay.down);
      const widest = several ? 2 * cellHeight : Math.round(FLOAT_WIDTH * dpr);
      lay.cellWidth = clamp(cellWidth, 1, widest);
      lay.cellHeight = Math.max(1, several ? Math.min(cellHeight, 2 * lay.cellWidth) : cellHeight);
      lay.pitchX = lay.across * lay.cellWidth + groupGap;
      lay.pitchY = lay.down * lay.cellHeight + rowGap;
      lay.width = Math.min(width, lay.left + page.blocks * lay.pitchX);
      lay.height = lay.top + page.units * lay.pitchY;
      const tileWidth = lay.across * page.blocks;
      if (tile.canvas.width !== tileWidth || tile.canvas.height !== lay.down * page.units) {
        tile = makeTile(tileWidth, lay.down * page.units);
      } else tile.pixels.fill(0);
      return lay;
    },

    background(g, weights) {
      const { page, colours } = weights;
      setFont(g, Math.round(11 * lay.dpr));
      g.fillStyle = colours.muted;
      g.textBaseline = "middle";
      g.textAlign = "left";
      const short = lay.pitchX < 70 * lay.dpr;
      for (let block = 0; block < page.blocks; block++) {
        const name = short ? "" : `${formatOf(weights.plan).blockName} `;
        g.fillText(name + (page.firstBlock + block), lay.left + block * lay.pitchX, lay.top / 2 - lay.dpr);
      }
      g.textAlign = "right";
      for (let unit = 0; unit < page.units; unit++) {
        const y = lay.top + unit * lay.pitchY + (lay.down * lay.cellHeight) / 2;
        g.fillText(lay.names[unit], lay.left - 6 * lay.dpr, y);
      }
    },

    paint(g, weights) {
      const { page } = weights;
      fill(tile.pixels, weights);
      tile.g.putImageData(tile.image, 0, 0);
      g.imageSmoothingEnabled = false;
      const { across: w, down: h } = lay;
      for (let unit = 0; unit < page.units; unit++) {
        for (let block = 0; block < page.blocks; block++) {
          const [x, y] = corner(unit, block * w * h);
          g.drawImage(tile.canvas, block * w, unit * h, w, h, x, y, w * lay.cellWidth, h * lay.cellHeight);
        }
      }
      if (lay.across === 1 && lay.cellWidth >= VALUE_WIDTH * lay.dpr) writeValues(g, weights);
    },

    locate(weights, x, y) {
      const { page } = weights;
      const block = clamp(Math.floor((x - lay.left) / lay.pitchX), 0, page.blocks - 1);
      const unit = clamp(Math.floor((y - lay.top) / lay.pitchY), 0, page.units - 1);
      const cx = Math.floor((x - lay.left - block * lay.pitchX) / lay.cellWidth);
      const cy = Math.floor((y - lay.top - unit * lay.pitchY) / lay.cellHeight);
      const lane = clamp(cy, 0, lay.down - 1) * lay.across + clamp(cx, 0, lay.across - 1);
      const feature = block * lay.across * lay.down + lane;
      if (feature >= page.features) return null;
      return weightMark(addressOf(weights.plan, weights.layer, unit, page.feature0 + feature, 0), weights);
    },

    boxes(weights, { address, extent }) {
      if ("padding" in address || !onPage(weights.page, address)) return [];
      const feature = address.feature - weights.page.feature0;
      const [x, y] = corner(address.unit, feature);
      const boxes = [{ x, y, width: lay.cellWidth, height: lay.cellHeight, strong: true }];
      if (lay.across > 1 && extent === "word") {
        const [gx, gy] = corner(address.unit, feature - (feature % weights.page.block));
        const width = lay.across * lay.cellWidth;
        boxes.unshift({ x: gx, y: gy, width, height: lay.down * lay.cellHeight, strong: false });
      }
      return boxes;
    },

    move(weights, mark, key) {
      const at = mark?.address;
      const { page } = weights;
      if (!at || "padding" in at) {
        return weightMark(addressOnPage(weights, page.unit0, page.feature0, 0), weights);
      }
      const lanes = lay.across * lay.down;
      const local = at.feature - page.feature0;
      const gx = Math.floor(local / lanes) * lay.across + (local % lay.across);
      const gy = at.unit * lay.down + Math.floor((local % lanes) / lay.across);
      const wide = page.blocks * lay.across;
      const to = /** @type {Record<string, [number, number]>} */ ({
        ArrowLeft: [gx - 1, gy],
        ArrowRight: [gx + 1, gy],
        ArrowUp: [gx, gy - 1],
        ArrowDown: [gx, gy + 1],
        PageUp: [gx, gy - lay.down],
        PageDown: [gx, gy + lay.down],
        Home: [0, gy],
        End: [wide - 1, gy],
      })[key];
      if (!to) return null;
      const x = clamp(to[0], 0, wide - 1);
      const y = clamp(to[1], 0, page.units * lay.down - 1);
      const lane = (y % lay.down) * lay.across + (x % lay.across);
      const feature = page.feature0 + Math.floor(x / lay.across) * lanes + lane;
      return weightMark(addressOnPage(weights, Math.floor(y / lay.down), feature, 0), weights);
    },
  };

  /** @param {Uint32Array} out @param {import("./shown_weights.js").ShownWeights} weights */
  function fill(out, { cells, values, range, luts, page, plan }) {
    const signs = formatOf(plan).isSign;
    const wide = lay.across * page.blocks;
    for (let i = 0; i < page.units * page.features; i++) {
      const feature = i % page.features;
      const unit = (i - feature) / page.features;
      const lane = feature % page.block;
      const row = unit * lay.down + Math.floor(lane / lay.across);
      const column = Math.floor(feature / page.block) * lay.across + (lane % lay.across);
      out[row * wide + column] = signs
        ? luts.binary[cells[i]]
        : luts.diverging[divergingIndex(values[i], range)];
    }
  }

  /** @param {CanvasRenderingContext2D} g @param {import("./shown_weights.js").ShownWeights} weights */
  function writeValues(g, { values, range, page, colours }) {
    setFont(g, Math.round(Math.min(11.5, lay.cellWidth / lay.dpr / 5.2) * lay.dpr), true);
    g.textAlign = "center";
    g.textBaseline = "middle";
    for (let i = 0; i < values.length; i++) {
      const [x, y] = corner(Math.floor(i / page.features), i % page.features);
      g.fillStyle = readable(diverging(colours, range > 0 ? values[i] / range : 0), colours);
      g.fillText(signed(values[i]).slice(0, 7), x + lay.cellWidth / 2, y + lay.cellHeight / 2 + lay.dpr / 2);
    }
  }
}

/**
 * Ink or paper, whichever contrasts more with a background.
 * @param {string} background @param {import("../shared/palette.js").Colours} colours
 */
export function readable(background, colours) {
  const light = (/** @type {string} */ hex) => {
    const [r, g, b] = parse(hex);
    return 0.299 * r + 0.587 * g + 0.114 * b;
  };
  const at = light(background);
  const ink = Math.abs(light(colours.ink) - at);
  const paper = Math.abs(light(colours.surface) - at);
  return ink >= paper ? colours.ink : colours.surface;
}
