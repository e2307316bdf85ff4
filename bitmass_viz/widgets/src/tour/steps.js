/** What the tour shows, in order, and what the reader does in each step. */

import { shownMark } from "../training/store.js";
import { WORDS } from "./words.js";

/**
 * @typedef {import("../training/store.js").State} State
 * @typedef {import("./card_position.js").Side} Side
 *
 * A step points at the element whose `data-testid` is `target`, ringed by its ancestor `around`. Its card has a
 * sentence that explains and one that asks; once `done` comes to hold, and has held for `rest` milliseconds, the
 * next step follows. Without `done` the reader goes on. `already` replaces what is asked of who has done it before;
 * what is only `watched` may have come about before; a target that `comes` is there only once a step before is done. Where what is below matters too, the target goes `upmost`.
 * @typedef {{id: string, target: string, around?: string, sides: Side[], slim?: boolean, upmost?: boolean, comes?: boolean,
 *   title: string, text: (state: State) => string, ask: (state: State) => string, already?: string,
 *   done?: (state: State) => boolean, rest?: number, watched?: boolean,
 *   applies?: (state: State) => boolean}} Step
 */

const { steps: SAID } = WORDS;
const ADAMW = "adamw";
const FLOAT_BITS = 32;
/** An accuracy that has clearly risen; guessing gets a tenth. */
const RISEN = 0.5;
/** How long the reader watches something. */
const LOOK_MS = 5000;

/** @param {State} state */
const playing = ({ status }) => status?.state === "playing";

/** @param {State} state */
const canBeUncentred = ({ controls, settings }) =>
  controls.some(
    ({ name, trainers }) => name === "centring" && (trainers?.includes(settings.trainer ?? "") ?? true),
  );

/** @type {Step[]} */
export const STEPS = [
  {
    id: "play",
    target: "play",
    sides: ["below"],
    ...SAID.play,
    done: playing,
  },
  {
    id: "accuracy",
    target: "accuracy",
    sides: ["left", "below", "above"],
    ...SAID.accuracy,
    text: ({ dataset }) => SAID.accuracy.text(dataset?.validation ?? null),
    ask: (state) => SAID.accuracy.ask(playing(state)),
    done: ({ status }) => (status?.accuracy ?? 0) > RISEN,
    rest: LOOK_MS,
    watched: true,
  },
  {
    id: "point",
    target: "view-neuron",
    around: ".bm-panel",
    sides: ["right", "above", "below"],
    slim: true,
    upmost: true,
    ...SAID.point,
    text: ({ layer }) => SAID.point.text(layer === 0),
    done: (state) => shownMark(state) !== null,
  },
  {
    id: "hold",
    target: "view-neuron",
    around: ".bm-panel",
    sides: ["right", "above", "below"],
    slim: true,
    upmost: true,
    ...SAID.hold,
    done: ({ pinned }) => pinned !== null,
  },
  {
    id: "readout",
    target: "readout",
    comes: true,
    sides: ["above", "below"],
    ...SAID.readout,
    done: ({ pinned }) => pinned === null,
  },
  {
    id: "centring-off",
    target: "centring",
    around: ".bm-control",
    sides: ["left", "below", "right"],
    ...SAID.centringOff,
    ask: (state) => SAID.centringOff.ask(playing(state)),
    done: ({ settings }) => settings.centring === false,
    applies: canBeUncentred,
  },
  {
    id: "centring-on",
    target: "centring",
    around: ".bm-control",
    sides: ["left", "below", "right"],
    ...SAID.centringOn,
    done: ({ settings }) => settings.centring === true,
    applies: canBeUncentred,
  },
  {
    id: "trainer",
    target: "trainer",
    around: ".bm-control",
    sides: ["right", "below"],
    ...SAID.trainer,
    text: ({ status }) => SAID.trainer.text(status?.bit_mass ?? 0, FLOAT_BITS),
    done: ({ status }) => status?.trainer === ADAMW,
    applies: ({ controls }) =>
      controls.some(
        ({ name, choices }) => name === "trainer" && choices?.some(({ value }) => value === ADAMW),
      ),
  },
  {
    id: "compare",
    target: "chart",
    sides: ["left", "above", "below"],
    ...SAID.compare,
    ask: (state) => SAID.compare.ask(playing(state)),
    done: playing,
    rest: LOOK_MS,
    watched: true,
  },
  {
    id: "share",
    target: "share",
    sides: ["left", "below"],
    ...SAID.share,
  },
];
