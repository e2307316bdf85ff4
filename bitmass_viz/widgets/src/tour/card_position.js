/** Where the tour's card goes: beside its target, inside the explorer, never on the target. */

/**
 * @typedef {"above" | "below" | "left" | "right"} Side
 * @typedef {{left: number, top: number, width: number, height: number}} Box
 */

/** CSS pixels between card and target. */
export const GAP = 10;

/** @param {number} at @param {number} size @param {number} room */
const within = (at, size, room) => Math.max(0, Math.min(at, room - size));

/**
 * @param {Box} target in the coordinates of the room @param {{width: number, height: number}} card
 * @param {{width: number, height: number}} room @param {Side[]} sides the best one first
 * @returns {{left: number, top: number}} on the first side that has room, else below
 */
export function positionCard(target, card, room, sides) {
  const left = within(target.left, card.width, room.width);
  const top = within(target.top, card.height, room.height);
  const spots = {
    above: { left, top: target.top - GAP - card.height },
    below: { left, top: target.top + target.height + GAP },
    left: { left: target.left - GAP - card.width, top },
    right: { left: target.left + target.width + GAP, top },
  };
  const fits = (/** @type {Side} */ side) =>
    spots[side].left >= 0 &&
    spots[side].top >= 0 &&
    spots[side].left + card.width <= room.width &&
    spots[side].top + card.height <= room.height;
  return spots[sides.find(fits) ?? "below"];
}
