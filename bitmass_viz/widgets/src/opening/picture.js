/** The eight containers of a network's hidden layer as pictures: one large field each, or 32 small ones. */

import { formatOf } from "../bits/number_format.js";
import { h, context2d } from "../shared/dom.js";
import { divergingIndex } from "../shared/palette.js";
import { watchDensity, watchWidth } from "../shared/observe.js";
import { ShownWeights } from "../views/shown_weights.js";
import { makeTile } from "../views/view.js";

/** Narrower than this, in CSS pixels, two containers stand beside each other, otherwise four. */
const NARROW = 300;
/** Between containers, and between the small fields of one, in CSS pixels. */
const GAP = 6;
const SMALL_GAP = 1;
/** The 32 small fields of a container stand in a square without its corners. */
const SIDE = 6;

/** Their places, row by row. @type {[number, number][]} */
const PLACES = [];
for (let row = 0; row < SIDE; row++)
  for (let column = 0; column < SIDE; column++)
    if (!((row === 0 || row === SIDE - 1) && (column === 0 || column === SIDE - 1)))
      PLACES.push([column, row]);

/** @param {AbortSignal} signal @param {() => void} requestDraw */
export function createPicture(signal, requestDraw) {
  const weights = new ShownWeights();
  weights.still = true;
  const canvas = h("canvas", { role: "img", class: "bm-fields", width: "4", height: "2" });
  const g = context2d(canvas);
  let tile = makeTile(1, 1);
  watchWidth(canvas, signal, requestDraw);
  watchDensity(signal, requestDraw);

  /** Put the fields of a container into the tile, one below the other. @param {number} container */
  function fill(container) {
    const { cells, values, range, page, luts } = weights;
    const [rows, columns] = weights.image;
    const isSign = formatOf(weights.plan).isSign;
    const height = rows * page.block;
    if (tile.canvas.width !== columns || tile.canvas.height !== height) tile = makeTile(columns, height);
    const from = container * page.block * page.features;
    for (let i = 0; i < tile.pixels.length; i++)
      tile.pixels[i] = isSign
        ? luts.binary[cells[from + i]]
        : luts.diverging[divergingIndex(values[from + i], range)];
    tile.g.putImageData(tile.image, 0, 0);
  }

  /** @param {number} unit of those in the tile @param {number} x @param {number} y @param {number} side */
  function drawField(unit, x, y, side) {
    const [rows, columns] = weights.image;
    // Coarse pixels are meant to be seen.
    g.imageSmoothingEnabled = side < 2 * columns;
    g.imageSmoothingQuality = "high";
    g.drawImage(tile.canvas, 0, unit * rows, columns, rows, x, y, side, side);
  }

  return {
    canvas,
    weights,
    draw() {
      if (!weights.ready || !weights.luts) return;
      const { page } = weights;
      const density = Math.max(1, devicePixelRatio || 1);
      const across = canvas.clientWidth < NARROW ? 2 : 4;
      const gap = Math.round(GAP * density);
      const width = Math.round(canvas.clientWidth * density);
      const side = Math.floor((width - (across - 1) * gap) / across);
      const height = Math.ceil(page.blocks / across) * (side + gap) - gap;
      if (side < SIDE) return;
      if (canvas.width !== width || canvas.height !== height) [canvas.width, canvas.height] = [width, height];
      g.clearRect(0, 0, width, height);
      const smallGap = Math.round(SMALL_GAP * density);
      const small = Math.floor((side - (SIDE - 1) * smallGap) / SIDE);
      for (let container = 0; container < page.blocks; container++) {
        fill(container);
        const x = (container % across) * (side + gap);
        const y = Math.floor(container / across) * (side + gap);
        if (page.block === 1) drawField(0, x, y, side);
        else
          for (const [unit, [column, row]] of PLACES.entries())
            drawField(unit, x + column * (small + smallGap), y + row * (small + smallGap), small);
      }
    },
  };
}

/** @typedef {ReturnType<typeof createPicture>} Picture */
