/** What stands in for a kernel's model: traits that tell of their changes, and actions that answer messages. */

/** @param {Record<string, any>} traits @param {Record<string, (message: any) => void>} actions */
export function createAnswering(traits, actions) {
  /** @type {Map<string, Set<(...given: any[]) => void>>} */
  const listeners = new Map();

  /** @param {string} event @param {...any} content */
  function emit(event, ...content) {
    for (const listener of listeners.get(event) ?? []) listener(...content);
  }

  return {
    emit,
    /** @param {string} name @param {any} value */
    put(name, value) {
      traits[name] = value;
      emit(`change:${name}`);
    },
    /** What a widget is given, as its model. */
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
      /** @param {any} message */
      send(message) {
        if (message.action === "here") emit("msg:custom", { kind: "here", id: message.id });
        else actions[message.action]?.(message);
      },
    },
  };
}
