/** The frames of a recording, unpacked one after the other as far as they are wanted, and then kept. */

import { ByteReader, WordReader } from "./coder.js";
import { bytesIn } from "./text.js";

/**
 * @typedef {{status: import("../training/store.js").Status, settings: Record<string, any>,
 *   dataset: import("../training/store.js").Dataset, palette: Record<string, Record<string, string>>, columns: number, carried: number,
 *   examples: number[], accuracy: number[], next: [number, number, number][],
 *   pieces: [number, number, number][]}} Recorded
 * @typedef {{weights: Uint8Array, digit: Uint8Array}} Unpacked
 */

/** @param {Recorded} told @param {string} text */
export function createFrames({ status, columns, carried, pieces }, text) {
  const { bpw, layers, image } = status;
  const features = layers[0].features;
  const size = layers.reduce((sum, layer) => sum + layer.units * layer.features * bpw, 0) / 8;
  const reader =
    bpw === 32
      ? new WordReader(size, columns, features, carried)
      : new ByteReader(size, Math.max(1, Math.floor((features * bpw) / 8)));
  const pixels = image[0] * image[1];
  const pen = new ByteReader(pixels, columns);
  const blank = new Uint8Array(pixels);
  /** @type {Unpacked[]} */
  const frames = [];
  let at = size;

  /** The next piece of the text. @param {number} length */
  function take(length) {
    at += length;
    return bytesIn(text, at - length, at);
  }

  function unpackNext() {
    const [coded, plain, drawn] = pieces[frames.length];
    let weights;
    if (frames.length === 0) weights = bytesIn(text, 0, size);
    else {
      weights = new Uint8Array(size);
      reader.read(frames[frames.length - 1].weights, weights, take(coded), take(plain));
    }
    const digit = new Uint8Array(pixels);
    pen.read(blank, digit, take(drawn));
    frames.push({ weights, digit });
  }

  return {
    count: pieces.length,
    /** How many there are already. */
    get ready() {
      return frames.length;
    },
    /** @param {number} position @returns {Unpacked} */
    at(position) {
      while (frames.length <= position) unpackNext();
      return frames[position];
    },
  };
}

/** @typedef {ReturnType<typeof createFrames>} Frames */
