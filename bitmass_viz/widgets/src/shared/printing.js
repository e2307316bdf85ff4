/** The page is being printed: first everything changes for paper, and then it is drawn. */

/** @type {Set<(printing: boolean) => void>} */
const changing = new Set();
/** @type {Set<() => void>} */
const drawing = new Set();

function begin() {
  for (const change of changing) change(true);
  for (const draw of drawing) draw();
}

function end() {
  for (const change of changing) change(false);
}

/** @template Act @param {Set<Act>} acts @param {Act} act @param {AbortSignal} signal */
function join(acts, act, signal) {
  if (changing.size + drawing.size === 0) {
    window.addEventListener("beforeprint", begin);
    window.addEventListener("afterprint", end);
  }
  acts.add(act);
  signal.addEventListener("abort", () => {
    acts.delete(act);
    if (changing.size + drawing.size > 0) return;
    window.removeEventListener("beforeprint", begin);
    window.removeEventListener("afterprint", end);
  });
}

/**
 * The page is being printed, also what is out of sight.
 * @param {AbortSignal} signal @param {(printing: boolean) => void} changed is called before anything is drawn for paper
 */
export const watchPrinting = (signal, changed) => join(changing, changed, signal);

/** Draw what still waits for an animation frame: none comes before the page is on paper. @param {AbortSignal} signal @param {() => void} draw */
export const drawForPrinting = (signal, draw) => join(drawing, draw, signal);
