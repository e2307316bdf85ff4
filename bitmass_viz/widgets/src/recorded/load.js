/**
 * Parts of a recorded page that come when they are wanted. They are scripts, because a page that was opened from a
 * disk may load nothing else.
 */

/** @typedef {{told: any, text: string}} Loaded */

/** @type {Map<string, (loaded: Loaded) => void>} */
const waiting = new Map();
/** @type {Map<string, Promise<Loaded>>} */
const loads = new Map();

/** The function by which a part says what it holds. */
export function listen() {
  /** @type {any} */ (globalThis).bitmassPart = (
    /** @type {string} */ name,
    /** @type {any} */ told,
    text = "",
  ) => waiting.get(name)?.({ told, text });
}

/** @param {string} name of a part, which is a script in the folder `parts` @returns {Promise<Loaded>} */
export function load(name) {
  const before = loads.get(name);
  if (before) return before;
  const script = document.createElement("script");
  const found = /** @type {Promise<Loaded>} */ (
    new Promise((resolve, reject) => {
      waiting.set(name, resolve);
      script.addEventListener("error", () => {
        // Another try is another request.
        loads.delete(name);
        reject(
          new Error(
            "A recording could not be loaded: is the network there? Choose or press it again to retry.",
          ),
        );
      });
      script.src = `parts/${encodeURIComponent(name)}.js`;
      document.head.append(script);
    })
  );
  void found.then(
    () => script.remove(),
    () => script.remove(),
  );
  loads.set(name, found);
  return found;
}
