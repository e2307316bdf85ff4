/**
 * What a view is. The panel around it owns the canvas, the pointer and the keyboard; a view knows only
 * where things are and how to paint them. All lengths are device pixels.
 *
 * @typedef {import("./shown_weights.js").Scene} Scene
 * @typedef {import("../training/store.js").Mark} Mark
 * @typedef {{x: number, y: number, width: number, height: number, strong: boolean}} Box
 * @typedef {{width: number, height: number}} Size
 * @typedef {{
 *   id: string, title: string, what: string,
 *   summary: (scene: Scene) => string,
 *   create: () => ViewInstance
 * }} View
 * @typedef {{
 *   layout: (scene: Scene, width: number, dpr: number) => Size,
 *   furniture: (g: CanvasRenderingContext2D, scene: Scene) => void,
 *   paint: (g: CanvasRenderingContext2D, scene: Scene) => void,
 *   locate: (scene: Scene, x: number, y: number) => Mark | null,
 *   boxes: (scene: Scene, mark: Mark) => Box[],
 *   move: (scene: Scene, mark: Mark | null, key: string, fine: boolean) => Mark | null,
 *   reveal?: (scene: Scene, mark: Mark) => boolean,
 *   scroll?: (scene: Scene, lines: number) => boolean,
 *   press?: (scene: Scene, x: number, y: number, touch: boolean) => ((x: number, y: number) => void) | null,
 *   lineHeight?: () => number
 * }} ViewInstance
 */

import { addressOf } from "../bits/address.js";

/** A canvas that only holds pixels to be copied. @param {number} width @param {number} height */
export function makeTile(width, height) {
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, width);
  canvas.height = Math.max(1, height);
  const g = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d", { willReadFrequently: true }));
  const image = g.createImageData(canvas.width, canvas.height);
  return { canvas, g, image, pixels: new Uint32Array(image.data.buffer) };
}

/** @typedef {ReturnType<typeof makeTile>} Tile */

/** @param {CanvasRenderingContext2D} g @param {number} size @param {boolean} [mono] @param {boolean} [bold] */
export function setFont(g, size, mono = false, bold = false) {
  const family = mono
    ? 'ui-monospace, "SF Mono", "Cascadia Mono", "DejaVu Sans Mono", Menlo, Consolas, monospace'
    : 'system-ui, -apple-system, "Segoe UI", Roboto, "DejaVu Sans", sans-serif';
  g.font = `${bold ? "600 " : ""}${size}px ${family}`;
}

/** @param {number} value @param {number} low @param {number} high */
export function clamp(value, low, high) {
  return Math.max(low, Math.min(high, value));
}

/**
 * The address of a weight bit held inside the page.
 * @param {Scene} scene @param {number} unit @param {number} feature @param {number} bit
 */
export function addressOnPage(scene, unit, feature, bit) {
  const { unit0, units, feature0, features } = scene.page;
  return addressOf(
    scene.plan,
    scene.layer,
    clamp(unit, unit0, unit0 + units - 1),
    clamp(feature, feature0, feature0 + features - 1),
    clamp(bit, 0, scene.plan.bpw - 1),
  );
}

/** What a block of hidden units is called in front of its number. @param {Scene} scene */
export function blockName(scene) {
  return scene.plan.bpw === 1 ? "container" : "unit";
}

/**
 * The mark of one weight: all bits of a float, the single bit of a BV32 weight.
 * @param {import("../bits/address.js").WeightAddress} address @param {Scene} scene
 * @returns {Mark}
 */
export function weightMark(address, scene) {
  return { address, extent: scene.plan.bpw === 1 ? "bit" : "weight" };
}
