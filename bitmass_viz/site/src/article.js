/** The article on static pages: its networks train in a worker, with the kernels as WebAssembly. */

import { createEngine } from "../../engine/src/host/client.js";
import { createModel } from "../../engine/src/host/model.js";
import counter from "../../widgets/src/counter/index.js";
import evidence from "../../widgets/src/evidence/index.js";
import explorer from "../../widgets/src/explorer/index.js";
import example from "../../widgets/src/one_example/index.js";
import sideBySide from "../../widgets/src/side_by_side/index.js";
import { listen, load, unpacked } from "./parts.js";

/** A module with one instruction on vectors: browsers that cannot compile it lack WebAssembly SIMD. */
const VECTORS = new Uint8Array([
  0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 10, 1, 8, 0, 65, 0, 253, 15, 253, 98,
  11,
]);
const TOO_OLD =
  "This browser cannot train networks: it lacks WebAssembly SIMD. Chrome or Edge from version 91, Firefox from 89 and Safari from 16.4 have it.";

listen();
const page = JSON.parse(/** @type {HTMLElement} */ (document.getElementById("page")).textContent ?? "{}");
const { palette, declared, digits } = page;
const base = location.protocol === "file:" || page.one_file ? null : new URL(".", location.href).href;

async function startWorker() {
  if (!globalThis.WebAssembly?.validate(VECTORS)) throw new Error(TOO_OLD);
  const [source, wasm] = await Promise.all(["worker", "kernels"].map(unpacked));
  const url = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
  const worker = new Worker(url, { name: "bitmass" });
  URL.revokeObjectURL(url);
  worker.postMessage({ start: { wasm, declared, digits, base } }, [wasm]);
  return worker;
}

const engine = createEngine(startWorker, load, (kept) => {
  document.documentElement.dataset.digits = "here";
  const note = document.querySelector("[data-testid=edition] p");
  if (!kept && note) note.append(" This browser does not keep the digits: they will load again next time.");
});

/** @typedef {{render: (context: any) => unknown}} Widget */
/** A widget whose networks train in the worker. @param {Widget} widget @param {string} kind */
const trained = (widget, kind) => async (/** @type {any} */ content, /** @type {HTMLElement} */ el) => {
  const empty = new DataView(new ArrayBuffer(0));
  /** What a widget has before anything is said. */
  const traits = {
    palette,
    notice: {},
    curves: [],
    frame: empty,
    digit: empty,
    weights: empty,
    networks: {},
  };
  const model = await engine.open(kind, content.wanted, { ...traits, name: content.name });
  widget.render({ model, el });
};

/** @type {Record<string, (content: any, el: HTMLElement) => void | Promise<void>>} */
const KINDS = {
  explorer: trained(explorer, "explorer"),
  side_by_side: trained(sideBySide, "side_by_side"),
  one_example: trained(example, "one_example"),
  counter({ content }, el) {
    const { model, put } = createModel({ content, palette, problem: "" }, ({ action, hidden, bits }) => {
      if (action !== "account") return;
      load("accounts").then(
        ({ lines, of }) => {
          const rows = of[`${hidden}/${bits}`].map((/** @type {number} */ line) => lines[line]);
          put({ account: { hidden, bits, rows } });
        },
        (error) => put({ problem: error.message }),
      );
    });
    counter.render({ model, el });
  },
  evidence({ content, figure }, el) {
    const traits = { content, palette, problem: "", progress: { state: "idle" } };
    const { model, put } = createModel(traits, ({ action }) => {
      if (action !== "draw") return;
      load(figure).then(
        (drawing) => put({ figure: drawing }),
        (error) => put({ problem: error.message }),
      );
    });
    evidence.render({ model, el });
  },
};

for (const el of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-widget]"))) {
  const { kind, ...content } = page.widgets[el.dataset.widget ?? ""];
  Promise.resolve(KINDS[kind](content, el)).catch((error) => {
    const problem = document.createElement("p");
    problem.className = "problem";
    problem.setAttribute("role", "alert");
    problem.textContent = error.message;
    el.replaceChildren(problem);
  });
}
