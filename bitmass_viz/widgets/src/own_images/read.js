/** A reader's own images: one .npz file, or a folder of pictures. `data/own.py` is the same in Python. */

import { BYTES_OF_CHARACTER, INTEGERS, integersIn, readNpz, textsIn } from "./npz.js";
import { MOST_CLASSES, readFolder } from "./pictures.js";
import { SIDE } from "./resize.js";
import { WORDS } from "./words.js";

/** As many as sessions take: `live/own_images.py`. */
const MOST_IMAGES = 10_000;
/** Of the arrays in a file, unpacked, because they are held in memory. */
const MOST_BYTES = 64e6;
/** As many as give one for validation and one for the test. */
const FEWEST = 7;
/** Characters of a class's name. */
const LONGEST_NAME = 100;
const NEEDED = /** @type {const} */ (["images", "labels"]);

/** @typedef {import("./npz.js").NpyArray} NpyArray */
/** @typedef {{name: string, images: Uint8Array, labels: Uint8Array, class_names: string[] | null}} OwnImages n × 784 pixels, image by image and row by row; without names the classes are digits */

/**
 * @param {File[]} files @param {(done: number, all: number) => void} [progress]
 * @returns {Promise<OwnImages>}
 * @throws {Error} a sentence for the reader: what was given, what is allowed, what to do
 */
export async function readImages(files, progress = () => {}) {
  const found = await (isFolder(files) ? readFolder(files, MOST_IMAGES, progress) : readArrays(files));
  const { name, labels, class_names: names } = found;
  if (labels.length < FEWEST) throw new Error(WORDS.few(name, FEWEST, labels.length));
  if (labels.length > MOST_IMAGES) throw new Error(WORDS.many(name, MOST_IMAGES, labels.length));
  const largest = labels.reduce((most, label) => Math.max(most, label));
  if (names && largest >= names.length) throw new Error(WORDS.unnamed(names.length, largest));
  return found;
}

/** @param {File[]} files */
function isFolder(files) {
  const folders = new Set(files.map(({ webkitRelativePath }) => webkitRelativePath?.split("/")[0] ?? ""));
  return folders.size === 1 && !folders.has("");
}

/** @param {File[]} files @returns {Promise<OwnImages>} */
async function readArrays([file, ...others]) {
  if (!file?.name.toLowerCase().endsWith(".npz") || others.length > 0)
    throw new Error(WORDS.wrongFiles(others.length + Number(file !== undefined), file?.name));
  const { arrays, names } = await readNpz(file, [...NEEDED, "class_names"], MOST_BYTES);
  const missing = NEEDED.find((needed) => !(needed in arrays));
  if (missing) throw new Error(WORDS.missing(file.name, missing, names));
  const images = pixelsOf(arrays.images);
  return {
    name: file.name.slice(0, -".npz".length),
    images,
    labels: labelsOf(arrays.labels, images.length / SIDE ** 2),
    class_names: arrays.class_names ? namesOf(arrays.class_names) : null,
  };
}

/** @param {NpyArray} images */
function pixelsOf({ type, shape, inFortranOrder, bytes }) {
  if (type !== "uint8") throw new Error(WORDS.imagesType(type));
  const [count, height, width] = shape;
  if (shape.length !== 3 || height !== SIDE || width !== SIDE)
    throw new Error(WORDS.imagesShape(shape, shape.length > 1 && bytes.length === count * SIDE ** 2));
  if (inFortranOrder) throw new Error(WORDS.fortranOrder);
  return bytes;
}

/** @param {NpyArray} labels @param {number} count of images */
function labelsOf(labels, count) {
  const { type, shape } = labels;
  if (shape.length !== 1 || shape[0] !== count) throw new Error(WORDS.labelsShape(count, shape));
  if (!(type in INTEGERS)) throw new Error(WORDS.labelsType(count, type));
  const numbers = integersIn(labels);
  const wrong = numbers.findIndex((label) => label < 0 || label >= MOST_CLASSES);
  if (wrong >= 0) throw new Error(WORDS.wrongLabel(count, numbers[wrong], wrong));
  return Uint8Array.from(numbers);
}

/** @param {NpyArray} names */
function namesOf(names) {
  const { type, shape, bytes } = names;
  const count = shape.reduce((product, n) => product * n, 1);
  if (type !== "str" || count > MOST_CLASSES || bytes.length > count * BYTES_OF_CHARACTER * LONGEST_NAME)
    throw new Error(WORDS.wrongNames(MOST_CLASSES, LONGEST_NAME, type, shape));
  return textsIn(names);
}
