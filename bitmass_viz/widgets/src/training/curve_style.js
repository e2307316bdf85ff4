/** What distinguishes the curves of a chart: colour, dash, mark and name. */

/** Dash and end mark identify a trainer as well as its colour does; the figures have the same marks. */
const STYLES = /** @type {Record<string, {dash: string, mark: string}>} */ ({
  sgd: { dash: "", mark: "M-3.5 0a3.5 3.5 0 1 0 7 0a3.5 3.5 0 1 0-7 0z" },
  adamw: { dash: "7 3", mark: "M-3.2-3.2h6.4v6.4h-6.4z" },
  "bv32-hebbian": { dash: "", mark: "M0-4.2 4.2 3.4h-8.4z" },
  "bv32-uncentred": { dash: "2 3", mark: "M0-4.6 4.6 0 0 4.6-4.6 0z" },
  "straight-through": { dash: "", mark: "M-1.4-4.2h2.8v2.8h2.8v2.8h-2.8v2.8h-2.8v-2.8h-2.8v-2.8h2.8z" },
  bop: { dash: "2 3", mark: "M0 4.2-4.2-3.4h8.4z" },
  momentum: { dash: "7 3", mark: "M-4.2 0 3.4-4.2v8.4z" },
  rmsprop: { dash: "7 3 2 3", mark: "M4.2 0-3.4-4.2v8.4z" },
  adam: { dash: "2 3", mark: "M0-4.3 4.1-1.3 2.5 3.5h-5l-1.6-4.8z" },
});
/** A class's own trainer. */
const OTHER = {
  dash: "1 3",
  mark: "M-3.4-2 -2-3.4 0-1.4 2-3.4 3.4-2 1.4 0 3.4 2 2 3.4 0 1.4-2 3.4-3.4 2-1.4 0z",
};
/** Of further runs of a trainer, each in turn. */
const DASHES = ["2 3", "9 3 2 3", "5 2"];
/** How far those go towards the colour of ink, in per cent, so that they are as legible. */
const SHADES = [45, 0, 70];
/** Most curves of a trainer that have their names on the chart. */
const MOST_NAMED = 3;

/**
 * @typedef {import("./store.js").Curve} Curve
 * @typedef {{curve: Curve, colour: string, dash: string, mark: string, name: string}} Styled `name` is "" for a curve
 *   without one
 * @param {Curve[]} curves @returns {Styled[]} in the same order
 */
export function styleCurves(curves) {
  return curves.map((curve) => {
    // In the order in which they were begun, which going back to one does not change.
    const alike = curves
      .filter(({ trainer }) => trainer === curve.trainer)
      .sort((a, b) => Number(a.run) - Number(b.run) || 0);
    const place = alike.indexOf(curve);
    const { dash, mark } = STYLES[curve.trainer] ?? OTHER;
    const base = `var(--bm-${curve.trainer in STYLES ? `trainer-${curve.trainer}` : "muted"})`;
    const further = (place - 1) % DASHES.length;
    const shade = place > 0 ? SHADES[further] : 0;
    return {
      curve,
      mark,
      colour: shade ? `color-mix(in srgb, ${base}, var(--bm-ink) ${shade}%)` : base,
      dash: place > 0 || curve.dashed ? DASHES[Math.max(0, further)] : dash,
      name: nameOf(curve, alike),
    };
  });
}

/** A trainer's name, and how this run differs from the others of that trainer. @param {Curve} curve @param {Curve[]} alike */
function nameOf(curve, alike) {
  if (curve.name) return curve.name;
  const [trainer, ...parts] = curve.label.split(", ");
  if (alike.length === 1) return trainer;
  const newest = alike.find(({ active }) => active) ?? alike[alike.length - 1];
  if (curve !== newest && alike.indexOf(curve) < alike.length - MOST_NAMED) return "";
  const others = alike.filter((other) => other !== curve).map(({ label }) => label.split(", "));
  const own = parts.filter((part) => !others.every((other) => other.includes(part)));
  const difference = own.join(", ") || parts[parts.length - 1];
  return curve === newest ? `${trainer}, ${difference}` : difference;
}
