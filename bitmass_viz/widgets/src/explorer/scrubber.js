/** The slider that goes back in time, and the replay of the whole run. */

import { h, setText } from "../shared/dom.js";
import { counted, grouped } from "../shared/numbers.js";
import { iconButton } from "../training/transport.js";

/** A preview that the kernel has not answered by then is given up. */
const PREVIEW_MS = 1500;
/** For so long the page waits for the kernel to come where the page has gone. */
const AHEAD_MS = 3000;

/**
 * @param {import("../training/store.js").Store} store @param {(message: object) => void} send
 * @param {import("./history.js").History} history @param {(kept: import("./history.js").Kept) => void} showKept
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
  const replay = iconButton("replay", "Replay", "Show the whole run again, from its first frame to its last");
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

  /** @param {import("./history.js").Kept} kept */
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
    destroy() {
      clearTimeout(timer);
      cancelAnimationFrame(replaying);
    },
  };
}
