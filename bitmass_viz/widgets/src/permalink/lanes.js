/** What a reader of networks side by side sees, as the fragment of an address. */

import { commonReaders, isCount, plain, readLinkParts, writeFragment, writeTheme } from "./fragment.js";

/**
 * @typedef {Omit<import("../shared/protocol.js").LanesOrigin, "left_out">} Origin
 * @typedef {{examples: number, lanes: Pick<import("../shared/protocol.js").LaneStatus, "changes">[]}} Together
 * @typedef {{view: string, theme: string, at: number, check: string}} View
 */

/**
 * @param {Origin} origin @param {Together} status
 * @param {{widget: string, speed: number | undefined, data: string, view: string, theme: string, check: string}} rest
 * @returns {string} the fragment, with its #; what belongs to one network is separated by commas, in their order
 */
export function writeLanesLink(origin, { lanes, examples }, { widget, speed, data, view, theme, check }) {
  const names = [...new Set(origin.lanes.flatMap((lane) => Object.keys(lane)))];
  const own = names.map((name) => [name, origin.lanes.map((lane) => lane[name] ?? "").join(",")]);
  const changes = lanes.flatMap((lane, number) =>
    lane.changes.map(([at, name, value]) => `${number}:${name}:${value}:${at}`),
  );
  return writeFragment({
    widget,
    ...Object.fromEntries(own),
    ...origin.shared,
    speed,
    data,
    at: examples,
    changes: changes.join(","),
    view,
    theme: writeTheme(theme),
    check,
  });
}

/**
 * @param {string} fragment a link to this widget @param {number} count networks side by side
 * @param {string[]} own names of the settings that each network has for itself
 * @returns {{state: Record<string, any>, view: View}} `state` is for the session to check
 */
export function readLanesLink(fragment, count, own) {
  /** @type {View} */
  const view = { view: "", theme: "", at: 0, check: "" };
  /** @type {Record<string, any>} */
  const state = {};
  /** @type {Record<string, any>[]} */
  const lanes = Array.from({ length: count }, () => ({}));
  /** @type {Record<string, (value: string) => boolean>} */
  const readers = {
    ...commonReaders(state, view),
    view: (value) => /^[a-z]{1,20}$/i.test(value) && ((view.view = value.toLowerCase()), true),
    changes: (value) => value.split(",").every((each) => readChange(each, lanes)),
  };
  for (const name of own)
    readers[name] = (value) => {
      const values = value.split(",");
      if (values.length !== count) return false;
      for (const [number, each] of values.entries()) if (each !== "") lanes[number][name] = plain(each);
      return true;
    };
  readLinkParts(fragment, readers, state);
  if (lanes.some((lane) => Object.keys(lane).length > 0)) state.lanes = lanes;
  return { state, view };
}

/** @param {string} text network:name:value:examples @param {Record<string, any>[]} lanes @returns {boolean} whether it can be read */
function readChange(text, lanes) {
  const [number, name, value, at] = text.split(":");
  const lane = /^\d$/.test(number) ? lanes[Number(number)] : undefined;
  if (!lane || value === undefined || !isCount(at ?? "")) return false;
  lane.changes ??= [];
  lane.changes.push([Number(at), name.toLowerCase(), plain(value)]);
  return true;
}
