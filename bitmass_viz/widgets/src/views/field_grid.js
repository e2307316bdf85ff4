/** How receptive fields are arranged: how many columns, and how many device pixels per weight. */

/** Room needed beside a float field to write its numbers there, in CSS pixels. */
export const FACTS_WIDTH = 92;
/** Heights in CSS pixels for a flat grid of four columns and for a tall one of two. */
const FLAT = 272;
const TALL = 560;

/** Room that a whole number of device pixels may leave unused. */
const SPARE = 1.1;

/**
 * Device pixels per weight: a whole number, or, where that leaves much of the room unused, as many as there is room
 * for, unless the weights would be so small that one could see that they are not alike.
 * @param {number} room device pixels per weight @param {number} wide weights @param {number} least room for a fraction
 */
function scaleWithin(room, wide, least) {
  const whole = Math.floor(room);
  const tooSmall = room < least;
  return tooSmall || room < SPARE * whole ? whole : Math.floor(room * wide) / wide;
}

/**
 * Slots of several fields take the largest scale that stays within the tall grid. Float fields stand flat
 * when there is room for their numbers beside them, else as tall as the others would. In a picture without numbers,
 * whose weights nobody points at, they stand flat and fill the width.
 * @param {{tileWidth: number, tileHeight: number, label: number, slotGap: number, rowGap: number, dpr: number}} lay
 *   sizes of a slot's image in weights, and of what stands around it in device pixels
 * @param {number} slots @param {number} width device pixels @param {boolean} several fields in a slot
 * @param {number} [most] height that there is room for, in CSS pixels @param {boolean} [still] whether it is such a picture
 * @returns {{columns: number, scale: number}} scale is at least 1
 */
export function chooseGrid(lay, slots, width, several, most = Infinity, still = false) {
  const least = still || lay.dpr >= 2 ? 1 : 2;
  /** @param {number} across @param {number} height */
  const option = (across, height) => {
    const columns = Math.min(across, slots);
    const rows = Math.ceil(slots / columns);
    const slot = Math.floor((width - (columns - 1) * lay.slotGap) / columns);
    const tall = Math.min(height, most) * lay.dpr - rows * lay.label - (rows - 1) * lay.rowGap;
    const byWidth = (slot - 2) / lay.tileWidth;
    const scale = scaleWithin(Math.min(byWidth, tall / rows / lay.tileHeight), lay.tileWidth, least);
    return { columns, rows, byWidth, scale, spare: slot - scale * lay.tileWidth };
  };
  if (!several && still) {
    const { columns, scale } = option(4, TALL);
    return { columns, scale: Math.max(1, scale) };
  }
  if (!several) {
    const flat = option(4, FLAT);
    const tall = option(2, TALL);
    const chosen =
      flat.rows > 1 && flat.spare < FACTS_WIDTH * lay.dpr && tall.scale >= flat.scale ? tall : flat;
    return { columns: chosen.columns, scale: Math.max(1, chosen.scale) };
  }
  const options = [4, 2, 1].map((across) => option(across, TALL));
  const best = options.reduce((winner, next) => (next.scale > winner.scale ? next : winner));
  if (best.scale >= 1) return { columns: best.columns, scale: best.scale };
  const { columns } = options.find(({ byWidth }) => byWidth >= 1) ?? options[options.length - 1];
  return { columns, scale: 1 };
}
