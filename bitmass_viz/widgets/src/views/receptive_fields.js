/**
 * First-layer half of the neuron view: a receptive field is the image of the weights one unit gives to
 * the pixels. Slots stand in a grid; a slot is a container, with a field for each of its units.
 */

import { formatOf } from "../bits/number_format.js";
import { addressOf } from "../bits/address.js";
import { fieldShape, onPage } from "./shown_weights.js";
import { FACTS_WIDTH, chooseGrid } from "./field_grid.js";
import { fillFields, writeFacts } from "./field_pixels.js";
import { clamp } from "../shared/scale.js";
import { addressOnPage, makeTile, setFont, weightMark } from "./view.js";

const LABEL = 14;
const SLOT_GAP = 4;
/** Slots are spread over the width, but not so far that they no longer belong together. */
const WIDEST_GAP = 64;
const ROW_GAP = 4;
/** @param {boolean} [still] whether it is a picture that nobody points at @returns {import("./view.js").ViewInstance} */
export function createFields(still = false) {
  const lay = {
    across: 1,
    down: 1,
    columns: 1,
    rows: 1,
    gap: 0,
    scale: 1,
    fieldWidth: 28,
    fieldHeight: 28,
    tileWidth: 28,
    tileHeight: 28,
    slotWidth: 28,
    slotHeight: 28,
    label: 0,
    slotGap: 0,
    rowGap: 0,
    dpr: 1,
    width: 0,
    height: 0,
    facts: false,
  };
  let tile = makeTile(1, 1);

  /** @param {number} slot @returns {[number, number]} */
  const corner = (slot) => [
    (slot % lay.columns) * (lay.slotWidth + lay.slotGap) + lay.gap,
    Math.floor(slot / lay.columns) * (lay.slotHeight + lay.rowGap) + lay.label,
  ];

  return {
    layout(weights, width, dpr, height) {
      const { page, layer, plan } = weights;
      const format = formatOf(plan);
      const several = format.units > 1;
      lay.dpr = dpr;
      [lay.fieldHeight, lay.fieldWidth] = fieldShape(layer.features, weights.image);
      lay.across = format.across;
      lay.down = format.down;
      lay.gap = several ? 1 : 0;
      lay.tileWidth = lay.across * (lay.fieldWidth + lay.gap) - lay.gap;
      lay.tileHeight = lay.down * (lay.fieldHeight + lay.gap) - lay.gap;
      lay.label = Math.round(LABEL * dpr);
      lay.slotGap = Math.round(SLOT_GAP * dpr);
      lay.rowGap = Math.round(ROW_GAP * dpr);
      const grid = chooseGrid(lay, page.blocks, width, several, height, still);
      lay.columns = grid.columns;
      lay.rows = Math.ceil(page.blocks / grid.columns);
      lay.scale = grid.scale;
      lay.slotWidth = Math.floor((width - (lay.columns - 1) * lay.slotGap) / lay.columns);
      if (several) {
        lay.slotWidth = Math.min(lay.slotWidth, Math.ceil(lay.tileWidth * lay.scale) + 2);
        const spare = (width - lay.columns * lay.slotWidth) / Math.max(1, lay.columns - 1);
        lay.slotGap = Math.floor(Math.min(spare, WIDEST_GAP * dpr));
      }
      lay.slotHeight = lay.label + lay.tileHeight * lay.scale;
      lay.facts = !several && lay.slotWidth - lay.tileWidth * lay.scale >= FACTS_WIDTH * dpr;
      lay.width = lay.columns * (lay.slotWidth + lay.slotGap) - lay.slotGap;
      lay.height = Math.ceil(lay.rows * (lay.slotHeight + lay.rowGap) - lay.rowGap + 1);
      const tall = lay.tileHeight * page.blocks;
      if (tile.canvas.width !== lay.tileWidth || tile.canvas.height !== tall) {
        tile = makeTile(lay.tileWidth, tall);
      } else tile.pixels.fill(0);
      return lay;
    },

    background(g, weights) {
      g.textBaseline = "middle";
      g.textAlign = "left";
      for (let slot = 0; slot < weights.page.blocks; slot++) {
        const [x, y] = corner(slot);
        setFont(g, Math.round(11 * lay.dpr));
        g.fillStyle = weights.colours.muted;
        g.fillText(
          `${formatOf(weights.plan).blockName} ${weights.page.firstBlock + slot}`,
          x,
          y - lay.label / 2,
        );
        g.strokeStyle = weights.colours.line;
        g.lineWidth = 1;
        g.strokeRect(x - 0.5, y - 0.5, lay.tileWidth * lay.scale + 1, lay.tileHeight * lay.scale + 1);
      }
    },

    paint(g, weights) {
      fillFields(tile.pixels, weights, lay);
      tile.g.putImageData(tile.image, 0, 0);
      // Between one and two fine device pixels per weight, smoothing is what keeps the weights alike.
      g.imageSmoothingEnabled = lay.scale > 1 && lay.scale < 2;
      const { tileWidth: w, tileHeight: h, scale } = lay;
      for (let slot = 0; slot < weights.page.blocks; slot++) {
        const [x, y] = corner(slot);
        g.drawImage(tile.canvas, 0, slot * h, w, h, x, y, w * scale, h * scale);
        if (lay.facts) writeFacts(g, weights, slot, x + w * scale + 8 * lay.dpr, y, lay.dpr);
      }
    },

    locate(weights, x, y) {
      const column = clamp(Math.floor(x / (lay.slotWidth + lay.slotGap)), 0, lay.columns - 1);
      const row = clamp(Math.floor(y / (lay.slotHeight + lay.rowGap)), 0, lay.rows - 1);
      const slot = row * lay.columns + column;
      if (slot >= weights.page.blocks) return null;
      const [left, top] = corner(slot);
      const pitchX = lay.fieldWidth + lay.gap;
      const pitchY = lay.fieldHeight + lay.gap;
      const tx = clamp(Math.floor((x - left) / lay.scale), 0, lay.tileWidth - 1);
      const ty = clamp(Math.floor((y - top) / lay.scale), 0, lay.tileHeight - 1);
      const across = Math.min(lay.across - 1, Math.floor(tx / pitchX));
      const down = Math.min(lay.down - 1, Math.floor(ty / pitchY));
      const px = Math.min(lay.fieldWidth - 1, tx - across * pitchX);
      const py = Math.min(lay.fieldHeight - 1, ty - down * pitchY);
      const unit = weights.page.unit0 + slot * weights.page.block + down * lay.across + across;
      const feature = py * lay.fieldWidth + px;
      if (unit >= weights.layer.units || feature >= weights.layer.features) return null;
      return weightMark(addressOf(weights.plan, weights.layer, unit, feature, 0), weights);
    },

    boxes(weights, { address, extent }) {
      if ("padding" in address || !onPage(weights.page, address)) return [];
      const local = address.unit - weights.page.unit0;
      const lane = local % weights.page.block;
      const [left, top] = corner(Math.floor(local / weights.page.block));
      const fx = left + (lane % lay.across) * (lay.fieldWidth + lay.gap) * lay.scale;
      const fy = top + Math.floor(lane / lay.across) * (lay.fieldHeight + lay.gap) * lay.scale;
      /** @param {number} feature @param {number} count @param {boolean} strong */
      const run = (feature, count, strong) => ({
        x: fx + (feature % lay.fieldWidth) * lay.scale,
        y: fy + Math.floor(feature / lay.fieldWidth) * lay.scale,
        width: count * lay.scale,
        height: lay.scale,
        strong,
      });
      const boxes = [];
      const { bpw } = weights.plan;
      if (weights.page.block > 1) {
        const width = lay.fieldWidth * lay.scale;
        boxes.push({ x: fx, y: fy, width, height: lay.fieldHeight * lay.scale, strong: false });
        if (extent === "word") {
          const inRow = address.feature * bpw + address.bit - address.bitInWord;
          const first = Math.max(0, Math.floor(inRow / bpw));
          const end = Math.min(Math.ceil((inRow + 32) / bpw), weights.layer.features);
          for (let from = first; from < end; ) {
            const rowEnd = (Math.floor(from / lay.fieldWidth) + 1) * lay.fieldWidth;
            const to = Math.min(end, rowEnd);
            boxes.push(run(from, to - from, false));
            from = to;
          }
        }
      }
      boxes.push(run(address.feature, 1, true));
      return boxes;
    },

    move(weights, mark, key) {
      const at = mark?.address;
      const { page, layer } = weights;
      if (!at || "padding" in at) return weightMark(addressOnPage(weights, page.unit0, 0, 0), weights);
      if (key === "Home") return weightMark(addressOnPage(weights, at.unit, 0, 0), weights);
      if (key === "End") return weightMark(addressOnPage(weights, at.unit, layer.features - 1, 0), weights);
      if (key === "PageUp")
        return weightMark(addressOnPage(weights, at.unit - page.block, at.feature, 0), weights);
      if (key === "PageDown")
        return weightMark(addressOnPage(weights, at.unit + page.block, at.feature, 0), weights);
      const step = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[key];
      if (!step) return null;
      let x = (at.feature % lay.fieldWidth) + step[0];
      let y = Math.floor(at.feature / lay.fieldWidth) + step[1];
      let unit = at.unit;
      if (x < 0 || x >= lay.fieldWidth || y < 0 || y >= lay.fieldHeight) {
        const next = neighbour(weights, unit, step[0], step[1]);
        if (next === null) return mark;
        unit = next;
        x = (x + lay.fieldWidth) % lay.fieldWidth;
        y = (y + lay.fieldHeight) % lay.fieldHeight;
      }
      return weightMark(addressOnPage(weights, unit, y * lay.fieldWidth + x, 0), weights);
    },
  };

  /**
   * The unit whose field is drawn beside another's.
   * @param {import("./shown_weights.js").ShownWeights} weights @param {number} unit @param {number} dx @param {number} dy
   */
  function neighbour(weights, unit, dx, dy) {
    const local = unit - weights.page.unit0;
    const slot = Math.floor(local / weights.page.block);
    const lane = local % weights.page.block;
    const gx = (slot % lay.columns) * lay.across + (lane % lay.across) + dx;
    const gy = Math.floor(slot / lay.columns) * lay.down + Math.floor(lane / lay.across) + dy;
    if (gx < 0 || gy < 0 || gx >= lay.columns * lay.across || gy >= lay.rows * lay.down) return null;
    const nextSlot = Math.floor(gy / lay.down) * lay.columns + Math.floor(gx / lay.across);
    if (nextSlot >= weights.page.blocks) return null;
    const nextLane = (gy % lay.down) * lay.across + (gx % lay.across);
    return weights.page.unit0 + nextSlot * weights.page.block + nextLane;
  }
}
