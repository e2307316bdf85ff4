// Trains networks of experiments as a page's further workers do, for tests/engine/test_jobs.py to compare with Python's.
// node jobs.check.js FOLDER: reads FOLDER/entry.json, its files and FOLDER/jobs.json, prints the accuracies.

import { readFileSync } from "node:fs";
import { join } from "node:path";

import { loadPieces } from "../../../bitmass_viz/engine/src/data/pieces.js";
import { embeddedSource } from "../../../bitmass_viz/engine/src/data/sources.js";
import { perform } from "../../../bitmass_viz/engine/src/experiments/job.js";
import { Kernels } from "../../../bitmass_viz/engine/src/kernels.js";
import { Digits } from "../../../bitmass_viz/engine/src/training/digits.js";

const [, , folder] = process.argv;
const readKernels = (name) => readFileSync(new URL(`../../../bitmass_viz/engine/${name}`, import.meta.url));
const module = new WebAssembly.Module(readKernels("kernels.wasm"));
const manifest = JSON.parse(readKernels("kernels.json"));
const [entry, jobs] = ["entry", "jobs"].map((name) =>
  JSON.parse(readFileSync(join(folder, `${name}.json`), "utf8")),
);
const source = embeddedSource(async (file) => new Uint8Array(readFileSync(join(folder, file))));

const page = new Digits(new Kernels(module, manifest), entry);
const onPiece = (piece) => page.add(piece);
await loadPieces(entry, source, { onPiece });
await loadPieces(entry, source, { onPiece, pieces: entry.test_pieces });
const worker = new Digits(new Kernels(module, manifest), entry);
worker.put(structuredClone(page.copy()));
process.stdout.write(JSON.stringify(jobs.map((job) => perform(worker, job))));
