/**
 * Not a test of its own: tests/widgets/test_own_images.py hands it a folder, and reads what JavaScript makes of each file
 * and each folder in it, of no files, and of a number of pictures: arrays, or an error.
 */

import { openAsBlob, readdirSync, statSync } from "node:fs";
import { join, relative, sep } from "node:path";

import { readImages } from "../../../bitmass_viz/widgets/src/own_images/read.js";

const root = process.argv[2];

/** @param {string} path of a file, or of a folder: then all files in it, as a browser gives them */
async function filesAt(path) {
  const isFolder = statSync(path).isDirectory();
  const paths = isFolder ? readdirSync(path, { recursive: true }).map((name) => join(path, name)) : [path];
  const found = paths
    .filter((each) => statSync(each).isFile())
    .map(async (each) => {
      const file = new File([await openAsBlob(each)], each.split(sep).at(-1));
      const from = isFolder ? relative(root, each).split(sep).join("/") : "";
      return Object.defineProperty(file, "webkitRelativePath", { value: from });
    });
  return Promise.all(found);
}

const base64 = (bytes) => Buffer.from(bytes).toString("base64");
const said = {};

async function read(name, files) {
  try {
    const { images, labels, ...others } = await readImages(await files);
    said[name] = { ...others, images: base64(images), labels: base64(labels) };
  } catch ({ message }) {
    said[name] = { error: message };
  }
}

for (const name of readdirSync(root)) await read(name, filesAt(join(root, name)));
await read("no files", []);
const pictures = Array.from({ length: Number(process.argv[3]) }, (_, k) => `${k}.png`);
await read(
  "pictures",
  pictures.map((name) => ({ name, webkitRelativePath: `pictures/a/${name}` })),
);
console.log(JSON.stringify(said));
