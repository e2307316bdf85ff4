/**
 * What answers the explorer where there is no kernel: the same traits and messages as `widgets/explorer.py`, out of a
 * recording. Playing shows one recorded frame after the other.
 */

/** @typedef {import("./frames.js").Recorded} Recorded */

/** Frames a second. */
const SPEEDS = [1, 5, 15, 30, 60];
/** So much of a frame's time may be missing when the screen is due for it: no screen keeps to it exactly. */
const SLACK = 0.1;
/** Unpacking ahead holds up nothing for longer than this. */
const SLICE_MS = 8;

/** @param {Recorded} told @param {import("./frames.js").Frames} frames */
export function createModel(told, frames) {
  const last = frames.count - 1;
  /** @type {Map<string, Set<(...given: any[]) => void>>} */
  const listeners = new Map();
  const points = told.examples.map(
    (examples, i) => /** @type {[number, number]} */ ([examples, told.accuracy[i]]),
  );
  const { run, trainer, label } = told.status;
  const whole = {
    run: `${run}-whole`,
    trainer,
    label: `${label}, whole`,
    active: false,
    dashed: true,
    points,
  };
  /** @type {Record<string, any>} */
  const traits = {
    controls: [
      {
        name: "speed",
        label: "Speed",
        kind: "stops",
        help: "Frames shown in a second.",
        stops: SPEEDS.map((value) => ({
          value,
          label: `${value} ${value === 1 ? "frame" : "frames"} a second`,
        })),
      },
    ],
    settings: { ...told.settings, speed: SPEEDS[SPEEDS.length - 1] },
    curves: [],
    dataset: told.dataset,
    notice: {},
    palette: told.palette,
  };
  let position = 0;
  let playing = false;
  let request = 0;
  let seq = 0;
  /** How many frames the page has been given to go through by itself; null if it has not asked. @type {number | null} */
  let given = null;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let ahead;

  /** @param {string} event @param {...any} content */
  function emit(event, ...content) {
    for (const listener of listeners.get(event) ?? []) listener(...content);
  }

  /** @param {string} name @param {any} value */
  function put(name, value) {
    traits[name] = value;
    emit(`change:${name}`);
  }

  /** @param {number} at */
  const momentOf = (at) => ({
    examples: told.examples[at],
    epoch: told.examples[at] / told.status.train_size,
    accuracy: told.accuracy[at],
    accuracy_at: told.examples[at],
    position: at,
    position_examples: told.examples[at],
  });

  function publish() {
    const { weights, digit } = frames.at(position);
    const [index, label_, prediction] = told.next[position];
    traits.frame = new DataView(weights.buffer);
    traits.digit = new DataView(digit.buffer);
    put("curves", [whole, { run, trainer, label, active: true, points: points.slice(0, position + 1) }]);
    seq += 1;
    put("status", {
      ...told.status,
      ...momentOf(position),
      seq,
      state: playing ? "playing" : "paused",
      example: { index, label: label_, prediction },
    });
  }

  /** @param {number} to */
  function show(to) {
    pause();
    position = Math.min(last, Math.max(0, to));
    publish();
  }

  function pause() {
    playing = false;
    cancelAnimationFrame(request);
  }

  function play() {
    if (playing) return;
    if (position === last) position = 0;
    playing = true;
    let before = 0;
    let owed = 0;
    const turn = (/** @type {number} */ now) => {
      if (before > 0) owed = Math.min(1 + SLACK, owed + ((now - before) * traits.settings.speed) / 1000);
      before = now;
      if (owed >= 1 - SLACK) {
        owed -= 1;
        position += 1;
        if (position >= last) return show(last);
        publish();
      }
      request = requestAnimationFrame(turn);
    };
    request = requestAnimationFrame(turn);
    publish();
  }

  /** Unpack what will be wanted, in slices, and pass it on where the page has asked for all of it. */
  function lookAhead() {
    const until = performance.now() + SLICE_MS;
    while (frames.ready < frames.count && performance.now() < until) frames.at(frames.ready);
    passOn();
    if (frames.ready < frames.count) ahead = setTimeout(lookAhead);
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
      { kind: "history", run, history: told.status.history, frames: positions.map(momentOf) },
      positions.map((at) => new DataView(frames.at(at).weights.buffer)),
    );
  }

  /** @type {Record<string, (message: any) => void>} */
  const actions = {
    hello: publish,
    play,
    pause: () => show(position),
    step: () => show(position + 1),
    reset: () => show(0),
    show: ({ frame }) => show(frame),
    set({ name, value }) {
      if (name === "speed" && SPEEDS.includes(value)) put("settings", { ...traits.settings, speed: value });
    },
    history() {
      given = 0;
      passOn();
    },
    export({ what }) {
      if (what !== "bin") return;
      const name = `bitmass-${trainer}-${told.examples[position]}.bin`;
      const { weights } = frames.at(position);
      emit("msg:custom", { kind: "file", name, type: "application/octet-stream" }, [
        new DataView(weights.buffer),
      ]);
    },
  };

  return {
    /** @param {string} name */
    get: (name) => traits[name],
    /** @param {string} event @param {(...given: any[]) => void} listener */
    on(event, listener) {
      if (!listeners.has(event)) listeners.set(event, new Set());
      listeners.get(event)?.add(listener);
    },
    /** @param {string} event @param {(...given: any[]) => void} listener */
    off: (event, listener) => void listeners.get(event)?.delete(listener),
    /** @param {any} message */
    send: (message) => actions[message.action]?.(message),
    /** Begin to unpack ahead of what is shown. */
    lookAhead: () => void (ahead = setTimeout(lookAhead)),
    /** Let go of what goes on by itself. */
    destroy() {
      pause();
      clearTimeout(ahead);
    },
  };
}
