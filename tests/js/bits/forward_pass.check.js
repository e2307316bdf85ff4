/**
 * Not a test of its own: tests/test_forward.py hands it networks, images and what Python made of them, and reads
 * what JavaScript makes of the same.
 */

import { readFileSync } from "node:fs";

import { makePlan } from "../../../bitmass_viz/widgets/src/bits/address.js";
import { binaryWay, floatWay } from "../../../bitmass_viz/widgets/src/bits/forward_pass.js";

const given = JSON.parse(readFileSync(process.argv[2], "utf8"));
const bytes = (text) => new Uint8Array(Buffer.from(text, "base64"));
const found = given.networks.map(({ shape, buffer, thresholds, slope, images }) => {
  const plan = makePlan(shape);
  return images.map((image) => {
    const pixels = bytes(image);
    if (shape.bpw === 32) {
      const way = floatWay(plan, bytes(buffer), pixels, slope);
      return {
        answer: way.answer,
        sums: [...way.sums],
        scores: [...way.scores],
      };
    }
    const way = binaryWay(plan, bytes(buffer), pixels, given.threshold, thresholds);
    return {
      answer: way.answer,
      sums: [...way.counts],
      scores: [...way.scores],
    };
  });
});
console.log(JSON.stringify(found));
