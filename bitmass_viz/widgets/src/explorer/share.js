/** Sharing what the explorer shows; its link can hide controls, for a lesson. */

import { fingerprint } from "../permalink/fragment.js";
import { writeLink, writeMark } from "../permalink/permalink.js";
import { createShare as createShareOf } from "../permalink/share.js";
import { pageQuestion } from "../shared/card.js";
import { h } from "../shared/dom.js";
import { percent } from "../shared/numbers.js";
import { chosenTheme } from "../shared/palette.js";
import { VIEWS } from "../views/index.js";
import { pictureOf } from "../views/still_view.js";
import { shownMark } from "../training/store.js";
import { WORDS } from "./words.js";

/** What a link can hide in addition to the controls, by `data-testid`. */
const PARTS = Object.entries(WORDS.parts);
/** Views on the picture. @type {Record<string, string>} */
const PICTURED = WORDS.cardPictures;

/**
 * The fragment of a link to what is shown; there must be a status.
 * @param {import("../training/store.js").Store} store @param {import("../views/shown_weights.js").ShownWeights} weights @param {string[]} hide
 */
export function linkTo({ state }, weights, hide) {
  return writeLink(/** @type {import("../training/store.js").Status} */ (state.status), {
    speed: state.settings.speed,
    stop: state.settings.stop_after,
    data: state.dataset?.name ?? "",
    layer: weights.plan.layers[state.layer].name,
    page: state.page,
    mark: writeMark(shownMark(state)),
    hide,
    theme: chosenTheme(),
    check: fingerprint(weights.bytes.subarray(0, weights.plan.bytes)),
  });
}

/** @param {import("../training/store.js").Store} store @param {import("../views/shown_weights.js").ShownWeights} weights */
export function createShare(store, weights) {
  const boxes = h("div", { class: "bm-boxes" });
  const ticked = () =>
    [...boxes.querySelectorAll("input")].filter(({ checked }) => checked).map(({ value }) => value);
  const { element, write } = createShareOf({
    link: () => (store.state.status && weights.ready ? linkTo(store, weights, ticked()) : ""),
    leftOut: () => store.state.status?.left_out ?? [],
    card,
    opening: offer,
    more: [h("details", h("summary", WORDS.hide), boxes)],
  });

  function offer() {
    const names = [
      ...store.state.controls.map(({ name, label }) => /** @type {const} */ ([name, label])),
      ...PARTS,
    ];
    boxes.replaceChildren(
      ...names.map(([name, label]) => {
        const box = h("input", { type: "checkbox", value: name });
        box.checked = store.state.hidden.includes(name);
        box.addEventListener("change", write);
        return h("label", box, ` ${label}`);
      }),
    );
  }

  /** @param {string} link @returns {import("../shared/card.js").Card} */
  function card(link) {
    const status = /** @type {import("../training/store.js").Status} */ (store.state.status);
    const { colours } = weights;
    return {
      question: pageQuestion(),
      facts: WORDS.cardFacts(status.label, status.examples, store.state.dataset?.label ?? ""),
      pictures: VIEWS.filter(({ id }) => id in PICTURED).map((view, index) => ({
        draw: (width, height) => pictureOf(view, weights, width, height),
        title: PICTURED[view.id],
        value: index === 0 ? percent(status.accuracy) : "",
      })),
      link,
      colours,
      name: `bitmass-${status.trainer}-${status.examples}`,
    };
  }

  return { element, isPart: (/** @type {string} */ name) => PARTS.some(([part]) => part === name) };
}
