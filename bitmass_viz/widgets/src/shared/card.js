/** A picture to share: what a widget shows, its numbers, and the link that leads there. */

import { context2d } from "./dom.js";
import { WORDS } from "./words.js";

const WIDTH = 1200;
const HEIGHT = 630;
const MARGIN = 48;
const GAP = 28;
const SANS = 'system-ui, "Segoe UI", Roboto, "DejaVu Sans", sans-serif';
const MONO = 'ui-monospace, Menlo, Consolas, "DejaVu Sans Mono", monospace';
/** Sizes of the link's text, from which the first is taken that fits. */
const LINK_SIZES = [17, 15, 13, 11];
const LINK_LINES = 3;
const LINE_HEIGHT = 1.35;
const HEAD_HEIGHT = 148;
const FOOT_HEIGHT = 118;

/**
 * @typedef {{draw: (width: number, height: number) => HTMLCanvasElement, title: string, value: string}} Picture drawn for
 *   a place of some size, with a big number or answer
 * @typedef {{question: string, facts: string, pictures: Picture[], link: string, name: string,
 *   colours: import("./palette.js").Colours}} Card `name` is the file's, without its ending
 */

/** What the page asks, as other pages show it in their links to it. */
export const pageQuestion = () =>
  /** @type {HTMLMetaElement | null} */ (document.querySelector('meta[property="og:title"]'))?.content ||
  WORDS.question;

/** @param {Card} card @returns {HTMLCanvasElement} */
export function drawCard({ question, facts, pictures, link, colours }) {
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [WIDTH, HEIGHT];
  const g = context2d(canvas);
  g.fillStyle = colours.surface;
  g.fillRect(0, 0, WIDTH, HEIGHT);
  g.textBaseline = "alphabetic";
  write(g, question, MARGIN, 78, 46, 700, colours.ink, WIDTH - 2 * MARGIN);
  write(g, facts, MARGIN, 116, 22, 400, colours.muted, WIDTH - 2 * MARGIN);
  const width = (WIDTH - 2 * MARGIN - GAP * (pictures.length - 1)) / pictures.length;
  for (const [index, picture] of pictures.entries())
    place(g, picture, MARGIN + index * (width + GAP), width, colours);
  writeLink(g, link, colours);
  return canvas;
}

/**
 * @param {CanvasRenderingContext2D} g @param {Picture} picture @param {number} x @param {number} width
 * @param {import("./palette.js").Colours} colours
 */
function place(g, { draw, title, value }, x, width, colours) {
  const top = HEAD_HEIGHT + 58;
  const height = HEIGHT - FOOT_HEIGHT - top;
  g.font = `700 34px ${SANS}`;
  const valueWidth = value ? g.measureText(value).width : 0;
  write(g, title, x, HEAD_HEIGHT + 34, 22, 600, colours.ink, width - valueWidth - 16);
  if (value) write(g, value, x + width - valueWidth, HEAD_HEIGHT + 36, 34, 700, colours.ink, valueWidth + 1);
  const canvas = draw(width, height);
  if (canvas.width === 0 || canvas.height === 0) return;
  const fits = Math.min(width / canvas.width, height / canvas.height);
  // A whole number of pixels to a weight keeps each of them sharp.
  const scale = fits >= 1 ? Math.floor(fits) : fits;
  g.imageSmoothingEnabled = scale < 1;
  g.imageSmoothingQuality = "high";
  g.drawImage(canvas, x, top, canvas.width * scale, canvas.height * scale);
}

/**
 * A line of text, in a smaller size if it would be too wide.
 * @param {CanvasRenderingContext2D} g @param {string} text @param {number} x @param {number} y @param {number} size
 * @param {number} weight @param {string} colour @param {number} width
 */
function write(g, text, x, y, size, weight, colour, width) {
  g.fillStyle = colour;
  g.font = `${weight} ${size}px ${SANS}`;
  const wide = g.measureText(text).width;
  if (wide > width) g.font = `${weight} ${Math.floor((size * width) / wide)}px ${SANS}`;
  g.fillText(text, x, y);
}

/** The link, whole, so that it can be typed or read by a program. @param {CanvasRenderingContext2D} g @param {string} link @param {import("./palette.js").Colours} colours */
function writeLink(g, link, colours) {
  const width = WIDTH - 2 * MARGIN;
  /** @type {string[]} */
  let lines = [];
  for (const size of LINK_SIZES) {
    g.font = `${size}px ${MONO}`;
    const most = Math.floor(width / g.measureText("m").width);
    lines = Array.from({ length: Math.ceil(link.length / most) }, (_, i) =>
      link.slice(i * most, (i + 1) * most),
    );
    if (lines.length > LINK_LINES && size !== LINK_SIZES.at(-1)) continue;
    g.fillStyle = colours.accent;
    for (const [i, line] of lines.entries())
      g.fillText(line, MARGIN, HEIGHT - FOOT_HEIGHT + 42 + i * size * LINE_HEIGHT);
    return;
  }
}
