// Workers that answer when a test says so, for the tests of what gives them jobs.

/** Let everything that waits for nothing but its turn happen. */
export const settle = () => new Promise(setImmediate);

export class FakeWorkers {
  constructor() {
    /** All that were started. @type {FakeWorker[]} */
    this.started = [];
    this.start = async () => {
      const worker = new FakeWorker();
      this.started.push(worker);
      return worker;
    };
  }

  get alive() {
    return this.started.filter((worker) => !worker.ended);
  }

  /** Have all that is at hand done, again and again, until no worker is left. */
  async finish(accuracyOf = accuracyFor) {
    await settle();
    for (let step = 0; this.alive.length; step++, await settle()) {
      if (step > 100) throw new Error(`${this.alive.length} workers are never ended`);
      for (const worker of this.alive) if (worker.job) worker.answer(accuracyOf(worker.job));
    }
  }
}

class FakeWorker {
  ended = false;
  job = null;

  postMessage({ job }) {
    if (this.ended || this.job) throw new Error("it ended, or has a job already");
    this.job = job;
  }

  answer(accuracy) {
    this.job = null;
    this.onmessage({ data: { accuracy } });
  }

  die(message) {
    this.onerror({ message });
  }

  terminate() {
    this.ended = true;
  }
}

export const accuracyFor = ({ trainer, seed }) => trainer.length / 100 + seed / 1000;

export const jobOf = (trainer, seed, options = {}) => ({
  trainer,
  recipe: "tuned",
  options,
  hidden: null,
  epochs: 3,
  seed,
});
