/** The link to what is shown: a button, and a dialog with the address, a way to copy it, and what it hides. */

import { createDialog } from "../shared/dialog.js";
import { button, freshId, h, setText } from "../shared/dom.js";
import { fingerprint, writeLink, writeMark } from "../permalink/permalink.js";
import { chosenTheme } from "../shared/palette.js";
import { shownMark } from "../training/store.js";

/** What a link can hide in addition to the controls, by `data-testid`. */
const PARTS = /** @type {const} */ ([
  ["step", "Step"],
  ["reset", "Reset"],
  ["scrubber", "History"],
  ["keep", "Compare"],
  ["layer", "Layer"],
  ["export", "Save"],
  ["tour", "Tour"],
]);

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
  const id = freshId("link");
  const address = h("input", { id, type: "text", readonly: true, "data-testid": "link" });
  const copy = button({ class: "bm-button bm-primary", "data-testid": "copy" }, copyAddress, "Copy");
  const said = h("p", { class: "bm-faint", role: "status", "data-testid": "shared" });
  const boxes = h("div", { class: "bm-boxes" });
  const element = createDialog(
    "share",
    "Share",
    "A link to what you see",
    () => {
      offer();
      write();
      setTimeout(() => address.select());
    },
    h(
      "p",
      "It opens the exact network on your screen: the page trains it again from the same seed, on the same " +
        "examples, up to this point. Nothing is uploaded.",
    ),
    h("div", { class: "bm-address" }, h("label", { for: id }, "Link"), address, copy),
    h("details", h("summary", "Hide controls, for a lesson"), boxes),
    said,
  );

  const ticked = () =>
    [...boxes.querySelectorAll("input")].filter(({ checked }) => checked).map(({ value }) => value);

  function write() {
    const { status } = store.state;
    if (!status || !weights.ready) return;
    address.value = location.href.split("#")[0] + linkTo(store, weights, ticked());
    const missing = status.left_out ?? [];
    setText(said, missing.length > 0 ? `This link leaves out ${missing.join("; ")}.` : "");
  }

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

  async function copyAddress() {
    address.select();
    try {
      await navigator.clipboard.writeText(address.value);
      setText(said, "Copied.");
    } catch {
      setText(said, "The browser does not allow it; the link is selected, copy it with Ctrl+C or \u2318C.");
    }
  }
  return { element, isPart: (/** @type {string} */ name) => PARTS.some(([part]) => part === name) };
}
