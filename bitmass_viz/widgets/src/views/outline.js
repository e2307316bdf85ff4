/** The outline of the mark, the same in every view. */

/**
 * Outline what is marked, with a halo that separates the outline from any colour beneath.
 * @param {CanvasRenderingContext2D} g @param {import("./view.js").Box[]} boxes
 * @param {import("../shared/palette.js").Colours} colours @param {number} dpr
 */
export function drawOutlines(g, boxes, colours, dpr) {
  for (const { x, y, width, height, strong } of boxes) {
    const least = (strong ? 6 : 0) * dpr;
    const padX = Math.max(strong ? 1.5 * dpr : dpr, (least - width) / 2);
    const padY = Math.max(strong ? 1.5 * dpr : dpr, (least - height) / 2);
    const box = /** @type {const} */ ([x - padX, y - padY, width + 2 * padX, height + 2 * padY]);
    g.lineJoin = "round";
    strokeBox(g, box, colours, (strong ? 4 : 3) * dpr, (strong ? 2 : 1) * dpr);
  }
}

/**
 * Stroke a box with a halo in the page's colour.
 * @param {CanvasRenderingContext2D} g @param {readonly [number, number, number, number]} box
 * @param {import("../shared/palette.js").Colours} colours @param {number} halo @param {number} line widths
 */
export function strokeBox(g, [x, y, width, height], colours, halo, line) {
  g.strokeStyle = colours.surface;
  g.lineWidth = halo;
  g.strokeRect(x, y, width, height);
  g.strokeStyle = colours.selection;
  g.lineWidth = line;
  g.strokeRect(x, y, width, height);
}
