/**
 * What answers “One example, slowly” where there is no kernel: networks as they were after some examples, what they
 * learn from one more, and what other recorded networks make of a digit, all computed by the page.
 */

import { makePlan } from "../bits/address.js";
import { binaryWay, floatWay } from "../bits/forward_pass.js";
import { createAnswering } from "./answering.js";
import { countersOf, learnBinary, learnFloat } from "./learn.js";
import { bytesIn } from "./text.js";

/**
 * @typedef {import("./load.js").Loaded} Loaded
 * @typedef {{labels: number[][], others: any[], dataset: any, palette: any, first: string, files: Record<string, string>}} Told
 * @typedef {{networks: any, sums: {examples: number, classes: number, units: number, inputs: number}}} Learned
 */

/** Of a digit. */
const PIXELS = 784;

/** @param {Told} told @param {(name: string) => Promise<Loaded>} load */
export function createExample(told, load) {
  /** @type {{text: string, told: any} | null} */
  let base = null;
  let page = 0;
  /** Networks by the examples they learned from. @type {Map<string, any>} */
  const known = new Map();
  /** @type {any} */
  let now = null;
  let wanted = told.first;
  /** @type {any[]} */
  let others = [];
  /** @type {Record<string, any>} */
  const traits = {
    digits: new DataView(new ArrayBuffer(0)),
    labels: [],
    networks: {},
    weights: new DataView(new ArrayBuffer(0)),
    state: "waiting",
    dataset: told.dataset,
    notice: {},
    palette: told.palette,
  };
  const { model, put, emit } = createAnswering(traits, {
    near: () => void begin(),
    more() {
      page = (page + 1) % told.labels.length;
      showDigits();
    },
    "learn-from": ({ examples }) => void learnFrom(String(examples)),
    ask({ id, pixels }) {
      const image = Uint8Array.from(pixels);
      emit("msg:custom", { kind: "answers", id, answers: others.map((each) => answerOf(each, image)) }, []);
    },
    learn: step,
  });

  async function begin() {
    put("state", "working");
    await guarded(async () => {
      base ??= await load(told.files.base);
      others = unpackOthers(base);
      showDigits();
    });
    await learnFrom(wanted);
  }

  /** @param {() => Promise<void>} work */
  async function guarded(work) {
    try {
      await work();
      if (traits.notice.text) put("notice", {});
    } catch (error) {
      put("notice", { level: "error", text: /** @type {Error} */ (error).message });
    }
  }

  /** Where a page of digits begins. @param {number} page */
  function startOf(page) {
    return PIXELS * told.labels.slice(0, page).flat().length;
  }

  /** @param {{text: string, told: any}} base */
  function unpackOthers({ text }) {
    let at = startOf(told.labels.length);
    return told.others.map((each) => {
      const bytes = bytesIn(text, at, (at += each.bytes));
      return { ...each, plan: makePlan(each), weights: bytes };
    });
  }

  function showDigits() {
    if (!base) return;
    traits.digits = new DataView(bytesIn(base.text, startOf(page), startOf(page + 1)).buffer);
    put("labels", told.labels[page]);
  }

  /** @param {string} examples */
  async function learnFrom(examples) {
    wanted = examples;
    put("state", "working");
    await guarded(async () => {
      if (!known.has(examples)) known.set(examples, unpack(await load(told.files[examples])));
      // Meanwhile another may have been chosen.
      if (wanted !== examples) return;
      now = known.get(examples);
      traits.weights = new DataView(now.weights.buffer);
    });
    if (wanted !== examples) return;
    put("state", "ready");
    if (now) put("networks", now.networks);
  }

  /** @param {any} other @param {Uint8Array} image */
  function answerOf({ label, trainer, examples, plan, weights, thresholds, threshold, slope }, image) {
    const way =
      plan.bpw === 1
        ? binaryWay(plan, weights, image, threshold, thresholds)
        : floatWay(plan, weights, image, slope);
    return { label, trainer, examples, answers: [way.answer] };
  }

  /** @param {{id: number, pixels: number[], label: number, unit: number}} message */
  function step({ id, pixels, label, unit }) {
    if (!now) return;
    const image = Uint8Array.from(pixels);
    const { networks, float, binary, sums } = now;
    const { threshold, thresholds } = networks;
    const floats = floatWay(float.plan, float.weights, image, networks.float.slope);
    const bits = binaryWay(binary.plan, binary.weights, image, threshold, thresholds);
    const bright = image.map((pixel) => (pixel > threshold ? 1 : 0));
    const learned = learnBinary(binary.plan, binary.weights, sums, bits, bright, label);
    const units = binary.plan.layers[0].units;
    const { rate, slope } = networks.float;
    const parts = [
      learnFloat(float.plan, float.weights, floats, label, rate, slope),
      learned.bytes,
      Float32Array.from(countersOf(sums, unit)),
      Float32Array.from(countersOf(learned.sums, unit)),
    ];
    emit(
      "msg:custom",
      { kind: "step", id, label, unit, signal: sums.codebook[units * label + unit] ? 1 : -1 },
      parts.map(({ buffer }) => new DataView(buffer)),
    );
  }

  return model;
}

/** @param {Loaded} loaded */
function unpack({ told, text }) {
  const { networks, sums } = /** @type {Learned} */ (told);
  let at = networks.float.bytes + networks.binary.bytes;
  const weights = bytesIn(text, 0, at);
  const { classes, units, inputs } = sums;
  /** @param {number} count */
  const whole = (count) => new Int32Array(bytesIn(text, at, (at += 4 * count)).buffer);
  return {
    networks,
    weights,
    float: { plan: makePlan(networks.float), weights: weights.slice(0, networks.float.bytes) },
    binary: { plan: makePlan(networks.binary), weights: weights.slice(networks.float.bytes) },
    sums: {
      examples: sums.examples,
      classSums: whole(classes * inputs),
      hiddenSums: whole(classes * units),
      signalSums: whole(classes),
      inputSum: whole(inputs),
      hiddenSum: whole(units),
      codebook: bytesIn(text, at, at + classes * units),
    },
  };
}
