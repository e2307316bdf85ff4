/** What the tour shows, in order, and what the reader does in each step. */

import { grouped } from "../shared/numbers.js";
import { shownMark } from "../training/store.js";

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
    title: "Let it learn",
    text: () => "This network should learn to read digits; the views show its weights.",
    ask: () => "Press Play to start training.",
    already: "It is playing: press Next.",
    done: playing,
  },
  {
    id: "accuracy",
    target: "accuracy",
    sides: ["left", "below", "above"],
    title: "Is it right?",
    text: ({ dataset }) =>
      `Accuracy is the percentage of ${dataset ? grouped(dataset.validation) : "other"} held-out digits that it ` +
      "reads correctly.",
    ask: (state) => (playing(state) ? "Watch it rise." : "It rises while the network plays."),
    already: "It has risen: press Next.",
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
    title: "Look inside",
    text: ({ layer }) =>
      layer === 0
        ? "Every hidden unit has a weight for each pixel; together they are one of these pictures."
        : "Every digit has a weight for each hidden unit; together they are one of these rows.",
    ask: () => "Point at one, tap one, or move there and press an arrow key.",
    already: "A weight is marked: press Next.",
    done: (state) => shownMark(state) !== null,
  },
  {
    id: "hold",
    target: "view-neuron",
    around: ".bm-panel",
    sides: ["right", "above", "below"],
    slim: true,
    upmost: true,
    title: "Three views at once",
    text: () => "The same weight lights up in the other views: as bits, and as it is stored.",
    ask: () => "Click it, or press Enter, to pin it.",
    already: "It is pinned: press Next.",
    done: ({ pinned }) => pinned !== null,
  },
  {
    id: "readout",
    target: "readout",
    comes: true,
    sides: ["above", "below"],
    title: "Where it is stored",
    text: () => "Its unit, its input, and the word and byte that store it.",
    ask: () => "Press Escape to release it, or keep it and press Next.",
    already: "It is filled while a weight is marked: press Next.",
    done: ({ pinned }) => pinned === null,
  },
  {
    id: "centring-off",
    target: "centring",
    around: ".bm-control",
    sides: ["left", "below", "right"],
    title: "Break it",
    text: () => "With centring, the network learns how a digit differs from the average digit.",
    ask: (state) => (playing(state) ? "Switch Centring off." : "Press Play, then switch Centring off."),
    already: "It is off: press Next.",
    done: ({ settings }) => settings.centring === false,
    applies: canBeUncentred,
  },
  {
    id: "centring-on",
    target: "centring",
    around: ".bm-control",
    sides: ["left", "below", "right"],
    title: "Fix it",
    text: () =>
      "Without it the pictures become alike and accuracy falls: our reconstruction of the study\u2019s bug.",
    ask: () => "Watch, then switch it back on.",
    already: "It is on: press Next.",
    done: ({ settings }) => settings.centring === true,
    applies: canBeUncentred,
  },
  {
    id: "trainer",
    target: "trainer",
    around: ".bm-control",
    sides: ["right", "below"],
    title: "The same bits as floats",
    text: ({ status }) => {
      const bits = status?.bit_mass ?? 0;
      return (
        `AdamW has just as many bits, ${grouped(bits)}: ${grouped(bits / FLOAT_BITS)} floats of ` +
        `${FLOAT_BITS} bits each.`
      );
    },
    ask: () => "Choose AdamW as the trainer.",
    already: "AdamW is chosen: press Next.",
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
    title: "Curve by curve",
    text: () => "The chart keeps the curve of every run, so you can compare trainers.",
    ask: (state) => (playing(state) ? "Watch the new one grow." : "Press Play, and watch the new one grow."),
    already: "It is growing: press Next.",
    done: playing,
    rest: LOOK_MS,
    watched: true,
  },
  {
    id: "share",
    target: "share",
    sides: ["left", "below"],
    title: "Now it is yours",
    text: () => "Share copies a link to the exact network on your screen; Save downloads it.",
    ask: () => "Further down, the study\u2019s claims are put to the test.",
  },
];
