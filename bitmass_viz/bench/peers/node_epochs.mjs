// Trains the epochs that node_peer.py asks for, one for each line of its input, and says "done" after each.
// node node_epochs.mjs URL_OF_MODULES FOLDER_OF_KERNELS FOLDER: FOLDER has images, labels and wanted.json

import { readFileSync, readSync, writeSync } from "node:fs";
import { join } from "node:path";

const [, , modules, kernelFolder, folder] = process.argv;
const { Kernels } = await import(`${modules}/kernels.js`);
const { Network } = await import(`${modules}/network.js`);
const module = new WebAssembly.Module(readFileSync(join(kernelFolder, "kernels.wasm")));
const kernels = new Kernels(module, JSON.parse(readFileSync(join(kernelFolder, "kernels.json"), "utf8")));
const wanted = JSON.parse(readFileSync(join(folder, "wanted.json"), "utf8"));
const network = new Network(kernels, wanted);
const images = network.prepare(new Uint8Array(readFileSync(join(folder, "images"))));
const given = new Uint8Array(readFileSync(join(folder, "labels")));
const labels = kernels.array("uint8", [given.length], given);

writeSync(1, "ready\n");
const line = new Uint8Array(1);
for (let epoch = 0; readSync(0, line) === 1; epoch++) {
  const order = kernels.exampleOrder(wanted.seed, epoch, given.length);
  network.learn(images, labels, order, true);
  kernels.release(order);
  writeSync(1, "done\n");
}
