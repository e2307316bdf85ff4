/** The numbers beside the views: accuracy, examples seen, the digit being learned, bit-mass, data set. */

import { createAccuracy } from "../training/accuracy.js";
import { createClassNames } from "../shared/class_names.js";
import { button, h, setText } from "../shared/dom.js";
import { createHelp } from "../shared/help.js";
import { paintDigit } from "../shared/pixels.js";
import { WORDS as TRAINING } from "../training/words.js";
import { WORDS } from "./words.js";

/** An epoch's time as long in print as most, whose room is kept until one is measured. */
const SOME_SECONDS = 0.05;

/** @param {import("../training/store.js").Store} store @param {() => number} nextChange */
export function createAccuracyPanel(store, nextChange) {
  const number = createAccuracy(nextChange);
  const on = h("span", { class: "bm-on" });
  const accuracy = h("p", { class: "bm-accuracy", "data-testid": "accuracy" }, number.element, " ", on);
  const canvas = h("canvas", {
    width: "28",
    height: "28",
    class: "bm-digit",
    role: "img",
    "aria-label": WORDS.noExample,
  });
  const verdict = h("span", { class: "bm-verdict" });
  const answer = h("span");
  const which = h("span", { class: "bm-faint" });
  const said = h("p", { class: "bm-said" }, verdict, answer, which);
  const example = h("div", { class: "bm-example" }, canvas, said);
  const trainer = h("b");
  const pace = h("span", { "data-testid": "pace" });
  const measured = h("span", pace, " ", createHelp(WORDS.paceAbout, WORDS.paceHelp));
  const speed = h("p", { class: "bm-pace" }, trainer, " ", measured);
  const element = h("div", { class: "bm-score" }, accuracy, speed, example);

  store.on(["status", "dataset"], ({ status, dataset }) => {
    if (!status) return;
    number.show(status);
    const size = dataset ? dataset[/** @type {"validation"} */ (status.accuracy_split)] : null;
    const { nouns } = createClassNames(dataset?.class_names);
    const digits = WORDS.digits(size, dataset?.synthetic ?? false, status.accuracy_split, nouns);
    setText(on, status.accuracy === null ? WORDS.notMeasured(digits) : WORDS.measuredOn(digits));
  });
  store.on(["status"], ({ status }) => {
    const seconds = status?.epoch_seconds ?? null;
    setText(trainer, status?.label.split(",")[0] ?? "");
    // Room for it, so that nothing moves when training starts.
    measured.classList.toggle("bm-unknown", seconds === null);
    setText(pace, WORDS.pace(seconds ?? SOME_SECONDS));
  });

  store.on(["status", "digit", "colours", "dataset"], ({ status, digit, colours, dataset }) => {
    const known = status?.example;
    example.classList.toggle("bm-empty", !known || digit.length === 0);
    if (!known || digit.length === 0) {
      setText(verdict, "");
      setText(answer, WORDS.noExample);
      setText(which, "");
      canvas.setAttribute("aria-label", WORDS.noExample);
      return;
    }
    paintDigit(canvas, digit, status.image, colours);
    const right = known.label === known.prediction;
    const classes = createClassNames(dataset?.class_names);
    canvas.setAttribute("aria-label", classes.picture(known.label));
    verdict.classList.toggle("bm-wrong", !right);
    setText(verdict, right ? WORDS.right : WORDS.wrong);
    setText(answer, WORDS.readAs(classes.alone(known.label), classes.name(known.prediction)));
    setText(which, WORDS.example(known.index));
  });
  return { element, number: number.number };
}

/** @param {import("../training/store.js").Store} store @param {import("../training/store.js").Send} send */
export function createFacts(store, send) {
  const examples = h("span", { class: "bm-fact", "data-testid": "examples-seen" });
  const mass = h("span", { class: "bm-fact", "data-testid": "bit-mass", title: WORDS.massHelp });
  const dataset = h("span", { class: "bm-fact bm-dataset", "data-testid": "dataset" });
  const minibatch = h("span", { class: "bm-fact bm-minibatch", "data-testid": "minibatch", hidden: true });
  const element = h("div", { class: "bm-facts" }, examples, mass, dataset, minibatch);

  store.on(["status", "settings"], ({ status, settings }) => {
    if (!status) return;
    const { done, size } = minibatchOf(status);
    // At these speeds most frames change no weight, which would look broken.
    const { speed = 0 } = settings;
    minibatch.toggleAttribute("hidden", !(speed > 0 && speed < size));
    if (!minibatch.hidden) setText(minibatch, WORDS.minibatch(size, done));
  });

  store.on(["status"], ({ status }) => {
    if (!status) return;
    setText(examples, TRAINING.seen(status.examples, status.epoch));
    setText(mass, WORDS.bits(status.bit_mass));
  });

  store.on(["dataset"], ({ dataset: data }) => {
    if (!data) return;
    const label = h("strong", { title: data.synthetic ? WORDS.synthetic : null }, data.label);
    dataset.classList.toggle("bm-is-synthetic", data.synthetic);
    dataset.replaceChildren(label, ...offer(data.fetch, send));
  });
  return { element };
}

/**
 * How many examples the open minibatch has, and how many it takes; the last of an epoch may be shorter.
 * @param {Pick<import("../training/store.js").Status, "examples" | "train_size" | "batch_size">} status
 */
export function minibatchOf({ examples, train_size, batch_size }) {
  const place = examples % train_size;
  const full = batch_size ?? 1;
  const done = place % full;
  return { done, size: Math.min(full, train_size - place + done) };
}

/** Progress of a data set's loading, or a button to use it or to try again. @param {import("../training/store.js").Dataset["fetch"]} fetch @param {import("../training/store.js").Send} send */
function offer(fetch, send) {
  if (!fetch || fetch.state === "none") return [];
  const { data, label, state, progress, message } = fetch;
  if (state !== "running")
    return [
      button(
        { class: "bm-button bm-small", title: message || null },
        () => send({ action: "set", name: "data", value: data }),
        state === "failed" ? WORDS.tryAgain : WORDS.use(label),
      ),
    ];
  return [
    h("progress", {
      max: "1",
      value: String(progress),
      title: message || null,
      "aria-label": message,
    }),
    h("span", { class: "bm-faint" }, message),
  ];
}
