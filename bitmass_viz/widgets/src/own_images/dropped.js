/** Files and folders that were dropped. */

import { WORDS } from "./words.js";

/** Folders below the first: pictures lie in their class's. */
const DEPTH = 1;

/**
 * Call it while the event lasts.
 * @param {DataTransfer} dropped @returns {Promise<File[]>} those in a folder have their path, as if it had been chosen
 */
export async function droppedFiles({ items }) {
  const reading = [...items].map((item) => {
    const entry = item.webkitGetAsEntry();
    return entry?.isDirectory
      ? filesIn(/** @type {FileSystemDirectoryEntry} */ (entry), entry.name, DEPTH)
      : item.getAsFile();
  });
  return (await Promise.all(reading)).flatMap((files) => files ?? []);
}

/** @param {FileSystemDirectoryEntry} folder @param {string} path @param {number} depth @returns {Promise<File[]>} */
async function filesIn(folder, path, depth) {
  const reader = folder.createReader();
  /** @type {File[]} */
  const files = [];
  try {
    for (;;) {
      // Browsers hand out a hundred at a time.
      const entries = await /** @type {Promise<FileSystemEntry[]>} */ (
        new Promise((resolve, reject) => reader.readEntries(resolve, reject))
      );
      if (entries.length === 0) return files;
      const found = entries.map((entry) => {
        const below = `${path}/${entry.name}`;
        if (entry.isFile) return fileOf(/** @type {FileSystemFileEntry} */ (entry), below);
        return depth > 0 ? filesIn(/** @type {FileSystemDirectoryEntry} */ (entry), below, depth - 1) : [];
      });
      files.push(...(await Promise.all(found)).flat());
    }
  } catch (error) {
    // Chromium refuses on pages that were opened from a disk.
    throw new Error(WORDS.notListed(path), { cause: error });
  }
}

/** @param {FileSystemFileEntry} entry @param {string} path @returns {Promise<File>} */
function fileOf(entry, path) {
  return new Promise((resolve, reject) =>
    entry.file((file) => resolve(Object.defineProperty(file, "webkitRelativePath", { value: path })), reject),
  );
}
