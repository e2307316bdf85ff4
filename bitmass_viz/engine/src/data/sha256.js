/** SHA-256 (FIPS 180-4), for pages at plain http:// addresses as well, which have no `crypto.subtle`. */

const BLOCK = 64;
const ROUNDS = 64;

/** @type {number[]} */
const PRIMES = [];
for (let n = 2; PRIMES.length < ROUNDS; n++) if (PRIMES.every((prime) => n % prime)) PRIMES.push(n);

/** The first 32 bits after the point; a double has 17 to spare. @param {number} root */
const fraction = (root) => ((root % 1) * 2 ** 32) | 0;
const CONSTANTS = PRIMES.map((prime) => fraction(Math.cbrt(prime)));
const START = PRIMES.slice(0, 8).map((prime) => fraction(Math.sqrt(prime)));

/** @param {number} word @param {number} bits */
const rotated = (word, bits) => (word >>> bits) | (word << (32 - bits));

/**
 * @param {Uint8Array} bytes
 * @returns {Uint8Array<ArrayBuffer>} 32 bytes
 */
export function sha256(bytes) {
  const message = new DataView(new ArrayBuffer(Math.ceil((bytes.length + 9) / BLOCK) * BLOCK));
  new Uint8Array(message.buffer).set(bytes);
  message.setUint8(bytes.length, 0x80);
  message.setBigUint64(message.byteLength - 8, BigInt(bytes.length) * 8n);
  const hash = Int32Array.from(START);
  const words = new Int32Array(ROUNDS);
  for (let block = 0; block < message.byteLength; block += BLOCK) {
    for (let i = 0; i < 16; i++) words[i] = message.getInt32(block + 4 * i);
    for (let i = 16; i < ROUNDS; i++) {
      const [early, late] = [words[i - 15], words[i - 2]];
      const low = rotated(early, 7) ^ rotated(early, 18) ^ (early >>> 3);
      const high = rotated(late, 17) ^ rotated(late, 19) ^ (late >>> 10);
      words[i] = words[i - 16] + low + words[i - 7] + high;
    }
    let [a, b, c, d, e, f, g, h] = hash;
    for (let i = 0; i < ROUNDS; i++) {
      const high = rotated(e, 6) ^ rotated(e, 11) ^ rotated(e, 25);
      const added = (h + high + ((e & f) ^ (~e & g)) + CONSTANTS[i] + words[i]) | 0;
      const low = rotated(a, 2) ^ rotated(a, 13) ^ rotated(a, 22);
      [h, g, f, e] = [g, f, e, (d + added) | 0];
      [d, c, b, a] = [c, b, a, (added + low + ((a & b) ^ (a & c) ^ (b & c))) | 0];
    }
    [a, b, c, d, e, f, g, h].forEach((word, i) => (hash[i] += word));
  }
  const digest = new DataView(new ArrayBuffer(32));
  hash.forEach((word, i) => digest.setInt32(4 * i, word));
  return new Uint8Array(digest.buffer);
}

/**
 * The SHA-256 in hexadecimal, by the browser where it can: that is more than ten times as fast.
 * @param {Uint8Array<ArrayBuffer>} bytes
 * @param {SubtleCrypto | undefined} [subtle]
 */
export async function hexDigest(bytes, subtle = globalThis.crypto?.subtle) {
  const digest = subtle ? new Uint8Array(await subtle.digest("SHA-256", bytes)) : sha256(bytes);
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
