/** What the control for a reader's own images says, in one table, so that a translation would be a file. */

import { counted, grouped } from "../shared/numbers.js";

/** @param {string} file */
const quoted = (file) => `\u201c${file}\u201d`;
/** @param {number} bytes */
const megabytes = (bytes) => `${grouped(Math.ceil(bytes / 1e6))} MB`;
/** A shape as Python writes it. @param {number[]} shape */
const tuple = (shape) => `(${shape.join(", ")}${shape.length === 1 ? "," : ""})`;
const IMAGES = "images must be an array of uint8, shape (n, 28, 28), 0 (background) to 255 (ink)";
/** @param {number} count */
const labels = (count) => `labels must be an array of integers, shape (${count},), one per image, 0 to 9`;

export const WORDS = {
  title: "Your own images",
  expected:
    "Train on your own images: an .npz file with images (uint8, n × 28 × 28) and labels (0 to 9), or a folder with a " +
    "subfolder of pictures for each class, up to ten. Choose one, or drop it here. They go only to where this page trains " +
    "its networks: this browser, or the server that runs the page.",
  chooseFile: "Choose an .npz file\u2026",
  chooseFolder: "Choose a folder\u2026",
  reading: "Reading\u2026",
  /** @param {string} name @param {number} count */
  read: (name, count) => `Read ${counted(count, "image", "images")} from ${quoted(name)}.`,

  /** @param {number} count of files @param {string} [name] of the first */
  wrongFiles: (count, name = "") =>
    `Choose one .npz file, or one folder with a subfolder of pictures for each class; got ${
      count === 1 ? quoted(name) : counted(count, "file", "files")
    }.`,
  /** @param {string} folder */
  notListed: (folder) =>
    `The browser does not let this page read the dropped folder ${quoted(folder)}; choose it with the button.`,

  /** @param {string} file @param {string} why */
  noNpz: (file, why) =>
    `${quoted(file)} cannot be read as an .npz file of images and labels (${why}); write it with ` +
    "np.savez(path, images=images, labels=labels).",
  noZip: "it is not a zip file",
  damaged: "it is damaged",
  unknownPacking: "it is encrypted, or compressed in an unknown way",
  oldBrowser: "this browser cannot unpack files; use a newer one",
  otherType: "another type",
  /** @param {string} file @param {number} size @param {number} most bytes */
  largeArrays: (file, size, most) =>
    `The arrays in ${quoted(file)} take ${megabytes(size)}, and ${megabytes(most)} are allowed; keep fewer images.`,

  /** @param {string} file @param {string} missing @param {string[]} found names of arrays */
  missing: (file, missing, found) =>
    `${quoted(file)} must hold images and labels, and ${missing} are missing; it holds ${
      found.join(", ").slice(0, 100) || "nothing"
    }.`,
  /** @param {string} type */
  imagesType: (type) =>
    `${IMAGES}, got ${type}; convert them, for example with np.rint(255 * images).astype(np.uint8) if they are from 0 to 1.`,
  /** @param {number[]} shape @param {boolean} fits whether they only need to be folded */
  imagesShape: (shape, fits) =>
    `${IMAGES}, got the shape ${tuple(shape)}${fits ? "; convert them: images.reshape(-1, 28, 28)" : ""}.`,
  fortranOrder: "images are stored in Fortran order; convert them: np.ascontiguousarray(images).",
  /** @param {number} count @param {string} type */
  labelsType: (count, type) => `${labels(count)}, got ${type}; convert them: labels.astype(np.uint8).`,
  /** @param {number} count @param {number[]} shape */
  labelsShape: (count, shape) => {
    const oneHot = shape.length === 2 && shape[0] === count && shape[1] === 10;
    const convert = oneHot ? "; if they are one-hot, convert them: labels.argmax(axis=1)" : "";
    return `${labels(count)}, got the shape ${tuple(shape)}${convert}.`;
  },
  /** @param {number} count @param {number} label @param {number} at */
  wrongLabel: (count, label, at) => `${labels(count)}, got ${label} at position ${grouped(at)}.`,
  /** @param {number} count @param {number} length @param {string} type @param {number[]} shape */
  wrongNames: (count, length, type, shape) =>
    `class_names must be an array of text, at most ${count} names of ${length} characters, got ${type} of the shape ` +
    `${tuple(shape)}; convert them: np.array(class_names, str).`,
  /** @param {number} names @param {number} largest label */
  unnamed: (names, largest) =>
    `class_names must name every class, got ${counted(names, "name", "names")} and the label ${largest}.`,
  /** @param {string} name @param {number} fewest @param {number} count */
  few: (name, fewest, count) => `${quoted(name)} must hold at least ${fewest} images, got ${count}.`,
  /** @param {string} name @param {number} most @param {number} count */
  many: (name, most, count) =>
    `${quoted(name)} must hold at most ${grouped(most)} images, got ${grouped(count)}; keep fewer.`,

  /** @param {string} folder @param {number} most @param {number} count */
  subfolders: (folder, most, count) =>
    `${quoted(folder)} must hold 1 to ${most} subfolders of pictures, one for each class, got ${count}.`,
  /** @param {string} folder @param {string[]} endings */
  noPictures: (folder, endings) => `${quoted(folder)} holds no picture (${endings.join(", ")}).`,
  /** @param {string} file */
  noPicture: (file) =>
    `${quoted(file)} is not a picture that this browser can read; convert it to PNG, for example.`,
  /** @param {string} file @param {number} width @param {number} height @param {number} most pixels */
  largePicture: (file, width, height, most) =>
    `${quoted(file)} has ${width} × ${height} pixels, and ${grouped(most)} pixels are allowed; make it smaller.`,
};
