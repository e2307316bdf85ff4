/** Weights as a file that `numpy.load` reads, with the arrays that `bitmass_viz/training/export.py` describes. */

import { joined } from "../data/bytes.js";

/**
 * @param {{weights: Uint8Array, thresholds: Int32Array | null}} frame @param {Record<string, any>} about the frame and
 *   its network: its layers and their bits per weight are among this
 */
export function weightsNpz({ weights: buffer, thresholds }, about) {
  let bit = 0;
  const arrays = about.layers.map((/** @type {any} */ { name, units, features }) => {
    const count = units * features;
    const numbers = decoded(buffer, bit, count, about.bpw);
    bit += count * about.bpw;
    return array(name.toLowerCase(), numbers, [units, features]);
  });
  if (thresholds) arrays.push(array("thresholds", thresholds, [thresholds.length]));
  const text = JSON.stringify(about);
  const codes = Uint32Array.from([...text], (character) => character.codePointAt(0) ?? 0);
  return zip([
    ...arrays,
    array("buffer", buffer, [buffer.length]),
    array("about", codes, [], `<U${codes.length}`),
  ]);
}

/** The numbers that some weights' bits stand for. @param {Uint8Array} buffer @param {number} start bit @param {number} count @param {number} bits of each */
function decoded(buffer, start, count, bits) {
  const view = new DataView(buffer.buffer, buffer.byteOffset, buffer.byteLength);
  if (bits === 32)
    return Float32Array.from({ length: count }, (_, i) => view.getFloat32(start / 8 + 4 * i, true));
  const codes = (/** @type {number} */ i) => {
    const at = start + i * bits;
    if (bits === 16) return view.getUint16(at / 8, true);
    return (buffer[at >> 3] >> (at & 7)) & (2 ** bits - 1);
  };
  const numbers = new (bits === 1 ? Int8Array : Int32Array)(count);
  for (let i = 0; i < count; i++) numbers[i] = 2 * codes(i) + 1 - 2 ** bits;
  return numbers;
}

/** @param {string} name @param {Uint8Array | Int8Array | Int32Array | Uint32Array | Float32Array} values @param {number[]} shape @param {string} [type] @returns {{name: string, content: Uint8Array}} a file in NumPy's format */
function array(
  name,
  values,
  shape,
  type = { Uint8Array: "|u1", Int8Array: "|i1", Int32Array: "<i4", Float32Array: "<f4" }[
    values.constructor.name
  ] ?? "",
) {
  const dims = shape.length === 1 ? `${shape[0]},` : shape.join(", ");
  const header = `{'descr': '${type}', 'fortran_order': False, 'shape': (${dims}), }`;
  const padded = header.padEnd(64 * Math.ceil((header.length + 11) / 64) - 11) + "\n";
  const start = new Uint8Array([
    0x93,
    ...new TextEncoder().encode("NUMPY"),
    1,
    0,
    padded.length & 255,
    padded.length >> 8,
  ]);
  const content = new Uint8Array(start.length + padded.length + values.byteLength);
  content.set(start);
  content.set(new TextEncoder().encode(padded), start.length);
  content.set(
    new Uint8Array(values.buffer, values.byteOffset, values.byteLength),
    start.length + padded.length,
  );
  return { name: `${name}.npy`, content };
}

/** A zip file of files that are not compressed. @param {{name: string, content: Uint8Array}[]} files */
function zip(files) {
  /** @type {Uint8Array[]} */
  const parts = [];
  /** @type {Uint8Array[]} */
  const directory = [];
  let at = 0;
  for (const { name, content } of files) {
    const title = new TextEncoder().encode(name);
    const sum = crc32(content);
    /** What both headers say of a file: version 2, as of 1980. */
    const said = [20, 0, 0, 0, 33, [sum], [content.length], [content.length], title.length, 0];
    parts.push(fields([[0x04034b50], ...said]), title, content);
    directory.push(fields([[0x02014b50], 20, ...said, 0, 0, 0, [0], [at]]), title);
    at += 30 + title.length + content.length;
  }
  const size = directory.reduce((sum, { length }) => sum + length, 0);
  const end = fields([[0x06054b50], 0, 0, files.length, files.length, [size], [at], 0]);
  return joined([...parts, ...directory, end]);
}

/** Little-endian numbers: of 16 bits, or of 32 where they stand in brackets. @param {(number | number[])[]} values */
function fields(values) {
  return Uint8Array.from(
    values.flatMap((value) => {
      const [number] = [value].flat();
      const bytes = [number & 255, (number >> 8) & 255];
      return Array.isArray(value) ? [...bytes, (number >> 16) & 255, (number >>> 24) & 255] : bytes;
    }),
  );
}

/** @param {Uint8Array} bytes */
function crc32(bytes) {
  let sum = -1;
  for (const byte of bytes) {
    sum ^= byte;
    for (let bit = 0; bit < 8; bit++) sum = (sum >>> 1) ^ (sum & 1 ? 0xedb88320 : 0);
  }
  return ~sum >>> 0;
}
