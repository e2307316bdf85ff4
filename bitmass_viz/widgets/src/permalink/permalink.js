/**
 * What a reader sees, as the fragment of an address: enough to train the same network again and mark the same bit. The
 * kernel checks what concerns training; this module checks only what concerns the view.
 */

import { addressOf } from "../bits/address.js";
import { THEMES } from "../shared/palette.js";

const PREFIX = "#bitmass:";
/** Longer than any link that this module writes. */
const MAX_LENGTH = 16_000;
const EXTENTS = ["bit", "weight", "word"];
/** What social networks and mail services append to addresses. */
const TRACKING = /^(utm_\w+|fbclid|gclid|dclid|msclkid|twclid|mc_[ce]id|igshid|_hs\w+)$/;

/**
 * @typedef {{layer: string, page: number, mark: string, hide: string[], theme: string, at: number, check: string}} View
 * @typedef {import("../training/store.js").Status} Status
 * @typedef {import("../training/store.js").Control} Control
 * @typedef {import("../bits/address.js").Mark} Mark
 */

/** A short fingerprint of the weights (FNV-1a), to notice when another machine trains others. @param {Uint8Array} bytes */
export function fingerprint(bytes) {
  let hash = 0x811c9dc5;
  for (const byte of bytes) hash = Math.imul(hash ^ byte, 0x01000193);
  return (hash >>> 0).toString(16).padStart(8, "0");
}

/**
 * Undo what mail programs, chats and word processors do to a fragment: percent-encoding, capitals, line breaks, HTML
 * escapes, trailing punctuation.
 * @param {string} fragment
 * @returns {string} the part behind the prefix, or "" if it is no link of ours
 */
function restored(fragment) {
  let text = fragment;
  for (let round = 0; round < 3 && !hasPrefix(text); round++) text = decoded(text);
  if (!hasPrefix(text)) return "";
  return text
    .slice(text.indexOf(":") + 1)
    .replace(/&amp;/gi, "&")
    .replace(/=(\r\n|\r|\n|%0D%0A|%0A)/gi, "")
    .replace(/=3D/g, "=")
    .replace(/(%20|%0A|%0D|%09|%C2%AD|%E2%80%8B|%EF%BB%BF|[\s\u00ad\u200b-\u200d\u2060\ufeff])+/gi, "")
    .replace(/(%3E|%22|%E2%80%9D|[)>\]}.,;:!?"'\u2019\u201d\u00bb*_])+$/i, "");
}

const hasPrefix = (/** @type {string} */ text) => /^\s*#!?\s*bitmass\s*:/i.test(text);

/** Whether a fragment is a link to a network, even a damaged one. @param {string} fragment */
export const isLink = (fragment) => /^#.{0,9}bitmass.{0,6}(:|%(25)*3a)/is.test(fragment);

/** @param {Mark | null} mark layer.unit.feature.bit.extent; empty for none, and for padding */
export function writeMark(mark) {
  if (!mark || "padding" in mark.address) return "";
  const { layer, unit, feature, bit } = mark.address;
  return [layer, unit, feature, bit, mark.extent].join(".");
}

/** @param {string} text @param {import("../bits/address.js").Plan} plan @returns {Mark | null} null if this network has no such bit */
export function readMark(text, plan) {
  const [name, unit, feature, bit, extent] = text.split(".");
  const layer = plan.layers.find((each) => each.name === name);
  if (!layer || !EXTENTS.includes(extent)) return null;
  if (!(+unit < layer.units && +feature < layer.features && +bit < plan.bpw)) return null;
  return {
    address: addressOf(plan, layer, +unit, +feature, +bit),
    extent: /** @type {Mark["extent"]} */ (extent),
  };
}

/**
 * @param {Status} status of the frame that is shown
 * @param {{speed: number | undefined, stop?: number, data: string, layer: string, page: number, mark: string, hide: string[],
 *   theme: string, check: string}} rest
 * @returns {string} the fragment, with its #
 */
export function writeLink(status, { speed, stop, data, layer, page, mark, hide, theme, check }) {
  const changes = status.changes.map(([at, name, value]) => `${name}:${value}:${at}`);
  const parts = {
    ...status.origin,
    speed,
    stop_after: stop || "",
    data,
    at: status.examples,
    changes: changes.join(","),
    layer,
    page: page || "",
    mark,
    hide: hide.join(","),
    theme: theme === "auto" ? "" : theme,
    check,
  };
  const written = Object.entries(parts).filter(([, value]) => value !== "");
  return PREFIX + written.map(([name, value]) => `${name}=${value}`).join("&");
}

