/**
 * Not a test of its own: tests/test_recording.py hands it the parts of a page, and reads what the browser's side
 * unpacks from them.
 */

import { readFileSync } from "node:fs";

import { createFrames } from "../../../bitmass_viz/widgets/src/recorded/frames.js";

const { told, text } = JSON.parse(readFileSync(process.argv[2], "utf8"));
const frames = createFrames(told, text);
frames.at(frames.count - 1);
const base64 = (bytes) => Buffer.from(bytes).toString("base64");
const all = told.pieces.map((_, position) => frames.at(position));
console.log(
  JSON.stringify({
    weights: all.map(({ weights }) => base64(weights)),
    digits: all.map(({ digit }) => base64(digit)),
  }),
);
