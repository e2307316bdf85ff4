/** The slider that goes back in time, and the replay of the whole run. */

import { h, setText } from "../shared/dom.js";
import { createAnimation, createTimer } from "../shared/widget.js";
import { iconButton } from "../training/transport.js";
import { WORDS as TRAINING } from "../training/words.js";
import { WORDS } from "./words.js";

/** Give up on a preview that the kernel has not answered by then. */
const PREVIEW_MS = 1500;
/** How long the page waits for the kernel to reach the frame that the page already shows. */
const AHEAD_MS = 3000;

/**
 * @param {import("../training/store.js").Store} store @param {import("../training/store.js").Send} send
 * @param {import("./history.js").History} history @param {(snapshot: import("./history.js").Snapshot) => void} showSnapshot
 * @param {AbortSignal} signal
 */
export function createScrubber(store, send, history, showSnapshot, signal) {
  const input = h("input", {
    type: "range",
    min: "0",
    max: "0",
    step: "1",
    value: "0",
    "data-testid": "scrubber",
    "aria-label": WORDS.history,
  });
  const label = h("output", { class: "bm-when" });
  const replay = iconButton("replay", WORDS.replay, WORDS.replayHelp);
  replay.classList.add("bm-small");
  const element = h("div", { class: "bm-scrub", title: WORDS.historyHelp }, replay, input, label);
  /** The frame that the page shows without the kernel. @type {number | null} */
  let here = null;
  /** The frame it went to last, until the kernel has caught up. */
  const ahead = { position: /** @type {number | null} */ (null), until: 0 };
  let replaying = false;
  const animation = createAnimation(signal, turn);
  /** @type {number | null} */
  let wanted = null;
  let asked = false;
  const preview = createTimer(signal);

  function ask() {
    if (wanted === null || asked) return;
    const snapshot = history.at(wanted);
    if (snapshot) {
      wanted = null;
      showHere(snapshot);
      return;
    }
    asked = true;
    ahead.position = null;
    send({ action: "show", frame: wanted });
    preview.start(PREVIEW_MS, answered);
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

  /** @param {import("./history.js").Snapshot} snapshot */
  function showHere(snapshot) {
    here = snapshot.facts.position;
    ahead.position = here;
    ahead.until = performance.now() + AHEAD_MS;
    showSnapshot(snapshot);
  }

  /** Send the kernel to the frame shown, so that training can continue from there. */
  function rest() {
    if (here === null) return;
    send({ action: "show", frame: here });
    ahead.until = performance.now() + AHEAD_MS;
    here = null;
  }

  let next = 0;
  replay.addEventListener("click", () => {
    if (replaying) return stopReplay();
    prefetch();
    next = 0;
    replaying = true;
    animation.request();
  });

  /** Show the next frame of a replay. */
  function turn() {
    const { status } = store.state;
    if (!status || status.state !== "paused" || next >= status.frames) return stopReplay();
    // The last frame of a run can arrive after the pause, and begins another history.
    prefetch();
    const snapshot = history.at(next);
    // Wait for the first frames; skip later ones that have not arrived in time.
    if (snapshot || next > 0) next += 1;
    // In this order, so that each frame is drawn before the next one replaces it.
    if (snapshot) showHere(snapshot);
    animation.request();
  }

  function stopReplay() {
    if (!replaying) return;
    animation.cancel();
    replaying = false;
    rest();
  }

  store.on(["status"], ({ status }) => {
    if (!status) return;
    const { frames, position } = status;
    input.max = String(Math.max(0, frames - 1));
    input.disabled = replay.disabled = frames < 2;
    if (asked) {
      preview.stop();
      answered();
    }
    if (wanted === null) input.value = String(position);
    const behind = position < frames - 1;
    const text = behind ? WORDS.snapshot(position + 1, frames) : WORDS.snapshots(frames);
    setText(label, status.state === "preparing" ? TRAINING.preparing : text);
    input.setAttribute("aria-valuetext", WORDS.snapshotAfter(text, status.examples));
  });

  return {
    element,
    /**
     * Whether the kernel's frame was requested before the reader moved on: two keys can be pressed before the first is
     * answered.
     * @param {import("../training/store.js").Status} status
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
  };
}
