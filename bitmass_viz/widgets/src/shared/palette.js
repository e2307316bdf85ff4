/** Colours: the palette sent by the kernel as CSS properties and as lookup tables for the canvases. */

import { watchPrinting } from "./printing.js";
import { listen } from "./widget.js";

/**
 * @typedef {Record<string, string>} Colours names to #rrggbb
 * @typedef {{binary: Uint32Array, fields: Record<string, Uint32Array>, diverging: Uint32Array,
 *   counts: Uint32Array}} Luts
 */

/** A cell of `decode.js` is an index into these tables: seven bits of heat above the bit. */
const HEATS = 128;
const DIVERGING_STEPS = 255;
/** A float's low mantissa bits flip on nearly every update, so they glow less than a BV32 sign does. */
const BINARY_GLOW = 0.95;
const FIELD_GLOW = 0.4;
/** How much of a field's colour a zero bit keeps. */
const ZERO_BIT_TINT = 0.2;

/** @param {string} hex #rrggbb @returns {[number, number, number]} */
export function parse(hex) {
  const match = /^#([0-9a-f]{6})$/i.exec(hex);
  if (!match) throw new TypeError(`a colour must be written #rrggbb, got ${JSON.stringify(hex)}`);
  const value = parseInt(match[1], 16);
  return [value >> 16, (value >> 8) & 255, value & 255];
}

/** @param {string} from @param {string} to @param {number} share 0 is all from, 1 is all to */
export function mix(from, to, share) {
  const a = parse(from);
  const b = parse(to);
  const [r, g, blue] = a.map((channel, i) => Math.round(channel + (b[i] - channel) * share));
  return `#${((r << 16) | (g << 8) | blue).toString(16).padStart(6, "0")}`;
}

/** A colour as ImageData stores it on a little-endian machine. @param {string} hex */
export function pixel(hex) {
  const [r, g, b] = parse(hex);
  return ((255 << 24) | (b << 16) | (g << 8) | r) >>> 0;
}

/** @param {string} nought @param {string} one @param {string} flip @param {number} strength */
function glowTable(nought, one, flip, strength) {
  const table = new Uint32Array(2 * HEATS);
  for (let step = 0; step < HEATS; step++) {
    const share = (strength * step) / (HEATS - 1);
    table[2 * step] = pixel(mix(nought, flip, share));
    table[2 * step + 1] = pixel(mix(one, flip, share));
  }
  return table;
}

/**
 * Colours of bit 0 and bit 1. A float's sign is what a binary weight is, and looks like one.
 * @param {Colours} colours @param {string | null} field null for a bit that is all of its weight @returns {[string, string]}
 */
export function bitColours(colours, field) {
  const colour = field === "sign" || field === null ? null : colours[field];
  return colour ? [mix(colours.zero, colour, ZERO_BIT_TINT), colour] : [colours.nought, colours.one];
}

/** @param {Colours} colours @param {number} share −1..1 */
export function diverging(colours, share) {
  const side = share < 0 ? colours.negative : colours.positive;
  return mix(colours.zero, side, Math.min(1, Math.abs(share)) ** 0.8);
}

/** @param {number} value @param {number} range a value of this size gets the full colour */
export function divergingIndex(value, range) {
  const half = (DIVERGING_STEPS - 1) / 2;
  const share = range > 0 ? value / range : 0;
  return Math.round(half + half * Math.max(-1, Math.min(1, share || 0)));
}

/** @param {Colours} colours @returns {Luts} */
export function makeLuts(colours) {
  const half = (DIVERGING_STEPS - 1) / 2;
  /** @type {Record<string, Uint32Array>} */
  const fields = {};
  for (const field of ["sign", "exponent", "mantissa"]) {
    const [nought, one] = bitColours(colours, field);
    fields[field] = glowTable(nought, one, colours.flip, FIELD_GLOW);
  }
  return {
    binary: glowTable(colours.nought, colours.one, colours.flip, BINARY_GLOW),
    fields,
    diverging: Uint32Array.from({ length: DIVERGING_STEPS }, (_, i) =>
      pixel(diverging(colours, i / half - 1)),
    ),
    counts: Uint32Array.from({ length: 33 }, (_, n) => pixel(mix(colours.nought, colours.one, n / 32))),
  };
}

/**
 * Colours of a bit's cells.
 * @param {Luts} luts @param {{fieldOf: (bit: number) => string | null}} format @param {number} bit its place in the weight
 */
export function bitLut(luts, format, bit) {
  const field = format.fieldOf(bit);
  return field === null ? luts.binary : luts.fields[field];
}

/** What a reader can choose; "auto" follows the page or the system. */
export const THEMES = ["auto", "light", "dark"];

/** The theme chosen for the page, by its control or a link. */
export function chosenTheme() {
  const chosen = document.documentElement.dataset.bitmassTheme ?? "";
  return THEMES.includes(chosen) ? chosen : "auto";
}

/** @param {string} theme one of THEMES */
export function chooseTheme(theme) {
  document.documentElement.dataset.bitmassTheme = theme;
}

/** Whether to be dark: paper never is, then as chosen, else JupyterLab and Voilà say so on body, else the system does. */
function isDark() {
  if (matchMedia("print").matches) return false;
  if (chosenTheme() !== "auto") return chosenTheme() === "dark";
  const lab = document.body.dataset.jpThemeLight;
  if (lab !== undefined) return lab === "false";
  return matchMedia("(prefers-color-scheme: dark)").matches;
}

/** @param {AbortSignal} signal @param {() => void} changed */
function watchTheme(signal, changed) {
  const observer = new MutationObserver(changed);
  observer.observe(document.body, { attributes: true, attributeFilter: ["data-jp-theme-light"] });
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ["data-bitmass-theme"] });
  signal.addEventListener("abort", () => observer.disconnect());
  for (const query of ["(prefers-color-scheme: dark)", "print"])
    matchMedia(query).addEventListener("change", changed, { signal });
}

/**
 * Keep a widget in the colours of the current theme; its model has them for light and for dark.
 * @param {HTMLElement} root @param {import("./widget.js").Model} model @param {AbortSignal} signal
 * @param {(colours: Colours) => void} [changed] is called once, and whenever they change
 */
export function followTheme(root, model, signal, changed) {
  /** @param {boolean} dark */
  const apply = (dark) => {
    /** @type {Colours | undefined} */
    const colours = model.get("palette")?.[dark ? "dark" : "light"];
    if (!colours) return;
    for (const [name, value] of Object.entries(colours))
      root.style.setProperty(`--bm-${name.replace(".", "-")}`, value);
    root.style.colorScheme = dark ? "dark" : "light";
    changed?.(colours);
  };
  const follow = () => apply(isDark());
  listen(model, signal, { "change:palette": follow });
  watchTheme(signal, follow);
  // What is drawn has to be in paper's colours before the page is for paper.
  watchPrinting(signal, (printing) => apply(!printing && isDark()));
  follow();
}
