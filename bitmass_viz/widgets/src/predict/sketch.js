/** A hand-drawn curve: which points a stroke reaches, and how keys move them. */

/** @typedef {{x: number, y: number}} Spot in pixels */
/** @typedef {(number | null)[]} Sketch a value for each point, null where nothing is drawn yet */

/** Horizontal distance at which a point follows the pointer: in pixels, and as a share of the gap to the next. */
const SNAP = 8;
const SNAP_SHARE = 0.25;
/** A stroke that begins or ends this near to an edge of the plot is extended to it. */
const EDGE = 14;
/** About how many key presses lead from the lowest value to the highest. */
const STEPS = 100;

/** @param {number[]} places ascending @param {number} x */
export function nearest(places, x) {
  let best = 0;
  for (let i = 1; i < places.length; i++) {
    if (Math.abs(places[i] - x) < Math.abs(places[best] - x)) best = i;
  }
  return best;
}

/**
 * Points that a stroke reaches, and how high. Those passed over lie on it. The nearest one follows the pointer if it
 * is near or the pointer goes up or down; else it would be pulled along on the way to the next.
 * @param {number[]} places ascending @param {Spot | null} from null when the stroke begins @param {Spot} to
 * @returns {[index: number, y: number][]}
 */
export function reached(places, from, to) {
  /** @type {Map<number, number>} */
  const found = new Map();
  const near = nearest(places, to.x);
  if (from) {
    const [left, right] = from.x <= to.x ? [from, to] : [to, from];
    places.forEach((place, i) => {
      if (place < left.x || place > right.x || left.x === right.x) return;
      found.set(i, left.y + ((right.y - left.y) * (place - left.x)) / (right.x - left.x));
    });
  }
  const [first, last] = [places[0], places[places.length - 1]];
  places.forEach((place, i) => {
    const leftOver = place < to.x && to.x - first <= EDGE && (!from || to.x < from.x);
    const rightOver = place > to.x && last - to.x <= EDGE && (!from || to.x > from.x);
    if (leftOver || rightOver) found.set(i, to.y);
  });
  const upright = !from || Math.abs(to.y - from.y) > 2 * Math.abs(to.x - from.x);
  const snap = Math.min(SNAP, (SNAP_SHARE * (last - first)) / (places.length - 1));
  if (upright || Math.abs(places[near] - to.x) <= snap) found.set(near, to.y);
  return [...found].sort((a, b) => a[0] - b[0]);
}

/** @param {Sketch} sketch how many points have no value yet */
export function missing(sketch) {
  return sketch.filter((value) => value === null).length;
}

/** Starting value of a point that is not drawn yet: that of the nearest point that is. @param {Sketch} sketch @param {number} i @param {number} otherwise */
export function startOf(sketch, i, otherwise) {
  for (let away = 0; away < sketch.length; away++) {
    const value = sketch[i - away] ?? sketch[i + away];
    if (value !== undefined && value !== null) return value;
  }
  return otherwise;
}

/** A round step, so that about a hundred lead from low to high. @param {number} low @param {number} high */
export function stepOf(low, high) {
  const rough = (high - low) / STEPS;
  const power = 10 ** Math.floor(Math.log10(rough) + 1e-9);
  return +([1, 2, 5, 10].map((m) => m * power).find((s) => s >= rough * 0.9999) ?? rough).toPrecision(6);
}

/**
 * The value after a key press; null if it is not a slider key.
 * @param {string} key @param {number} value @param {number} low @param {number} high
 * @returns {number | null}
 */
export function moved(key, value, low, high) {
  if (key === "Home") return low;
  if (key === "End") return high;
  const steps = { ArrowUp: 1, ArrowDown: -1, PageUp: 10, PageDown: -10 }[key];
  if (steps === undefined) return null;
  const step = stepOf(low, high);
  return Math.min(high, Math.max(low, +(value + steps * step).toPrecision(12)));
}
