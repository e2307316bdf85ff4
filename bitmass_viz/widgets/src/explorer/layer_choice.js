/** Which part of the weights is shown (layer, page of hidden units), and how many bits just flipped. */

import { blocksText } from "../bits/number_format.js";
import { button, freshId, h, setText } from "../shared/dom.js";
import { WORDS } from "./words.js";

/** @param {import("../training/store.js").Store} store @param {import("../views/shown_weights.js").ShownWeights} weights */
export function createLayerChoice(store, weights) {
  const name = freshId("layer");
  const layers = h("div", {
    class: "bm-segments",
    role: "radiogroup",
    "aria-label": WORDS.layer,
    "data-testid": "layer",
  });
  /** @param {"earlier" | "later"} which @param {number} by @param {string} arrow */
  const pageButton = (which, by, arrow) => {
    const testId = `page-${which}`;
    const attributes = { class: "bm-button bm-small", "data-testid": testId, "aria-label": WORDS[which] };
    return button(attributes, () => store.set({ page: store.state.page + by }), arrow);
  };
  const earlier = pageButton("earlier", -1, "‹");
  const later = pageButton("later", 1, "›");
  const where = h("span");
  const pager = h("div", { class: "bm-pager", "data-testid": "pager", hidden: true }, earlier, where, later);
  const flipped = h("span");
  const flips = h("span", { class: "bm-key bm-flips", "data-testid": "flips" }, h("i"), flipped);
  const element = h("div", { class: "bm-browse" }, layers, pager);

  function build() {
    layers.replaceChildren(
      ...weights.plan.layers.map((layer) => {
        const id = freshId("layer");
        const input = h("input", {
          type: "radio",
          name,
          id,
          value: layer.name,
          "data-testid": `layer-${layer.name}`,
        });
        input.checked = layer.index === store.state.layer;
        input.addEventListener("change", () => store.set({ layer: layer.index }));
        return h(
          "span",
          input,
          h("label", { for: id }, h("b", layer.name), ` ${WORDS.layers[layer.index] ?? ""}`),
        );
      }),
    );
  }

  return {
    element,
    flips,
    /** The network has a new shape. */
    rebuild: build,
    update() {
      const { page, plan } = weights;
      pager.toggleAttribute("hidden", page.pages < 2);
      setText(where, blocksText(plan, page));
      earlier.toggleAttribute("disabled", store.state.page <= 0);
      later.toggleAttribute("disabled", store.state.page >= page.pages - 1);
      const { flips: count, compared } = store.state;
      if (compared) setText(flipped, WORDS.differ(weights.differences, plan.bits, compared.examples));
      else setText(flipped, count === null ? WORDS.weightBits(plan.bits) : WORDS.flipped(count, plan.bits));
    },
  };
}
