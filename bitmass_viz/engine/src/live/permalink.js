/** Links to a snapshot of a run. The counterpart of `bitmass_viz/live/permalink.py`; the page reads and writes addresses. */

import { asWhole, grouped, shortened } from "../numeric.js";
import { OF_THE_PLAYER } from "./controls.js";

const MAX_CHANGES = 500;
const MAX_UNREAD = 10;
export const MAX_REFUSED = 20;
const KEYS = ["at", "changes", "data", "rev", "unread"];

/**
 * The validated content of a link.
 * @typedef {{settings: Record<string, any>, options: Record<string, any>, at: number, changes: [number, string, any][],
 *   data: string | null, refused: string[], revision: number}} Link
 * @typedef {import("./controls.js").Controls} Controls
 * @typedef {import("../training/run.js").Run} Run
 */

/** What the reader should know once a link is followed; "" for nothing. @param {Link} link @param {string[]} refused @param {number} current revision of the numbers */
export function noticeOf({ revision, at }, refused, current) {
  const sentences = refused.length ? [`Left out of this link: ${refused.join("; ")}.`] : [];
  if (revision !== current && at > 0)
    sentences.push(
      "This link was made by a version that calculates slightly differently (revision " +
        `${revision} of the numbers, here ${current}), so the network may differ in detail.`,
    );
  return sentences.join(" ");
}

/** Calls that make a link's changes in a run, by the number of examples. @param {Pick<Link, "changes">} link @param {Run} run @returns {Map<number, () => void>} */
export function changesIn({ changes }, run) {
  const due = new Set(changes.map(([at]) => at));
  return new Map(
    [...due].map((at) => [
      at,
      () =>
        changes.filter((change) => change[0] === at).forEach(([, name, value]) => run.setOption(name, value)),
    ]),
  );
}

/** A run's initial settings and the revision of its numbers, for a link. @param {Run} run @param {Controls} controls */
export function originOf(run, controls) {
  const known = run.network.about.options;
  const options = Object.entries(run.firstOptions).filter(
    ([name, value]) => controls.has(name) || value !== known[name].defaults[run.recipe],
  );
  const begun = { trainer: run.trainer, recipe: run.recipe, seed: run.seed, hidden: run.hidden };
  return { ...begun, ...Object.fromEntries(options), rev: controls.declared.revision };
}

/** What no link can hold of some digits. @param {import("../training/digits.js").About} about @param {Record<string, any>} links */
export const digitsLeftOut = ({ name, label }, links) =>
  links.digits.includes(name)
    ? []
    : [`the data (${label}): the page that opens it must have been given them`];

/** The parts of a run that no link can hold. @param {Run} run @param {import("./controls.js").Declared} declared */
export function leftOut(run, { links }) {
  const { classes } = run.digits.about;
  const missing = digitsLeftOut(run.digits.about, links);
  if (classes !== links.classes) missing.push(`the number of classes, ${classes}`);
  if (run.changes.length > MAX_CHANGES)
    missing.push(`all but ${MAX_CHANGES} of the ${grouped(run.changes.length)} changes made on the way`);
  return missing;
}

/** A sentence if a link was made with other digits than these. @param {Link} link @param {import("../training/digits.js").About} about */
export function otherDigits({ data }, { name, label }) {
  if (data === null || data === name.toLowerCase()) return [];
  return [`the data ${shortened(data)}, in place of which it learns ${label}`];
}

/**
 * Validate what a page read from its address. Never throws.
 * @param {any} state @param {Controls} controls @param {Iterable<string>} [names] of the controls to validate settings with
 * @returns {Link}
 */
export function readLink(state, controls, names = controls.byName.keys()) {
  const { links } = controls.declared;
  /** @type {Link} */
  const link = {
    settings: {},
    options: {},
    at: 0,
    changes: [],
    data: null,
    refused: [],
    revision: links.unnamed_revision,
  };
  if (typeof state !== "object" || state === null || Array.isArray(state))
    return { ...link, refused: ["what this link asks for cannot be read"] };
  const { refused } = link;
  const settable = [...names];
  const known = new Set([...settable, ...KEYS, ...links.options]);
  for (const name of Object.keys(state))
    if (!known.has(name)) refused.push(`${shortened(name, 40)} is not known`);
  for (const name of Array.isArray(state.unread) ? state.unread.slice(0, MAX_UNREAD) : [])
    refused.push(`${shortened(name, 40)} cannot be read`);
  for (const name of settable) {
    if (!Object.hasOwn(state, name) || KEYS.includes(name)) continue;
    try {
      link.settings[name] = controls.check(name, state[name]);
    } catch (error) {
      refused.push(/** @type {Error} */ (error).message);
    }
  }
  const { at = 0 } = state;
  if (isCount(at, links.max_examples)) link.at = at;
  else
    refused.push(
      `the examples must be between 0 and ${grouped(links.max_examples)}, got ${shortened(at, 40)}`,
    );
  const { changes: given = [] } = state;
  for (const item of Array.isArray(given) ? given.slice(0, MAX_CHANGES) : [given]) {
    if (isChange(item, link.at, controls)) link.changes.push(item);
    else
      refused.push(
        `a change on the way must be one of a live control before the end, got ${shortened(item, 60)}`,
      );
  }
  if (Array.isArray(given) && given.length > MAX_CHANGES)
    refused.push(`a link has at most ${MAX_CHANGES} changes on the way, got ${grouped(given.length)}`);
  link.changes.sort((a, b) => a[0] - b[0]);
  if (state.rev !== undefined) {
    if (isCount(state.rev, links.max_revision) && state.rev >= 1) link.revision = state.rev;
    else
      refused.push(
        `rev must be a whole number between 1 and ${grouped(links.max_revision)}, got ${shortened(state.rev, 40)}`,
      );
  }
  if (refused.length > MAX_REFUSED)
    refused.splice(MAX_REFUSED, Infinity, `and ${grouped(refused.length - MAX_REFUSED)} more`);
  if (typeof state.data === "string") link.data = state.data.slice(0, 40);
  for (const name of links.options) if (Object.hasOwn(state, name)) link.options[name] = state[name];
  return link;
}

/** @param {any} item @param {number} end @param {Controls} controls @returns {item is [number, string, any]} */
function isChange(item, end, controls) {
  if (!Array.isArray(item) || item.length !== 3) return false;
  const [at, name, value] = item;
  if (!controls.has(name) || !controls.isLive(name) || OF_THE_PLAYER.includes(name)) return false;
  try {
    controls.check(name, value);
  } catch {
    return false;
  }
  return isCount(at, end);
}

/** @param {any} value @param {number} most */
function isCount(value, most) {
  const number = asWhole(value);
  return number !== null && 0 <= number && number <= most;
}
