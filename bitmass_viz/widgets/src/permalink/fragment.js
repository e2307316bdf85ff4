/**
 * The fragments of addresses that are links: names and values behind a prefix, which survive what mail programs and
 * chats do to addresses. A link without a `widget` leads to the explorer.
 */

import { THEMES } from "../shared/palette.js";

const PREFIX = "#bitmass:";
/** Longer than any link that this page writes. */
const MAX_LENGTH = 16_000;
/** What social networks and mail services append to addresses. */
const TRACKING = /^(utm_\w+|fbclid|gclid|dclid|msclkid|twclid|mc_[ce]id|igshid|_hs\w+)$/;

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

/** Whether a fragment is a link of ours, even a damaged one. @param {string} fragment */
export const isLink = (fragment) => /^#.{0,9}bitmass.{0,6}(:|%(25)*3a)/is.test(fragment);

/** The widget that a link leads to; "" for the explorer, null if it is no link. @param {string} fragment */
export function widgetOf(fragment) {
  if (!isLink(fragment)) return null;
  const named = (readFragment(fragment) ?? []).find(({ name }) => name === "widget");
  return named ? named.value.toLowerCase() : "";
}

/** @param {Record<string, any>} parts by name; empty ones are left out @returns {string} the fragment, with its # */
export function writeFragment(parts) {
  const written = Object.entries(parts).filter(([, value]) => value !== "" && value !== undefined);
  return PREFIX + written.map(([name, value]) => `${name}=${value}`).join("&");
}

/**
 * @param {string} fragment @returns {{name: string, value: string, empty: boolean}[] | null} its parts, undamaged;
 *   null if that is not possible
 */
export function readFragment(fragment) {
  const text = fragment.length <= MAX_LENGTH ? restored(fragment) : "";
  if (text === "") return null;
  return text
    .split("&")
    .filter((each) => each !== "")
    .map(halves)
    .map(([name, value]) => ({
      name: decoded(name).toLowerCase(),
      value: decoded(value),
      empty: value === "",
    }))
    .filter(({ name }) => !TRACKING.test(name));
}

/**
 * Read a link part by part.
 * @param {string} fragment @param {Record<string, (value: string) => boolean>} readers by name; each says whether the
 *   value can be read
 * @param {Record<string, any>} state takes the others, for the session to check; its `unread` names what is not even
 *   written as it should be
 */
export function readLinkParts(fragment, readers, state) {
  const parts = readFragment(fragment);
  if (!parts) return Object.assign(state, { unread: ["address"] });
  /** @type {string[]} */
  const unread = [];
  for (const { name, value, empty } of parts) {
    if (Object.hasOwn(readers, name)) {
      if (!readers[name](value)) unread.push(name);
    } else if (/^[a-z][a-z_]{0,39}$/.test(name) && !empty) state[name] = plain(value);
    else unread.push(name.slice(0, 40));
  }
  if (unread.length > 0) state.unread = unread.slice(0, 10);
  return state;
}

/**
 * Readers of what every link has.
 * @param {Record<string, any>} state @param {{at?: number, theme: string, check: string}} view
 * @returns {Record<string, (value: string) => boolean>}
 */
export const commonReaders = (state, view) => ({
  widget: () => true,
  at: (value) => isCount(value) && ((state.at = view.at = Number(value)), true),
  data: (value) => ((state.data = value.toLowerCase()), true),
  theme: (value) => THEMES.includes(value.toLowerCase()) && ((view.theme = value.toLowerCase()), true),
  check: (value) => /^[0-9a-f]{8}$/i.test(value) && ((view.check = value.toLowerCase()), true),
});

/** The theme as a link has it. @param {string} theme */
export const writeTheme = (theme) => (theme === "auto" ? "" : theme);

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

export const isCount = (/** @type {string} */ text) =>
  /^\d{1,16}$/.test(text) && Number.isSafeInteger(Number(text));

export const isNumber = (/** @type {string} */ text) => /^\d*\.?\d+(e[-+]?\d{1,2})?$/i.test(text);

/** A value of an option that only the kernel knows. @param {string} text */
export function plain(text) {
  if (/^(true|false)$/i.test(text)) return /^true$/i.test(text);
  return isCount(text) || isNumber(text) ? Number(text) : text.toLowerCase();
}
