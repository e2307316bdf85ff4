/** Shows one recorded frame after the other, as fast as it is asked to and as the screen can. */

/** Frames a second. */
const SPEEDS = [1, 5, 15, 30, 60];
/** So much of a frame's time may be missing when the screen is due for it: no screen keeps to it exactly. */
const SLACK = 0.1;

/** The control of the speed. */
export const SPEED = {
  name: "speed",
  label: "Speed",
  kind: "stops",
  help: "Frames shown in a second.",
  choices: SPEEDS.map((value) => ({
    value,
    label: `${value} ${value === 1 ? "frame" : "frames"} a second`,
  })),
};

/** @param {any} value */
export const isSpeed = (value) => SPEEDS.includes(value);

/**
 * @param {() => number} count of frames @param {() => number} speed in frames a second
 * @param {(position: number, playing: boolean) => void} publish
 */
export function createClock(count, speed, publish) {
  let position = 0;
  let playing = false;
  let request = 0;

  function stop() {
    playing = false;
    cancelAnimationFrame(request);
  }

  /** @param {number} to */
  function show(to) {
    stop();
    position = Math.min(count() - 1, Math.max(0, to));
    publish(position, false);
  }

  function play() {
    if (playing) return;
    if (position === count() - 1) position = 0;
    playing = true;
    let before = 0;
    let owed = 0;
    const turn = (/** @type {number} */ now) => {
      if (before > 0) owed = Math.min(1 + SLACK, owed + ((now - before) * speed()) / 1000);
      before = now;
      if (owed >= 1 - SLACK) {
        owed -= 1;
        if (position + 1 >= count() - 1) return show(position + 1);
        position += 1;
        publish(position, true);
      }
      request = requestAnimationFrame(turn);
    };
    request = requestAnimationFrame(turn);
    publish(position, true);
  }

  return {
    play,
    show,
    stop,
    /** Messages of the page that it answers. */
    actions: {
      hello: () => publish(position, playing),
      play,
      pause: () => show(position),
      step: () => show(position + 1),
      reset: () => show(0),
    },
    get playing() {
      return playing;
    },
    get position() {
      return position;
    },
  };
}
