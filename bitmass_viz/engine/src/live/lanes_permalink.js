/**
 * Links to networks side by side: the settings that they share, and each one's own settings and changes. The
 * counterpart of `bitmass_viz/live/lanes_permalink.py`.
 */

import { grouped } from "../numeric.js";
import { MAX_REFUSED, originOf, readLink } from "./permalink.js";

/**
 * The settings that a link changes, and the controls with which a reader could change them, too.
 * @typedef {{settings: Record<string, any>, lanes: Record<string, any>[], controls: string[], laneControls: string[][]}} Present
 * @typedef {import("./permalink.js").Link} Link
 * @typedef {import("./controls.js").Controls} Controls
 * @typedef {import("../training/run.js").Run} Run
 * @typedef {{shared: Link, settings: Record<string, any>, lanes: Record<string, any>[], changes: Link["changes"][]}} LanesLink
 *   settings and changes by network; `shared.refused` names the ignored parts of the whole link
 */

/** @param {Record<string, any>} values @param {string[]} names */
export const pick = (values, names) =>
  Object.fromEntries(Object.entries(values).filter(([name]) => names.includes(name)));

/** Calls that make a link's changes in the runs, by the number of examples. @param {Pick<LanesLink, "changes">} link @param {Run[]} runs @returns {Map<number, () => void>} */
export function lanesChangesIn({ changes }, runs) {
  const due = new Set(changes.flatMap((each) => each.map(([at]) => at)));
  return new Map(
    [...due].map((at) => [
      at,
      () => {
        for (const [lane, run] of runs.entries())
          for (const [when, name, value] of changes[lane]) if (when === at) run.setOption(name, value);
      },
    ]),
  );
}

/** The initial settings that all networks share and the revision of their numbers, for a link. @param {Run} run @param {Controls} controls */
export const sharedOrigin = (run, controls) =>
  pick(originOf(run, controls), [...controls.declared.shared_controls, "rev"]);

/** A network's own initial settings, for a link. @param {Run} run @param {Controls} controls */
export const laneOrigin = (run, controls) => pick(originOf(run, controls), controls.declared.lane_controls);

/** A lane's settings with its trainer's defaults. @param {string} trainer @param {string} recipe @param {Controls} controls @returns {Record<string, any>} */
export const laneSettings = (trainer, recipe, controls) => ({
  trainer,
  ...pick(controls.optionDefaults(trainer, recipe), controls.declared.lane_controls),
});

const isObject = (/** @type {any} */ value) =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/**
 * Validate what a page read from its address. Never throws.
 * @param {any} state @param {Present} present @param {Controls} controls @returns {LanesLink}
 */
export function readLanesLink(state, present, controls) {
  let [given, each] = [state, /** @type {any} */ ([])];
  if (isObject(state)) ({ lanes: each = [], ...given } = state);
  const shared = readLink(given, controls, controls.declared.shared_controls);
  const refused = [
    ...shared.refused,
    ...misplacedOptions(shared),
    ...shared.changes.map(([, name]) => fixed(name, controls)),
  ];
  const settings = { ...present.settings };
  for (const [name, value] of Object.entries(shared.settings)) {
    if (present.controls.includes(name) || value === settings[name]) settings[name] = value;
    else refused.push(fixed(name, controls));
  }
  if (!Array.isArray(each) || ![0, present.lanes.length].includes(each.length)) {
    refused.push(`its networks side by side, because there are ${present.lanes.length} here`);
    each = [];
  }
  const isSameRecipe = settings.recipe === present.settings.recipe;
  const lanes = present.lanes.map((now, lane) => {
    const wanted = isObject(each[lane]) ? { ...each[lane], at: shared.at } : each.length ? each[lane] : {};
    const settingsFor = (/** @type {string} */ trainer) =>
      isSameRecipe && trainer === now.trainer ? { ...now } : laneSettings(trainer, settings.recipe, controls);
    const read = readLane(wanted, now.trainer, settingsFor, present.laneControls[lane], controls);
    refused.push(...read.refused);
    return read;
  });
  if (refused.length > MAX_REFUSED)
    refused.splice(MAX_REFUSED, Infinity, `and ${grouped(refused.length - MAX_REFUSED)} more`);
  return {
    shared: { ...shared, refused },
    settings,
    lanes: lanes.map((lane) => lane.settings),
    changes: lanes.map((lane) => lane.changes),
  };
}

/**
 * Validate what a link says of one network; the settings that it returns are complete.
 * @param {any} wanted @param {string} now its present trainer
 * @param {(trainer: string) => Record<string, any>} settingsFor what a trainer has unless the link says otherwise
 * @param {string[]} own controls @param {Controls} controls
 * @returns {Pick<Link, "settings" | "changes" | "refused">}
 */
function readLane(wanted, now, settingsFor, own, controls) {
  const link = readLink(wanted, controls, controls.declared.lane_controls);
  const refused = [...link.refused, ...misplacedOptions(link)];
  let { trainer = now } = link.settings;
  if (!own.includes("trainer") && trainer !== now) {
    refused.push(fixed("trainer", controls));
    trainer = now;
  }
  const settings = settingsFor(trainer);
  for (const [name, value] of Object.entries(link.settings)) {
    if (name === "trainer") continue;
    if (!Object.hasOwn(settings, name)) {
      const { label } = controls.trainers[trainer];
      refused.push(`${controls.byName.get(name)?.label} does not apply to ${label}`);
    } else if (own.includes(name) || value === settings[name]) settings[name] = value;
    else refused.push(fixed(name, controls));
  }
  const changes = link.changes.filter(([, name]) => own.includes(name) && Object.hasOwn(settings, name));
  for (const change of link.changes) if (!changes.includes(change)) refused.push(fixed(change[1], controls));
  return { settings, changes, refused };
}

/** @param {Link} link */
const misplacedOptions = ({ options }) => Object.keys(options).map((name) => `${name} does not apply here`);

/** @param {string} name @param {Controls} controls */
const fixed = (name, controls) => `${controls.byName.get(name)?.label} cannot be changed here`;
