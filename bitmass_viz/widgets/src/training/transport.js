/** Play, pause, step, reset and the history scrubber. */

import { h, setText, svg } from "../shared/dom.js";
import { counted, grouped } from "../shared/numbers.js";

/** A step's size when the speed has none because it is flat out. */
const FLAT_OUT_STEP = 4096;
/** A preview that the kernel has not answered by then is given up. */
const PREVIEW_MS = 1500;
/** For so long the page waits for the kernel to come where the page has gone. */
const AHEAD_MS = 3000;

const ICONS = {
  play: "M5 3.2v9.6L13 8z",
  pause: "M4 3h3v10H4zM9 3h3v10H9z",
  step: "M3 3.2v9.6L9.5 8zM10.5 3h2.5v10h-2.5z",
  replay: "M2.5 3.2v9.6L8 8zM8.5 3.2v9.6L14 8z",
  reset: "M8 3a5 5 0 1 1-4.6 3.05l1.4.6A3.5 3.5 0 1 0 8 4.5v2L4.5 3.75 8 1z",
};

/** @param {keyof typeof ICONS} name @param {string} label @param {string} title @param {string} prefix */
function button(name, label, title, prefix = "") {
  const icon = svg("svg", { viewBox: "0 0 16 16", width: 16, height: 16, "aria-hidden": "true" });
  icon.append(svg("path", { d: ICONS[name] }));
  const element = h("button", {
    type: "button",
    class: `bm-button bm-${name}`,
    "data-testid": prefix + name,
    title,
  });
  element.append(icon, h("span", {}, label));
  return /** @type {HTMLButtonElement} */ (element);
}

/**
 * @param {import("./store.js").Store} store @param {(message: object) => void} send
 * @param {string} [prefix] of test ids, where a page has several
 */
export function createTransport(store, send, prefix = "") {
  const space = prefix ? "" : " (space)";
  const play = button("play", "Play", `Play${space}`, prefix);
  const pause = button("pause", "Pause", `Pause${space}`, prefix);
  const step = button("step", "Step", "Train on a few more examples, then stop", prefix);
  const reset = button("reset", "Reset", "Start again from the first weights", prefix);
  const element = h(
    "div",
    { class: "bm-transport", role: "group", "aria-label": "Training" },
    play,
    pause,
    step,
    reset,
  );

  // What is not ready yet can be asked for: it begins as soon as it is.
  const running = () => store.state.status?.state === "playing";
  play.addEventListener("click", () => send({ action: "play" }));
  pause.addEventListener("click", () => send({ action: "pause" }));
  reset.addEventListener("click", () => send({ action: "reset" }));
  step.addEventListener("click", () =>
    send({ action: "step", examples: store.state.settings.speed || FLAT_OUT_STEP }),
  );

  store.on(["status"], () => {
    const focused = /** @type {ShadowRoot | Document} */ (element.getRootNode()).activeElement;
    play.disabled = running();
    pause.disabled = !running();
    if (focused === play && play.disabled) pause.focus();
    if (focused === pause && pause.disabled) play.focus();
  });

  return {
    element,
    toggle: () => send({ action: running() ? "pause" : "play" }),
  };
}

/**
 * @param {import("./store.js").Store} store @param {(message: object) => void} send
 * @param {import("../explorer/history.js").History} history @param {(kept: import("../explorer/history.js").Kept) => void} showKept
 */
