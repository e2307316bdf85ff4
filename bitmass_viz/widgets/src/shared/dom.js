/** Making elements. */

/** @typedef {Record<string, string | boolean | null>} Attributes false and null are left out */

/**
 * An element; its attributes may be left out.
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag @param {Attributes | Node | string} [first] @param {...(Node | string)} children
 */
export function h(tag, first = {}, ...children) {
  const element = document.createElement(tag);
  if (first instanceof Node || typeof first === "string") element.append(first);
  else {
    for (const [name, value] of Object.entries(first))
      if (value !== false && value !== null) element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children);
  return element;
}

/** The head of a table: a row of names. @param {string[]} names */
export function headRow(names) {
  return h("thead", h("tr", ...names.map((name) => h("th", { scope: "col" }, name))));
}

/**
 * A button of the page's own look, unless `attributes` give it another class.
 * @param {Attributes} attributes @param {() => void} press @param {...(Node | string)} children
 */
export function button(attributes, press, ...children) {
  const element = h("button", { type: "button", class: "bm-button", ...attributes }, ...children);
  element.addEventListener("click", press);
  return element;
}

/** @param {HTMLCanvasElement} canvas @param {CanvasRenderingContext2DSettings} [settings] */
export function context2d(canvas, settings) {
  return /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d", settings));
}

const SVG = "http://www.w3.org/2000/svg";

/**
 * @template {keyof SVGElementTagNameMap} Tag
 * @param {Tag} tag @param {Record<string, string | number>} attributes @param {...(Node | string)} children
 */
export function svg(tag, attributes = {}, ...children) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
  element.append(...children);
  return element;
}

/** Every widget on a page loads this module separately and counts from 1. */
const mine = Math.random().toString(36).slice(2, 8);
let made = 0;

/** An id that nothing else on the page uses. @param {string} name */
export function freshId(name) {
  made += 1;
  return `bm-${name}-${mine}-${made}`;
}

/** Set the text only when it differs, so that live regions and layout stay quiet. @param {Element} element @param {string} text */
export function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/** Whether the page is ours (the site's or Voilà's), and not JupyterLab's, which keeps and restores its widgets itself. */
export const isOurPage = () => ["voila", "bitmass"].some((name) => name in document.body.dataset);
