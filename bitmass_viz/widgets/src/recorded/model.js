/**
 * What answers the explorer where there is no kernel: the same traits and messages as `widgets/explorer.py`, out of
 * recordings. Playing shows one recorded frame after the other.
 */

import { createAnswering } from "./answering.js";
import { createClock, isSpeed, SPEED } from "./clock.js";

/**
 * @typedef {import("./frames.js").Recorded} Recorded
 * @typedef {{told: Recorded, frames: import("./frames.js").Frames}} Recording
 * @typedef {{choices: {value: string, label: string}[], load: (trainer: string) => Promise<Recording>}} Others
 */

const FASTEST = 60;
/** Unpacking ahead holds up nothing for longer than this. */
const SLICE_MS = 8;

/** @param {Recording} first @param {Others} [others] recordings that the reader may choose, by their trainers */
export function createModel(first, others) {
  let { told, frames } = first;
  /** What is being loaded, while something is. @type {object | null} */
  let loading = null;
  let seq = 0;
  /** Whether to play as soon as what is being loaded is there. */
  let playNext = false;
  /** How many frames the page has been given to go through by itself; null if it has not asked. @type {number | null} */
  let given = null;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let ahead;
  /** @type {Record<string, any>} */
  const traits = {
    controls: [...(others ? [choiceOf(others)] : []), SPEED],
    settings: { ...told.settings, speed: FASTEST },
    curves: [],
    dataset: told.dataset,
    notice: {},
    palette: told.palette,
  };
  const clock = createClock(
    () => frames.count,
    () => traits.settings.speed,
    publish,
  );
  const { model, put, emit } = createAnswering(traits, {
    ...clock.actions,
    play() {
      if (loading) playNext = true;
      else clock.play();
    },
    pause() {
      playNext = false;
      clock.actions.pause();
    },
    show: ({ frame }) => clock.show(frame),
    set({ name, value }) {
      if (name === "speed" && isSpeed(value)) put("settings", { ...traits.settings, speed: value });
      if (name === "trainer" && others?.choices.some((choice) => choice.value === value)) void choose(value);
    },
    history() {
      given = 0;
      passOn();
    },
    export({ what }) {
      if (what !== "bin") return;
      const name = `bitmass-${told.status.trainer}-${told.examples[clock.position]}.bin`;
      const { weights } = frames.at(clock.position);
      emit("msg:custom", { kind: "file", name, type: "application/octet-stream" }, [
        new DataView(weights.buffer),
      ]);
    },
  });

  /** @param {number} at */
  const momentOf = (at) => ({
    examples: told.examples[at],
    epoch: told.examples[at] / told.status.train_size,
    accuracy: told.accuracy[at],
    accuracy_at: told.examples[at],
    position: at,
  });

  /** The line so far, over the whole of it. @param {number} position */
  function curvesUpTo(position) {
    const { run, trainer, label } = told.status;
    const points = told.examples.map(
      (examples, i) => /** @type {[number, number]} */ ([examples, told.accuracy[i]]),
    );
    return [
      { run: `${run}-whole`, trainer, label: `${label}, whole`, active: false, dashed: true, points },
      { run, trainer, label, active: true, points: points.slice(0, position + 1) },
    ];
  }

  /** @param {number} position @param {boolean} playing */
  function publish(position, playing) {
    const { weights, digit } = frames.at(position);
    const [index, label, prediction] = told.next[position];
    traits.frame = new DataView(weights.buffer);
    traits.digit = new DataView(digit.buffer);
    put("curves", curvesUpTo(position));
    seq += 1;
    put("status", {
      ...told.status,
      ...momentOf(position),
      seq,
      state: loading ? "preparing" : playing ? "playing" : "paused",
      example: { index, label, prediction },
    });
  }

  /** Show another trainer's recording, from its beginning. @param {string} trainer */
  async function choose(trainer) {
    playNext ||= clock.playing;
    clock.stop();
    const mine = (loading = {});
    publish(clock.position, false);
    let problem = "";
    const found = await /** @type {Others} */ (others).load(trainer).catch((/** @type {Error} */ error) => {
      problem = error.message;
      return null;
    });
    // Meanwhile another may have been chosen.
    if (loading !== mine) return;
    loading = null;
    if (found) ({ told, frames } = found);
    given = null;
    put("notice", { level: "error", text: problem });
    put("settings", { ...traits.settings, ...told.settings, speed: traits.settings.speed });
    clock.show(0);
    if (playNext && found) clock.play();
    playNext = false;
    lookAheadSoon();
  }

  /** Unpack what will be wanted, in slices, and pass it on where the page has asked for all of it. */
  function lookAhead() {
    const until = performance.now() + SLICE_MS;
    while (frames.ready < frames.count && performance.now() < until) frames.at(frames.ready);
    passOn();
    if (frames.ready < frames.count) lookAheadSoon();
  }

  function lookAheadSoon() {
    clearTimeout(ahead);
    ahead = setTimeout(lookAhead);
  }

  function passOn() {
    if (given === null || given === frames.ready) return;
    const positions = Array.from(
      { length: frames.ready - given },
      (_, i) => /** @type {number} */ (given) + i,
    );
    given = frames.ready;
    emit(
      "msg:custom",
      {
        kind: "history",
        run: told.status.run,
        history: told.status.history,
        frames: positions.map(momentOf),
      },
      positions.map((at) => new DataView(frames.at(at).weights.buffer)),
    );
  }

  return {
    ...model,
    /** Begin to unpack ahead of what is shown. */
    lookAhead: lookAheadSoon,
    /** Let go of what goes on by itself. */
    destroy() {
      clock.stop();
      clearTimeout(ahead);
    },
  };
}

/** @param {Others} others */
function choiceOf({ choices }) {
  return {
    name: "trainer",
    label: "Trainer",
    kind: "choice",
    help: "Whose recording is shown.",
    choices,
  };
}
