/**
 * How stored words are arranged in lines, as in a hex editor, and in a map of the whole page. A row of words belongs to
 * one unit; lines and map rows never run from one unit into the next.
 */

import { WORD_BITS } from "../bits/address.js";

const MAP_COLUMNS = 25;

/**
 * @typedef {{perUnit: number, firstWord: number, firstInUnit: number, stride: number, units: number,
 *   perLine: number, linesPerUnit: number, lines: number, mapColumns: number, mapRowsPerUnit: number,
 *   mapRows: number}} WordGrid
 */

/**
 * @param {import("./shown_weights.js").ShownWeights} weights
 * @param {number} most words that fit in a line
 * @returns {WordGrid}
 */
export function makeWordGrid(weights, most) {
  const { page, layer, plan } = weights;
  const firstInUnit = Math.floor((page.feature0 * plan.bpw) / WORD_BITS);
  const end = Math.ceil(((page.feature0 + page.features) * plan.bpw) / WORD_BITS);
  const perUnit = end - firstInUnit;
  const perLine = wordsPerLine(perUnit, most);
  const linesPerUnit = Math.ceil(perUnit / perLine);
  const mapColumns = Math.min(perUnit, MAP_COLUMNS);
  const mapRowsPerUnit = Math.ceil(perUnit / mapColumns);
  return {
    perUnit,
    firstInUnit,
    firstWord: page.unit0 * layer.wordsPerRow + firstInUnit,
    stride: layer.wordsPerRow,
    units: page.units,
    perLine,
    linesPerUnit,
    lines: page.units * linesPerUnit,
    mapColumns,
    mapRowsPerUnit,
    mapRows: page.units * mapRowsPerUnit,
  };
}

/**
 * Words in a line: a divisor of a short row, so that its lines are even, else a power of two.
 * @param {number} perUnit @param {number} most
 */
export function wordsPerLine(perUnit, most) {
  if (perUnit <= most) return perUnit;
  if (perUnit <= 64) {
    for (let count = most; count > most / 2; count--) if (perUnit % count === 0) return count;
  }
  return 2 ** Math.floor(Math.log2(most));
}

/** The word at a place of a line, −1 when the line is shorter. @param {WordGrid} grid @param {number} line @param {number} column */
export function wordAt(grid, line, column) {
  const unit = Math.floor(line / grid.linesPerUnit);
  const inUnit = (line % grid.linesPerUnit) * grid.perLine + column;
  if (unit < 0 || unit >= grid.units || column < 0 || column >= grid.perLine || inUnit >= grid.perUnit)
    return -1;
  return grid.firstWord + unit * grid.stride + inUnit;
}

/** Line and column of a word; null when it is not on the page. @param {WordGrid} grid @param {number} word */
export function placeOf(grid, word) {
  const from = word - grid.firstWord;
  const unit = Math.floor(from / grid.stride);
  const inUnit = from - unit * grid.stride;
  if (unit < 0 || unit >= grid.units || inUnit < 0 || inUnit >= grid.perUnit) return null;
  return {
    line: unit * grid.linesPerUnit + Math.floor(inUnit / grid.perLine),
    column: inUnit % grid.perLine,
    mapRow: unit * grid.mapRowsPerUnit + Math.floor(inUnit / grid.mapColumns),
    mapColumn: inUnit % grid.mapColumns,
  };
}

/** The line that holds the first word of a row of the map. @param {WordGrid} grid @param {number} mapRow */
export function lineOfMapRow(grid, mapRow) {
  const unit = Math.floor(mapRow / grid.mapRowsPerUnit);
  const inUnit = (mapRow % grid.mapRowsPerUnit) * grid.mapColumns;
  return unit * grid.linesPerUnit + Math.floor(inUnit / grid.perLine);
}

/** The row of the map that holds the first word of a line. @param {WordGrid} grid @param {number} line */
export function mapRowOfLine(grid, line) {
  const unit = Math.floor(line / grid.linesPerUnit);
  const inUnit = (line % grid.linesPerUnit) * grid.perLine;
  return unit * grid.mapRowsPerUnit + Math.floor(inUnit / grid.mapColumns);
}
