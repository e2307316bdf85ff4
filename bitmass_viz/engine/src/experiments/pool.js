/** Trains the networks of experiments in workers that are made for it, and keeps what each network came to. */

import { linkedController } from "../data/sources.js";
import { WORDS } from "../words.js";

/**
 * @typedef {import("./job.js").Job} Job
 * @typedef {{signal: AbortSignal, onStart: () => void, onDone: (job: Job, isNew: boolean) => void}} Watch called
 *   when its turn comes, and then for each network
 */

/** How often a job is given to a worker, each time another. */
const TRIES = 2;

/**
 * @param {() => Promise<Worker>} startWorker which has the digits, and answers `{job}` with `{accuracy}`
 * @param {number} size how many workers there may be at a time
 */
export function createPool(startWorker, size) {
  /** @type {Map<string, number>} */
  const known = new Map();
  /** One experiment after another. @type {Promise<unknown>} */
  let turn = Promise.resolve();

  /**
   * @param {Job[]} jobs @param {Watch} watch
   * @returns {Promise<number[]>} the accuracies, in the order of the jobs
   * @throws the signal's reason, or an error that is a sentence; what was done is kept
   */
  function train(jobs, watch) {
    const { controller: stop } = linkedController(watch.signal);
    const stopped = reasonOf(stop.signal);
    const trained = turn.then(() => trainAll(jobs, watch, stop, stopped));
    turn = trained.catch(() => {});
    return Promise.race([trained, stopped]);
  }

  /** @param {Job[]} jobs @param {Watch} watch @param {AbortController} stop @param {Promise<never>} stopped */
  async function trainAll(jobs, { onStart, onDone }, stop, stopped) {
    stop.signal.throwIfAborted();
    onStart();
    const waiting = jobs.filter((job) => !known.has(keyOf(job)));
    for (const job of jobs) if (!waiting.includes(job)) onDone(job, false);

    /** Have a worker do one job after another. */
    async function work() {
      /** @type {Promise<Worker> | null} */
      let worker = null;
      function end() {
        worker?.then((ready) => ready.terminate()).catch(() => {});
        worker = null;
      }
      /** @param {Job} job @returns {Promise<number>} */
      async function perform(job, tries = 1) {
        worker ??= startWorker();
        const ready = await Promise.race([worker, stopped]);
        try {
          return await Promise.race([accuracyFrom(ready, job), stopped]);
        } catch (error) {
          if (stop.signal.aborted || tries === TRIES) throw error;
          end();
          return perform(job, tries + 1);
        }
      }
      try {
        for (let job = waiting.shift(); job; job = waiting.shift()) {
          known.set(keyOf(job), await perform(job));
          onDone(job, true);
        }
      } finally {
        end();
      }
    }

    try {
      await Promise.all(Array.from({ length: size }, work));
    } catch (error) {
      stop.abort(error);
      throw error;
    }
    return jobs.map((job) => /** @type {number} */ (known.get(keyOf(job))));
  }

  return { train };
}

/** @param {Job} job */
const keyOf = ({ trainer, recipe, options, hidden, seed, epochs }) =>
  JSON.stringify([trainer, recipe, Object.entries(options).sort(), hidden, seed, epochs]);

/** @param {Worker} worker @param {Job} job @returns {Promise<number>} */
function accuracyFrom(worker, job) {
  return new Promise((resolve, reject) => {
    worker.onmessage = ({ data }) => resolve(data.accuracy);
    worker.onerror = (event) => {
      event.preventDefault?.();
      reject(new Error(WORDS.ended(event.message ?? "")));
    };
    worker.postMessage({ job });
  });
}

/** A promise that is rejected with the signal's reason. @param {AbortSignal} signal @returns {Promise<never>} */
function reasonOf(signal) {
  const promise = /** @type {Promise<never>} */ (
    new Promise((_, reject) => {
      signal.addEventListener("abort", () => reject(signal.reason), { once: true });
    })
  );
  // Perhaps nobody waits any more.
  promise.catch(() => {});
  return promise;
}
