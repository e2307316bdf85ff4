/** The networks side by side: as many as the session has, all in the same view. */

import { makeLuts } from "../shared/palette.js";
import { h } from "../shared/dom.js";
import { createChanges } from "../training/accuracy.js";
import { createNetwork } from "./network.js";
import { createViewChoice } from "./view_choice.js";

/**
 * @typedef {import("../shared/widget.js").Model} Model
 * @typedef {import("./network.js").Network} Network
 * @typedef {Omit<import("../shared/protocol.js").LanesStatus & import("../shared/protocol.js").LanesNetwork, "lanes"> &
 *   {lanes: (import("../shared/protocol.js").LaneNetwork & import("../shared/protocol.js").LaneStatus)[]}} Together
 */

/**
 * As many networks as the kernel has: they come and go with its settings.
 * @param {Model} model @param {string} name @param {import("../training/store.js").Send} send @param {() => void} requestDraw
 * @param {AbortSignal} signal
 */
export function createNetworks(model, name, send, requestDraw, signal) {
  const element = h("div", { class: "bm-lanes" });
  /** @type {Network[]} */
  const all = [];
  const choice = createViewChoice(name, (view) => {
    for (const network of all) network.choose(view);
    requestDraw();
  });
  let colours = /** @type {import("../shared/palette.js").Colours} */ ({});
  let still = false;
  const nextChange = createChanges(model);

  function add() {
    const lane = all.length;
    const network = createNetwork(
      `${name}-${lane}`,
      nextChange,
      (message) => send({ ...message, lane }),
      requestDraw,
      signal,
    );
    network.choose(choice.view());
    all.push(network);
    element.append(network.element);
    paint(colours);
    setStill(still);
    showSettings();
  }

  function showSettings() {
    for (const [lane, { store }] of all.entries())
      store.set({
        controls: model.get("lane_controls")[lane] ?? [],
        settings: model.get("lanes")?.[lane] ?? {},
      });
  }

  /** @param {import("../shared/palette.js").Colours} now */
  function paint(now) {
    colours = now;
    if (!colours.ink) return;
    const luts = makeLuts(colours);
    for (const network of all) network.paint(colours, luts);
  }

  /** @param {boolean} now */
  function setStill(now) {
    still = now;
    for (const { weights } of all) weights.still = still;
  }

  return {
    element,
    all,
    view: choice,
    paint,
    setStill,
    showSettings,
    get colours() {
      return colours;
    },
    /** @param {Together} status @param {Uint8Array} frame of all networks, one after the other */
    show(status, frame) {
      while (all.length > status.lanes.length) all.pop()?.remove();
      while (all.length < status.lanes.length) add();
      let at = 0;
      for (const [lane, network] of all.entries()) {
        const mine = { ...status.lanes[lane], seq: status.seq, change: status.change, image: status.image };
        const bytes = frame.subarray(at, at + mine.bytes);
        network.show(mine, bytes);
        at += mine.bytes;
        if (status.state !== "playing") network.describe();
      }
    },
    /** @param {Together} status of a frame that is shown */
    say({ seq, change, lanes, example }) {
      for (const [lane, network] of all.entries())
        network.say({ ...lanes[lane], seq, change }, example?.predictions[lane], example?.label);
    },
  };
}

/** @typedef {ReturnType<typeof createNetworks>} Networks */
