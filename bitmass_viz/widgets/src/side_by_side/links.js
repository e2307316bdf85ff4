/** Links to networks side by side: following them, making one for what is shown, and sharing it. */

import { bytesOf } from "../bits/decode.js";
import { fingerprint } from "../permalink/fragment.js";
import { readLanesLink, writeLanesLink } from "../permalink/lanes.js";
import { createNavigation } from "../permalink/navigation.js";
import { createShare } from "../permalink/share.js";
import { WORDS as SHARING } from "../permalink/words.js";
import { pageQuestion } from "../shared/card.js";
import { percent } from "../shared/numbers.js";
import { whenNear } from "../shared/observe.js";
import { chooseTheme, chosenTheme } from "../shared/palette.js";
import { pictureOf } from "../views/still_view.js";
import { WORDS } from "./words.js";

/**
 * @typedef {import("./networks.js").Together} Together
 * @typedef {{model: import("../shared/widget.js").Model, name: string, networks: import("./networks.js").Networks,
 *   status: () => Together | null, send: import("../training/store.js").Send, signal: AbortSignal}} Stage `status` is
 *   that of the frame that came last
 */

/** Names of the settings that each network has for itself. */
const OWN = ["trainer", "rule", "centring"];

/** @param {Pick<Stage, "model" | "name" | "networks">} stage @param {Together} status @returns {string} the fragment of a link */
function linkTo({ model, name, networks }, status) {
  return writeLanesLink(model.get("origin"), status, {
    widget: name,
    speed: model.get("settings")?.speed,
    data: model.get("dataset")?.name ?? "",
    view: networks.view.id(),
    theme: chosenTheme(),
    check: fingerprint(bytesOf(model.get("frame"))),
  });
}

/** @param {Omit<Stage, "send" | "signal">} stage */
export function createLanesShare(stage) {
  const { model, name, networks, status } = stage;
  return createShare({
    prefix: `${name}-`,
    link: () => {
      const now = status();
      return now ? linkTo(stage, now) : "";
    },
    leftOut: () => model.get("origin")?.left_out ?? [],
    card(link) {
      const { lanes, examples } = /** @type {Together} */ (status());
      const dataset = model.get("dataset")?.label ?? "";
      return {
        question: pageQuestion(),
        facts: WORDS.cardFacts(examples, dataset, model.get("origin").shared.seed),
        pictures: lanes.map(({ label, accuracy }, lane) => ({
          draw: (width, height) => pictureOf(networks.view.view(), networks.all[lane].weights, width, height),
          title: label,
          value: percent(accuracy),
        })),
        link,
        colours: networks.colours,
        name: `bitmass-${name}-${examples}`,
      };
    },
  });
}

/**
 * @param {Stage} stage @param {HTMLElement} root @param {string} near how far ahead a link that was kept is followed
 * @param {(text: string) => void} notify says something in the place of notices
 */
export function createLanesLinks(stage, root, near, notify) {
  const { name, networks, status, send, signal } = stage;
  /** Where a link leads, until the networks are there. @type {{view: import("../permalink/lanes.js").View, id: number} | null} */
  let destination = null;
  let links = 0;

  /** @param {string} address @param {{navigated: boolean, kept: boolean}} how */
  function follow(address, { navigated, kept }) {
    const { state, view } = readLanesLink(address, status()?.lanes.length ?? 0, OWN);
    links += 1;
    const id = links;
    destination = { view, id };
    if (view.theme) chooseTheme(view.theme);
    const go = () => send({ action: "follow", state, id, navigated });
    // What was shown before a reload is trained again once the reader comes near: most never do.
    if (kept && !navigated) return whenNear(root, near, signal, go);
    if (!kept) requestAnimationFrame(() => root.scrollIntoView({ block: "start" }));
    go();
  }

  /** @param {import("../permalink/lanes.js").View} view @param {Together} now */
  function arrive({ view, check, at }, now) {
    destination = null;
    networks.view.choose(view);
    const same = fingerprint(bytesOf(stage.model.get("frame"))) === check;
    if (check && !same && now.examples === at && !stage.model.get("notice")?.text) notify(SHARING.different);
  }

  const present = () => {
    const now = status();
    return now && !destination ? linkTo(stage, now) : "";
  };
  /** @type {ReturnType<typeof createNavigation> | undefined} */
  let navigation;
  return {
    /** A frame, or news of it, has come. */
    note() {
      const now = status();
      if (!now) return;
      navigation ??= createNavigation(follow, present, signal, name);
      if (destination && now.followed === destination.id && now.state === "paused")
        arrive(destination.view, now);
      navigation.note();
    },
  };
}
