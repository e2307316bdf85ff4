/**
 * A run's history: frames to look at, and checkpoints to resume from. Both are bounded. The counterpart of
 * `bitmass_viz/training/history.py`, which gives the reasons.
 */

const MAX_FRAMES = 300;
const MIN_FRAMES = 16;
const MAX_BYTES = 32 << 20;
const MAX_CHECKPOINT_BYTES = 128 << 20;
const MIN_CHECKPOINTS = 2;
const CHECKPOINT_EXAMPLES = 20_000;

/**
 * @typedef {{examples: number, epoch: number, weights: Uint8Array, thresholds: Int32Array | null,
 *   accuracy: number | null, accuracyAt: number, options: Record<string, any>}} Frame
 * @typedef {{examples: number, state: Record<string, any>, options: Record<string, any>, bytes: number}} Checkpoint
 */

export class History {
  /** @param {number} bytesPerFrame of a frame and its checkpoint */
  constructor(bytesPerFrame) {
    this.capacity = Math.min(MAX_FRAMES, Math.max(MIN_FRAMES, Math.floor(MAX_BYTES / bytesPerFrame)));
    /** @type {Frame[]} */
    this.frames = [];
    /** @type {Checkpoint[]} */
    this.checkpoints = [];
    this.stride = 0;
    this.revision = 0;
  }

  /** @returns {Frame} */
  get newest() {
    return this.frames[this.frames.length - 1];
  }

  /**
   * Add a newer frame, and its checkpoint if one is due.
   * @param {Frame} frame @param {() => Checkpoint} checkpoint @param {boolean} keepCheckpoint
   */
  record(frame, checkpoint, keepCheckpoint) {
    let frames = this.frames;
    let checkpoints = this.checkpoints;
    if (frames.length && (this.newest.examples === frame.examples || this._isProvisional())) {
      frames = frames.slice(0, -1);
      const kept = frames.at(-1)?.examples ?? -1;
      checkpoints = checkpoints.slice();
      for (let last; (last = checkpoints.at(-1)) && kept < last.examples && last.examples < frame.examples; )
        checkpoints.pop();
    }
    const last = checkpoints.at(-1)?.examples ?? -CHECKPOINT_EXAMPLES - 1;
    if (keepCheckpoint || frame.examples - last > CHECKPOINT_EXAMPLES)
      checkpoints = [...(last === frame.examples ? checkpoints.slice(0, -1) : checkpoints), checkpoint()];
    this.frames = [...frames, frame];
    this.checkpoints = checkpoints;
    this.revision += 1;
    if (this.frames.length > this.capacity) this._thin();
    const most = Math.max(
      MIN_CHECKPOINTS,
      Math.floor(MAX_CHECKPOINT_BYTES / checkpoints[checkpoints.length - 1].bytes),
    );
    if (this.checkpoints.length > most)
      this.checkpoints = this.checkpoints.filter((_, i, all) => i % 2 === 0 || i === all.length - 1);
  }

  _isProvisional() {
    const [before, last] = this.frames.slice(-2);
    return last !== undefined && last.examples - before.examples < this.stride;
  }

  _thin() {
    const frames = this.frames.slice(0, -1).filter((_, i) => i % 2 === 0);
    this.stride = Math.max(...frames.slice(1).map((frame, i) => frame.examples - frames[i].examples));
    this.frames = [...frames, this.newest];
    const needed = new Set(this.frames.map(({ examples }) => this.checkpointBefore(examples)));
    this.checkpoints = this.checkpoints.filter((checkpoint) => needed.has(checkpoint));
  }

  /** The index of the latest frame at or before a number of examples. @param {number} examples */
  indexAt(examples) {
    return this.frames.findLastIndex((frame) => frame.examples <= examples);
  }

  /** @param {number} examples @returns {Checkpoint} the latest at or before */
  checkpointBefore(examples) {
    return /** @type {Checkpoint} */ (
      this.checkpoints.findLast((checkpoint) => checkpoint.examples <= examples)
    );
  }

  get bytes() {
    const frames = this.frames.reduce((sum, { weights }) => sum + weights.length, 0);
    return this.checkpoints.reduce((sum, { bytes }) => sum + bytes, frames);
  }

  /** Drop everything newer. @param {number} examples */
  dropAfter(examples) {
    this.frames = this.frames.filter((frame) => frame.examples <= examples);
    this.checkpoints = this.checkpoints.filter((checkpoint) => checkpoint.examples <= examples);
    this.revision += 1;
  }
}

/**
 * The positions 0 to count − 1 in groups of a size, coarse first: early groups span the whole range.
 * @param {number} count @param {number} size @returns {number[][]}
 */
export function coarseToFine(count, size) {
  const order = new Set([0, count - 1]);
  for (let stride = 2 ** Math.floor(Math.log2(count) + 1); stride > 1; ) {
    stride /= 2;
    for (let at = 0; at < count; at += stride) order.add(at);
  }
  const positions = [...order];
  return Array.from({ length: Math.ceil(count / size) }, (_, i) => positions.slice(i * size, (i + 1) * size));
}
