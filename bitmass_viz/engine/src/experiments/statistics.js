/** Intervals over seeds: the counterpart of `mean` in `bitmass_viz/experiments/statistics.py`. */

/**
 * Mean ± t · s/√n; no interval of a single value.
 * @param {number[]} values @param {number | undefined} t the two-sided quantile of Student's t for so many values
 * @returns {{mean: number, ci95: [number, number] | null}}
 */
export function estimate(values, t) {
  const n = values.length;
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  if (n < 2 || t === undefined) return { mean, ci95: null };
  // Equal values have no spread, whatever their mean was rounded to.
  const isOne = values.every((value) => value === values[0]);
  const squares = isOne ? 0 : values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  const half = t * Math.sqrt(squares / (n - 1) / n);
  return { mean, ci95: [mean - half, mean + half] };
}
