/** The hidden layer as blocks, one for each container. */

import { count, cutsOf, blocksSumText, blocksText } from "./bit_mass.js";
import { h, setText, svg } from "../shared/dom.js";
import { WORDS } from "./words.js";

/** The cuts that halve a container, 8 by 4, again and again until it is 32 cells. */
const CUTS = ["M4 0v4", "M0 2h8", "M2 0v4M6 0v4", "M0 1h8M0 3h8", "M1 0v4M3 0v4M5 0v4M7 0v4"];

/** The hidden layer, with a place for every possible container. @param {import("./bit_mass.js").Content} content */
export function createBlocks(content) {
  const places = content.hidden.high;
  const blocks = Array.from({ length: places }, () =>
    svg(
      "svg",
      { viewBox: "0 0 8 4", preserveAspectRatio: "none", "aria-hidden": "true" },
      svg("rect", { width: 8, height: 4 }),
      ...CUTS.map((d) => svg("path", { d })),
    ),
  );
  const grid = h("div", { class: "bm-blocks", role: "img", "data-testid": "count-picture" });
  grid.append(...blocks);
  const sum = h("b", { "data-testid": "count-units" });
  const perBlock = count(content, 1, content.container_bits).bits;
  const element = h("figure", { class: "bm-picture" }, grid, h("figcaption", sum, WORDS.block(perBlock)));
  return {
    element,
    /** @param {import("./bit_mass.js").Count} now */
    show(now) {
      blocks.forEach((block, place) => block.classList.toggle("bm-filled", place < now.containers));
      grid.dataset.cuts = String(cutsOf(now.perContainer));
      grid.setAttribute("aria-label", blocksText(now, places));
      setText(sum, blocksSumText(now));
    },
  };
}
