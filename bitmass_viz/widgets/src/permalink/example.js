/** What a reader of one example sees, as the fragment of an address: the digit, the step, and the hidden units. */

import { commonReaders, readLinkParts, writeFragment, writeTheme } from "./fragment.js";

const PIXELS = 784;
/** Shades of a drawn digit; a link has one character for each. */
const SHADES = 16;
/** Most blank pixels in a character. Letters stand for runs of them, in either case, because some mail programs change it. */
const LONGEST_RUN = 36 - SHADES;

/**
 * @typedef {{picked: number, drawn: Uint8Array | null, label: number | null, step: number,
 *   units: {float: number, binary: number}}} Seen `picked` is −1 for a drawn digit
 * @typedef {{picked: number, drawn: Uint8Array | null, label: number | null | undefined, step: number,
 *   units: {float?: number, binary?: number}, theme: string, check: string}} View `label` is undefined for the digit's own
 */

/** A digit in the shades that a link can hold. @param {Uint8Array} pixels 0 to 255 */
export const inShades = (pixels) => {
  const shade = 255 / (SHADES - 1);
  return pixels.map((pixel) => Math.round(pixel / shade) * shade);
};

/** @param {Uint8Array} pixels as `inShades` returns them @returns {string} 0 to f for a pixel, g to z for 1 to 20 blank ones */
export function writeDigit(pixels) {
  let text = "";
  let blank = 0;
  const end = () => {
    for (; blank > 0; blank -= LONGEST_RUN) text += (SHADES + Math.min(blank, LONGEST_RUN) - 1).toString(36);
    blank = 0;
  };
  for (const pixel of pixels) {
    if (pixel === 0) {
      blank += 1;
      continue;
    }
    end();
    text += Math.round((pixel * (SHADES - 1)) / 255).toString(36);
  }
  end();
  return text;
}

/** @param {string} text @returns {Uint8Array | null} the pixels; null if it is no digit */
export function readDigit(text) {
  if (!/^[0-9a-z]{1,784}$/i.test(text)) return null;
  const pixels = [...text].flatMap((character) => {
    const value = parseInt(character, 36);
    return value < SHADES ? [(value * 255) / (SHADES - 1)] : Array(value - SHADES + 1).fill(0);
  });
  return pixels.length === PIXELS && pixels.some((pixel) => pixel > 0) ? Uint8Array.from(pixels) : null;
}

/**
 * @param {import("../shared/protocol.js").Settings} origin @param {Seen} seen
 * @param {number | null} usual the picked digit's own label
 * @param {{widget: string, data: string, theme: string, check: string}} rest
 * @returns {string} the fragment, with its #
 */
export function writeExampleLink(origin, seen, usual, { widget, data, theme, check }) {
  const { picked, drawn, label, step, units } = seen;
  return writeFragment({
    widget,
    ...origin,
    data,
    pick: drawn ? "" : picked,
    drawn: drawn ? writeDigit(drawn) : "",
    label: label === usual ? "" : (label ?? "unknown"),
    units: `${units.float}.${units.binary}`,
    step,
    theme: writeTheme(theme),
    check,
  });
}

/**
 * @param {string} fragment a link to this widget
 * @returns {{state: Record<string, any>, view: View}} `state` is for the session to check
 */
export function readExampleLink(fragment) {
  /** @type {View} */
  const view = { picked: -1, drawn: null, label: undefined, step: 0, units: {}, theme: "", check: "" };
  /** @type {Record<string, any>} */
  const state = {};
  readLinkParts(
    fragment,
    {
      ...commonReaders(state, view),
      pick: (value) => /^\d$/.test(value) && ((view.picked = Number(value)), true),
      drawn: (value) => (view.drawn = readDigit(value)) !== null,
      label: (value) => {
        if (!/^(\d|unknown)$/i.test(value)) return false;
        view.label = /^\d$/.test(value) ? Number(value) : null;
        return true;
      },
      units: (value) => {
        const [, float, binary] = /^(\d{1,3})\.(\d{1,5})$/.exec(value) ?? [];
        if (binary === undefined) return false;
        view.units = { float: Number(float), binary: Number(binary) };
        return true;
      },
      step: (value) => /^\d{1,3}$/.test(value) && ((view.step = Number(value)), true),
    },
    state,
  );
  return { state, view };
}
