/**
 * The conversation about one example: what a float and a binary network make of it, and learn from it. The
 * counterpart of `bitmass_viz/live/one_example_session.py`.
 */

import { joined } from "../data/bytes.js";
import { asWhole, grouped, shortened, wholeBetween } from "../numeric.js";
import { countersOf, oneStep } from "../training/one_step.js";
import { Run } from "../training/run.js";
import { describeDigits, describeWeights } from "./descriptions.js";
import { digitsLeftOut, noticeOf, otherDigits, readLink } from "./permalink.js";
import { Session } from "./session.js";
import { Work } from "./tasks.js";

const BATCH = 64;
const MAX_PAGE = 10_000;
const WAITING = "These two networks learn as soon as all digits are here.";

/**
 * @typedef {import("./tasks.js").Steps} Steps
 * @typedef {import("../training/digits.js").Digits} Digits
 */

export class OneExampleSession extends Session {
  /**
   * @param {Digits} digits @param {import("./training_session.js").TrainingSession[]} others whose networks are asked, too
   * @param {{clock: () => number, controls: import("./controls.js").Controls}} host
   */
  constructor(digits, others, { clock, controls }) {
    super(clock);
    this.digits = digits;
    this.declared = controls.declared.one_example;
    this.controls = controls;
    this._others = others;
    this._page = 0;
    this._learned = this.declared.first_learned;
    /** @type {Run[]} */
    this._runs = [];
    this._isShown = false;
    /** Whether training waits for digits. */
    this._isWaiting = false;
    this._followed = 0;
    /** Number of the link whose networks are being trained; 0 for none. */
    this._arriving = 0;
    /** The message to follow a link that leads to other digits, with their name. @type {any} */
    this._link = null;
    Object.assign(this._inTurn, {
      near: this._onNear,
      "learn-from": this._onLearnFrom,
      more: this._onMore,
      ask: this._onAsk,
      learn: this._onLearn,
      follow: this._onFollow,
    });
    this._put({ state: "waiting" });
    this._showDigits();
  }

  /** Go on from where another session was, if there is one. @param {any} memory */
  begin(memory) {
    if (!memory) return;
    this._learned = memory.learned;
    this._page = memory.page;
    this._followed = memory.followed;
    this._showDigits();
  }

  memory() {
    const { name: data } = this.digits.about;
    return { learned: this._learned, page: this._page, followed: this._followed, data };
  }

  learned() {
    return this.digits;
  }

  /** Switch to other digits. @param {Digits} digits */
  followDigits(digits) {
    if (digits !== this.digits) this._startInTurn(this._switch(digits));
  }

  /** @param {Digits} digits @returns {Steps} */
  *_switch(digits) {
    this.digits = digits;
    this._page = 0;
    const begun = this._runs;
    this._runs = [];
    for (const run of begun) run.release();
    const waiting = this._link;
    this._link = null;
    if (waiting?.data === digits.about.name) yield* this._onFollow(waiting);
    else {
      this._showDigits();
      if (begun.length) yield* this._train();
    }
  }

  /** Show digits as soon as there are any, and train once those that are learned are here. */
  digitsCame() {
    if (!this._isShown) this._showDigits();
    if (this._isWaiting && this._areHere()) {
      this._isWaiting = false;
      this._startInTurn(this._train());
    }
  }

  _origin() {
    const origin = { learned: this._learned, page: this._page, rev: this.controls.declared.revision };
    const left_out = digitsLeftOut(this.digits.about, this.controls.declared.links);
    return { origin, left_out, followed: this._followed };
  }

  /** Send one validation digit of each class, or none while they are not here. */
  _showDigits() {
    const { validation, about } = this.digits;
    this._isShown = validation.isWhole;
    const labels = validation.isWhole ? validation.labels.values : new Uint8Array(0);
    const places = Array.from({ length: about.classes }, (_, label) => placesOf(labels, label))
      .filter(({ length }) => length > 0)
      .map((all) => all[this._page % all.length]);
    this._put({
      dataset: describeDigits(about),
      digits: joined(places.map((place) => validation.image(place))),
      labels: places.map((place) => validation.label(place)),
      link: this._origin(),
    });
  }

