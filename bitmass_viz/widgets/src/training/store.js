/** The browser's state apart from the weights; each piece is declared once, with its first value. */

/**
 * @typedef {import("../bits/address.js").Mark} Mark
 * @typedef {number | string | boolean | null} Setting the value of a control
 * @typedef {{[name: string]: Setting | undefined, speed?: number, trainer?: string}} Settings
 * @typedef {{name: string, label: string, kind: "choice" | "integer" | "number" | "stops" | "switch", help?: string,
 *   default?: Setting, choices?: {value: Setting, label: string, help?: string}[], trainers?: string[] | null,
 *   stops?: {value: number, label: string}[], min?: number, max?: number}} Control
 * @typedef {{seq: number, run: string, trainer: string, label: string, format: string, bpw: number,
 *   layers: import("../bits/address.js").LayerShape[], image: [number, number], hidden: number, state: string,
 *   examples: number, epoch: number, train_size: number, accuracy: number | null, accuracy_at: number,
 *   accuracy_split: string, example: {index: number, label: number, prediction: number} | null,
 *   frames: number, position: number, position_examples?: number, bit_mass: number,
 *   origin: Settings, changes: [number, string, Setting][], options?: Settings, left_out?: string[], batch_size?: number, followed?: number,
 *   history: number}} Status
 * @typedef {{run: string, trainer: string, label: string, active: boolean, points: [number, number][],
 *   name?: string, dashed?: boolean}} Curve
 * @typedef {{name: string, label: string, synthetic: boolean, train: number, validation: number, test: number,
 *   fetch: {state: string, progress: number, message: string}}} Dataset
 */

const FIRST = {
  status: /** @type {Status | null} */ (null),
  controls: /** @type {Control[]} */ ([]),
  settings: /** @type {Settings} */ ({}),
  curves: /** @type {Curve[]} */ ([]),
  dataset: /** @type {Dataset | null} */ (null),
  notice: /** @type {{id?: number, level?: string, text?: string}} */ ({}),
  digit: /** @type {Uint8Array} */ (new Uint8Array(0)),
  colours: /** @type {import("../shared/palette.js").Colours} */ ({}),
  layer: 0,
  page: 0,
  flips: /** @type {number | null} */ (null),
  framesDrawn: 0,
  hover: /** @type {Mark | null} */ (null),
  pinned: /** @type {Mark | null} */ (null),
  /** The view that moved the mark last; the others scroll to it. */
  markedBy: "",
  /** A snapshot that the others are compared with. */
  compared: /** @type {{examples: number, bytes: Uint8Array} | null} */ (null),
  /** Names of the controls and parts that a link hides. */
  hidden: /** @type {string[]} */ ([]),
};

/** @typedef {typeof FIRST} State */

/**
 * A small observable: `set` calls the listeners of the keys whose values changed, once each.
 */
export function createStore() {
  const state = { ...FIRST };
  /** @type {{keys: (keyof State)[], listener: (state: State) => void}[]} */
  const listeners = [];
  return {
    state,
    /** @param {Partial<State>} change */
    set(change) {
      const changed = /** @type {(keyof State)[]} */ (Object.keys(change)).filter(
        (key) => state[key] !== change[key],
      );
      if (changed.length === 0) return;
      Object.assign(state, change);
      for (const { keys, listener } of listeners) {
        if (keys.some((key) => changed.includes(key))) listener(state);
      }
    },
    /** @param {(keyof State)[]} keys @param {(state: State) => void} listener */
    on(keys, listener) {
      listeners.push({ keys, listener });
    },
  };
}

/** @typedef {ReturnType<typeof createStore>} Store */

/** The mark that the views show: a pinned one holds against the pointer. @param {State} state */
export function shownMark(state) {
  return state.pinned ?? state.hover;
}
