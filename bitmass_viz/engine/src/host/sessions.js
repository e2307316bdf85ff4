/** The sessions of a page: makes their calls one after another, and sends what they answer. */

import { DataSets } from "../data/data_sets.js";
import { Controls } from "../live/controls.js";
import { ExplorerSession } from "../live/explorer_session.js";
import { OneExampleSession } from "../live/one_example_session.js";
import { OpeningSession } from "../live/opening_session.js";
import { OwnImages } from "../live/own_images.js";
import { Pace } from "../live/pace.js";
import { SideBySideSession } from "../live/side_by_side_session.js";
import { TrainingSession } from "../live/training_session.js";
import { Run } from "../training/run.js";

/**
 * @typedef {OpeningSession | ExplorerSession | SideBySideSession | OneExampleSession} AnySession
 * @typedef {{id: number, ticket: number, call: () => any}} Call
 * @typedef {(id: number, messages: import("../live/session.js").Message[], memory: object) => void} Post
 */

export class Sessions {
  /**
   * @param {import("../kernels.js").Kernels} kernels @param {import("../live/controls.js").Declared} declared
   * @param {import("../data/sources.js").Entry[]} entries of the data sets
   * @param {import("../data/data_sets.js").Loading} loading @param {Post} post sends to the page,
   *   with what another worker needs to go on in place of this one
   * @param {() => void} onWhole called once all digits that the page begins with are here
   */
  constructor(kernels, declared, entries, loading, post, onWhole) {
    const listener = {
      onPiece: () => this._each((session) => session.digitsCame()),
      onState: (/** @type {any} */ dataSet) => this._each((session) => session.digitsReported(dataSet)),
      onWhole,
    };
    this.data = new DataSets(kernels, entries, listener, loading);
    this._controls = new Controls(declared, kernels.manifest, this.data.choices);
    /** The explorer's digits, which the widgets beside it follow. */
    this._digits = this.data.first;
    this._own = new OwnImages();
    this._post = post;
    this._clock = () => performance.now() / 1000;
    /** @type {Map<number, AnySession>} */
    this._sessions = new Map();
    /** @type {TrainingSession[]} */
    this._training = [];
    /** @type {Map<number, ReturnType<typeof setTimeout>>} */
    this._timers = new Map();
    /** @type {Call[]} */
    this._calls = [];
    // A message to itself lets those of the page through between two calls, and waits for no timer.
    this._channel = new MessageChannel();
    this._channel.port1.onmessage = () => this._makeCall();
  }

  /**
   * Begin a conversation with a widget of the page.
   * @param {number} id @param {"opening" | "explorer" | "side_by_side" | "one_example"} kind @param {any} wanted as its Python
   *   describes itself
   * @param {any} memory of a session that ended; null for none
   * @param {any[]} [own] messages with the reader's own images that it had
   */
  open(id, kind, wanted, memory, own = []) {
    for (const message of own) this._takeAgain(message);
    const { _clock: clock, _controls: controls, data } = this;
    const host = { clock, pace: new Pace(clock), controls, data, own: this._own };
    const digits = data.find(memory?.data) ?? this._digits;
    const make = {
      opening: () => new OpeningSession(digits, wanted, host),
      explorer: () => new ExplorerSession(new Run(digits, wanted.run), host),
      side_by_side: () => new SideBySideSession(digits, { ...wanted, ...memory?.wanted }, host),
      one_example: () => new OneExampleSession(digits, this._training, host),
    };
    const session = make[kind]();
    if (session instanceof TrainingSession) this._training.push(session);
    this._sessions.set(id, session);
    session.begin(memory);
    this._perform(id, session.wake());
  }

  /** Take in what another session took, or refused. @param {any} message */
  _takeAgain(message) {
    try {
      this._own.take(message, this.data, this._controls);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
    }
  }

  /** @param {number} id @param {any} message of the page */
  receive(id, message) {
    const session = this._sessions.get(id);
    if (session) this._perform(id, session.handle(message));
  }

  /** @param {(session: AnySession) => void} act */
  _each(act) {
    for (const [id, session] of this._sessions) {
      act(session);
      this._perform(id, session.wake());
    }
  }

  /** @param {number} id @param {import("../live/session.js").Effects} effects */
  _perform(id, { calls, messages, wakeAt }) {
    const performing = /** @type {AnySession} */ (this._sessions.get(id));
    if (messages.length) this._post(id, messages, performing.memory());
    if (performing instanceof ExplorerSession && performing.runs.digits !== this._digits) {
      const digits = (this._digits = performing.runs.digits);
      this._each((session) => session.followDigits(digits));
    }
    if (calls.length) {
      if (!this._calls.length) this._channel.port2.postMessage(null);
      this._calls.push(...calls.map((call) => ({ id, ...call })));
    }
    clearTimeout(this._timers.get(id));
    if (wakeAt < Infinity) {
      const wake = () => this._perform(id, /** @type {AnySession} */ (this._sessions.get(id)).wake());
      this._timers.set(id, setTimeout(wake, Math.max(0, 1000 * (wakeAt - this._clock()))));
    }
  }

  _makeCall() {
    const { id, ticket, call } = /** @type {Call} */ (this._calls.shift());
    if (this._calls.length) this._channel.port2.postMessage(null);
    const session = /** @type {AnySession} */ (this._sessions.get(id));
    let result;
    try {
      result = call();
    } catch (error) {
      this._perform(id, session.finish(ticket, undefined, /** @type {Error} */ (error)));
      return;
    }
    this._perform(id, session.finish(ticket, result));
  }
}
