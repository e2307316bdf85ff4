/** Arrays in an .npz file, as `numpy.savez` and `numpy.savez_compressed` write it. */

import { Unreadable, unpacked, zipMembers } from "./zip.js";
import { WORDS } from "./words.js";

/** What NumPy calls its types, by their letters. @type {Record<string, string>} */
const TYPES = { b: "bool", i: "int", u: "uint", f: "float", c: "complex", U: "str", S: "bytes", O: "object" };
/** Types of integers, and a view's method that reads one. @type {Record<string, string>} */
export const INTEGERS = {
  int8: "getInt8",
  int16: "getInt16",
  int32: "getInt32",
  int64: "getBigInt64",
  uint8: "getUint8",
  uint16: "getUint16",
  uint32: "getUint32",
  uint64: "getBigUint64",
};
export const BYTES_OF_CHARACTER = 4;
const [LARGEST_CODE, REPLACEMENT] = [0x10ffff, 0xfffd];

/** @typedef {{type: string, isLittle: boolean, shape: number[], inFortranOrder: boolean, bytes: Uint8Array<ArrayBuffer>}} NpyArray the type as NumPy calls it, such as "uint8" */

/**
 * @param {File} file @param {string[]} wanted names of arrays @param {number} most bytes of all these together, unpacked
 * @returns {Promise<{arrays: Record<string, NpyArray>, names: string[]}>} the wanted arrays that are there, and the names of all
 */
export async function readNpz(file, wanted, most) {
  const members = await readable(file, zipMembers(file));
  const found = wanted.flatMap((name) => {
    const member = members.get(`${name}.npy`);
    return member ? [{ name, member }] : [];
  });
  const size = found.reduce((sum, { member }) => sum + member.size, 0);
  if (size > most) throw new Error(WORDS.largeArrays(file.name, size, most));
  /** @type {Record<string, NpyArray>} */
  const arrays = {};
  for (const { name, member } of found)
    arrays[name] = await readable(file, unpacked(file, member).then(parseNpy));
  return { arrays, names: [...members.keys()].map((name) => name.replace(/\.npy$/, "")) };
}

/** What was read, or else a sentence that says why it cannot be. @template T @param {File} file @param {Promise<T>} reading */
async function readable(file, reading) {
  try {
    return await reading;
  } catch (error) {
    // Views and streams throw errors of their own for what is damaged.
    const why = error instanceof Unreadable ? error.message : WORDS.damaged;
    throw new Error(WORDS.noNpz(file.name, why), { cause: error });
  }
}

/** @param {Uint8Array<ArrayBuffer>} content @returns {NpyArray} */
function parseNpy(content) {
  const view = new DataView(content.buffer);
  if (view.getUint32(0) !== 0x934e554d) throw new Unreadable(WORDS.damaged);
  const start = content[6] === 1 ? 10 : 12;
  const end = start + (start === 10 ? view.getUint16(8, true) : view.getUint32(8, true));
  const header = new TextDecoder().decode(content.subarray(start, end));
  const [, order, letter, length] = /'descr': *'([<>|=]?)(\w)(\d*)/.exec(header) ?? [];
  const [, dimensions = ""] = /'shape': *\(([^)]*)\)/.exec(header) ?? [];
  const shape = dimensions
    .split(",")
    .filter((n) => n.trim())
    .map(Number);
  const size = Number(length) * (letter === "U" ? BYTES_OF_CHARACTER : 1);
  const bytes = content.subarray(end);
  if (size && shape.reduce((product, n) => product * n, size) !== bytes.length)
    throw new Unreadable(WORDS.damaged);
  return {
    type: (TYPES[letter] ?? WORDS.otherType) + ("iufc".includes(letter) ? 8 * size : ""),
    isLittle: order !== ">",
    shape,
    inFortranOrder: /'fortran_order': *True/.test(header),
    bytes,
  };
}

/** The numbers in an array whose type is one of `INTEGERS`. @param {NpyArray} array */
export function integersIn({ type, isLittle, shape, bytes }) {
  const view = /** @type {any} */ (new DataView(bytes.buffer, bytes.byteOffset));
  const size = bytes.length / shape[0];
  return Array.from({ length: shape[0] }, (_, i) => Number(view[INTEGERS[type]](i * size, isLittle)));
}

/** The texts in an array of text. @param {NpyArray} array */
export function textsIn({ isLittle, shape, bytes }) {
  const count = shape.reduce((product, n) => product * n, 1);
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const characters = bytes.length / BYTES_OF_CHARACTER / count;
  return Array.from({ length: count }, (_, i) => {
    const codes = Array.from({ length: characters }, (_, k) => {
      const code = view.getUint32((i * characters + k) * BYTES_OF_CHARACTER, isLittle);
      return code <= LARGEST_CODE ? code : REPLACEMENT;
    });
    return String.fromCodePoint(...codes).replace(/\0+$/, "");
  });
}
