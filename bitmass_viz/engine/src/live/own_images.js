/** A reader's own images, which a page sends in parts. The counterpart of `bitmass_viz/live/own_images.py`. */

import { asWhole, grouped, whole } from "../numeric.js";

const MOST_IMAGES = 10_000;
const MOST_SETS = 8;
const SIDE = 28;
const LONGEST_NAME = 100;
const FEWEST = 7;
const DIGIT_NAMES = [..."0123456789"];

/** @typedef {import("../data/data_sets.js").Own} Own */

/** Collects the parts of a data set. */
export class OwnImages {
  _images = new Uint8Array(0);
  _labels = new Uint8Array(0);
  _here = 0;
  _sets = 0;

  /** @param {number} count */
  _begin(count) {
    this._images = new Uint8Array(count * SIDE ** 2);
    this._labels = new Uint8Array(count);
    this._here = 0;
  }

  /**
   * Take a part; if it is the last one, add the data set to those of the page, and return its name.
   * @param {any} message as the protocol describes it, with the buffers
   * @param {import("../data/data_sets.js").DataSets} data @param {import("./controls.js").Controls} controls
   * @returns {string | null}
   * @throws {RangeError} if the part or the whole is not as it should be
   */
  take({ name, class_names, start, count: wanted, buffers = [] }, data, controls) {
    const count = whole("The number of your own images", wanted, 1, MOST_IMAGES);
    if (start === 0) {
      if (this._sets === MOST_SETS)
        throw new RangeError(`This page takes ${MOST_SETS} data sets of your own; reload it to begin again`);
      this._begin(count);
    }
    const [images, labels] = buffers;
    if (
      asWhole(start) !== this._here ||
      this._labels.length !== count ||
      !(labels?.length <= count - this._here) ||
      images.length !== SIDE ** 2 * labels.length
    )
      throw new RangeError("Your own images did not arrive complete; choose them again");
    this._images.set(images, this._here * SIDE ** 2);
    this._labels.set(labels, this._here);
    this._here += labels.length;
    if (this._here < count) return null;
    const shown = String(name).slice(0, LONGEST_NAME);
    const own = {
      name: nameFor(shown, data),
      label: `${shown} (your own)`,
      images: this._images,
      labels: this._labels,
      class_names: Array.isArray(class_names)
        ? class_names.map((each) => String(each).slice(0, LONGEST_NAME))
        : DIGIT_NAMES,
    };
    this._begin(0);
    check(shown, own);
    data.add(own);
    this._sets += 1;
    controls.setData(data.choices);
    return own.name;
  }
}

/** A name that fits a table and an address, and that no other data set has. @param {string} name @param {import("../data/data_sets.js").DataSets} data */
function nameFor(name, data) {
  const plain = `own-${name.replace(/[^A-Za-z0-9._-]+/g, "-")}`;
  let numbered = plain;
  for (let number = 2; data.has(numbered); number++) numbered = `${plain}-${number}`;
  return numbered;
}

/** @param {string} name @param {Own} own @throws {RangeError} with the sentences of `data/own.py` and `data/digits.py` */
function check(name, { labels, class_names }) {
  const wrong = labels.findIndex((label) => label >= DIGIT_NAMES.length);
  if (wrong >= 0)
    throw new RangeError(
      `labels must be an array of uint8, shape (${labels.length},), one an image, 0 to 9, got ${labels[wrong]} ` +
        `at position ${grouped(wrong)}`,
    );
  if (labels.length < FEWEST)
    throw new RangeError(`${name} must hold at least ${FEWEST} images, got ${labels.length}`);
  const largest = Math.max(...new Set(labels));
  if (largest >= class_names.length)
    throw new RangeError(
      `class_names must name every class, got ${class_names.length} names and the label ${largest}`,
    );
}
