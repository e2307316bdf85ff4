/** The data sets of a page. The first loads at once; another loads, piece by piece, when a network is to learn it. */

import { Digits } from "../training/digits.js";
import { WORDS } from "../words.js";
import { joined } from "./bytes.js";
import { loadPieces } from "./pieces.js";

/**
 * @typedef {import("./sources.js").Entry} Entry
 * @typedef {import("./sources.js").Piece} Piece
 * @typedef {{source: import("./sources.js").Source, list: "pieces" | "one_bit_pieces", sparing: boolean}} Loading where
 *   the pieces come from, which of an entry's lists to load, and whether the first piece of the first data set has to
 *   do until `goOn`
 * @typedef {{name: string, label: string, images: Uint8Array, labels: Uint8Array, class_names: string[]}} Own images that
 *   a reader has given
 * @typedef {{state: "none" | "running" | "failed", progress: number, message: string}} State
 * @typedef {{onPiece: () => void, onState: (dataSet: DataSet) => void, onWhole: () => void}} Listener told when images
 *   have come, when there is news of a data set's loading, and when the first data set is whole
 */

/** One of a reader's own images in so many is kept for validation, and one for the test. */
const HELD_OUT = 7;

class DataSet {
  /** @param {Digits} digits @param {Entry} entry @param {Loading | null} loading @param {Listener} listener */
  constructor(digits, entry, loading, listener) {
    this.digits = digits;
    this.isHeld = false;
    /** @type {State} */
    this.state = { state: "none", progress: 0, message: "" };
    this._entry = entry;
    this._loading = loading;
    this._listener = listener;
    /** @type {Piece[]} */
    this._pieces = loading ? entry[loading.list] : [];
    /** Files of the pieces that are here. @type {Set<string>} */
    this._loaded = new Set();
    /** What loads at present: the images to learn from, and the test images. @type {(Promise<void> | null)[]} */
    this._running = [null, null];
  }

  get _isWhole() {
    return this._pieces.every(({ file }) => this._loaded.has(file));
  }

  /** Load what is not here, unless it is being loaded. Whether that fails is in `state`. */
  load() {
    if (!this._isWhole) void this._load().catch(() => {});
  }

  /** Load all images, those of the test too. @returns {Promise<void>} */
  async loadAll() {
    this.isHeld = false;
    if (!this._isWhole) await this._load();
    await this._once(1, () => this._loadPieces(this._entry.test_pieces));
  }

  _load() {
    return this._once(0, () => this._loadMissing());
  }

  /**
   * Begin soon, unless it runs: what asks for images is not to hear of them before it has its answer.
   * @param {number} which @param {() => Promise<void>} begin
   */
  _once(which, begin) {
    const run = () => Promise.resolve().then(begin);
    return (this._running[which] ??= run().finally(() => (this._running[which] = null)));
  }

  /** @returns {Promise<void>} */
  async _loadMissing() {
    const size = this._pieces.reduce((sum, { bytes }) => sum + bytes, 0);
    const message = WORDS.loading(this._entry.label, size);
    try {
      await this._loadPieces(this.isHeld ? this._pieces.slice(0, 1) : this._pieces, (progress) =>
        this._report("running", progress, message),
      );
    } catch (error) {
      this._report("failed", 0, /** @type {Error} */ (error).message);
      throw error;
    }
    // Perhaps the reader wanted the others while the first was on its way.
    if (!this.isHeld && !this._isWhole) return this._loadMissing();
    this._report("none", 1, "");
    if (this._isWhole) this._listener.onWhole();
  }

  /** @param {Piece[]} pieces @param {(share: number) => void} [onShare] */
  _loadPieces(pieces, onShare = () => {}) {
    const { source } = /** @type {Loading} */ (this._loading);
    return loadPieces(this._entry, source, {
      pieces,
      loaded: this._loaded,
      onPiece: (piece) => {
        this.digits.add(piece);
        this._listener.onPiece();
      },
      onProgress: ({ done, total }) => onShare(total ? done / total : 1),
    });
  }

