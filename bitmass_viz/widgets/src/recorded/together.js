/**
 * What answers networks side by side where there is no kernel: the same traits and messages as
 * `widgets/side_by_side.py`, out of a recording for each lane. All have their frames at the same moments.
 */

import { createAnswering } from "./answering.js";
import { createClock, isSpeed, SPEED } from "./clock.js";

/**
 * @typedef {import("./model.js").Recording} Recording
 * @typedef {{name: string, titles: string[], controls: any[], lane_controls: any[][], settings: Record<string, any>,
 *   lanes: Record<string, any>[], recordings: Record<string, string[]>, dataset: any,
 *   palette: Record<string, Record<string, string>>}} Told
 */

const DEFAULT_SPEED = 15;

/** Which recordings belong to settings, as the key that `site/together.py` gives them. @param {any[]} values */
const keyOf = (...values) => values.join("/");

/** @param {Told} told @param {(name: string) => Promise<Recording>} load */
export function createTogether(told, load) {
  /** @type {Recording[]} */
  let shown = [];
  /** @type {object | null} */
  let loading = null;
  let playNext = false;
  let seq = 0;
  let count = 0;
  /** @type {Record<string, any>} */
  const traits = {
    name: told.name,
    controls: [...told.controls, SPEED],
    lane_controls: told.lane_controls,
    settings: { ...told.settings, speed: DEFAULT_SPEED },
    lanes: told.lanes,
    curves: [],
    dataset: told.dataset,
    notice: {},
    palette: told.palette,
  };
  const clock = createClock(
    () => shown[0].frames.count,
    () => traits.settings.speed,
    publish,
  );
  const { model, put } = createAnswering(traits, {
    ...whenShown(clock.actions),
    near: () => void choose(),
    play() {
      if (loading) playNext = true;
      else if (shown.length > 0) clock.play();
      else void choose(true);
    },
    pause() {
      playNext = false;
      if (shown.length > 0) clock.actions.pause();
    },
    set({ name, value, lane }) {
      if (lane === undefined && name === "speed") {
        if (isSpeed(value)) put("settings", { ...traits.settings, speed: value });
        return;
      }
      if (lane === undefined) put("settings", { ...traits.settings, [name]: value });
      else
        put(
          "lanes",
          traits.lanes.map((/** @type {object} */ each, /** @type {number} */ index) =>
            index === lane ? { ...each, [name]: value } : each,
          ),
        );
      void choose();
    },
  });

  /** Nothing answers before there is something to show. @param {Record<string, () => void>} actions */
  function whenShown(actions) {
    return Object.fromEntries(
      Object.entries(actions).map(([name, act]) => [name, () => void (shown.length > 0 && act())]),
    );
  }

  /** Load what the settings ask for, and show it from its beginning. */
  async function choose(play = false) {
    playNext ||= play || clock.playing;
    clock.stop();
    const mine = (loading = {});
    if (shown.length > 0) publish(clock.position, false);
    const own = told.controls.map(({ name }) => traits.settings[name]);
    const lanes = traits.lanes.flatMap((/** @type {any} */ lane, /** @type {number} */ index) =>
      told.lane_controls[index].map(({ name }) => lane[name]),
    );
    const names = told.recordings[keyOf(...own, ...lanes)] ?? [];
    let problem = "";
    const found = await Promise.all(names.map(load)).catch((/** @type {Error} */ error) => {
      problem = error.message;
      return [];
    });
    // Meanwhile something else may have been chosen.
    if (loading !== mine) return;
    loading = null;
    put("notice", { level: "error", text: problem });
    if (found.length > 0) {
      shown = found;
      count += 1;
    }
    if (shown.length > 0) clock.show(0);
    if (playNext && found.length > 0) clock.play();
    playNext = false;
  }

  /** @param {number} position @param {boolean} playing */
  function publish(position, playing) {
    const frames = shown.map(({ frames }) => frames.at(position));
    const { told: first } = shown[0];
    const bytes = new Uint8Array(frames.reduce((sum, { weights }) => sum + weights.length, 0));
    let at = 0;
    for (const { weights } of frames) {
      bytes.set(weights, at);
      at += weights.length;
    }
    const [index, label] = first.next[position];
    traits.frame = new DataView(bytes.buffer);
    traits.digit = new DataView(frames[0].digit.buffer);
    put(
      "curves",
      shown.map(({ told: { status, examples, accuracy } }, lane) => ({
        run: `${count}.${lane}`,
        trainer: status.trainer,
        label: told.titles[lane],
        active: true,
        points: examples.slice(0, position + 1).map((n, i) => [n, accuracy[i]]),
      })),
    );
    seq += 1;
    put("status", {
      seq,
      state: loading ? "preparing" : playing ? "playing" : "paused",
      examples: first.examples[position],
      epoch: first.examples[position] / first.status.train_size,
      train_size: first.status.train_size,
      image: first.status.image,
      accuracy_split: first.status.accuracy_split,
      example: { index, label, predictions: shown.map(({ told }) => told.next[position][2]) },
      lanes: shown.map(({ told: { status, accuracy } }, lane) => ({
        ...status,
        run: `${count}.${lane}`,
        label: told.titles[lane],
        bytes: frames[lane].weights.length,
        accuracy: accuracy[position],
      })),
    });
  }

  return model;
}
