/** Sends images to where networks train, in parts: servers limit the size of a message. */

/** Images in a part; with its labels it has less than half a megabyte. */
const PART = 500;

/**
 * @param {(message: import("../shared/protocol.js").TakeImages, buffers: Uint8Array[]) => void} send
 * @param {import("./read.js").OwnImages} own
 */
export function sendImages(send, { name, class_names, images, labels }) {
  const count = labels.length;
  const pixels = images.length / count;
  for (let start = 0; start < count; start += PART) {
    const stop = Math.min(start + PART, count);
    send({ action: "own-images", name, class_names, start, count }, [
      images.slice(start * pixels, stop * pixels),
      labels.slice(start, stop),
    ]);
  }
}
