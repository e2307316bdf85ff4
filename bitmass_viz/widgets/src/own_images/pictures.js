/** A folder with a subfolder of pictures for each class. */

import { context2d, h } from "../shared/dom.js";
import { grey, SIDE, small } from "./resize.js";
import { WORDS } from "./words.js";

export const MOST_CLASSES = 10;
/** Pixels of a picture, before it is made small. */
const MOST_PIXELS = 1 << 24;
const PICTURES = [".bmp", ".gif", ".jpeg", ".jpg", ".png", ".tif", ".tiff", ".webp"];

/**
 * @param {File[]} files with their paths, which begin with the folder's name @param {number} most pictures
 * @param {(done: number, all: number) => void} progress
 */
export async function readFolder(files, most, progress) {
  const paths = files.map(({ webkitRelativePath }) => webkitRelativePath.split("/"));
  const [folder] = paths[0];
  /** @type {Map<string, File[]>} */
  const classes = new Map();
  for (const [i, [, name, file, ...deeper]] of paths.entries()) {
    if (file === undefined || deeper.length > 0 || name.startsWith(".") || file.startsWith(".")) continue;
    const pictures = classes.get(name) ?? [];
    classes.set(name, pictures);
    if (PICTURES.some((ending) => file.toLowerCase().endsWith(ending))) pictures.push(files[i]);
  }
  const names = [...classes.keys()].sort(byCodePoints);
  if (names.length === 0 || names.length > MOST_CLASSES)
    throw new Error(WORDS.subfolders(folder, MOST_CLASSES, names.length));
  const empty = names.find((name) => classes.get(name)?.length === 0);
  if (empty !== undefined) throw new Error(WORDS.noPictures(`${folder}/${empty}`, PICTURES));

  const pictures = names.flatMap((name, label) =>
    (classes.get(name) ?? []).sort((a, b) => byCodePoints(a.name, b.name)).map((file) => ({ file, label })),
  );
  if (pictures.length > most) throw new Error(WORDS.many(folder, most, pictures.length));
  const g = context2d(h("canvas"), { willReadFrequently: true });
  const images = new Uint8Array(pictures.length * SIDE * SIDE);
  for (const [i, { file }] of pictures.entries()) {
    progress(i, pictures.length);
    images.set(await readPicture(file, g), i * SIDE * SIDE);
  }
  return {
    name: folder,
    images,
    labels: Uint8Array.from(pictures, ({ label }) => label),
    class_names: names,
  };
}

/** A picture as 28 × 28 grey pixels; where it is transparent, it lies on white. @param {File} file @param {CanvasRenderingContext2D} g */
async function readPicture(file, g) {
  const path = file.webkitRelativePath;
  let bitmap;
  try {
    bitmap = await createImageBitmap(file, { colorSpaceConversion: "none" });
  } catch (error) {
    throw new Error(WORDS.noPicture(path), { cause: error });
  }
  const { width, height } = bitmap;
  if (width * height > MOST_PIXELS) throw new Error(WORDS.largePicture(path, width, height, MOST_PIXELS));
  [g.canvas.width, g.canvas.height] = [width, height];
  g.fillStyle = "#ffffff";
  g.fillRect(0, 0, width, height);
  g.drawImage(bitmap, 0, 0);
  bitmap.close();
  return small(grey(g.getImageData(0, 0, width, height).data), width, height);
}

/** The order in which Python sorts texts: by code points, and not by UTF-16. @param {string} a @param {string} b */
function byCodePoints(a, b) {
  const [first, second] = [[...a], [...b]];
  const at = first.findIndex((character, i) => character !== second[i]);
  if (at < 0) return first.length - second.length;
  return (first[at].codePointAt(0) ?? 0) - (second[at]?.codePointAt(0) ?? -1);
}
