/** What the tour says, in one table, so that a translation would be a file. */

import { grouped } from "../shared/numbers.js";

export const WORDS = {
  tour: "Tour",
  offer: "New here? Take the 90-second tour.",
  start: "Start",
  decline: "No, thanks",
  next: "Next",
  back: "Back",
  done: "Done",
  there: "Take me there",
  end: "End tour",
  /** @param {number} number @param {number} all */
  count: (number, all) => `${number} of ${all}`,

  /** The steps, by id. */
  steps: {
    play: {
      title: "Let it learn",
      text: () => "This network should learn to read digits; the views show its weights.",
      ask: () => "Press Play to start training.",
      already: "It is playing: press Next.",
    },
    accuracy: {
      title: "Is it right?",
      /** @param {number | null} digits */
      text: (digits) =>
        `Accuracy is the percentage of ${digits === null ? "other" : grouped(digits)} held-out digits that it reads ` +
        "correctly.",
      /** @param {boolean} playing */
      ask: (playing) => (playing ? "Watch it rise." : "It rises while the network plays."),
      already: "It has risen: press Next.",
    },
    point: {
      title: "Look inside",
      /** @param {boolean} first whether it is the first layer */
      text: (first) =>
        first
          ? "Every hidden unit has a weight for each pixel; together they are one of these pictures."
          : "Every digit has a weight for each hidden unit; together they are one of these rows.",
      ask: () => "Point at one, tap one, or move there and press an arrow key.",
      already: "A weight is selected: press Next.",
    },
    hold: {
      title: "Three views at once",
      text: () => "The same weight lights up in the other views: as bits, and as it is stored.",
      ask: () => "Click it, or press Enter, to pin it.",
      already: "It is pinned: press Next.",
    },
    readout: {
      title: "Where it is stored",
      text: () => "Its unit, its input, and the word and byte that store it.",
      ask: () => "Press Escape to release it, or keep it and press Next.",
      already: "It is filled in while a weight is selected: press Next.",
    },
    centringOff: {
      title: "Break it",
      text: () => "With centring, the network learns how a digit differs from the average digit.",
      /** @param {boolean} playing */
      ask: (playing) => (playing ? "Switch Centring off." : "Press Play, then switch Centring off."),
      already: "It is off: press Next.",
    },
    centringOn: {
      title: "Fix it",
      text: () =>
        "Without it the pictures become alike and accuracy falls: our reconstruction of the study\u2019s bug.",
      ask: () => "Watch, then switch it back on.",
      already: "It is on: press Next.",
    },
    trainer: {
      title: "The same bits as floats",
      /** @param {number} bits @param {number} each bits of a float */
      text: (bits, each) =>
        `AdamW has just as many bits, ${grouped(bits)}: ${grouped(bits / each)} floats of ${each} bits each.`,
      ask: () => "Choose AdamW as the trainer.",
      already: "AdamW is chosen: press Next.",
    },
    compare: {
      title: "Curve by curve",
      text: () => "The chart keeps the curve of every run, so you can compare trainers.",
      /** @param {boolean} playing */
      ask: (playing) => (playing ? "Watch the new one grow." : "Press Play, and watch the new one grow."),
      already: "It is growing: press Next.",
    },
    share: {
      title: "Now it is yours",
      text: () => "Share copies a link to the exact network on your screen; Save downloads it.",
      ask: () => "Further down, the study\u2019s claims are put to the test.",
    },
  },
};
