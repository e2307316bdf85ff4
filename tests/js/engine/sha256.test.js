import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";

import { hexDigest, sha256 } from "../../../bitmass_viz/engine/src/data/sha256.js";
import { noise } from "./fake_site.js";

/** Around the ends of blocks, where the padding changes, and lengths made up. */
const LENGTHS = [0, 1, 3, 55, 56, 57, 63, 64, 65, 119, 120, 127, 128, 129, 1_000_000];
const more = noise(100, 7);
for (let i = 0; i < more.length; i += 2) LENGTHS.push(256 * more[i] + more[i + 1]);

test("the hash is node's, of any length", () => {
  for (const length of LENGTHS) {
    const bytes = noise(length, length);
    assert.deepEqual(
      Buffer.from(sha256(bytes)),
      createHash("sha256").update(bytes).digest(),
      `${length} bytes`,
    );
  }
});

test("a view of a part of a buffer is hashed as that part", () => {
  const bytes = noise(1000).subarray(13, 400);
  assert.deepEqual(Buffer.from(sha256(bytes)), createHash("sha256").update(bytes).digest());
});

test("the digest is the same with and without the browser's own, which is asked where it is there", async () => {
  const bytes = noise(5000);
  const expected = createHash("sha256").update(bytes).digest("hex");
  let asked = 0;
  const subtle = { digest: (...wanted) => (asked++, crypto.subtle.digest(...wanted)) };
  assert.equal(await hexDigest(bytes, subtle), expected);
  assert.equal(asked, 1);
  assert.equal(await hexDigest(bytes, null), expected);
  assert.equal(await hexDigest(bytes), expected);
});
