/** Not a test of its own: tests/widgets/test_own_images.py hands it pictures in RGBA, and reads them made small and grey. */

import { readFileSync } from "node:fs";

import { grey, small } from "../../../bitmass_viz/widgets/src/own_images/resize.js";

const pictures = JSON.parse(readFileSync(process.argv[2], "utf8"));
const found = pictures.map(({ width, height, rgba }) =>
  small(grey(Uint8ClampedArray.from(Buffer.from(rgba, "base64"))), width, height),
);
console.log(JSON.stringify(found.map((image) => [...image])));
