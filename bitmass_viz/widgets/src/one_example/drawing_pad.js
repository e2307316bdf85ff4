/** Where a reader draws a digit with mouse, finger or arrow keys, or drops an image file. */

import { button, context2d, freshId, h, setText } from "../shared/dom.js";
import { clamp } from "../shared/scale.js";
import { inkOf, normalise, SIZE } from "./normalise.js";
import { WORDS } from "./words.js";

/** Side of the drawing in pixels, ten for each pixel that the networks see. */
const SIDE = 280;
const PEN = 22;
const STRIDE = 14;
const MOST_BYTES = 20e6;
/** @type {Record<string, [number, number]>} */
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

/**
 * @param {(pixels: Uint8Array) => void} drawn is called with 28 × 28 pixels whenever something was drawn
 * @param {() => void} emptied
 */
export function createDrawingPad(drawn, emptied) {
  const how = freshId("how");
  const canvas = h("canvas", {
    width: String(SIDE),
    height: String(SIDE),
    class: "bm-pad",
    tabindex: "0",
    role: "application",
    "aria-describedby": how,
    "data-testid": "draw",
  });
  const clear = button({ "data-testid": "draw-clear" }, wipe, WORDS.clear);
  const file = h("input", {
    type: "file",
    accept: "image/*",
    class: "bm-hidden",
    tabindex: "-1",
    "data-testid": "draw-file",
    "aria-label": WORDS.file,
  });
  const choose = button({}, () => file.click(), WORDS.chooseFile);
  const help = h("p", { class: "bm-faint", id: how });
  const said = h("p", { class: "bm-said", role: "status", "data-testid": "draw-said" });
  const element = h(
    "div",
    { class: "bm-drawing" },
    canvas,
    h("div", { class: "bm-row" }, clear, choose, file),
    help,
    said,
  );

  const g = context2d(canvas, { willReadFrequently: true });
  /** The drawing in black on transparent; the pad shows it in the page's colours. */
  const sheet = document.createElement("canvas");
  [sheet.width, sheet.height] = [SIDE, SIDE];
  const ink = context2d(sheet, { willReadFrequently: true });
  /** @type {[number, number] | null} */
  let last = null;
  const pen = { x: SIDE / 2, y: SIDE / 2, down: false, shown: false };
  let empty = true;
  /** What readers are to draw: "a digit" or "an image". */
  let aNoun = "";
  let colours = /** @type {import("../shared/palette.js").Colours} */ ({
    ink: "#000000",
    selection: "#ff0000",
  });

  ink.lineCap = ink.lineJoin = "round";
  ink.lineWidth = PEN;
  ink.strokeStyle = ink.fillStyle = "#000000";

  function show() {
    g.clearRect(0, 0, SIDE, SIDE);
    g.globalCompositeOperation = "source-over";
    g.drawImage(sheet, 0, 0);
    g.globalCompositeOperation = "source-in";
    g.fillStyle = colours.ink;
    g.fillRect(0, 0, SIDE, SIDE);
    g.globalCompositeOperation = "source-over";
    if (empty && !pen.shown && colours.muted) {
      g.font = "22px system-ui, sans-serif";
      g.textAlign = "center";
      g.fillStyle = colours.muted;
      g.fillText(WORDS.draw(aNoun), SIDE / 2, SIDE / 2);
    }
    if (!pen.shown) return;
    g.strokeStyle = colours.selection;
    g.lineWidth = pen.down ? 5 : 2;
    g.beginPath();
    g.arc(pen.x, pen.y, PEN / 2, 0, 2 * Math.PI);
    g.stroke();
  }

  /** @param {[number, number]} to */
  function stroke(to) {
    const from = last ?? to;
    ink.beginPath();
    ink.moveTo(...from);
    // Some browsers draw nothing for a line of zero length.
    ink.lineTo(to[0] + 0.01, to[1]);
    ink.stroke();
    last = to;
    empty = false;
    tell();
  }

  function tell() {
    const { data } = ink.getImageData(0, 0, SIDE, SIDE);
    const marks = Uint8Array.from({ length: SIDE * SIDE }, (_, i) => data[4 * i + 3]);
    const pixels = normalise(marks, SIDE, SIDE);
    show();
    if (pixels) drawn(pixels);
  }

  function wipe() {
    ink.clearRect(0, 0, SIDE, SIDE);
    last = null;
    pen.down = false;
    setText(said, "");
    const was = empty;
    empty = true;
    show();
    if (!was) emptied();
  }

  /** @param {PointerEvent} event @returns {[number, number]} */
  function place(event) {
    const box = canvas.getBoundingClientRect();
    return [((event.clientX - box.left) * SIDE) / box.width, ((event.clientY - box.top) * SIDE) / box.height];
  }

  canvas.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    pen.shown = false;
    canvas.setPointerCapture(event.pointerId);
    last = null;
    stroke(place(event));
  });
  canvas.addEventListener("pointermove", (event) => {
    if (!canvas.hasPointerCapture(event.pointerId)) return;
    stroke(place(event));
  });
  for (const name of ["pointerup", "pointercancel"]) canvas.addEventListener(name, () => void (last = null));
  canvas.addEventListener("keydown", (event) => {
    const arrow = ARROWS[event.key];
    if (arrow) {
      const stride = event.shiftKey ? STRIDE / 4 : STRIDE;
      pen.x = clamp(pen.x + stride * arrow[0], PEN / 2, SIDE - PEN / 2);
      pen.y = clamp(pen.y + stride * arrow[1], PEN / 2, SIDE - PEN / 2);
      pen.shown = true;
      if (pen.down) stroke([pen.x, pen.y]);
      else show();
    } else if (event.key === " ") {
      pen.down = !pen.down;
      pen.shown = true;
      last = null;
      if (pen.down) stroke([pen.x, pen.y]);
      else show();
      setText(said, pen.down ? WORDS.penDown : WORDS.penUp);
    } else if (event.key === "Delete" || event.key === "Backspace") wipe();
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  canvas.addEventListener("blur", () => {
    pen.shown = false;
    pen.down = false;
    show();
  });
  file.addEventListener("change", () => {
    if (file.files?.[0]) take(file.files[0]);
    file.value = "";
  });

  /** Read a digit from an image file, or say why it cannot be used. @param {File} image */
  async function take(image) {
    const name = image.name ? WORDS.quoted(image.name.slice(0, 60)) : WORDS.unnamedFile;
    if (image.size > MOST_BYTES) {
      setText(said, WORDS.tooLarge(name, MOST_BYTES));
      return;
    }
    let bitmap;
    try {
      bitmap = await createImageBitmap(image);
    } catch {
      setText(said, WORDS.noPicture(name));
      return;
    }
    const scale = SIDE / Math.max(bitmap.width, bitmap.height);
    const [width, height] = [bitmap.width, bitmap.height].map((n) => Math.max(1, Math.round(n * scale)));
    const copy = document.createElement("canvas");
    [copy.width, copy.height] = [width, height];
    const c = context2d(copy);
    c.imageSmoothingQuality = "high";
    c.drawImage(bitmap, 0, 0, width, height);
    bitmap.close();
    const marks = inkOf(c.getImageData(0, 0, width, height).data, width, height);
    const pixels = normalise(marks, width, height);
    if (!pixels) {
      setText(said, WORDS.blank(name));
      return;
    }
    wipe();
    const out = ink.createImageData(width, height);
    for (let i = 0; i < marks.length; i++) out.data[4 * i + 3] = marks[i];
    ink.putImageData(out, Math.floor((SIDE - width) / 2), Math.floor((SIDE - height) / 2));
    empty = false;
    show();
    setText(said, WORDS.readFrom(name));
    drawn(pixels);
  }

  return {
    element,
    take,
    /** Put a digit of 28 × 28 pixels on the pad, as if it had been drawn. @param {Uint8Array} pixels */
    put(pixels) {
      wipe();
      const small = document.createElement("canvas");
      [small.width, small.height] = [SIZE, SIZE];
      const s = context2d(small);
      const image = s.createImageData(SIZE, SIZE);
      for (const [i, pixel] of pixels.entries()) image.data[4 * i + 3] = pixel;
      s.putImageData(image, 0, 0);
      ink.drawImage(small, 0, 0, SIDE, SIDE);
      empty = false;
      show();
    },
    /** @param {string} what to draw: "a digit" or "an image" */
    ask(what) {
      aNoun = what;
      canvas.setAttribute("aria-label", WORDS.pad(what));
      setText(help, WORDS.how(what));
      show();
    },
    /** @param {import("../shared/palette.js").Colours} now */
    paint(now) {
      colours = now;
      show();
    },
  };
}
