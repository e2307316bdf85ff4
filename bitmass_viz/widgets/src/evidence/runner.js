/** “Run it here”: number of seeds, progress, cancel; then the reader's own result beside the full one. */

import { button, freshId, h, setText } from "../shared/dom.js";
import { WORDS } from "./words.js";

/** A run waits for another, then for what is missing of the digits, and trains. */
const BUSY = ["waiting", "loading", "running"];

/**
 * A reader's own results.
 * @typedef {{seeds: number, dataset: string, synthetic: boolean, verdicts: import("./verdict_cards.js").Verdict[],
 *   cases: import("./cases.js").Case[], figure: string}} Mine
 */

/**
 * @param {{name: string, networks: number, seconds: number, seeds: number[], fewest_seeds: number}} content without
 *   seeds nothing can be run; fewer seeds than the fewest decide nothing
 * @param {(message: object) => void} send
 * @param {(which: "full" | "mine") => void} showing
 */
export function createRunner(content, send, showing) {
  const id = freshId("seeds");
  const seeds = h(
    "select",
    { id, "data-testid": `seeds-${content.name}` },
    ...content.seeds.map((n) => h("option", { value: String(n) }, WORDS.seeds(n))),
  );
  seeds.value = String(content.fewest_seeds);
  const name = content.name;
  const start = button(
    { class: "bm-button bm-primary", "data-testid": `run-${name}` },
    () => send({ action: "run", seeds: Number(seeds.value) }),
    WORDS.run,
  );
  const cancel = button({ hidden: true, "data-testid": `cancel-${name}` }, stop, WORDS.cancel);
  const bar = h("progress", { max: "1", value: "0", hidden: true });
  const text = h("span", { class: "bm-said", role: "status" });
  const full = chip(WORDS.full, "full");
  const mine = chip(WORDS.yours, "mine");
  const which = h(
    "span",
    { class: "bm-which", role: "group", "aria-label": WORDS.which, hidden: true },
    full,
    mine,
  );
  const element = h(
    "div",
    { class: "bm-runner", hidden: content.seeds.length === 0 },
    h("label", { for: id, class: "bm-hidden" }, WORDS.seedsLabel),
    start,
    seeds,
    bar,
    cancel,
    text,
    which,
  );
  let began = 0;
  let before = "idle";

  /** @param {string} name @param {"full" | "mine"} value */
  function chip(name, value) {
    return button({ "aria-pressed": String(value === "full") }, () => choose(value), name);
  }

  /** @param {"full" | "mine"} value */
  function choose(value) {
    full.setAttribute("aria-pressed", String(value === "full"));
    mine.setAttribute("aria-pressed", String(value === "mine"));
    showing(value);
  }

  function estimate() {
    const n = Number(seeds.value);
    setText(text, WORDS.ownRun(content.networks * n, content.seconds * n, n, content.fewest_seeds));
  }

  seeds.addEventListener("change", estimate);
  estimate();

  function stop() {
    setText(text, WORDS.stopping);
    send({ action: "cancel" });
  }

  return {
    element,
    /**
     * @param {{state: string, done?: number, total?: number, share?: number, seeds?: number}} now with the share of
     *   the work that is done, if networks take different times
     */
    progress(now) {
      const state = now?.state ?? "idle";
      const busy = BUSY.includes(state);
      element.dataset.state = state;
      if (busy && (!BUSY.includes(before) || before === "loading")) began = performance.now();
      before = state;
      start.disabled = busy;
      seeds.disabled = busy;
      bar.hidden = cancel.hidden = !busy;
      const { done = 0, total = 0, share = done / total } = now ?? {};
      if (total > 0) bar.value = done / total;
      else bar.removeAttribute("value");
      if (state === "waiting") setText(text, WORDS.waiting);
      if (state === "loading") setText(text, WORDS.loading);
      if (state === "running") {
        const left = WORDS.timeLeft(share, (performance.now() - began) / 1000);
        setText(text, WORDS.running(done, total, left));
      }
      if (state === "cancelled") setText(text, WORDS.cancelled);
      if (state === "failed") setText(text, "");
      if (state === "done") setText(text, WORDS.done);
    },
    finished() {
      which.hidden = false;
      choose("mine");
    },
  };
}
