/** Parts of the site that come when they are wanted: scripts, because a page opened from a disk can load nothing else. */

import { fromBase64 } from "../../engine/src/data/bytes.js";
import { WORDS } from "./words.js";

/** @type {Map<string, Promise<any>>} */
const parts = new Map();
/** @type {Map<string, (content: any) => void>} */
const waiting = new Map();

/** A part calls this function to say what it holds. */
export function listen() {
  Object.assign(globalThis, {
    bitmassPart: (/** @type {string} */ name, /** @type {any} */ content) => waiting.get(name)?.(content),
  });
}

/**
 * Load a part, once; in a page that is one file it is there already.
 * @param {string} name @returns {Promise<any>} its content
 */
export function load(name) {
  const known = parts.get(name);
  if (known) return known;
  const inside = document.getElementById(`part:${name}`);
  const found = inside ? Promise.resolve(JSON.parse(inside.textContent ?? "null")) : loadScript(name);
  parts.set(name, found);
  // Another try is another request.
  found.catch(() => parts.delete(name));
  return found;
}

/** @param {string} name @returns {Promise<any>} */
function loadScript(name) {
  const script = document.createElement("script");
  return new Promise((resolve, reject) => {
    waiting.set(name, resolve);
    script.addEventListener("error", () => reject(new Error(WORDS.notLoaded)));
    script.src = `parts/${name.split("/").map(encodeURIComponent).join("/")}.js`;
    document.head.append(script);
  }).finally(() => {
    waiting.delete(name);
    script.remove();
  });
}

/** What was compressed into a part. @param {string} name @returns {Promise<ArrayBuffer>} */
export async function unpacked(name) {
  const stream = new Blob([fromBase64(await load(name))]).stream();
  return new Response(stream.pipeThrough(new DecompressionStream("gzip"))).arrayBuffer();
}

/** The text that was compressed into a part. @param {string} name */
export async function unpackedText(name) {
  return new TextDecoder().decode(await unpacked(name));
}
