/** The page's side of its worker: a model for each widget, and another worker if the first one dies. */

import { createModel } from "./model.js";

/**
 * @typedef {ReturnType<typeof createModel>["model"]} Model
 * @typedef {{kind: string, wanted: any, traits: Record<string, any>, put: (values: Record<string, any>) => void,
 *   emit: (event: string, ...content: any[]) => void, opened: () => void}} Widget
 */

const MAX_WORKERS = 3;
const DIED = "The part of this page that trains has stopped, and was started again.";

/**
 * @param {() => Promise<Worker>} startWorker which has been told what to start with
 * @param {(file: string) => Promise<string>} readPart a piece of the digits that the page has itself
 * @param {(kept: boolean) => void} loaded called once all digits are here: whether they are kept for the next visit
 */
export function createEngine(startWorker, readPart, loaded) {
  /** @type {Map<number, Widget>} */
  const widgets = new Map();
  let workers = 0;
  /** @type {Promise<Worker>} */
  let worker = start();
  /** Says what went wrong before there was anything to show. @type {(error: Error) => void} */
  let fail = () => {};
  const failed = /** @type {Promise<never>} */ (new Promise((_, reject) => (fail = reject)));
  failed.catch(() => {});

  async function start() {
    workers += 1;
    const started = await startWorker();
    started.onmessage = ({ data }) => receive(started, data);
    started.onerror = (event) => {
      event.preventDefault?.();
      died(started, event.message);
    };
    return started;
  }

  /** @param {Worker} from @param {any} data */
  function receive(from, data) {
    if (data.ask)
      readPart(data.ask).then(
        (content) => from.postMessage({ part: data.ask, content }),
        (error) => from.postMessage({ part: data.ask, error: error.message }),
      );
    else if (data.failed) fail(new Error(data.failed));
    else if (data.loaded) loaded(data.kept);
    else if (data.messages) for (const message of data.messages) deliver(data.id, message);
  }

  /** @param {number} id @param {any} message */
  function deliver(id, message) {
    const widget = /** @type {Widget} */ (widgets.get(id));
    if (message.values) {
      widget.put(
        Object.fromEntries(Object.entries(message.values).map(([name, value]) => [name, viewed(value)])),
      );
      widget.opened();
    } else widget.emit("msg:custom", message.content, message.buffers.map(viewed));
  }

  /** Start another worker, and lead every network to where it was. @param {Worker} dead @param {string} why */
  function died(dead, why) {
    dead.terminate();
    if (workers >= MAX_WORKERS) {
      const notice = {
        level: "error",
        text: `Training has stopped (${why}). Reload the page to begin anew.`,
      };
      for (const widget of widgets.values()) widget.put({ notice });
      fail(new Error(why));
      return;
    }
    worker = start();
    for (const [id, widget] of widgets) {
      const { kind, wanted, traits } = widget;
      const { network, status, settings, lanes } = traits;
      if (kind === "explorer" && network) {
        post({ id, open: kind, wanted });
        const state = {
          ...network.origin,
          speed: settings.speed,
          at: status.examples,
          changes: status.changes,
        };
        post({ id, message: { action: "follow", id: status.followed + 1, navigated: true, state } });
      } else if (kind === "side_by_side" && lanes) {
        post({ id, open: kind, wanted: { ...wanted, lanes, settings } });
        post({ id, message: { action: "near" } });
      } else {
        post({ id, open: kind, wanted });
        post({ id, message: { action: "near" } });
      }
      widget.put({ notice: { level: "info", text: DIED } });
    }
  }

  /** @param {object} message */
  function post(message) {
    void worker.then((ready) => ready.postMessage(message));
  }

  return {
    /**
     * Begin a conversation for a widget; resolves to its model once there is something to show.
     * @param {string} kind @param {any} wanted @param {Record<string, any>} traits that do not come from the worker
     * @returns {Promise<Model>}
     */
    open(kind, wanted, traits) {
      const id = widgets.size;
      const { model, put, emit } = createModel(traits, (message) => post({ id, message }));
      const opened = /** @type {Promise<void>} */ (
        new Promise((resolve) => widgets.set(id, { kind, wanted, traits, put, emit, opened: resolve }))
      );
      post({ id, open: kind, wanted });
      // Without a worker there is nothing to wait for.
      worker.catch(fail);
      return Promise.race([opened.then(() => model), failed]);
    },
  };
}

/** Bytes as a widget gets them from Jupyter; all else as it is. @param {any} value */
const viewed = (value) =>
  value instanceof Uint8Array ? new DataView(value.buffer, value.byteOffset, value.byteLength) : value;