export function createScrubber(store, send, history, showKept) {
  const input = /** @type {HTMLInputElement} */ (
    h("input", {
      type: "range",
      min: "0",
      max: "0",
      step: "1",
      value: "0",
      "data-testid": "scrubber",
      "aria-label": "History of frames",
    })
  );
  const label = h("output", { class: "bm-when" });
  const replay = button("replay", "Replay", "Show the whole run again, from its first frame to its last");
  replay.classList.add("bm-small");
  const element = h(
    "div",
    { class: "bm-scrub", title: "Go back in time; play goes on from there" },
    replay,
    input,
    label,
  );
  /** The frame that the page shows without the kernel. @type {number | null} */
  let here = null;
  /** The frame that it went to last, until the kernel is there, too; the kernel may be further back for a while. */
  const ahead = { position: /** @type {number | null} */ (null), until: 0 };
  /** The animation frame that a replay waits for; 0 if there is none. */
  let replaying = 0;
  /** @type {number | null} */
  let wanted = null;
  let asked = false;
  let timer = 0;

  function ask() {
    if (wanted === null || asked) return;
    const kept = history.at(wanted);
    if (kept) {
      wanted = null;
      showHere(kept);
      return;
    }
    asked = true;
    ahead.position = null;
    send({ action: "show", frame: wanted });
    clearTimeout(timer);
    timer = setTimeout(answered, PREVIEW_MS);
  }

  function answered() {
    asked = false;
    if (wanted !== null && wanted !== store.state.status?.position) ask();
    else wanted = null;
  }

  for (const name of ["pointerdown", "focus"]) input.addEventListener(name, prefetch);
  input.addEventListener("input", () => {
    stopReplay();
    prefetch();
    wanted = input.valueAsNumber;
    ask();
  });
  input.addEventListener("change", rest);

  function prefetch() {
    if (store.state.status?.state === "paused") history.fetch();
  }

  /** @param {import("../explorer/history.js").Kept} kept */
  function showHere(kept) {
    here = kept.moment.position;
    ahead.position = here;
    ahead.until = performance.now() + AHEAD_MS;
    showKept(kept);
  }

  /** Have the kernel go where the page is, so that training can go on from there. */
  function rest() {
    if (here === null) return;
    send({ action: "show", frame: here });
    ahead.until = performance.now() + AHEAD_MS;
    here = null;
  }

  replay.addEventListener("click", () => {
    if (replaying) return stopReplay();
    prefetch();
    let next = 0;
    const turn = () => {
      const { status } = store.state;
      if (!status || status.state !== "paused" || next >= status.frames) return stopReplay();
      // The last frame of a run may come after it was paused, and with it another history.
      prefetch();
      const kept = history.at(next);
      // The first frames are on their way; later ones that have not come in time are passed over.
      if (kept || next > 0) next += 1;
      // In this order: each frame is drawn before the next turn exchanges it.
      if (kept) showHere(kept);
      replaying = requestAnimationFrame(turn);
    };
    replaying = requestAnimationFrame(turn);
  });

  function stopReplay() {
    if (!replaying) return;
    cancelAnimationFrame(replaying);
    replaying = 0;
    rest();
  }

  store.on(["status"], ({ status }) => {
    if (!status) return;
    const { frames, position } = status;
    input.max = String(Math.max(0, frames - 1));
    input.disabled = replay.disabled = frames < 2;
    if (asked) {
      clearTimeout(timer);
      answered();
    }
    if (wanted === null) input.value = String(position);
    const examples = status.position_examples ?? status.examples;
    const behind = position < frames - 1;
    const text = behind
      ? `frame ${grouped(position + 1)} of ${grouped(frames)}`
      : counted(frames, "frame kept", "frames kept");
    setText(label, status.state === "preparing" ? "getting ready \u2026" : text);
    input.setAttribute("aria-valuetext", `${text}, ${counted(examples, "example", "examples")} seen`);
  });

  return {
    element,
    /**
     * Tell whether what the kernel shows was asked for before the reader went on: two keys may be pressed in the time
     * that it takes to answer the first.
     * @param {import("./store.js").Status} status
     */
    isAheadOf(status) {
      const { status: shown } = store.state;
      const sameRun = shown?.run === status.run && shown?.history === status.history;
      const behind =
        sameRun &&
        status.state === "paused" &&
        ahead.position !== null &&
        status.position !== ahead.position &&
        performance.now() < ahead.until;
      if (!behind) ahead.position = null;
      return behind;
    },
    destroy() {
      clearTimeout(timer);
      cancelAnimationFrame(replaying);
    },
  };
}