  /** @returns {Steps} */
  *_onNear() {
    if (!this._runs.length) yield* this._train();
  }

  /** @param {any} message @returns {Steps} */
  *_onLearnFrom({ examples }) {
    const { learned } = this.declared;
    if (learned.includes(examples)) {
      this._learned = examples;
      this._put({ link: this._origin() });
      yield* this._train();
    } else {
      const allowed = learned.map(grouped).join(", ");
      this.notify(
        `The networks can have learned from ${allowed} examples, got ${shortened(examples)}.`,
        "error",
      );
      // The page's control shows the refused value.
      this._putAgain({ networks: this._sent.networks ?? {} });
    }
  }

  /** Train the networks that a link leads to, and offer its digits; the page does the rest. @param {any} message @returns {Steps} */
  *_onFollow({ state, id }) {
    const { shared, learned, page } = this._readLink(state);
    this._learned = learned;
    this._page = page;
    this._showDigits();
    const others = otherDigits(shared, this.digits.about);
    // They may still come (see `followDigits`).
    this._link = others.length ? { state, id, data: shared.data } : null;
    const refused = [...shared.refused, ...others];
    const notice = noticeOf(shared, refused, this.controls.declared.revision);
    if (notice) this.notify(notice, refused.length ? "error" : "info");
    else this.clearNotice();
    this._arriving = asWhole(id) || 1;
    yield* this._train();
  }

  /**
   * Validate what a page read from its address; what is left out stays as it is. Never throws.
   * @param {any} state @returns {{shared: import("./permalink.js").Link, learned: number, page: number}}
   */
  _readLink(state) {
    const wanted = { learned: this._learned, page: this._page };
    let given = state;
    if (typeof state === "object" && state !== null && !Array.isArray(state)) {
      const { learned = wanted.learned, page = wanted.page, ...rest } = state;
      Object.assign(wanted, { learned, page });
      given = rest;
    }
    const shared = readLink(given, this.controls, []);
    const { refused } = shared;
    refused.push(...Object.keys(shared.options).map((name) => `${name} does not apply here`));
    if (!this.declared.learned.includes(wanted.learned)) {
      const allowed = this.declared.learned.map(grouped).join(", ");
      refused.push(`the examples learned must be one of ${allowed}, got ${shortened(wanted.learned, 40)}`);
      wanted.learned = this._learned;
    }
    if (!isIndex(wanted.page, MAX_PAGE + 1)) {
      refused.push(`page must be ${wholeBetween(0, MAX_PAGE)}, got ${shortened(wanted.page, 40)}`);
      wanted.page = this._page;
    }
    return { ...wanted, shared: { ...shared, at: wanted.learned } };
  }

  /** @returns {Steps} */
  *_onMore() {
    this._page += 1;
    this._showDigits();
  }

  /** Send every trained network's prediction for an image. @param {any} message @returns {Steps} */
  *_onAsk({ pixels, id }) {
    const image = this._imageIn(pixels);
    if (!image) return;
    const answers = [];
    for (const [label, run] of this._others.flatMap((other) => other.namedRuns())) {
      if (run.examples === 0) continue;
      const { trainer, examples } = run;
      const answer = yield new Work(() => run.predict(image));
      answers.push({ label, trainer, examples, answers: [answer] });
    }
    this._reply({ kind: "answers", id: numberOf(id), answers });
  }

