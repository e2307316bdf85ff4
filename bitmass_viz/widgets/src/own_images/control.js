/** A control that takes a reader's own images, by two buttons or dropped. */

import { button, freshId, h, setText } from "../shared/dom.js";
import { takeDroppedFiles } from "../shared/drop_files.js";
import { droppedFiles } from "./dropped.js";
import { readImages } from "./read.js";
import { WORDS } from "./words.js";

/**
 * @param {{take: (images: import("./read.js").OwnImages) => void, reveal?: () => void, signal: AbortSignal}} host
 *   `reveal` is called before dropped files are read, because the control says what becomes of them
 */
export function createOwnImages({ take, reveal = () => {}, signal }) {
  const expected = freshId("own");
  const said = h("p", { role: "status", hidden: true, "data-testid": "own-said" });
  const bar = h("progress", { "aria-label": WORDS.reading, hidden: true });
  const problem = h("p", { class: "bm-refused", role: "alert", hidden: true, "data-testid": "own-problem" });
  const element = h(
    "div",
    { class: "bm-own", role: "group", "aria-label": WORDS.title, "data-testid": "own" },
    h("p", { class: "bm-faint", id: expected }, WORDS.expected),
    h(
      "div",
      { class: "bm-own-buttons" },
      ...chooser("own-file", WORDS.chooseFile, { accept: ".npz" }),
      // Phones have files, but no folders.
      ...("webkitdirectory" in HTMLInputElement.prototype
        ? chooser("own-folder", WORDS.chooseFolder, { webkitdirectory: true })
        : []),
    ),
    said,
    bar,
    problem,
  );
  let latest = 0;

  /** @param {string} name @param {string} label @param {import("../shared/dom.js").Attributes} what can be chosen */
  function chooser(name, label, what) {
    const input = h("input", { type: "file", hidden: true, "data-testid": name, ...what });
    input.addEventListener("change", () => {
      const files = [...(input.files ?? [])];
      // The same file can be chosen again, once it has changed.
      input.value = "";
      read(Promise.resolve(files));
    });
    return [button({ "aria-describedby": expected }, () => input.click(), label), input];
  }

  /** @param {HTMLElement} line @param {string} text */
  function say(line, text) {
    for (const each of [said, problem]) {
      setText(each, each === line ? text : "");
      each.hidden = each !== line;
    }
    bar.hidden = true;
  }

  /** Files that come while others are being read replace them. @param {Promise<File[]>} given */
  function read(given) {
    latest += 1;
    const turn = latest;
    const ifLatest = (/** @type {() => void} */ act) => {
      if (turn === latest && !signal.aborted) act();
    };
    say(said, WORDS.reading);
    const progress = (/** @type {number} */ done, /** @type {number} */ all) =>
      ifLatest(() => {
        [bar.max, bar.value, bar.hidden] = [all, done, false];
      });
    given
      .then((files) => readImages(files, progress))
      .then(
        (images) =>
          ifLatest(() => {
            say(said, WORDS.read(images.name, images.labels.length));
            take(images);
          }),
        (/** @type {Error} */ { message }) => ifLatest(() => say(problem, message)),
      );
  }

  return {
    element,
    /** Let files be dropped on an element as well. @param {HTMLElement} target */
    accept(target) {
      takeDroppedFiles(target, signal, (dropped) => {
        reveal();
        read(droppedFiles(dropped));
      });
    },
  };
}
