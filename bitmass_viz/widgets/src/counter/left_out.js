/** What the count leaves out: the kernel counts it in the trainers' arrays. */

import { times } from "./bit_mass.js";
import { h, setText } from "../shared/dom.js";
import { grouped } from "../shared/numbers.js";
import { createTimer } from "../shared/widget.js";
import { cell, row, rowHead, table } from "./table.js";
import { WORDS } from "./words.js";

/**
 * @typedef {import("./bit_mass.js").Count} Count
 * @typedef {{label: string, bits: number, note: string, weight_bits: number, constant_bits: number,
 *   training_bits: number, scratch_bits: number, fixed_bits: number, total_bits: number}} Row
 * @typedef {{hidden: number, bits: number, rows: Row[]}} Account
 */

/** Wait until the slider rests, so that sizes it passes are not counted. */
const SETTLE_MS = 200;

/**
 * For the size and format shown, once it is open.
 * @param {number} group units that float arrays are kept in
 * @param {(hidden: number, bits: number) => void} ask @param {AbortSignal} signal
 */
export function createLeftOut(group, ask, signal) {
  const caption = h("caption");
  const body = h("tbody");
  const waiting = h("p", { class: "bm-waiting", role: "status" });
  const problem = h("p", { class: "bm-problem", role: "alert", hidden: true });
  const counted = table(caption, WORDS.leftOutColumns, body);
  counted.hidden = true;
  const element = h(
    "details",
    { class: "bm-left-out", "data-testid": "count-left-out" },
    h("summary", WORDS.leftOut),
    h("p", WORDS.leftOutAbout),
    waiting,
    counted,
    problem,
    h("p", { class: "bm-source" }, WORDS.source(group)),
  );
  /** @type {Map<string, Account>} */
  const known = new Map();
  let wanted = { hidden: 0, bits: 0 };
  const settling = createTimer(signal);

  function update() {
    settling.stop();
    if (!element.open) return;
    const found = known.get(keyOf(wanted));
    setText(waiting, found ? "" : WORDS.counting);
    counted.classList.toggle("bm-old", !found);
    if (found) fill(found);
    else settling.start(SETTLE_MS, () => ask(wanted.hidden, wanted.bits));
  }

  /** @param {Account} account */
  function fill({ hidden, rows }) {
    setText(caption, WORDS.leftOutCaption(rows[0].weight_bits, hidden));
    body.replaceChildren(
      ...rows.map((line) => {
        const [recognise, learn, all] = WORDS.leftOutCells.map((label) => cell(label));
        setText(recognise, grouped(line.constant_bits));
        setText(learn, grouped(line.training_bits + line.scratch_bits + line.fixed_bits));
        setText(all, times(line.total_bits / line.weight_bits));
        return row(rowHead(WORDS.trainer(line.label, line.bits), line.note), recognise, learn, all);
      }),
    );
    counted.hidden = false;
  }

  element.addEventListener("toggle", update);
  return {
    element,
    /** @param {Count} now */
    show({ containers, bitsPerWeight }) {
      wanted = { hidden: containers, bits: bitsPerWeight };
      update();
    },
    /** @param {Account | undefined} account */
    receive(account) {
      if (!account?.rows) return;
      known.set(keyOf(account), account);
      update();
    },
    /** @param {string} said */
    complain(said) {
      setText(problem, said);
      problem.hidden = !said;
      if (said) setText(waiting, "");
    },
  };
}

/** @param {{hidden: number, bits: number}} size */
function keyOf({ hidden, bits }) {
  return `${hidden}/${bits}`;
}
