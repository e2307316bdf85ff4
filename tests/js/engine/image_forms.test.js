// Images that come in pieces are for the kernels what they are all at once.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { Kernels } from "../../../bitmass_viz/engine/src/kernels.js";
import { Network } from "../../../bitmass_viz/engine/src/network.js";
import { Digits } from "../../../bitmass_viz/engine/src/training/digits.js";

const folder = new URL("../../../bitmass_viz/engine/", import.meta.url);
const manifest = JSON.parse(readFileSync(new URL("kernels.json", folder), "utf8"));
const module = new WebAssembly.Module(readFileSync(new URL("kernels.wasm", folder)));

/** Pixels of which most are black, in images that grow brighter, so that the first say too little of the others. */
function makeImages(count, pixels) {
  let state = 1;
  const next = () => (state = (state * 48271) % 2147483647);
  return Uint8Array.from({ length: count * pixels }, (_, i) =>
    next() % count < i / pixels ? next() % 256 : 0,
  );
}

for (const image of [
  [28, 28],
  [5, 3],
]) {
  test(`images of ${image.join("×")} pixels in pieces`, () => {
    const pixels = image[0] * image[1];
    const [train, validation, classes] = [2_300, 7, 10];
    const images = makeImages(train, pixels);
    const labels = Uint8Array.from({ length: train }, (_, i) => i % classes);
    const kernels = new Kernels(module, manifest);
    const digits = new Digits(kernels, { image, classes, train, validation });
    const ofEachForm = [
      ...new Map(Object.entries(manifest.trainers).map(([name, { prepare }]) => [prepare, name])),
    ];
    const networks = ofEachForm.map(
      ([, trainer]) =>
        new Network(kernels, {
          trainer,
          architecture: { inputs: pixels, hidden: manifest.trainers[trainer].architecture.hidden && 1 },
        }),
    );
    for (const [start, stop] of [
      [0, 10],
      [10, 1_010],
      [1_010, train],
    ]) {
      digits.add({
        split: "train",
        start,
        images: images.subarray(start * pixels, stop * pixels),
        labels: labels.subarray(start, stop),
      });
      assert.equal(digits.train.here, stop);
      for (const network of networks) {
        const answers = network.classify(digits.train.prepared(network), stop);
        const prepared = network.prepare(images.subarray(0, stop * pixels));
        assert.deepEqual(answers, network.classify(prepared, stop));
        kernels.release(prepared);
      }
    }
    for (const place of [0, 9, 10, 999, train - 1]) {
      assert.deepEqual(digits.train.image(place), images.slice(place * pixels, (place + 1) * pixels));
      assert.equal(digits.train.label(place), labels[place]);
    }
    const [first] = digits.train.image(0);
    assert.throws(
      () => digits.add({ split: "train", start: 5, images: [first], labels: [0] }),
      /one after another/,
    );
  });
}
