/** The parts of the explorer, and where each stands. */

import { freshId, h } from "../shared/dom.js";
import { createTour } from "../tour/tour.js";
import { createAccuracyPanel, createFacts } from "./facts.js";
import { createChart } from "../training/chart.js";
import { createControls } from "../training/controls.js";
import { createNotice } from "../training/notice.js";
import { createTransport } from "../training/transport.js";
import { createOwnImages } from "../own_images/control.js";
import { sendImages } from "../own_images/send.js";
import { VIEWS } from "../views/index.js";
import { createCompare } from "./compare.js";
import { createHistory } from "./history.js";
import { createLayerChoice } from "./layer_choice.js";
import { createLens } from "./lens.js";
import { createPanel } from "./panel.js";
import { createReadout } from "./readout.js";
import { createSave } from "./save.js";
import { createScrubber } from "./scrubber.js";
import { createSettings } from "./settings.js";
import { createShare } from "./share.js";
import { createSpelledWord } from "./spelled_word.js";
import { WORDS } from "./words.js";

/** Controls that are always in sight; the others are behind "Settings". */
const IN_SIGHT = ["trainer", "speed", "centring"];

/** @param {import("./panel.js").Stage} stage @param {(snapshot: import("./history.js").Snapshot) => void} showSnapshot */
export function createParts(stage, showSnapshot) {
  const { store, weights, send, signal, nextChange } = stage;
  const readoutId = freshId("readout");
  /** @returns {HTMLElement} */
  const rootOf = () => root;
  const accuracy = createAccuracyPanel(store, nextChange);
  const history = createHistory(store, send);
  const lens = createLens(stage);
  const parts = {
    panels: VIEWS.map((view) => createPanel(view, stage, readoutId)),
    lens,
    spelledWord: createSpelledWord(stage),
    readout: createReadout(store, weights, readoutId, () => lens.said, signal),
    transport: createTransport(store, send),
    history,
    scrubber: createScrubber(store, send, history, showSnapshot, signal),
    layerChoice: createLayerChoice(store, weights),
    share: createShare(store, weights),
    save: createSave(store, weights, send, rootOf),
    notice: createNotice({ "data-testid": "notice" }),
  };
  const set = (/** @type {import("../shared/protocol.js").Set} */ message) => send(accuracy.number(message));
  const controls = createControls(store, set, "", IN_SIGHT);
  const compare = createCompare(store, weights);
  const chart = createChart(store, signal);
  const facts = createFacts(store, send);
  const tour = createTour(store, rootOf, signal);

  const own = createOwnImages({
    take: (images) => sendImages(send, images),
    reveal: () => settings.open(),
    signal,
  });
  const settings = createSettings(controls.element, parts.transport.reset, own.element);
  const panelOf = (/** @type {string} */ name) => parts.panels.find(({ id }) => id === name);
  panelOf("neuron")?.note.append(parts.layerChoice.element);
  panelOf("bit")?.note.append(parts.layerChoice.flips);
  const openers = [settings.opener, parts.share.element, parts.save.element, tour.element, tour.layer];
  const root = h(
    "div",
    {
      class: "bm-widget bitmass",
      "data-testid": "explorer",
      "data-frames": "0",
      "data-state": "",
      "data-selection": "",
      role: "group",
      "aria-label": WORDS.title,
    },
    h(
      "div",
      { class: "bm-all" },
      ...tour.offer,
      h(
        "div",
        { class: "bm-bar" },
        parts.transport.element,
        controls.inSight,
        h("div", { class: "bm-openers" }, ...openers),
      ),
      settings.element,
      h("div", { class: "bm-time" }, parts.scrubber.element, compare.element, facts.element),
      parts.notice.element,
      h(
        "div",
        { class: "bm-grid" },
        ...parts.panels.map(({ element }) => element),
        h(
          "section",
          { class: "bm-panel bm-side", "aria-label": WORDS.view },
          accuracy.element,
          chart.element,
        ),
        h(
          "section",
          { class: "bm-marked", "aria-label": WORDS.marked },
          parts.lens.element,
          h("div", { class: "bm-panel bm-strip" }, parts.spelledWord.element, parts.readout.element),
        ),
      ),
    ),
  );
  own.accept(root);
  return { ...parts, root };
}

/** @typedef {ReturnType<typeof createParts>} Parts */
