// Loads the pieces that Python cut, for tests/site/test_pieces.py to compare with the digits they came from.
// node pieces.check.js FOLDER: reads FOLDER/entry.json and its files, writes FOLDER/SPLIT-BITS.labels and .images.

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { loadPieces } from "../../../bitmass_viz/engine/src/data/pieces.js";
import { embeddedSource } from "../../../bitmass_viz/engine/src/data/sources.js";

const [, , folder] = process.argv;
const entry = JSON.parse(readFileSync(join(folder, "entry.json"), "utf8"));
const source = embeddedSource(async (file) => new Uint8Array(readFileSync(join(folder, file))));
const [rows, columns] = entry.image;

for (const bits of [8, 1]) {
  const splits = {};
  for (const name of ["train", "validation"]) {
    const count = entry.counts[name];
    // Not 0, so that an image that never comes is noticed.
    splits[name] = [new Uint8Array(count), new Uint8Array(count * rows * columns)];
    splits[name].forEach((array) => array.fill(99));
  }
  const progress = [];
  await loadPieces(entry, source, {
    bits,
    onProgress: (bytes) => progress.push(bytes),
    onPiece({ split, start, labels, images }) {
      splits[split][0].set(labels, start);
      splits[split][1].set(images, start * rows * columns);
    },
  });
  const { done, total } = progress.at(-1);
  if (done !== total) throw new Error(`${done} of ${total} bytes`);
  for (const [name, [labels, images]] of Object.entries(splits)) {
    writeFileSync(join(folder, `${name}-${bits}.labels`), labels);
    writeFileSync(join(folder, `${name}-${bits}.images`), images);
  }
}
