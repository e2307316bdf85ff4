/** The strip beside the words: one cell for every stored word of the page, and where the visible lines are. */

import { formatOf } from "../bits/number_format.js";
import { wordBits, wordStart } from "../bits/address.js";
import { popcount, readWord } from "../bits/decode.js";
import { divergingIndex } from "../shared/palette.js";
import { clamp } from "../shared/scale.js";
import { makeTile } from "./view.js";
import { lineOfMapRow, mapRowOfLine } from "./word_lines.js";

/** Tallest row of the map, in CSS pixels. */
const MOST_ROW = 12;

/** @typedef {import("./word_lines.js").WordGrid} WordGrid */

export function createMinimap() {
  const lay = { left: 0, width: 1, height: 1, dpr: 1 };
  let tile = makeTile(1, 1);

  return {
    /** @param {WordGrid} grid @param {number} left @param {number} width @param {number} height @param {number} dpr */
    layout(grid, left, width, height, dpr) {
      Object.assign(lay, {
        left,
        width,
        dpr,
        height: Math.min(height, grid.mapRows * Math.round(MOST_ROW * dpr)),
      });
      if (tile.canvas.width !== grid.mapColumns || tile.canvas.height !== grid.mapRows) {
        tile = makeTile(grid.mapColumns, grid.mapRows);
      } else tile.pixels.fill(0);
    },

    /** The line whose words stand at a height. @param {WordGrid} grid @param {number} y */
    lineAt(grid, y) {
      return lineOfMapRow(grid, clamp(Math.floor((y / lay.height) * grid.mapRows), 0, grid.mapRows - 1));
    },

    /** @param {WordGrid} grid @param {{mapRow: number, mapColumn: number}} place */
    box(grid, { mapRow, mapColumn }) {
      const width = lay.width / grid.mapColumns;
      const height = lay.height / grid.mapRows;
      return { x: lay.left + mapColumn * width, y: mapRow * height, width, height, strong: true };
    },

    /**
     * @param {CanvasRenderingContext2D} g @param {import("./shown_weights.js").ShownWeights} weights @param {WordGrid} grid
     * @param {number} top first line shown @param {number} bottom last line shown
     */
    paint(g, weights, grid, top, bottom) {
      fill(tile.pixels, weights, grid);
      tile.g.putImageData(tile.image, 0, 0);
      g.imageSmoothingEnabled = lay.height < grid.mapRows;
      g.drawImage(tile.canvas, lay.left, 0, lay.width, lay.height);
      const cell = lay.height / grid.mapRows;
      const from = mapRowOfLine(grid, top) * cell;
      const to = (mapRowOfLine(grid, bottom) + 1) * cell;
      g.lineWidth = 2 * lay.dpr;
      g.strokeStyle = weights.colours.accent;
      g.strokeRect(lay.left - lay.dpr, from, lay.width + 2 * lay.dpr, Math.max(to - from, 3 * lay.dpr));
    },
  };
}

/**
 * A word by the mean of its weights; one of signs by how many are +1.
 * @param {Uint32Array} out @param {import("./shown_weights.js").ShownWeights} weights @param {WordGrid} grid
 */
function fill(out, { plan, layer, bytes, luts, range }, grid) {
  const format = formatOf(plan);
  for (let unit = 0; unit < grid.units; unit++) {
    const first = grid.firstWord + unit * grid.stride;
    const start = wordStart(plan, layer, first);
    let at = unit * grid.mapRowsPerUnit * grid.mapColumns;
    for (let k = 0; k < grid.perUnit; k++, at++) {
      const count = wordBits(plan, layer, first + k);
      const word = readWord(bytes, start + 32 * k, count);
      out[at] = format.isSign
        ? luts.counts[Math.round((32 * popcount(word)) / count)]
        : luts.diverging[divergingIndex(format.wordBalance(word, count, range), 1)];
    }
  }
}
