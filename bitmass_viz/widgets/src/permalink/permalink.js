/**
 * What a reader of the explorer sees, as the fragment of an address: enough to train the same network again and mark
 * the same bit. The kernel checks what concerns training; this module checks only what concerns the view.
 */

import { addressOf } from "../bits/address.js";
import {
  commonReaders,
  isCount,
  isLink,
  isNumber,
  readLinkParts,
  writeFragment,
  writeTheme,
} from "./fragment.js";

const EXTENTS = ["bit", "weight", "word"];

/**
 * @typedef {{layer: string, page: number, mark: string, hide: string[], theme: string, at: number, check: string}} View
 * @typedef {import("../training/store.js").Status} Status
 * @typedef {import("../training/store.js").Control} Control
 * @typedef {import("../bits/address.js").Mark} Mark
 */

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
  return writeFragment({
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
    theme: writeTheme(theme),
    check,
  });
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
  /** @type {Record<string, (value: string) => boolean>} */
  const readers = {
    ...commonReaders(state, view),
    changes: (value) => ((state.changes = value.split(",").map((each) => readChange(each, controls))), true),
    layer: (value) => /^w\d$/i.test(value) && ((view.layer = value.toUpperCase()), true),
    page: (value) => /^\d{1,4}$/.test(value) && ((view.page = Number(value)), true),
    mark: (value) =>
      /^w\d(\.\d{1,6}){3}\.[a-z]{1,8}$/i.test(value) &&
      ((view.mark = value[0].toUpperCase() + value.slice(1).toLowerCase()), true),
    hide: (value) => /^[a-z,_-]{1,200}$/i.test(value) && ((view.hide = value.toLowerCase().split(",")), true),
  };
  for (const control of controls)
    readers[control.name] = (value) => ((state[control.name] = typed(control, value)), true);
  readLinkParts(fragment, readers, state);
  return { state, view };
}

/** A value of the control's type; anything else stays text, and the kernel refuses it. @param {Control} control @param {string} text */
function typed(control, text) {
  if (control.kind === "switch" && /^(true|false)$/i.test(text)) return /^true$/i.test(text);
  if (control.kind === "integer" && isCount(text)) return Number(text);
  if (control.kind === "number" && isNumber(text)) return Number(text);
  const choice = control.choices?.find(({ value }) => String(value).toLowerCase() === text.toLowerCase());
  return choice ? choice.value : text;
}

/** @param {string} text name:value:examples @param {Control[]} controls */
function readChange(text, controls) {
  const [name, value, at] = text.split(":");
  const control = controls.find((each) => each.name === name.toLowerCase());
  if (!control || value === undefined || !isCount(at ?? "")) return text;
  return [Number(at), control.name, typed(control, value)];
}
