/** The question of the opening: a guess, and what was measured, with the guess drawn in. */

import { button, h, svg } from "../shared/dom.js";
import { keepGuess, recallGuess } from "../shared/guesses.js";
import { watchWidth } from "../shared/observe.js";
import { WORDS } from "./words.js";

/**
 * @typedef {{name: string, bits: number, bit_mass: number, mean: number, seeds: number}} Way a way to use the same bits, and its mean test accuracy
 * @typedef {import("./words.js").Guess} Guess
 */

const GUESSES = /** @type {[Guess, string][]} */ (Object.entries(WORDS.guesses));
const ROWS = /** @type {const} */ ([
  { guess: "fine", bits: 32 },
  { guess: "crude", bits: 1 },
]);
const STILL = "(prefers-reduced-motion: reduce)";
/** Of the drawing, in CSS pixels. */
const LEFT = 150;
const RIGHT = 20;
const ROW = 46;
const TOP = 26;

/** @param {Way[]} ways of equal bit-mass @param {AbortSignal} signal */
export function createQuestion(ways, signal) {
  const drawn = h("div", { class: "bm-drawn" });
  const answer = h("div", { class: "bm-answer", "aria-live": "polite", "data-testid": "opening-answer" });
  const buttons = GUESSES.map(([guess, text]) =>
    button({ "data-testid": `opening-guess-${guess}`, "aria-pressed": "false" }, () => choose(guess), text),
  );

  /** @type {Guess | null} */
  let guessed = null;

  const draw = () => guessed && drawn.replaceChildren(drawing(ways, guessed, drawn.clientWidth));

  /** @param {Guess} guess */
  function show(guess) {
    guessed = guess;
    for (const [i, each] of buttons.entries())
      each.setAttribute("aria-pressed", String(GUESSES[i][0] === guess));
    answer.replaceChildren(...inWords(ways, guess));
    draw();
  }

  /** @param {Guess} guess */
  function choose(guess) {
    keepGuess(bits + which, guess);
    show(guess);
    drawn.scrollIntoView({ block: "nearest", behavior: matchMedia(STILL).matches ? "auto" : "smooth" });
  }

  const [bits, which] = WORDS.asked;
  const element = h(
    "div",
    { class: "bm-question", role: "group", "aria-label": WORDS.yourGuess },
    h("p", h("strong", bits), which),
    h("div", { class: "bm-guesses" }, ...buttons),
    answer,
    drawn,
  );
  const before = recallGuess(bits + which);
  if (before in WORDS.guesses) show(before);
  watchWidth(drawn, signal, draw);
  return { element };
}

/** @param {Way[]} ways @param {number} bits */
function range(ways, bits) {
  const means = ways.filter((way) => way.bits === bits).map(({ mean }) => mean);
  return { low: Math.min(...means), high: Math.max(...means), count: means.length };
}

/** @param {Way[]} ways @param {Guess} guess */
function inWords(ways, guess) {
  const [fine, crude] = ROWS.map(({ bits }) => range(ways, bits));
  const seeds = [...new Set(ways.map((way) => way.seeds))].sort((a, b) => a - b);
  const all = { low: Math.min(fine.low, crude.low), high: Math.max(fine.high, crude.high) };
  return [
    h(
      "p",
      h("strong", WORDS.answer(ways[0].bit_mass, all)),
      ` ${WORDS.beside(guess, fine, crude)} ${WORDS.dots(seeds)}`,
    ),
  ];
}

/** One row of dots for each of the two formats. @param {Way[]} ways @param {Guess} guess @param {number} width */
function drawing(ways, guess, width) {
  const height = TOP + ROWS.length * ROW + 22;
  const low = Math.floor(10 * Math.min(...ways.map(({ mean }) => mean))) / 10;
  const x = (/** @type {number} */ share) => LEFT + ((share - low) / (1 - low)) * (width - LEFT - RIGHT);
  const root = svg("svg", {
    viewBox: `0 0 ${width} ${height}`,
    role: "img",
    "aria-label": WORDS.figure,
    class: "bm-ways",
  });
  const text = (/** @type {Record<string, string | number>} */ attributes, /** @type {string} */ content) =>
    svg("text", attributes, content);
  const bottom = TOP + ROWS.length * ROW;
  for (let tick = Math.round(10 * low); tick <= 10; tick++) {
    root.append(
      svg("line", { x1: x(tick / 10), x2: x(tick / 10), y1: TOP, y2: bottom, class: "bm-tick" }),
      text({ x: x(tick / 10), y: bottom + 16, "text-anchor": "middle" }, `${10 * tick} %`),
    );
  }
  for (const [i, { guess: mine, bits }] of ROWS.entries()) {
    const y = TOP + (i + 0.5) * ROW;
    const chosen = guess === mine;
    if (chosen)
      root.append(
        svg("rect", {
          x: 1,
          y: y - ROW / 2 + 3,
          width: width - 2,
          height: ROW - 6,
          rx: 6,
          class: "bm-yours",
        }),
        text(
          { x: width - 8, y: y - ROW / 2 - 2, "text-anchor": "end", class: "bm-yours-text" },
          WORDS.guessed,
        ),
      );
    root.append(text({ x: 10, y: y + 4, class: "bm-row" }, WORDS.networks[i].title));
    for (const { name, mean, seeds } of ways.filter((way) => way.bits === bits)) {
      const dot = svg("circle", { cx: x(mean), cy: y, r: 6, class: `bm-dot bm-dot-${mine}` });
      dot.append(svg("title", {}, WORDS.dot(name, mean, seeds)));
      root.append(dot);
    }
  }
  if (guess === "same") {
    const mean = ways.reduce((sum, way) => sum + way.mean, 0) / ways.length;
    root.append(
      svg("line", { x1: x(mean), x2: x(mean), y1: TOP - 6, y2: bottom, class: "bm-yours-line" }),
      text({ x: width, y: TOP - 12, "text-anchor": "end", class: "bm-yours-text" }, WORDS.guessedSame),
    );
  }
  return root;
}
