/** One network, trained and measured: the counterpart of `bitmass_viz/experiments/job.py`. */

import { Network } from "../network.js";
import { ExampleStream } from "../training/example_stream.js";

/**
 * All that a network's accuracy depends on but the digits; without `hidden` it has its trainer's own size.
 * @typedef {{trainer: string, recipe: string, options: Record<string, any>, hidden: number | null, seed: number,
 *   epochs: number}} Job
 */

/**
 * @param {import("../training/digits.js").Digits} digits @param {Job} job
 * @returns {number} the accuracy on the test images
 */
export function perform(digits, { trainer, recipe, options, hidden, seed, epochs }) {
  const architecture = hidden === null ? {} : { hidden };
  const network = new Network(digits.kernels, { trainer, recipe, options, architecture, seed });
  const stream = new ExampleStream(digits, seed);
  stream.learn(network, epochs * digits.train.count);
  const accuracy = digits.test.accuracy(network);
  stream.release();
  network.release();
  return accuracy;
}
