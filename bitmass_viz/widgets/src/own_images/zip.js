/** Members of a zip file. The browser unpacks them as gzip streams, and so checks their sums as well. */

import { WORDS } from "./words.js";

const [LOCAL_HEADER, DIRECTORY_ENTRY, END_OF_DIRECTORY] = [0x04034b50, 0x02014b50, 0x06054b50];
const [LOCAL_BYTES, ENTRY_BYTES, END_BYTES] = [30, 46, 22];
const LONGEST_COMMENT = 65_535;
const LONGEST_BLOCK = 65_535;
const LONGEST_DIRECTORY = 1 << 20;
const [STORED, DEFLATED] = [0, 8];
const ENCRYPTED = 1;
const GZIP_HEADER = new Uint8Array([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255]);

/** A file that cannot be read; its message is a clause that says why. */
export class Unreadable extends Error {}

/** @typedef {{flags: number, method: number, sum: number, packed: number, size: number, at: number}} Member `size` is that of the content, `packed` that in the file */

/** @param {Blob} file @returns {Promise<Map<string, Member>>} by name */
export async function zipMembers(file) {
  const tail = await viewOf(file.slice(Math.max(0, file.size - END_BYTES - LONGEST_COMMENT)));
  let end = tail.byteLength - END_BYTES;
  while (end >= 0 && tail.getUint32(end, true) !== END_OF_DIRECTORY) end--;
  if (end < 0) throw new Unreadable(WORDS.noZip);
  const start = tail.getUint32(end + 16, true);
  const directory = await viewOf(file.slice(start, start + LONGEST_DIRECTORY));
  const members = new Map();
  for (let at = 0, left = tail.getUint16(end + 10, true); left > 0; left--) {
    if (directory.getUint32(at, true) !== DIRECTORY_ENTRY) throw new Unreadable(WORDS.damaged);
    const short = (/** @type {number} */ field) => directory.getUint16(at + field, true);
    const long = (/** @type {number} */ field) => directory.getUint32(at + field, true);
    const name = new TextDecoder().decode(new Uint8Array(directory.buffer, at + ENTRY_BYTES, short(28)));
    members.set(name, {
      flags: short(8),
      method: short(10),
      sum: long(16),
      packed: long(20),
      size: long(24),
      at: long(42),
    });
    at += ENTRY_BYTES + short(28) + short(30) + short(32);
  }
  return members;
}

/** The content of a member, whose size must be sensible: memory for it is taken first. @param {Blob} file @param {Member} member */
export async function unpacked(file, { flags, method, sum, packed, size, at }) {
  if (typeof DecompressionStream === "undefined") throw new Unreadable(WORDS.oldBrowser);
  if (flags & ENCRYPTED || (method !== STORED && method !== DEFLATED))
    throw new Unreadable(WORDS.unknownPacking);
  const header = await viewOf(file.slice(at, at + LOCAL_BYTES));
  if (header.getUint32(0, true) !== LOCAL_HEADER) throw new Unreadable(WORDS.damaged);
  const start = at + LOCAL_BYTES + header.getUint16(26, true) + header.getUint16(28, true);
  const body = file.slice(start, start + packed);
  const blocks = method === DEFLATED ? [body] : storedBlocks(body);
  const gzip = new Blob([GZIP_HEADER, ...blocks, new Uint32Array([sum, size])]);
  const content = new Uint8Array(size);
  const reader = gzip.stream().pipeThrough(new DecompressionStream("gzip")).getReader();
  let filled = 0;
  for (let chunk = await reader.read(); !chunk.done; chunk = await reader.read()) {
    content.set(chunk.value, filled);
    filled += chunk.value.length;
  }
  return content;
}

/** Bytes as deflate stores what it does not compress: RFC 1951, section 3.2.4. @param {Blob} body */
function storedBlocks(body) {
  const blocks = [];
  for (let at = 0; at === 0 || at < body.size; at += LONGEST_BLOCK) {
    const length = Math.min(LONGEST_BLOCK, body.size - at);
    const isLast = at + length === body.size;
    blocks.push(
      new Uint8Array([Number(isLast), length & 255, length >> 8, ~length & 255, (~length >> 8) & 255]),
      body.slice(at, at + length),
    );
  }
  return blocks;
}

/** @param {Blob} part */
async function viewOf(part) {
  return new DataView(await part.arrayBuffer());
}
