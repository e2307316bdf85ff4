/** Which part of the weights is shown (layer, page of hidden units), and how many bits just flipped. */

import { blocksText } from "../bits/number_format.js";
import { button, freshId, h, setText } from "../shared/dom.js";
import { counted, grouped } from "../shared/numbers.js";

/** @param {import("../training/store.js").Store} store @param {import("../views/shown_weights.js").ShownWeights} weights */
export function createLayerChoice(store, weights) {
  const name = freshId("layer");
  const layers = h("div", {
    class: "bm-segments",
    role: "radiogroup",
    "aria-label": "Layer",
    "data-testid": "layer",
  });
  /** @param {string} which @param {number} by @param {string} arrow */
  const pageButton = (which, by, arrow) => {
    const testId = `page-${which.toLowerCase()}`;
    const label = `${which} hidden units`;
    const attributes = { class: "bm-button bm-small", "data-testid": testId, "aria-label": label };
    return button(attributes, () => store.set({ page: store.state.page + by }), arrow);
  };
  const earlier = pageButton("Earlier", -1, "‹");
  const later = pageButton("Later", 1, "›");
  const where = h("span");
  const pager = h("div", { class: "bm-pager", "data-testid": "pager", hidden: true }, earlier, where, later);
  const flipped = h("span");
  const flips = h("span", { class: "bm-key bm-flips", "data-testid": "flips" }, h("i"), flipped);
  const element = h("div", { class: "bm-browse" }, layers, pager);

  function build() {
    const names = ["input layer", "output layer"];
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
        return h("span", input, h("label", { for: id }, h("b", layer.name), ` ${names[layer.index] ?? ""}`));
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
      pager.hidden = page.pages < 2;
      setText(where, blocksText(plan, page));
      earlier.toggleAttribute("disabled", store.state.page <= 0);
      later.toggleAttribute("disabled", store.state.page >= page.pages - 1);
      const { flips: count, compared } = store.state;
      if (compared) {
        const since = counted(compared.examples, "example", "examples");
        const differ = `${grouped(weights.differences)} of ${grouped(plan.bits)} bits`;
        setText(flipped, `${differ} differ from the snapshot after ${since}`);
        return;
      }
      setText(
        flipped,
        count === null
          ? `${grouped(plan.bits)} weight bits`
          : `${grouped(count)} of ${grouped(plan.bits)} bits flipped since the last frame`,
      );
    },
  };
}
