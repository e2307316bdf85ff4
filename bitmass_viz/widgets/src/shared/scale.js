/** Arithmetic of scales and axes. */

/** How long the study trains. */
export const STUDY_EPOCHS = 3;

/** @param {number} value @param {number} low @param {number} high */
export function clamp(value, low, high) {
  return Math.max(low, Math.min(high, value));
}

/**
 * Round steps that divide a span into at most `most` parts.
 * @param {number} low @param {number} high @param {number} most
 */
export function ticks(low, high, most) {
  const rough = (high - low) / Math.max(1, most);
  if (!(rough > 0)) return [low];
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 2.5, 5, 10].map((m) => m * power).find((s) => s >= rough * 0.9999) ?? 10 * power;
  const result = [];
  for (let i = Math.ceil(low / step - 1e-9); i * step <= high + step * 1e-9; i++)
    result.push(+(i * step).toPrecision(12));
  return result;
}

/**
 * End of the x axis: it grows in a few stages rather than with every point.
 * @param {number} examples most examples seen by any run @param {number} epoch examples in an epoch
 */
export function examplesEnd(examples, epoch) {
  const size = epoch > 0 ? epoch : 50000;
  const stages = [size / 8, size / 2, size, STUDY_EPOCHS * size];
  const stage = stages.find((end) => examples <= end);
  if (stage !== undefined) return stage;
  let end = STUDY_EPOCHS * size;
  while (end < examples) end *= 2;
  return end;
}

/**
 * The y axis in tens of percent around all points, at least thirty points high.
 * @param {{points: [number, number][]}[]} curves
 * @returns {[number, number]}
 */
export function accuracyRange(curves) {
  let low = 1;
  let high = 0;
  for (const { points } of curves) {
    for (const [, accuracy] of points) {
      low = Math.min(low, accuracy);
      high = Math.max(high, accuracy);
    }
  }
  if (low > high) return [0, 1];
  low = Math.max(0, Math.floor(low * 10 - 0.2) / 10);
  high = Math.min(1, Math.ceil(high * 10 + 0.2) / 10);
  if (high - low < 0.3) low = Math.max(0, high - 0.3);
  return [low, Math.max(high, low + 0.3)];
}

/**
 * Move labels apart so that none are nearer than a gap, staying as near as possible to where they belong.
 * @param {number[]} wanted ascending @param {number} gap @param {number} low @param {number} high
 */
export function spread(wanted, gap, low, high) {
  const placed = [];
  let next = low;
  for (const y of wanted) {
    placed.push(Math.max(y, next));
    next = placed[placed.length - 1] + gap;
  }
  let most = high;
  for (let i = placed.length - 1; i >= 0; i--) {
    placed[i] = Math.min(placed[i], most);
    most = placed[i] - gap;
  }
  return placed;
}

/**
 * At most `most` of a curve's points, evenly picked, the last one always among them.
 * @template T @param {T[]} points @param {number} most
 * @returns {T[]}
 */
export function thin(points, most) {
  if (points.length <= most) return points;
  return Array.from({ length: most }, (_, i) => points[Math.round((i * (points.length - 1)) / (most - 1))]);
}
