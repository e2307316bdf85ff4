/** Sharing what a widget shows: a button, and a dialog with a link to it and a picture of it. */

import { drawCard } from "../shared/card.js";
import { createDialog } from "../shared/dialog.js";
import { button, freshId, h, setText } from "../shared/dom.js";
import { download } from "../shared/save_file.js";
import { WORDS } from "./words.js";

/**
 * @param {{prefix?: string, link: () => string, leftOut: () => string[],
 *   card: (link: string) => import("../shared/card.js").Card, opening?: () => void, more?: Node[]}} of
 *   `link` returns the fragment of the address, "" while nothing is shown; `more` stands below the link, and `prefix`
 *   before the test ids where a page has several
 */
export function createShare({ prefix = "", link, leftOut, card, opening = () => {}, more = [] }) {
  const id = freshId("link");
  const address = h("input", { id, type: "text", readonly: true, "data-testid": `${prefix}link` });
  const copy = button(
    { class: "bm-button bm-primary", "data-testid": `${prefix}copy` },
    copyAddress,
    WORDS.copy,
  );
  const save = button({ "data-testid": `${prefix}picture` }, savePicture, WORDS.picture);
  const said = h("p", { class: "bm-faint", role: "status", "data-testid": `${prefix}shared` });
  const element = createDialog(
    `${prefix}share`,
    WORDS.share,
    WORDS.title,
    () => {
      opening();
      write();
      setTimeout(() => address.select());
    },
    h("p", WORDS.about),
    h("div", { class: "bm-address" }, h("label", { for: id }, WORDS.link), address),
    ...more,
    h("div", { class: "bm-share-row" }, copy, save),
    said,
  );

  function write() {
    const fragment = link();
    for (const each of [copy, save]) each.disabled = fragment === "";
    address.value = fragment && location.href.split("#")[0] + fragment;
    const missing = leftOut();
    setText(said, missing.length > 0 ? WORDS.leftOut(missing) : "");
  }

  async function copyAddress() {
    address.select();
    try {
      await navigator.clipboard.writeText(address.value);
      setText(said, WORDS.copied);
    } catch {
      setText(said, WORDS.notCopied);
    }
  }

  function savePicture() {
    const drawn = card(address.value);
    drawCard(drawn).toBlob((blob) => {
      if (blob) download(`${drawn.name}.png`, blob);
      setText(said, blob ? WORDS.saved(`${drawn.name}.png`) : WORDS.noPicture);
    });
  }

  return { element, write };
}
