/**
 * What a reader sees, as the fragment of an address: enough to train the same network again and mark the same bit.
 * The kernel judges what concerns training; here only what concerns the view is.
 */

import { addressOf } from "./address.js";
import { THEMES } from "./palette.js";

const PREFIX = "#bitmass:";
/** Longer than any link that was made here. */
const MAX_LENGTH = 4000;
const EXTENTS = ["bit", "weight", "word"];

/**
 * @typedef {{layer: string, page: number, mark: string, hide: string[], theme: string, at: number, check: string}} View
 * @typedef {import("./store.js").Status} Status
 * @typedef {import("./store.js").Control} Control
 * @typedef {import("./store.js").Mark} Mark
 */

/** A short fingerprint of the weights (FNV-1a), to notice when another machine trains others. @param {Uint8Array} bytes */
export function fingerprint(bytes) {
  let hash = 0x811c9dc5;
  for (const byte of bytes) hash = Math.imul(hash ^ byte, 0x01000193);
  return (hash >>> 0).toString(16).padStart(8, "0");
}

/** @param {Mark | null} mark layer.unit.feature.bit.extent; empty for none, and for padding */
export function writeMark(mark) {
  if (!mark || "padding" in mark.address) return "";
  const { layer, unit, feature, bit } = mark.address;
  return [layer, unit, feature, bit, mark.extent].join(".");
}

/** @param {string} text @param {import("./address.js").Plan} plan @returns {Mark | null} null if this network has no such bit */
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
 * @param {{speed: any, data: string, layer: string, page: number, mark: string, hide: string[],
 *   theme: string, check: string}} rest
 * @returns {string} the fragment, with its #
 */
export function writeLink(status, { speed, data, layer, page, mark, hide, theme, check }) {
  const changes = status.changes.map(([at, name, value]) => `${name}:${value}:${at}`);
  const parts = {
    ...status.origin,
    speed,
    data,
    at: status.position_examples ?? status.examples,
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
  if (!fragment.startsWith(PREFIX)) return null;
  /** @type {View} */
  const view = { layer: "", page: 0, mark: "", hide: [], theme: "", at: 0, check: "" };
  /** @type {Record<string, any>} */
  const state = {};
  /** @type {string[]} */
  const unread = [];
  const text = fragment.length <= MAX_LENGTH ? fragment.slice(PREFIX.length) : "";
  if (text === "") return { state: { unread: ["address"] }, view };
  /** @type {Record<string, (value: string) => boolean>} */
  const readers = {
    at: (value) => /^\d{1,9}$/.test(value) && ((state.at = view.at = Number(value)), true),
    data: (value) => ((state.data = value), true),
    changes: (value) => ((state.changes = value.split(",").map((each) => readChange(each, controls))), true),
    layer: (value) => /^W\d$/.test(value) && ((view.layer = value), true),
    page: (value) => /^\d{1,4}$/.test(value) && ((view.page = Number(value)), true),
    mark: (value) => /^W\d(\.\d{1,6}){3}\.[a-z]{1,8}$/.test(value) && ((view.mark = value), true),
    hide: (value) => /^[a-z,-]{1,200}$/.test(value) && ((view.hide = value.split(",")), true),
    theme: (value) => THEMES.includes(value) && ((view.theme = value), true),
    check: (value) => /^[0-9a-f]{8}$/.test(value) && ((view.check = value), true),
  };
  for (const part of text.split("&")) {
    const [name, raw] = halves(part);
    const value = decoded(raw);
    const control = controls.find((each) => each.name === name);
    if (control) state[name] = typed(control, value);
    else if (!Object.hasOwn(readers, name)) unread.push(name.slice(0, 40));
    else if (!readers[name](value)) unread.push(name);
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

/** A value as its control has it; what it does not have stays text, for the kernel to refuse. @param {Control} control @param {string} text */
function typed(control, text) {
  if (control.kind === "switch" && /^(true|false)$/.test(text)) return text === "true";
  if (control.kind === "integer" && /^\d{1,9}$/.test(text)) return Number(text);
  if (control.kind === "number" && /^\d*\.?\d+(e-?\d{1,2})?$/.test(text)) return Number(text);
  const choice = control.choices?.find(({ value }) => String(value) === text);
  return choice ? choice.value : text;
}

/** @param {string} text name:value:examples @param {Control[]} controls */
function readChange(text, controls) {
  const [name, value, at] = text.split(":");
  const control = controls.find((each) => each.name === name);
  if (!control || value === undefined || !/^\d{1,9}$/.test(at ?? "")) return text;
  return [Number(at), name, typed(control, value)];
}