  /** Train both networks on an image, send the changed weights, and forget them. @param {any} message @returns {Steps} */
  *_onLearn({ pixels, label, unit, id }) {
    const image = this._imageIn(pixels);
    if (!image || !this._runs.length) return;
    const runs = this._runs;
    const units = 32 * runs[1].hidden;
    if (!isIndex(label, 10) || !isIndex(unit, units)) {
      this.notify(
        `A training step needs a label from 0 to 9 and a hidden unit from 0 to ${units - 1}, ` +
          `got ${shortened(label, 40)} and ${shortened(unit, 40)}.`,
        "error",
      );
      return;
    }
    const [float, binary] = yield new Work(() =>
      runs.map((run) => oneStep(run.network, image, label, (network) => countersOf(network, unit))),
    );
    const signal = (runs[1].network.settings.codes.values[unit] >> BigInt(label)) & 1n ? 1 : -1;
    const counters = [binary.before, binary.after].map((values) => new Uint8Array(values.buffer));
    this._reply({ kind: "step", id: numberOf(id), label, unit, signal }, [
      float.weights,
      binary.weights,
      ...counters,
    ]);
  }

  /** An image, or null after a notice that says what an image is. @param {any} pixels */
  _imageIn(pixels) {
    const count = this.digits.train.pixels;
    if (Array.isArray(pixels) && pixels.length === count && pixels.every((pixel) => isIndex(pixel, 256)))
      return Uint8Array.from(pixels);
    this.notify(
      `An image must be ${count} whole numbers from 0 to 255, got ${shortened(pixels, 60)}.`,
      "error",
    );
    return null;
  }

  /** How many examples the networks are to have learned from: whole minibatches. */
  get _end() {
    const size = this.digits.train.count;
    return Math.floor(this._learned / size) * size + Math.floor((this._learned % size) / BATCH) * BATCH;
  }

  /** Whether the digits that the networks learn, and those that measure them, are here. */
  _areHere() {
    const left = this._end - this._runs[0].examples;
    return this.digits.validation.isWhole && this._runs[0].here(left) >= left;
  }

  /** Train both networks on the chosen number of examples, from scratch if they have learned from more. @returns {Steps} */
  *_train() {
    this._put({ state: "working" });
    const end = this._end;
    if (!this._runs.length || this._runs[0].examples > end) {
      for (const run of this._runs) run.release();
      const { hidden } = this.controls.defaults;
      this._runs = this.declared.networks.map(
        (/** @type {{trainer: string, recipe: string}} */ wanted) =>
          new Run(this.digits, { ...wanted, seed: 0, hidden }),
      );
    }
    this._isWaiting = !this._areHere();
    if (this._isWaiting) return this.notify(WAITING);
    if (this._sent.notice?.text === WAITING) this.clearNotice();
    try {
      const networks = yield new Work(() => {
        for (const run of this._runs) if (run.examples < end) run.advance(end - run.examples);
        return this._describeNetworks();
      });
      this._put({ weights: joined(this._runs.map((run) => run.network.pack())), networks });
    } finally {
      this._put({ state: "ready" });
    }
    if (!this._arriving) return;
    this._followed = this._arriving;
    this._arriving = 0;
    this._put({ link: this._origin() });
  }

  _describeNetworks() {
    const [float, binary] = this._runs;
    const described = (/** @type {Run} */ run) => {
      const weights = describeWeights(run, this.controls.declared);
      return {
        label: `${run.network.about.label}, ${run.recipe}`,
        trainer: run.trainer,
        accuracy: run.accuracy(),
        ...weights,
        bytes: weights.bit_mass / 8,
      };
    };
    return {
      learned: this._learned,
      examples: float.examples,
      choices: this.declared.learned,
      image: this.digits.about.image,
      threshold: this.declared.threshold,
      thresholds: [...(binary.network.thresholds ?? [])],
      float: {
        ...described(float),
        slope: float.network.settings.model.slope,
        rate: float.options.learning_rate,
      },
      binary: described(binary),
    };
  }
}

/** @param {Uint8Array} labels @param {number} wanted */
function placesOf(labels, wanted) {
  const places = [];
  for (let place = labels.indexOf(wanted); place >= 0; place = labels.indexOf(wanted, place + 1))
    places.push(place);
  return places;
}

/** The number by which the page matches a reply to its message. @param {any} value */
const numberOf = (value) => (isIndex(value, 2 ** 53) ? value : null);

/** @param {any} value @param {number} end */
function isIndex(value, end) {
  const number = asWhole(value);
  return number !== null && 0 <= number && number < end;
}
