/** The browser's state apart from the weights; each piece is declared once, with its first value. */

/**
 * @typedef {import("../bits/address.js").Mark} Mark
 * @typedef {import("../shared/protocol.js").Setting} Setting
 * @typedef {import("../shared/protocol.js").Settings & {speed?: number, trainer?: string, stop_after?: number}} Settings
 * @typedef {import("../shared/protocol.js").Control} Control
 * @typedef {import("../shared/protocol.js").Network & import("../shared/protocol.js").Status} Status what is known of the frame that is shown
 * @typedef {import("../shared/protocol.js").Curve & {name?: string, dashed?: boolean}} Curve
 * @typedef {import("../shared/protocol.js").Dataset} Dataset
 * @typedef {import("../shared/protocol.js").Notice} Notice
 * @typedef {(message: import("../shared/protocol.js").Action, buffers?: Uint8Array[]) => void} Send
 */

const FIRST = {
  status: /** @type {Status | null} */ (null),
  controls: /** @type {Control[]} */ ([]),
  settings: /** @type {Settings} */ ({}),
  curves: /** @type {Curve[]} */ ([]),
  dataset: /** @type {Dataset | null} */ (null),
  notice: /** @type {Partial<Notice>} */ ({}),
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
