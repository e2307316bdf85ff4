/** The page's side of its worker: a model for each widget, and another worker if the first one dies. */

import { WORDS } from "../words.js";
import { createModel } from "./model.js";

/**
 * @typedef {ReturnType<typeof createModel>["model"]} Model
 * @typedef {{kind: string, wanted: any, memory: any, near: any, link: any, own: any[],
 *   put: (values: Record<string, any>) => void, emit: (event: string, ...content: any[]) => void,
 *   opened: () => void}} Widget with what its session needs to come back to where it is, the message that the reader has
 *   come near, the last message to follow a link, and those with the reader's own images
 */

const MAX_WORKERS = 3;
const TICK_MS = 1_000;
/** So many ticks without an answer, and the worker is taken for dead. No call of a kernel takes nearly as long. */
const MAX_SILENT_TICKS = 10;

/**
 * @param {() => Promise<Worker>} startWorker which has been told what to start with
 * @param {(file: string) => Promise<string>} readPart a piece of the digits that the page has itself
 * @param {(kept: boolean) => void} loaded called once all digits are here: whether they are kept for the next visit
 */
export function createEngine(startWorker, readPart, loaded) {
  /** @type {Map<number, Widget>} */
  const widgets = new Map();
  let workers = 0;
  let silentTicks = 0;
  /** Says what went wrong before there was anything to show. @type {(error: Error) => void} */
  let fail = () => {};
  /** Copies of digits that were asked for. @type {Map<number, {resolve: (copy: any) => void, reject: (error: Error) => void}>} */
  const copies = new Map();
  let asked = 0;
  const failed = /** @type {Promise<never>} */ (new Promise((_, reject) => (fail = reject)));
  failed.catch(() => {});
  /** @type {Promise<Worker>} */
  let worker = start();
  // Ticks and no clock: a machine that slept has had only one.
  const ticking = setInterval(tick, TICK_MS);

  function start() {
    workers += 1;
    silentTicks = 0;
    const starting = startWorker().then((started) => {
      started.onmessage = ({ data }) => receive(started, data);
      started.onerror = (event) => {
        event.preventDefault?.();
        died(started, event.message);
      };
      return started;
    });
    starting.catch((error) => giveUp(error.message));
    return starting;
  }

  function tick() {
    void worker.then((asked) => {
      silentTicks += 1;
      if (silentTicks > MAX_SILENT_TICKS) died(asked, WORDS.noAnswer);
      else asked.postMessage({ ping: true });
    }, ignore);
  }

  /** @param {Worker} from @param {any} data */
  function receive(from, data) {
    silentTicks = 0;
    if (data.ask)
      readPart(data.ask).then(
        (content) => from.postMessage({ part: data.ask, content }),
        (error) => from.postMessage({ part: data.ask, error: error.message }),
      );
    else if (data.failed) died(from, data.failed);
    else if (data.loaded) loaded(data.kept);
    else if (data.copy || data.refused) {
      const { resolve, reject } = copies.get(data.id) ?? {};
      copies.delete(data.id);
      if (data.copy) resolve?.(data.copy);
      else reject?.(new Error(data.refused));
    } else if (data.messages) {
      const widget = /** @type {Widget} */ (widgets.get(data.id));
      widget.memory = data.memory;
      for (const message of data.messages) deliver(widget, message);
    }
  }

  /** @param {Widget} widget @param {any} message */
  function deliver(widget, message) {
    if (message.values) {
      widget.put(
        Object.fromEntries(Object.entries(message.values).map(([name, value]) => [name, viewed(value)])),
      );
      widget.opened();
    } else widget.emit("msg:custom", message.content, message.buffers.map(viewed));
  }

  /** Start another worker, which leads every network to where it was. @param {Worker} dead @param {string} why */
  function died(dead, why) {
    dead.onmessage = dead.onerror = null;
    dead.terminate();
    if (workers >= MAX_WORKERS) return giveUp(WORDS.stopped(why));
    worker = start();
    for (const [id, { kind, wanted, memory, near, link, own }] of widgets) {
      post({ id, open: kind, wanted, memory, own });
      if (near) post({ id, message: near });
      if (link && memory?.followed !== link.id) post({ id, message: link });
    }
    for (const id of copies.keys()) post({ id, copyDigits: true });
  }

  /** @param {string} text */
  function giveUp(text) {
    clearInterval(ticking);
    for (const widget of widgets.values()) widget.put({ notice: { level: "error", text } });
    fail(new Error(text));
  }

  /** @param {object} message */
  function post(message) {
    // Why there is no worker has been said.
    void worker.then((ready) => ready.postMessage(message), ignore);
  }

  return {
    /**
     * Begin a conversation for a widget; resolves to its model once there is something to show.
     * @param {string} kind @param {any} wanted @param {Record<string, any>} traits that do not come from the worker
     * @returns {Promise<Model>}
     */
    open(kind, wanted, traits) {
      const id = widgets.size;
      const { model, put, emit } = createModel(traits, (content, buffers) => {
        const message = buffers ? { ...content, buffers } : content;
        const widget = /** @type {Widget} */ (widgets.get(id));
        if (message.action === "near") widget.near = message;
        if (message.action === "follow") widget.link = message;
        if (message.action === "own-images") widget.own.push(message);
        // Whether the worker is there is watched here.
        if (message.action === "here") emit("msg:custom", { kind: "here", id: message.id }, []);
        else post({ id, message });
      });
      const opened = /** @type {Promise<void>} */ (
        new Promise((resolve) =>
          widgets.set(id, {
            kind,
            wanted,
            memory: null,
            near: null,
            link: null,
            own: [],
            put,
            emit,
            opened: resolve,
          }),
        )
      );
      post({ id, open: kind, wanted });
      return Promise.race([opened.then(() => model), failed]);
    },
    /** Load the digits that were held back. */
    loadHeld: () => post({ goOn: true }),
    /**
     * A copy of the digits, see `Digits.copy`, once all are here.
     * @returns {Promise<import("../training/digits.js").Copy>}
     */
    copyDigits() {
      const id = asked++;
      const copy = new Promise((resolve, reject) => copies.set(id, { resolve, reject }));
      post({ id, copyDigits: true });
      return Promise.race([copy, failed]);
    },
  };
}

const ignore = () => {};

/** Bytes as a widget gets them from Jupyter; all else as it is. @param {any} value */
const viewed = (value) =>
  value instanceof Uint8Array ? new DataView(value.buffer, value.byteOffset, value.byteLength) : value;
