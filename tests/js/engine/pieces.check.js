// Loads the pieces that Python cut, for tests/site/test_pieces.py to compare with the digits they came from.
// node pieces.check.js FOLDER: reads FOLDER/entry.json and its files, writes FOLDER/SPLIT-BITS.labels and .images.

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { loadPieces } from "../../../bitmass_viz/engine/src/data/pieces.js";
import { embeddedSource } from "../../../bitmass_viz/engine/src/data/sources.js";
import { Kernels } from "../../../bitmass_viz/engine/src/kernels.js";
import { Digits } from "../../../bitmass_viz/engine/src/training/digits.js";

const [, , folder] = process.argv;
const readKernels = (name) => readFileSync(new URL(`../../../bitmass_viz/engine/${name}`, import.meta.url));
const module = new WebAssembly.Module(readKernels("kernels.wasm"));
const manifest = JSON.parse(readKernels("kernels.json"));
const entry = JSON.parse(readFileSync(join(folder, "entry.json"), "utf8"));
const source = embeddedSource(async (file) => new Uint8Array(readFileSync(join(folder, file))));

for (const bits of [8, 1]) {
  const digits = new Digits(new Kernels(module, manifest), entry);
  const onPiece = (piece) => digits.add(piece);
  await loadPieces(entry, source, { onPiece, pieces: bits === 1 ? entry.one_bit_pieces : entry.pieces });
  if (bits === 8) await loadPieces(entry, source, { onPiece, pieces: entry.test_pieces });
  for (const [name, placeOf] of [
    ["train", (i) => digits.placeOf(i)],
    ["validation", (i) => i],
    ...(bits === 8 ? [["test", (i) => i]] : []),
  ]) {
    const split = digits[name];
    if (!split.isWhole) throw new Error(`${split.here} of ${split.count} images`);
    const places = Array.from({ length: split.count }, (_, i) => placeOf(i));
    writeFileSync(
      join(folder, `${name}-${bits}.labels`),
      Uint8Array.from(places, (place) => split.label(place)),
    );
    writeFileSync(
      join(folder, `${name}-${bits}.images`),
      Buffer.concat(places.map((place) => split.image(place))),
    );
  }
}