/**
 * @param {string} fragment @param {Control[]} controls
 * @returns {{state: Record<string, any>, view: View} | null} null if it is not one of ours. `state` is for the
 *   kernel to check; its `unread` names what is not even written as it should be.
 */
export function readLink(fragment, controls) {
  if (!isLink(fragment)) return null;
  /** @type {View} */
  const view = { layer: "", page: 0, mark: "", hide: [], theme: "", at: 0, check: "" };
  /** @type {Record<string, any>} */
  const state = {};
  /** @type {string[]} */
  const unread = [];
  const text = fragment.length <= MAX_LENGTH ? restored(fragment) : "";
  if (text === "") return { state: { unread: ["address"] }, view };
  /** @type {Record<string, (value: string) => boolean>} */
  const readers = {
    at: (value) => isCount(value) && ((state.at = view.at = Number(value)), true),
    data: (value) => ((state.data = value.toLowerCase()), true),
    changes: (value) => ((state.changes = value.split(",").map((each) => readChange(each, controls))), true),
    layer: (value) => /^w\d$/i.test(value) && ((view.layer = value.toUpperCase()), true),
    page: (value) => /^\d{1,4}$/.test(value) && ((view.page = Number(value)), true),
    mark: (value) =>
      /^w\d(\.\d{1,6}){3}\.[a-z]{1,8}$/i.test(value) &&
      ((view.mark = value[0].toUpperCase() + value.slice(1).toLowerCase()), true),
    hide: (value) => /^[a-z,_-]{1,200}$/i.test(value) && ((view.hide = value.toLowerCase().split(",")), true),
    theme: (value) => THEMES.includes(value.toLowerCase()) && ((view.theme = value.toLowerCase()), true),
    check: (value) => /^[0-9a-f]{8}$/i.test(value) && ((view.check = value.toLowerCase()), true),
  };
  for (const part of text.split("&").filter((each) => each !== "")) {
    const [written, raw] = halves(part);
    const name = decoded(written).toLowerCase();
    const value = decoded(raw);
    const control = controls.find((each) => each.name === name);
    if (TRACKING.test(name)) continue;
    if (control) state[name] = typed(control, value);
    else if (Object.hasOwn(readers, name)) {
      if (!readers[name](value)) unread.push(name);
    } else if (/^[a-z][a-z_]{0,39}$/.test(name) && raw !== "") state[name] = plain(value);
    else unread.push(name.slice(0, 40));
  }
  if (unread.length > 0) state.unread = unread.slice(0, 10);
  return { state, view };
}

/** @param {string} part @returns {[string, string]} */
function halves(part) {
  const at = part.indexOf("=");
  return at < 0 ? [part, ""] : [part.slice(0, at), part.slice(at + 1)];
}

/** @param {string} text */
function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

const isCount = (/** @type {string} */ text) => /^\d{1,16}$/.test(text) && Number.isSafeInteger(Number(text));

const isNumber = (/** @type {string} */ text) => /^\d*\.?\d+(e[-+]?\d{1,2})?$/i.test(text);

/** A value of the control's type; anything else stays text, and the kernel refuses it. @param {Control} control @param {string} text */
function typed(control, text) {
  if (control.kind === "switch" && /^(true|false)$/i.test(text)) return /^true$/i.test(text);
  if (control.kind === "integer" && isCount(text)) return Number(text);
  if (control.kind === "number" && isNumber(text)) return Number(text);
  const choice = control.choices?.find(({ value }) => String(value).toLowerCase() === text.toLowerCase());
  return choice ? choice.value : text;
}

/** A value of an option that only the kernel knows. @param {string} text */
function plain(text) {
  if (/^(true|false)$/i.test(text)) return /^true$/i.test(text);
  return isCount(text) || isNumber(text) ? Number(text) : text.toLowerCase();
}

/** @param {string} text name:value:examples @param {Control[]} controls */
function readChange(text, controls) {
  const [name, value, at] = text.split(":");
  const control = controls.find((each) => each.name === name.toLowerCase());
  if (!control || value === undefined || !isCount(at ?? "")) return text;
  return [Number(at), control.name, typed(control, value)];
}
