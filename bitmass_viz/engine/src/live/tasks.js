/** Cooperative tasks: the counterpart of `bitmass_viz/live/tasks.py`, step for step. */

/** Something to do elsewhere, such as training; yielding it returns the result or throws the error. */
export class Work {
  /** @param {() => any} call */
  constructor(call) {
    this.call = call;
  }
}

/** Waiting for a condition, but no longer than so many seconds. */
export class Wait {
  /** @param {() => boolean} until @param {number} [seconds] */
  constructor(until, seconds = Infinity) {
    this.until = until;
    this.seconds = seconds;
  }
}

/**
 * @template [T=void]
 * @typedef {Generator<Work | Wait, T, any>} Steps
 */
/** @typedef {{ticket: number, call: () => any}} Call */
/** @typedef {{steps: Steps<any>, wait: Wait | null, until: number, round: number}} Task */

/** Wait for some time; with 0, until the host has handled what else there is. @param {number} seconds */
export const sleep = (seconds) => new Wait(() => false, seconds);

/** Tasks in the order in which they were started. */
export class Tasks {
  /** @param {() => number} clock seconds @param {(error: Error) => void} failed */
  constructor(clock, failed) {
    this._clock = clock;
    this._failed = failed;
    /** @type {Task[]} */
    this._tasks = [];
    /** @type {Map<number, Task>} */
    this._working = new Map();
    /** @type {Call[]} */
    this._calls = [];
    this._tickets = 0;
    this._round = 0;
  }

  get size() {
    return this._tasks.length;
  }

  /** Start a task; `run` takes its first step. @param {Steps<any>} steps */
  start(steps) {
    this._tasks.push({ steps, wait: new Wait(() => true), until: Infinity, round: this._round });
  }

  /** Resume the task whose call has been made. @param {number} ticket @param {any} [result] @param {Error} [error] */
  finish(ticket, result, error) {
    const task = /** @type {Task} */ (this._working.get(ticket));
    this._working.delete(ticket);
    this._resume(task, () => (error === undefined ? task.steps.next(result) : task.steps.throw(error)));
  }

  /** End all tasks where they stand. */
  close() {
    while (this._tasks.length) this._tasks.pop()?.steps.return(undefined);
    this._working.clear();
  }

  /**
   * Take every step that can be taken; return the calls to make, and when to run again at the latest.
   * @returns {{calls: Call[], wakeAt: number}}
   */
  run() {
    this._round += 1;
    for (let ready; (ready = this._tasks.find((task) => this._isReady(task))); ) {
      const { steps } = ready;
      this._resume(ready, () => steps.next());
    }
    const calls = this._calls;
    this._calls = [];
    return { calls, wakeAt: Math.min(...this._tasks.map((task) => (task.wait ? task.until : Infinity))) };
  }

  /** @param {Task} task */
  _isReady({ wait, round, until }) {
    // Time passes only between rounds, so that a task that waits for 0 s lets the host act.
    return wait !== null && (wait.until() || (round < this._round && this._clock() >= until));
  }

  /** @param {Task} task @param {() => IteratorResult<Work | Wait, any>} step */
  _resume(task, step) {
    let asked;
    try {
      asked = step();
    } catch (error) {
      this._remove(task);
      this._failed(/** @type {Error} */ (error));
      return;
    }
    if (asked.done) this._remove(task);
    else if (asked.value instanceof Work) {
      task.wait = null;
      this._tickets += 1;
      this._working.set(this._tickets, task);
      this._calls.push({ ticket: this._tickets, call: asked.value.call });
    } else {
      task.wait = asked.value;
      task.until = this._clock() + asked.value.seconds;
      task.round = this._round;
    }
  }

  /** @param {Task} task */
  _remove(task) {
    this._tasks.splice(this._tasks.indexOf(task), 1);
  }
}
