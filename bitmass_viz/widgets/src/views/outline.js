/** The outline of what is marked, the same in every view. */

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
    g.strokeStyle = colours.surface;
    g.lineWidth = (strong ? 4 : 3) * dpr;
    g.strokeRect(...box);
    g.strokeStyle = colours.selection;
    g.lineWidth = (strong ? 2 : 1) * dpr;
    g.strokeRect(...box);
  }
}