  /** @param {State["state"]} state @param {number} progress @param {string} message */
  _report(state, progress, message) {
    this.state = { state, progress, message };
    this._listener.onState(this);
  }
}

export class DataSets {
  /**
   * @param {import("../kernels.js").Kernels} kernels @param {Entry[]} entries of the manifest
   * @param {Listener} listener @param {Loading | null} [loading] null if the images are added by hand
   */
  constructor(kernels, entries, listener, loading = null) {
    this._kernels = kernels;
    this._entries = new Map(entries.map((entry) => [entry.name, entry]));
    this._listener = listener;
    this._loading = loading;
    /** @type {Map<string, DataSet>} */
    this._sets = new Map();
    const [{ name }] = entries;
    this._first = this._open(name);
    this._first.isHeld = loading?.sparing === true;
  }

  /** What the page begins with. */
  get first() {
    return this._first.digits;
  }

  /** Add images that a reader has given, one in seven of them for validation. @param {Own} own */
  add({ name, label, images, labels, class_names }) {
    const count = labels.length;
    const validation = Math.floor(count / HELD_OUT);
    const train = count - 2 * validation;
    const image = [28, 28];
    const classes = 10;
    const about = {
      name,
      label,
      synthetic: false,
      image,
      classes,
      train,
      validation,
      test: validation,
      class_names,
    };
    const nothing = {
      sha256: {},
      bytes: 0,
      one_bit_bytes: 0,
      pieces: [],
      one_bit_pieces: [],
      test_pieces: [],
    };
    this._entries.set(name, { ...about, ...nothing });
    const { digits } = this._open(name);
    const order = this._orderOf(count);
    const learned = order.slice(0, train);
    const splits = {
      train: this._orderOf(train).map((place) => learned[place]),
      validation: order.slice(train, train + validation),
      test: order.slice(train + validation),
    };
    const pixels = images.length / count;
    for (const [split, chosen] of Object.entries(splits))
      digits.add({
        split: /** @type {keyof typeof splits} */ (split),
        start: 0,
        images: joined(chosen.map((i) => images.subarray(i * pixels, (i + 1) * pixels))),
        labels: Uint8Array.from(chosen, (i) => labels[i]),
      });
  }

  /** The order of seed 0's first epoch. @param {number} count */
  _orderOf(count) {
    const order = this._kernels.exampleOrder(0, 0, count);
    const numbers = Array.from(order.values, Number);
    this._kernels.release(order);
    return numbers;
  }

  /** Name and label of each. @returns {{name: string, label: string}[]} */
  get choices() {
    return [...this._entries.values()].map(({ name, label }) => ({ name, label }));
  }

  /** @param {unknown} name @returns {name is string} */
  has(name) {
    return typeof name === "string" && this._entries.has(name);
  }

  /** The images that a name stands for, which begin to load, or null. @param {unknown} name */
  find(name) {
    return this.has(name) ? this.get(name) : null;
  }

  /** The images of a data set, which begin to load. @param {string} name one of `choices` */
  get(name) {
    const found = this._open(name);
    found.load();
    return found.digits;
  }

  /** How a data set's loading stands. @param {Digits} digits */
  stateOf(digits) {
    const { name, label } = digits.about;
    const { state } = this._open(name);
    return state.state === "none" ? { data: "", label: "", ...state } : { data: name, label, ...state };
  }

  /** Load the images of the first data set that were held back. */
  goOn() {
    this._first.isHeld = false;
    this._first.load();
  }

  /** Load all images of the first data set, those of the test too. */
  loadAll() {
    return this._first.loadAll();
  }

  /** @param {string} name */
  _open(name) {
    const known = this._sets.get(name);
    if (known) return known;
    const entry = /** @type {Entry} */ (this._entries.get(name));
    const digits = new Digits(this._kernels, entry);
    const onWhole = () => found === this._first && this._listener.onWhole();
    const found = new DataSet(digits, entry, this._loading, { ...this._listener, onWhole });
    this._sets.set(name, found);
    return found;
  }
}
