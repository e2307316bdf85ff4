/** The article on static pages: its networks train in a worker, with the kernels as WebAssembly. */

import { createPool } from "../../engine/src/experiments/pool.js";
import { createEngine } from "../../engine/src/host/client.js";
import { createModel } from "../../engine/src/host/model.js";
import { startWorker } from "../../engine/src/host/start_worker.js";
import { buffersOf } from "../../engine/src/training/digits.js";
import { explainCitations } from "../../widgets/src/article/citations.js";
import { followReading } from "../../widgets/src/article/reading.js";
import counter from "../../widgets/src/counter/index.js";
import evidence from "../../widgets/src/evidence/index.js";
import explorer from "../../widgets/src/explorer/index.js";
import opening from "../../widgets/src/opening/index.js";
import example from "../../widgets/src/one_example/index.js";
import predict from "../../widgets/src/predict/index.js";
import sideBySide from "../../widgets/src/side_by_side/index.js";
import { listen, load, unpacked, unpackedText } from "./parts.js";
import { createPrediction } from "./prediction.js";
import { createRun } from "./run_here.js";
import { WORDS } from "./words.js";

listen();
const page = JSON.parse(/** @type {HTMLElement} */ (document.getElementById("page")).textContent ?? "{}");
const { palette, declared, data } = page;
/** What the page begins with. */
const [digits] = data;
const base = location.protocol === "file:" || page.one_file ? null : new URL(".", location.href).href;

const place = /** @type {HTMLElement | null} */ (document.querySelector("[data-embedded]"));
/** The one widget of this page, if it is embedded. */
const embedded = place && (new URLSearchParams(location.search).get("what") ?? "explorer");
/** Networks that see only black and white need a sixth of the bytes. */
const list = embedded && page.widgets[embedded]?.black_and_white ? "one_bit_pieces" : "pieces";
/** Whether the reader wants to be asked before the large download. */
let sparing = base !== null && /** @type {any} */ (navigator).connection?.saveData === true;

/** @type {ReturnType<typeof createEngine> | undefined} */
let engine;

/** What trains, from when it is first wanted. */
function theEngine() {
  if (engine) return engine;
  engine = createEngine(
    () => startWorker(unpacked, "start", { declared, data, base, list, sparing, keep: true }),
    load,
    (kept) => {
      document.documentElement.dataset.digits = "here";
      document.querySelector("[data-testid=held]")?.remove();
      const note = document.querySelector("[data-testid=edition] p");
      if (!kept && note) note.append(WORDS.notKept);
    },
  );
  if (sparing) askForDigits();
  return engine;
}

/** Ask the reader of a browser that saves data whether to load more than the first digits. */
function askForDigits() {
  const [first, ...others] = digits[list];
  const size = others.reduce(
    (/** @type {number} */ sum, /** @type {{bytes: number}} */ { bytes }) => sum + bytes,
    0,
  );
  const question = document.createElement("p");
  question.dataset.testid = "held";
  const load = document.createElement("button");
  load.textContent = WORDS.loadOthers;
  load.addEventListener("click", () => {
    sparing = false;
    question.remove();
    engine?.loadHeld();
  });
  question.append(WORDS.saving(first.count, size), load);
  (document.querySelector("[data-testid=edition]") ?? document.body).append(question);
}

const MAX_WORKERS = 4;
/** The networks of experiments leave a processor for the page. */
const workers = Math.max(1, Math.min(MAX_WORKERS, navigator.hardwareConcurrency - 1));
const pool = createPool(async () => {
  const copy = await theEngine().copyDigits();
  return startWorker(unpacked, "train", { digits, copy }, buffersOf(copy));
}, workers);

let skipping = false;
/** Mark, from now on, the sections that are more than a screen away. */
function skipWhatIsFar() {
  if (skipping) return;
  skipping = true;
  const observer = new IntersectionObserver(
    (entries) =>
      entries.forEach(({ target, isIntersecting }) => target.toggleAttribute("data-far", !isIntersecting)),
    { rootMargin: "100% 0px" },
  );
  for (const section of document.querySelectorAll("main > *")) observer.observe(section);
}

