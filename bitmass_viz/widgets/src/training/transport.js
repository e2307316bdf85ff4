/** Play, pause, step and reset. */

import { h, svg } from "../shared/dom.js";
import { WORDS } from "./words.js";

/** Examples per step at the unlimited speed. */
const FLAT_OUT_STEP = 4096;

const ICONS = {
  play: "M5 3.2v9.6L13 8z",
  pause: "M4 3h3v10H4zM9 3h3v10H9z",
  step: "M3 3.2v9.6L9.5 8zM10.5 3h2.5v10h-2.5z",
  replay: "M2.5 3.2v9.6L8 8zM8.5 3.2v9.6L14 8z",
  reset: "M8 3a5 5 0 1 1-4.6 3.05l1.4.6A3.5 3.5 0 1 0 8 4.5v2L4.5 3.75 8 1z",
};

/** @param {keyof typeof ICONS} name @param {string} label @param {string} title @param {string} prefix */
export function iconButton(name, label, title, prefix = "") {
  const icon = svg("svg", { viewBox: "0 0 16 16", width: 16, height: 16, "aria-hidden": "true" });
  icon.append(svg("path", { d: ICONS[name] }));
  const element = h("button", {
    type: "button",
    class: name === "play" || name === "pause" ? "bm-button bm-primary" : "bm-button",
    "data-testid": prefix + name,
    title,
  });
  element.append(icon, h("span", label));
  return /** @type {HTMLButtonElement} */ (element);
}

/**
 * @param {import("./store.js").Store} store @param {import("./store.js").Send} send
 * @param {string} [prefix] of test ids, where a page has several
 */
export function createTransport(store, send, prefix = "") {
  const space = prefix ? "" : WORDS.space;
  const play = iconButton("play", WORDS.play, `${WORDS.play}${space}`, prefix);
  const pause = iconButton("pause", WORDS.pause, `${WORDS.pause}${space}`, prefix);
  const step = iconButton("step", WORDS.step, WORDS.stepHelp, prefix);
  const reset = iconButton("reset", WORDS.reset, WORDS.resetHelp, prefix);
  const element = h(
    "div",
    { class: "bm-transport", role: "group", "aria-label": WORDS.training },
    play,
    pause,
    step,
    reset,
  );

  // Play can be requested before the kernel is ready; training starts as soon as it is.
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

  return { element, reset, toggle: () => send({ action: running() ? "pause" : "play" }) };
}
