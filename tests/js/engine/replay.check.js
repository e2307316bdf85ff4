// Trains networks with the compiled kernels, for tests/engine/test_replay.py to compare with Python's.
// node replay.check.js FOLDER_OF_KERNELS FOLDER: reads FOLDER/cases.json and images, writes FOLDER/found.bin and its index.

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { Kernels } from "../../../bitmass_viz/engine/src/kernels.js";
import { Network } from "../../../bitmass_viz/engine/src/network.js";

const [, , kernelFolder, folder] = process.argv;
const manifest = JSON.parse(readFileSync(join(kernelFolder, "kernels.json"), "utf8"));
const module = new WebAssembly.Module(readFileSync(join(kernelFolder, "kernels.wasm")));
const read = (name) => new Uint8Array(readFileSync(join(folder, name)));
const images = { train: read("train_images"), validation: read("validation_images") };
const [train, validation] = [read("train_labels"), read("validation_labels")];

/** Bytes with one pattern for all that is not a number, whose bits WebAssembly leaves open. */
function settled(values) {
  if (values instanceof Float32Array) values.forEach((value, i) => Number.isNaN(value) && (values[i] = NaN));
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}

const parts = [];
let written = 0;
function put(values) {
  const bytes = settled(values.slice());
  parts.push(bytes);
  written += bytes.length;
  return [written - bytes.length, bytes.length];
}

const found = JSON.parse(readFileSync(join(folder, "cases.json"), "utf8")).map(
  ({ wanted, stops, changes }) => {
    const kernels = new Kernels(module, manifest);
    const network = new Network(kernels, wanted);
    const prepared = network.prepare(images.train);
    const labels = kernels.array("uint8", [train.length], train);
    let at = 0;
    for (const stop of stops) {
      const epoch = Math.floor(at / train.length);
      const order = kernels.exampleOrder(wanted.seed, epoch, train.length);
      const start = epoch * train.length;
      const closes = stop - start === train.length;
      network.learn(prepared, labels, order.slice(at - start, stop - start), closes);
      kernels.release(order);
      for (const [name, value] of changes[stop] ?? []) network.set(name, value);
      at = stop;
    }
    const shown = network.prepare(images.validation);
    const answers = network.classify(shown, validation.length);
    const packed = network.pack();
    return {
      state: Object.fromEntries(
        Object.entries(network.state).map(([name, array]) => [name, put(array.values)]),
      ),
      answers: put(answers),
      packed: put(packed.length % 4 ? packed : new Float32Array(packed.buffer)),
    };
  },
);
writeFileSync(join(folder, "found.bin"), Buffer.concat(parts));
process.stdout.write(JSON.stringify(found));