/** @typedef {{render: (context: any) => unknown}} Widget */
/** A widget whose networks train in the worker. @param {Widget} widget @param {string} kind */
const trained =
  (widget, kind) =>
  async (/** @type {any} */ content, /** @type {HTMLElement} */ el, /** @type {string} */ name) => {
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
    const model = await theEngine().open(kind, content.wanted, { ...traits, ...content.traits, name });
    model.on("change:status", notePlaying);
    function notePlaying() {
      if (model.get("status").state !== "playing") return;
      skipWhatIsFar();
      model.off("change:status", notePlaying);
    }
    widget.render({ model, el });
  };

/** The models of the predictions that stand on this page. @type {Map<string, ReturnType<typeof createModel>["model"]>} */
const predictions = new Map();

/** @type {Record<string, (content: any, el: HTMLElement, name: string) => void | Promise<void>>} */
const KINDS = {
  opening: trained(opening, "opening"),
  explorer: trained(explorer, "explorer"),
  side_by_side: trained(sideBySide, "side_by_side"),
  one_example: trained(example, "one_example"),
  counter({ content }, el) {
    const { model, put } = createModel({ content, palette, problem: "" }, ({ action, hidden, bits }) => {
      if (action !== "account") return;
      unpackedText("accounts").then(
        (text) => {
          const { lines, of } = JSON.parse(text);
          const rows = of[`${hidden}/${bits}`].map((/** @type {number} */ line) => lines[line]);
          put({ account: { hidden, bits, rows } });
        },
        (error) => put({ problem: error.message }),
      );
    });
    counter.render({ model, el });
  },
  predict({ known }, el, name) {
    const traits = { question: known.question, palette, notice: {} };
    const { model, put } = createModel(traits, (message) => prediction.receive(message));
    const prediction = createPrediction(known, put);
    predictions.set(name, model);
    predict.render({ model: /** @type {any} */ (model), el });
  },
  evidence({ content, figure, networks, asked, after }, el) {
    const asking = predictions.get(after);
    const askedNow = () => {
      if (!asking) return {};
      const { guess, phase } = asking.get("standing");
      return { ...asked, guess, revealed: phase === "revealed" };
    };
    const traits = { content, palette, problem: "", progress: { state: "idle" }, asked: askedNow() };
    const { model, put } = createModel(traits, (message) => {
      if (message.action !== "draw") return run?.receive(message);
      unpackedText(figure).then(
        (drawing) => put({ figure: drawing }),
        (error) => put({ problem: error.message }),
      );
    });
    asking?.on("change:standing", () => put({ asked: askedNow() }));
    const run = networks && createRun(pool, networks, digits, put);
    evidence.render({ model, el });
  },
};

/** @param {string} name of a widget @param {HTMLElement} el */
function show(name, el) {
  const { kind, ...content } = page.widgets[name];
  Promise.resolve(KINDS[kind](content, el, name)).catch((error) => say(error.message, el));
}

/** @param {string} text @param {HTMLElement} el */
function say(text, el) {
  const problem = document.createElement("p");
  problem.className = "problem";
  problem.setAttribute("role", "alert");
  problem.textContent = text;
  el.replaceChildren(problem);
}

/** Show one widget, and tell the page around it how high that is. @param {string} what @param {HTMLElement} el */
function embed(what, el) {
  document.documentElement.dataset.embedded = "";
  if (Object.hasOwn(page.widgets, what)) show(what, el);
  else say(WORDS.notEmbedded(what, Object.keys(page.widgets)), el);
  new ResizeObserver(() => {
    const height = Math.ceil(document.documentElement.getBoundingClientRect().height);
    parent.postMessage({ bitmass: what, height }, "*");
  }).observe(document.documentElement);
}

for (const el of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-widget]")))
  show(el.dataset.widget ?? "", el);
if (place && embedded) embed(embedded, place);
else {
  followReading(/** @type {HTMLElement} */ (document.querySelector(".bar")));
  explainCitations();
}
