/** What stands in for an anywidget model: traits whose changes are announced, and messages. */

/** @param {Record<string, any>} traits @param {(message: any, buffers?: Uint8Array[]) => void} send takes what the widget sends */
export function createModel(traits, send) {
  /** @type {Map<string, Set<(...given: any[]) => void>>} */
  const listeners = new Map();

  /** @param {string} event @param {...any} content */
  function emit(event, ...content) {
    for (const listener of listeners.get(event) ?? []) listener(...content);
  }

  /** Change traits: all of them, before any change is announced. @param {Record<string, any>} values */
  function put(values) {
    Object.assign(traits, values);
    for (const name of Object.keys(values)) emit(`change:${name}`);
  }

  return {
    emit,
    put,
    /** What a widget is given. */
    model: {
      /** @param {string} name */
      get: (name) => traits[name],
      /** @param {string} event @param {(...given: any[]) => void} listener */
      on(event, listener) {
        if (!listeners.has(event)) listeners.set(event, new Set());
        listeners.get(event)?.add(listener);
      },
      /** @param {string} event @param {(...given: any[]) => void} listener */
      off: (event, listener) => void listeners.get(event)?.delete(listener),
      /** @param {string} name @param {any} value */
      set: (name, value) => put({ [name]: value }),
      /** As anywidget has it. @param {any} message @param {unknown} [_callbacks] @param {Uint8Array[]} [buffers] */
      send: (message, _callbacks, buffers) => send(message, buffers),
    },
  };
}
