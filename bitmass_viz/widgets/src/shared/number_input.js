/** A field or slider for a number. What a reader types or drags stays until it is entered, whatever arrives meanwhile. */

import { h } from "./dom.js";

/** @param {import("./dom.js").Attributes} attributes `type: "range"` makes a slider */
export function createNumberInput(attributes) {
  const input = h("input", { type: "number", ...attributes });
  let changing = false;
  input.addEventListener("input", () => {
    changing = true;
  });
  // Listened for before anybody else can: what they answer to an entry is shown.
  for (const end of ["change", "blur"])
    input.addEventListener(end, () => {
      changing = false;
    });
  return {
    input,
    /** @param {unknown} value */
    show(value) {
      if (!changing && input.value !== String(value)) input.value = String(value);
    },
  };
}
