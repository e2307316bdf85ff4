/** The lens: the hidden unit of the selected weight, enlarged, with the classes it was taught or votes for. */

import { formatOf } from "../bits/number_format.js";
import { streamStart } from "../bits/address.js";
import { describeUnit, unitOf, unitSentence } from "../bits/unit.js";
import { context2d, h, setText } from "../shared/dom.js";
import { diverging, divergingIndex } from "../shared/palette.js";
import { shownMark } from "../training/store.js";
import { readable } from "../views/class_rows.js";
import { strokeBox } from "../views/outline.js";
import { fieldShape } from "../views/shown_weights.js";
import { makeTile } from "../views/view.js";
import { WORDS } from "./words.js";

/** Side of the picture in CSS pixels, at most. */
const SIDE = 140;
/** Of a class's name, in its little field. */
const LETTERS = 2;

/** @param {import("./panel.js").Stage} stage */
export function createLens({ store, weights }) {
  const picture = h("canvas", { class: "bm-enlarged", "aria-hidden": "true" });
  const name = h("h3");
  const place = h("p", { class: "bm-faint" });
  const sentence = h("p", { "data-testid": "taught" });
  const classes = h("p", { class: "bm-classes", "aria-hidden": "true" });
  const hint = h("p", { class: "bm-hint" }, WORDS.pointing);
  const pin = h("p", { class: "bm-pin", "aria-hidden": "true" });
  const about = h("div", { class: "bm-unit" }, name, place, sentence, classes, pin);
  const element = h("div", { class: "bm-panel bm-lens", "data-testid": "unit" }, picture, about, hint);
  const g = context2d(picture);
  let tile = makeTile(1, 1);
  const now = { stale: true, idle: false };
  /** The words of the unit that is shown, for screen readers. */
  let said = "";

  /** @param {import("../bits/address.js").Mark} mark @param {number} unit */
  function paint(mark, unit) {
    const { plan, bytes, luts, colours } = weights;
    const [layer] = plan.layers;
    const [rows, columns] = fieldShape(layer.features, weights.image);
    const dpr = Math.max(1, devicePixelRatio || 1);
    const scale = Math.max(1, Math.floor((SIDE * dpr) / Math.max(rows, columns)));
    [picture.width, picture.height] = [columns * scale, rows * scale];
    picture.style.width = `${picture.width / dpr}px`;
    if (tile.canvas.width !== columns || tile.canvas.height !== rows) tile = makeTile(columns, rows);
    const values = new Float32Array(layer.features);
    formatOf(plan).readAll(bytes, streamStart(plan, layer, unit, 0), layer.features, values, 0);
    const signs = formatOf(plan).isSign;
    const range = values.reduce((most, value) => Math.max(most, Math.abs(value) || 0), 0);
    values.forEach((value, i) => {
      tile.pixels[i] = signs ? luts.binary[value > 0 ? 1 : 0] : luts.diverging[divergingIndex(value, range)];
    });
    tile.g.putImageData(tile.image, 0, 0);
    g.imageSmoothingEnabled = false;
    g.drawImage(tile.canvas, 0, 0, picture.width, picture.height);
    const { address } = mark;
    if (address.layer !== layer.name || "padding" in address) return;
    const x = (address.feature % columns) * scale;
    const y = Math.floor(address.feature / columns) * scale;
    strokeBox(g, [x, y, scale, scale], colours, 4 * dpr, 2 * dpr);
  }

  /** @param {number} unit */
  function describe(unit) {
    const { plan, bytes, colours, classes: names } = weights;
    const known = describeUnit(plan, bytes, unit, store.state.status?.taught ?? null);
    setText(name, WORDS.unit(unit));
    setText(place, known.place);
    place.hidden = known.place === "";
    setText(sentence, unitSentence(known, weights.classes));
    said = WORDS.aboutUnit(unit, unitSentence(known, weights.classes));
    const signs = known.taught || formatOf(plan).isSign;
    const range = Math.max(...known.values.map(Math.abs));
    const cells = known.values.map((value, k) => {
      const colour = signs
        ? colours[value > 0 ? "one" : "nought"]
        : diverging(colours, range > 0 ? value / range : 0);
      const cell = h("span", {
        title: names.name(k),
        style: `background: ${colour}; color: ${readable(colour, colours)}`,
      });
      cell.append(names.beginning(k, LETTERS));
      cell.classList.toggle("bm-named", known.named.includes(k));
      return cell;
    });
    classes.replaceChildren(...cells);
  }

  return {
    element,
    invalidate: () => void (now.stale = true),
    /** What it shows, as a sentence; "" for nothing. */
    get said() {
      return now.idle ? "" : said;
    },
    draw() {
      if (!now.stale || !weights.ready) return;
      const mark = shownMark(store.state);
      const unit = mark && unitOf(mark);
      const idle = mark === null || unit === null;
      now.stale = false;
      if (idle && now.idle) return;
      now.idle = idle;
      element.classList.toggle("bm-idle", idle);
      element.classList.toggle("bm-pinned", store.state.pinned !== null);
      setText(pin, store.state.pinned ? WORDS.pinned : WORDS.canBePinned);
      if (mark === null || unit === null) return;
      paint(mark, unit);
      describe(unit);
    },
  };
}
