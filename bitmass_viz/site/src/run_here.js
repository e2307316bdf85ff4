/** “Run it here”: trains the networks of an experiment again, and sets them beside those of the full run. */

import { estimate } from "../../engine/src/experiments/statistics.js";

/**
 * What a page says of an experiment whose networks it can train; `site/widgets.py` writes it.
 * @typedef {Omit<import("../../engine/src/experiments/job.js").Job, "seed" | "epochs"> & {name: string,
 *   seconds: number}} Case with the seconds that a network took in the full run
 * @typedef {{epochs: number, first_seed: number, cases: Case[], t: Record<string, number>}} Networks with
 *   Student's t by number of seeds
 */

/**
 * @param {ReturnType<typeof import("../../engine/src/experiments/pool.js").createPool>} pool
 * @param {Networks} networks
 * @param {import("../../engine/src/training/digits.js").About} digits
 * @param {(traits: Record<string, any>) => void} put
 */
export function createRun(pool, { epochs, first_seed, cases, t }, digits, put) {
  /** @type {AbortController | null} */
  let running = null;

  /** @param {number} seeds how many for each case */
  async function start(seeds) {
    const stop = new AbortController();
    running = stop;
    const jobs = cases.flatMap(({ name: _name, seconds: _seconds, ...network }) =>
      Array.from({ length: seeds }, (_, i) => ({ ...network, epochs, seed: first_seed + i })),
    );
    const secondsOf = new Map(jobs.map((job, i) => [job, cases[Math.floor(i / seeds)].seconds]));
    const all = [...secondsOf.values()].reduce((sum, seconds) => sum + seconds, 0);
    let [done, trained, kept] = [0, 0, 0];
    const report = (/** @type {string} */ state) =>
      put({
        progress: { state, seeds, done, total: jobs.length, share: all > kept ? trained / (all - kept) : 1 },
      });
    put({ problem: "" });
    report("waiting");
    try {
      const accuracies = await pool.train(jobs, {
        signal: stop.signal,
        onStart: () => report("loading"),
        onDone(job, isNew) {
          done += 1;
          const seconds = secondsOf.get(job) ?? 0;
          if (isNew) trained += seconds;
          else kept += seconds;
          report("running");
        },
      });
      const found = cases.map(({ name }, i) => ({
        name,
        ...estimate(accuracies.slice(i * seeds, (i + 1) * seeds), t[seeds]),
      }));
      const { label: dataset, synthetic, test: images } = digits;
      put({ mine: { seeds, first_seed, dataset, synthetic, images, cases: found } });
      put({ progress: { state: "done", seeds } });
    } catch (error) {
      const state = stop.signal.aborted ? "cancelled" : "failed";
      put({ progress: { state, seeds } });
      if (state === "failed") put({ problem: /** @type {Error} */ (error).message });
    } finally {
      running = null;
    }
  }

  return {
    /** @param {{action: string, seeds?: number}} message of the widget */
    receive({ action, seeds = 1 }) {
      if (action === "run" && !running) void start(seeds);
      if (action === "cancel") running?.abort();
    },
  };
}
