/** Beside the drawing pad: ten digits to pick from, which digit it is, and how much the networks have learned. */

import { button, freshId, h, setText } from "../shared/dom.js";
import { paintPixels, shades } from "../shared/pixels.js";
import { WORDS } from "./words.js";

/**
 * @param {{pick: (index: number) => void, more: () => void, name: (label: number | null) => void,
 *   learnFrom: (examples: number) => void}} asked what the reader may ask for
 */
export function createPicker({ pick, more, name, learnFrom }) {
  const [labelId, learnedId] = [freshId("label"), freshId("learned")];
  const strip = h("div", { class: "bm-strip-of-digits", role: "group" });
  const which = h("label", { for: labelId });
  const dataset = h("span", { class: "bm-faint" });
  const label = h(
    "select",
    { id: labelId, "data-testid": "example-label" },
    h("option", { value: "" }, WORDS.choose),
    ...Array.from({ length: 10 }, (_, k) => h("option", { value: String(k) })),
  );
  label.addEventListener("change", () => name(label.value === "" ? null : Number(label.value)));
  const learned = h("select", { id: learnedId, "data-testid": "example-learned" });
  learned.addEventListener("change", () => learnFrom(Number(learned.value)));
  const element = h(
    "div",
    { class: "bm-picking" },
    h("h3", WORDS.orPick),
    strip,
    h("div", { class: "bm-row" }, button({ "data-testid": "example-more" }, more, WORDS.more), dataset),
    h("div", { class: "bm-row" }, which, label),
    h("div", { class: "bm-row" }, h("label", { for: learnedId }, WORDS.learned), learned),
  );

  return {
    element,
    /**
     * @param {number[]} labels of the ten digits @param {{label?: string, synthetic?: boolean}} data
     * @param {import("../shared/class_names.js").ClassNames} classes
     */
    show(labels, data, classes) {
      setText(dataset, WORDS.digitsOf(data.label ?? "", data.synthetic ?? false, classes.nouns));
      setText(which, WORDS.which(classes.areDigits));
      strip.setAttribute("aria-label", WORDS.pick(classes.aNoun));
      for (const option of [...label.options].slice(1)) setText(option, classes.name(Number(option.value)));
      strip.replaceChildren(
        ...labels.map((each, index) =>
          button(
            {
              class: "bm-pick",
              "aria-pressed": "false",
              "aria-label": WORDS.offered(classes.picture(each), classes.areDigits),
              title: classes.areDigits ? null : classes.name(each),
              "data-testid": `pick-${index}`,
            },
            () => pick(index),
            h("canvas", { width: "28", height: "28", "aria-hidden": "true" }),
          ),
        ),
      );
    },
    /** @param {Uint8Array} digits @param {import("../shared/palette.js").Colours} colours */
    paint(digits, colours) {
      if (!colours.ink) return;
      const shade = shades(colours);
      for (const [index, canvas] of strip.querySelectorAll("canvas").entries())
        paintPixels(canvas, 28, 28, (i) => shade[digits[784 * index + i]]);
    },
    /** @param {number} picked index, or −1 for none @param {number | null} known which digit it is */
    mark(picked, known) {
      label.value = known === null ? "" : String(known);
      for (const [index, each] of [...strip.children].entries())
        each.setAttribute("aria-pressed", String(index === picked));
    },
    /** @param {number[]} choices @param {number} chosen examples that both networks learned from */
    offer(choices, chosen) {
      learned.replaceChildren(
        ...choices.map((n) => h("option", { value: String(n) }, n === 0 ? WORDS.nothing : WORDS.examples(n))),
      );
      learned.value = String(chosen);
    },
  };
}
