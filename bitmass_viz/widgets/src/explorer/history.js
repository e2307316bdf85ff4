/**
 * The run's frames, kept on the page once the reader goes back in time: the scrubber shows them without delay, and a
 * replay needs no kernel. Frames that are not here yet are fetched one by one.
 */

/**
 * @typedef {{facts: import("../shared/protocol.js").FrameStatus, bytes: Uint8Array}} Snapshot
 */

/** @param {import("../training/store.js").Store} store @param {import("../training/store.js").Send} send */
export function createHistory(store, send) {
  /** @type {(Snapshot | undefined)[]} */
  let frames = [];
  let of = "";

  /** Which history the current frame belongs to; training begins a new one. */
  const present = () => {
    const { status } = store.state;
    return status ? `${status.run}/${status.history}` : "";
  };

  return {
    /** Ask for the run's frames, unless they are here or on their way. */
    fetch() {
      if (of === present()) return;
      of = present();
      frames = [];
      send({ action: "history" });
    },

    /** Take in a message of the kernel's, if it holds frames. @param {any} message @param {DataView[]} buffers */
    receive(message, buffers) {
      if (message?.kind !== "history" || `${message.run}/${message.history}` !== of) return;
      for (const [index, facts] of message.frames.entries()) {
        const { buffer, byteOffset, byteLength } = buffers[index];
        frames[facts.position] = { facts, bytes: new Uint8Array(buffer, byteOffset, byteLength) };
      }
    },

    /** @param {number} position @returns {Snapshot | undefined} */
    at: (position) => (of === present() ? frames[position] : undefined),
  };
}

/** @typedef {ReturnType<typeof createHistory>} History */
