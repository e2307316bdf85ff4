/** What a host gives a widget, and how the widget ends: everything it starts takes the host's signal and stops with it. */

import { drawForPrinting } from "./printing.js";

/**
 * The part of an anywidget model that is used here.
 * @template {object} [Traits=Record<string, any>]
 * @typedef {{get: <Name extends keyof Traits & string>(name: Name) => Traits[Name],
 *   on: (event: string, listener: (...given: any[]) => void) => void,
 *   off: (event: string, listener: (...given: any[]) => void) => void, send: (message: object, callbacks?: undefined,
 *   buffers?: Uint8Array[]) => void}} Model
 */

/**
 * A widget as anywidget wants it. A host that passes no signal ends it by the function that it gets.
 * @template {Model<any>} M
 * @param {(context: {model: M, el: HTMLElement, signal: AbortSignal}) => HTMLElement} render puts the widget's root
 *   on the page and returns it
 */
export function widget(render) {
  return {
    /** @param {{model: M, el: HTMLElement, signal?: AbortSignal}} context */
    render({ model, el, signal }) {
      const own = new AbortController();
      const ending = signal ?? own.signal;
      if (ending.aborted) return () => {};
      const root = render({ model, el, signal: ending });
      ending.addEventListener("abort", () => root.remove());
      return () => own.abort();
    },
  };
}

/**
 * @param {Pick<Model, "on" | "off">} model @param {AbortSignal} signal
 * @param {Record<string, (...given: any[]) => void>} listeners by event
 */
export function listen(model, signal, listeners) {
  for (const [event, listener] of Object.entries(listeners)) {
    model.on(event, listener);
    signal.addEventListener("abort", () => model.off(event, listener));
  }
}

/** A timer of which one at most is running. @param {AbortSignal} signal */
export function createTimer(signal) {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let running;
  function stop() {
    clearTimeout(running);
    running = undefined;
  }
  signal.addEventListener("abort", stop);
  return {
    stop,
    /** @param {number} delay milliseconds @param {() => void} act */
    start(delay, act) {
      stop();
      if (signal.aborted) return;
      running = setTimeout(() => {
        running = undefined;
        act();
      }, delay);
    },
    get running() {
      return running !== undefined;
    },
  };
}

/**
 * @param {AbortSignal} signal @param {(time: number) => void} draw
 * @returns {{request: () => void, cancel: () => void}} `request` has it drawn once, with the next animation frame
 */
export function createAnimation(signal, draw) {
  let pending = 0;
  function cancel() {
    cancelAnimationFrame(pending);
    pending = 0;
  }
  function drawNow() {
    if (!pending) return;
    cancel();
    draw(performance.now());
  }
  signal.addEventListener("abort", cancel);
  drawForPrinting(signal, drawNow);
  return {
    cancel,
    request() {
      if (signal.aborted) return;
      pending ||= requestAnimationFrame((time) => {
        pending = 0;
        draw(time);
      });
    },
  };
}
