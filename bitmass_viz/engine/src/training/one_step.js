/** One training step on one example, as `bitmass_viz/explain/one_step.py` takes it. */

/** @typedef {import("../network.js").Network} Network */

/**
 * Train a network on one example, as a minibatch of one, and take it back: what there was to see before and after.
 * @template T
 * @param {Network} network @param {Uint8Array} image @param {number} label @param {(network: Network) => T} look
 * @returns {{before: T, after: T, weights: Uint8Array}} with the weights after it
 */
export function oneStep(network, image, label, look) {
  const { kernels } = network;
  const [state, options] = [network.snapshot(), network.liveOptions];
  const [images, labels] = [network.prepare(image), kernels.array("uint8", [1], [label])];
  const order = kernels.array("int64", [1]);
  try {
    // Gradients of an open minibatch are dropped.
    for (const [name, array] of Object.entries(network.state))
      if (name.startsWith("gradient")) array.values.fill(0);
    network.state.clock.values[1] = 0n;
    const before = look(network);
    network.learn(images, labels, order, true);
    return { before, after: look(network), weights: network.pack() };
  } finally {
    network.restore(state, options);
    kernels.release({ images, labels, order });
  }
}

/**
 * The counters of one hidden unit, C_j = Σ_k b_kj (S_k − n_k M/N); see `counters_of` in Python.
 * @param {Network} network @param {number} unit
 * @returns {Float32Array} one for each input; empty if the network does not count
 */
export function countersOf({ state, settings, options, examples }, unit) {
  if (!state.class_sums) return new Float32Array(0);
  const [classes, inputs] = state.class_sums.shape;
  const [sums, signals, ofAll] = [state.class_sums, state.signal_sums, state.input_sum].map(({ values }) =>
    Float64Array.from(values, Number),
  );
  const code = settings.codes.values[unit];
  const counters = new Float64Array(inputs);
  for (let k = 0; k < classes; k++) {
    const sign = (code >> BigInt(k)) & 1n ? 1 : -1;
    for (let i = 0; i < inputs; i++) {
      const mean = options.centring && examples > 0 ? (signals[k] * ofAll[i]) / examples : 0;
      counters[i] += sign * (sums[k * inputs + i] - mean);
    }
  }
  return Float32Array.from(counters);
}
