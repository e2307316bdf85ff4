/** Links to one example: following them, making one for what is shown, and sharing it. */

import { bytesOf } from "../bits/decode.js";
import { readExampleLink, writeExampleLink } from "../permalink/example.js";
import { UNITS } from "./example.js";
import { fingerprint } from "../permalink/fragment.js";
import { createNavigation } from "../permalink/navigation.js";
import { createShare } from "../permalink/share.js";
import { WORDS as SHARING } from "../permalink/words.js";
import { pageQuestion } from "../shared/card.js";
import { whenNear } from "../shared/observe.js";
import { chooseTheme, chosenTheme } from "../shared/palette.js";
import { listen } from "../shared/widget.js";
import { WORDS } from "./words.js";

/**
 * @typedef {import("./example.js").Model} Model
 * @typedef {import("./example.js").Example} Example
 * @typedef {{pictures: Record<"digit" | "float" | "binary", HTMLCanvasElement>,
 *   colours: import("../shared/palette.js").Colours}} Shown what is on the page, for a picture of it
 * @typedef {{model: Model, example: Example, stepper: ReturnType<typeof import("./stepper.js").createStepper>}} Stage
 */

const WIDGET = "example";

/** @param {Stage} stage @returns {string} the fragment of a link; "" until there is something to see */
function linkTo({ model, example, stepper }) {
  const link = model.get("link");
  if (!link?.origin || !example.networks) return "";
  const { picked, drawn, pixels, label, units } = example;
  const seen = { picked, drawn: drawn ? pixels : null, label, units, step: stepper.step() };
  const usual = drawn ? null : (model.get("labels")[picked] ?? null);
  return writeExampleLink(link.origin, seen, usual, {
    widget: WIDGET,
    data: model.get("dataset")?.name ?? "",
    theme: chosenTheme(),
    check: fingerprint(bytesOf(model.get("weights"))),
  });
}

/** @param {Stage} stage @param {() => Shown | null} shown what is on the page */
export function createExampleShare(stage, shown) {
  const { model, example } = stage;
  return createShare({
    prefix: `${WIDGET}-`,
    link: () => linkTo(stage),
    leftOut: () => model.get("link")?.left_out ?? [],
    card(link) {
      const { pictures, colours } = /** @type {Shown} */ (shown());
      const { ways, networks, label } = example;
      const { float, binary } = WORDS.cardPictures;
      const { aNoun, noun, name, alone } = example.classes();
      const answered = (/** @type {number | undefined} */ answer) =>
        answer === undefined ? "" : name(answer);
      return {
        question: pageQuestion(),
        facts: WORDS.cardFacts(
          label === null ? aNoun : alone(label),
          networks?.examples ?? 0,
          model.get("dataset")?.label ?? "",
        ),
        pictures: [
          {
            draw: () => pictures.digit,
            title: WORDS.cardPicture(noun),
            value: label === null ? "" : name(label),
          },
          { draw: () => pictures.float, title: float, value: answered(ways?.float.answer) },
          { draw: () => pictures.binary, title: binary, value: answered(ways?.binary.answer) },
        ],
        link,
        colours,
        name: `bitmass-example-${example.drawn ? "drawn" : label}`,
      };
    },
  });
}

/**
 * @param {Stage & {pad: ReturnType<typeof import("./drawing_pad.js").createDrawingPad>}} stage
 * @param {HTMLElement} root @param {string} near how far ahead a link that was kept is followed
 * @param {(text: string) => void} notify @param {AbortSignal} signal
 */
export function createExampleLinks(stage, root, near, notify, signal) {
  const { model, example, stepper, pad } = stage;
  /** Where a link leads, until the networks are there. @type {{view: import("../permalink/example.js").View, id: number} | null} */
  let destination = null;
  let links = 0;

  /** @param {string} address @param {{navigated: boolean, kept: boolean}} how */
  function follow(address, { navigated, kept }) {
    const { state, view } = readExampleLink(address);
    links += 1;
    const id = links;
    destination = { view, id };
    if (view.theme) chooseTheme(view.theme);
    const go = () => model.send({ action: "follow", state, id, navigated });
    // What was shown before a reload is trained again once the reader comes near: most never do.
    if (kept && !navigated) return whenNear(root, near, signal, go);
    if (!kept) requestAnimationFrame(() => root.scrollIntoView({ block: "start" }));
    go();
  }

  function arrive() {
    if (!destination || model.get("link")?.followed !== destination.id) return;
    const { view } = destination;
    destination = null;
    if (view.drawn) {
      pad.put(view.drawn);
      example.draw(view.drawn);
    } else if (example.has(view.picked) && view.picked >= 0) example.pick(view.picked);
    if (view.label !== undefined) example.name(view.label);
    // The networks themselves may be on their way still.
    for (const kind of /** @type {const} */ (["float", "binary"])) {
      const unit = view.units[kind];
      if (unit !== undefined && unit < UNITS[kind]) example.choose(kind, unit);
    }
    stepper.go(view.step);
    const same = fingerprint(bytesOf(model.get("weights"))) === view.check;
    if (view.check && !same && !model.get("notice")?.text) notify(SHARING.different);
  }

  const navigation = createNavigation(follow, () => (destination ? "" : linkTo(stage)), signal, WIDGET);
  listen(model, signal, { "change:link": arrive });
  return { note: navigation.note };
}
