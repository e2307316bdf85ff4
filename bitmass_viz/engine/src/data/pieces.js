/** Loads a data set piece by piece, so that training can begin with the first. */

import { WORDS } from "../words.js";
import { linkedController } from "./sources.js";

/** @typedef {import("./sources.js").Bytes} Bytes */
/** @typedef {import("./sources.js").Entry} Entry */
/** @typedef {import("./sources.js").Piece} Piece */
/** @typedef {import("./sources.js").Source} Source */
/**
 * Images of a split from number `start` on, one byte per pixel, with their labels; both may share a buffer. Training
 * images are in the order of seed 0's first epoch: number i is image `exampleOrder(0, 0, n)[i]` of the data set.
 * @typedef {{split: Piece["split"], start: number, labels: Bytes, images: Bytes}} Loaded
 */

const AT_ONCE = 2;

/**
 * Hand on pieces in their order, while the next is on its way.
 *
 * After a failure or an abort, call it again with the same `loaded`: only what is missing is read.
 * @param {Entry} entry
 * @param {Source} source
 * @param {object} options
 * @param {(piece: Loaded) => void | Promise<void>} options.onPiece
 * @param {(bytes: {done: number, total: number}) => void} [options.onProgress] never goes back, and ends at the total
 * @param {AbortSignal} [options.signal]
 * @param {Piece[]} [options.pieces] of the entry; the one-bit pieces hold images in black and white (0 and 255), a
 *   sixth of the bytes
 * @param {Set<string>} [options.loaded] files of the pieces that were handed on, and where new ones are added
 */
export async function loadPieces(
  entry,
  source,
  { onPiece, onProgress = () => {}, signal, pieces = entry.pieces, loaded = new Set() },
) {
  const sum = (/** @type {Piece[]} */ some) => some.reduce((total, { bytes }) => total + bytes, 0);
  const waiting = pieces.filter(({ file }) => !loaded.has(file));
  const total = sum(pieces);
  let done = total - sum(waiting);
  const { controller, unlink } = linkedController(signal);
  const stop = controller.signal;

  /** @param {Piece} piece */
  function read(piece) {
    let most = 0;
    const onBytes = (/** @type {number} */ bytes) => {
      if (stop.aborted || bytes <= most) return;
      done += bytes - most;
      most = bytes;
      onProgress({ done, total });
    };
    const bytes = source.read(piece, { signal: stop, onBytes }).then((found) => {
      onBytes(piece.bytes);
      return found;
    });
    // A failure is thrown when it is the piece's turn, or never if an earlier one fails.
    bytes.catch(() => {});
    return { piece, bytes };
  }

  /** @type {ReturnType<typeof read>[]} */
  const reading = [];
  /** @param {number} atOnce */
  const readMore = (atOnce) => reading.push(...waiting.splice(0, atOnce - reading.length).map(read));

  try {
    stop.throwIfAborted();
    onProgress({ done, total });
    // Nothing competes with the first piece.
    readMore(1);
    for (let next = reading.shift(); next; next = reading.shift()) {
      const bytes = await next.bytes;
      readMore(AT_ONCE);
      const content = await unpack(next.piece, bytes, entry.image);
      stop.throwIfAborted();
      await onPiece(content);
      loaded.add(next.piece.file);
    }
  } finally {
    unlink();
    controller.abort();
  }
}

/**
 * @param {Piece} piece
 * @param {Bytes} bytes
 * @param {number[]} image
 * @returns {Promise<Loaded>}
 */
async function unpack({ split, start, count, bits, file }, bytes, [rows, columns]) {
  try {
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
    const content = new Uint8Array(await new Response(stream).arrayBuffer());
    const expected = count * (1 + Math.ceil((rows * columns * bits) / 8));
    if (content.length !== expected) throw new Error(`${content.length} bytes, expected ${expected}`);
    const [labels, pixels] = [content.subarray(0, count), content.subarray(count)];
    return { split, start, labels, images: bits === 1 ? grey(pixels, count, rows * columns) : pixels };
  } catch (error) {
    const { message } = /** @type {Error} */ (error);
    throw new Error(WORDS.notUnpacked(file, message), { cause: error });
  }
}

/**
 * Packed bits, bit 0 first, as bytes: 0 and 255. Each image begins at a byte.
 * @param {Bytes} packed
 * @param {number} count
 * @param {number} pixels of an image
 */
function grey(packed, count, pixels) {
  const images = new Uint8Array(count * pixels);
  const stride = Math.ceil(pixels / 8);
  for (let image = 0; image < count; image++)
    for (let pixel = 0; pixel < pixels; pixel++)
      if ((packed[image * stride + (pixel >> 3)] >> (pixel & 7)) & 1) images[image * pixels + pixel] = 255;
  return images;
}
