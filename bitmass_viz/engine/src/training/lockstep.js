/** Several networks that learn from the same examples in the same order. See `bitmass_viz/training/lockstep.py`. */

export class Lockstep {
  /** @param {import("./run.js").Run[]} runs with the same digits, seed and number of examples */
  constructor(runs) {
    this.runs = runs;
  }

  get digits() {
    return this.runs[0].digits;
  }

  /** Whether any accuracy is known. */
  get isMeasured() {
    return this.runs.some((run) => run.isMeasured);
  }

  get examples() {
    return Math.min(...this.runs.map((run) => run.examples));
  }

  warmUp() {
    for (const run of this.runs) run.warmUp();
  }

  /** @param {number} wanted */
  here(wanted) {
    return this.runs[0].here(wanted);
  }

  /** @param {number} examples */
  advance(examples) {
    for (const run of this.runs) run.advance(examples);
  }

  record() {
    return this.runs.map((run) => run.record());
  }

  /** @returns {import("./run.js").Upcoming | null} */
  upcoming() {
    const found = this.runs.map((run) => run.upcoming());
    const predictions = found.flatMap((each) => each?.predictions ?? []);
    return found[0] && { ...found[0], predictions };
  }

  validate() {
    for (const run of this.runs) run.validate();
  }

  release() {
    for (const run of this.runs) run.release();
  }
}
