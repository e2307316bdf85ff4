/** Making files for download. */

import { h, svg } from "./dom.js";

/** Styles that a copied picture needs, because it leaves the page's style sheet behind. */
const STYLES = [
  ...["fill", "stroke", "stroke-width", "stroke-dasharray", "stroke-linejoin", "opacity", "paint-order"],
  ...["font-family", "font-size", "font-weight", "text-anchor", "dominant-baseline"],
];

/** @param {string} name @param {Blob} content */
export function download(name, content) {
  const url = URL.createObjectURL(content);
  const link = h("a", { href: url, download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

/** @param {SVGElement} picture as it looks on the page @param {string} background @returns {string} a self-contained file */
export function standaloneSvg(picture, background) {
  const copy = /** @type {SVGElement} */ (picture.cloneNode(true));
  const originals = [picture, ...picture.querySelectorAll("*")];
  const copies = [copy, ...copy.querySelectorAll("*")];
  for (const [index, element] of originals.entries()) {
    const style = getComputedStyle(element);
    const kept = STYLES.map((name) => `${name}:${style.getPropertyValue(name)}`);
    copies[index].setAttribute("style", kept.join(";"));
    copies[index].removeAttribute("class");
  }
  copy.setAttribute("xmlns", "http://www.w3.org/2000/svg");
  copy.prepend(svg("rect", { width: "100%", height: "100%", fill: background }));
  return new XMLSerializer().serializeToString(copy);
}

/** Pixels per pixel of the picture, enough for a slide. */
const DENSITY = 3;

/** A picture as a PNG file; null if the browser cannot. @param {string} picture as `standaloneSvg` makes it @returns {Promise<Blob | null>} */
export async function rasterised(picture) {
  const url = URL.createObjectURL(new Blob([picture], { type: "image/svg+xml" }));
  try {
    const image = new Image();
    image.src = url;
    await image.decode();
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [DENSITY * image.width, DENSITY * image.height];
    canvas.getContext("2d")?.drawImage(image, 0, 0, canvas.width, canvas.height);
    return await new Promise((resolve) => canvas.toBlob(resolve));
  } catch {
    return null;
  } finally {
    URL.revokeObjectURL(url);
  }
}
