/** Digits, weights and frames as the protocol describes them. See `bitmass_viz/live/descriptions.py`. */

/** @param {import("../training/digits.js").About} about */
export const describeDigits = ({ name, label, synthetic, train, validation, test, class_names }) => ({
  name,
  label,
  synthetic,
  train,
  validation,
  test,
  class_names,
});

/**
 * How a run's buffer is to be read.
 * @param {import("../training/run.js").Run} run @param {import("./controls.js").Declared} declared
 */
export function describeWeights(run, declared) {
  const { inputs, hidden, classes } = run.network.sizes;
  const bpw = run.options.bits ?? declared.bits[run.trainer];
  const units = Math.floor((hidden * 32) / bpw);
  const layers = [
    { name: "W0", units, features: inputs },
    { name: "W1", units: classes, features: units },
  ];
  const weights = layers.reduce((sum, layer) => sum + layer.units * layer.features, 0);
  return { format: declared.formats[bpw], bpw, layers, bit_mass: weights * bpw };
}

/**
 * Whether all weights are finite: those of a float network that diverged are not.
 * @param {import("../training/run.js").Run} run @param {Uint8Array} weights
 * @param {import("./controls.js").Declared} declared
 */
export function areFinite(run, weights, declared) {
  if (declared.formats[run.options.bits ?? declared.bits[run.trainer]] !== "float32") return true;
  // A copy begins at a whole word.
  return new Float32Array(weights.slice().buffer).every(Number.isFinite);
}

/** What is known of a frame at an index of its history. @param {import("../training/history.js").Frame} frame @param {number} position */
export const describeFrame = ({ examples, epoch, accuracy, accuracyAt, options }, position) => ({
  examples,
  epoch,
  accuracy,
  accuracy_at: accuracyAt,
  options,
  position,
});
