/** Files dropped on an element. Whatever else is dragged over it, such as text, is left to the browser. */

/**
 * @param {HTMLElement} element @param {AbortSignal} signal
 * @param {(dropped: DataTransfer) => void} take must read it at once: it is empty after the event
 */
export function takeDroppedFiles(element, signal, take) {
  /** @param {"dragover" | "drop"} name @param {(dropped: DataTransfer) => void} act */
  const onFiles = (name, act) =>
    element.addEventListener(
      name,
      (event) => {
        if (!event.dataTransfer?.types.includes("Files")) return;
        event.preventDefault();
        act(event.dataTransfer);
      },
      { signal },
    );
  const mark = (/** @type {boolean} */ on) => element.classList.toggle("bm-drop", on);
  onFiles("dragover", (dragged) => {
    dragged.dropEffect = "copy";
    mark(true);
  });
  onFiles("drop", (dropped) => {
    mark(false);
    take(dropped);
  });
  element.addEventListener(
    "dragleave",
    ({ relatedTarget }) => {
      if (!element.contains(/** @type {Node | null} */ (relatedTarget))) mark(false);
    },
    { signal },
  );
}
