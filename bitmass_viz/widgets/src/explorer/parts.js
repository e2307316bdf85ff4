/** The parts of the explorer, and where each stands. */

import { freshId, h } from "../shared/dom.js";
import { createTour } from "../tour/tour.js";
import { createAccuracyPanel, createFacts } from "./facts.js";
import { createChart } from "../training/chart.js";
import { createControls } from "../training/controls.js";
import { createNotice } from "../training/notice.js";
import { createTransport } from "../training/transport.js";
import { VIEWS } from "../views/index.js";
import { createCompare } from "./compare.js";
import { createHistory } from "./history.js";
import { createLayerChoice } from "./layer_choice.js";
import { createLens } from "./lens.js";
import { createPanel } from "./panel.js";
import { createReadout } from "./readout.js";
import { createSave } from "./save.js";
import { createScrubber } from "./scrubber.js";
import { createShare } from "./share.js";

/** @param {import("./panel.js").Stage} stage @param {(snapshot: import("./history.js").Snapshot) => void} showSnapshot */
export function createParts(stage, showSnapshot) {
  const { store, weights, send, signal } = stage;
  const readoutId = freshId("readout");
  /** @returns {HTMLElement} */
  const rootOf = () => root;
  const accuracy = createAccuracyPanel(store);
  const history = createHistory(store, send);
  const parts = {
    panels: VIEWS.map((view) => createPanel(view, stage, readoutId)),
    lens: createLens(stage),
    readout: createReadout(store, weights, readoutId, signal),
    transport: createTransport(store, send),
    history,
    scrubber: createScrubber(store, send, history, showSnapshot, signal),
    layerChoice: createLayerChoice(store, weights),
    share: createShare(store, weights),
    save: createSave(store, weights, send, rootOf),
    notice: createNotice({ "data-testid": "notice" }),
  };
  const controls = createControls(store, (message) => {
    accuracy.note(message);
    send(message);
  });
  const compare = createCompare(store, weights);
  const chart = createChart(store, signal);
  const facts = createFacts(store, send);
  const tour = createTour(store, rootOf, signal);

  parts.scrubber.element.append(compare.element);
  parts.panels.find(({ id }) => id === "bit")?.note.append(parts.layerChoice.flips);
  facts.element.append(
    h("div", { class: "bm-openers" }, parts.share.element, parts.save.element, tour.element, tour.layer),
  );
  const root = h(
    "div",
    {
      class: "bm-widget bitmass",
      "data-testid": "explorer",
      "data-frames": "0",
      "data-state": "",
      "data-selection": "",
      role: "group",
      "aria-label": "Weight explorer",
    },
    h(
      "div",
      { class: "bm-all" },
      ...tour.offer,
      h("div", { class: "bm-bar" }, parts.transport.element, facts.element, parts.scrubber.element),
      h("div", { class: "bm-settings" }, controls.element, parts.layerChoice.element),
      parts.notice.element,
      h(
        "div",
        { class: "bm-grid" },
        ...parts.panels.map(({ element }) => element),
        section("bm-side", "Accuracy", accuracy.element, chart.element),
        section("bm-strip", "The marked weight", parts.lens.element, parts.readout.element),
      ),
    ),
  );
  return { ...parts, root };
}

/** @param {string} name @param {string} label @param {...Node} content */
function section(name, label, ...content) {
  return h("section", { class: `bm-panel ${name}`, "aria-label": label }, ...content);
}

/** @typedef {ReturnType<typeof createParts>} Parts */
