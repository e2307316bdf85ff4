/** The opening: two networks of equal bits learn from noise, side by side; which reads more? */

import { bytesOf } from "../bits/decode.js";
import { freshId, h, setText } from "../shared/dom.js";
import { percent } from "../shared/numbers.js";
import { readLink } from "../permalink/permalink.js";
import { watchVisible } from "../shared/observe.js";
import { followTheme, makeLuts } from "../shared/palette.js";
import { listen, widget } from "../shared/widget.js";
import { legendOf } from "../views/legend.js";
import { createNotice } from "../training/notice.js";
import { iconButton } from "../training/transport.js";
import { createFilm } from "./film.js";
import { createPicture } from "./picture.js";
import { createQuestion } from "./question.js";
import { WORDS } from "./words.js";

/**
 * @typedef {import("../shared/protocol.js").LanesNetwork} LanesNetwork
 * @typedef {import("../shared/widget.js").Model} Model
 */

/** Frames shown between two reports of where the film is. */
const WATCH_EVERY = 4;

/**
 * An opening; none where the page already trains one on the same digits (see `site/src/opening.js`).
 * @param {{model: Model, el: HTMLElement, signal: AbortSignal}} context
 */
function render(context) {
  const trained = document.getElementById("opening");
  if (trained?.dataset.digits === JSON.stringify(context.model.get("dataset"))) return h("div");
  trained?.remove();
  return showOpening(context);
}

/** @param {{model: Model, el: HTMLElement, signal: AbortSignal}} context */
export function showOpening({ model, el, signal }) {
  const panels = WORDS.networks.map((about) => createPanel(about, signal, () => film.redraw()));
  const film = createFilm(signal, { show, changed: () => bar.show(film) });
  const bar = createBar(film, watch, () => begin(model.get("film").seed + 1));
  const notice = createNotice();
  const note = h("p", { class: "bm-faint bm-note" });
  const pair = h("div", { class: "bm-pair" }, ...panels.map(({ element }) => element));
  const root = h(
    "div",
    {
      class: "bm-widget bm-opening",
      "data-testid": "opening",
      role: "group",
      "aria-label": WORDS.title,
    },
    pair,
    bar.element,
    notice.element,
    note,
  );
  const reduced = matchMedia("(prefers-reduced-motion: reduce)");
  /** Whether the present film was begun with a click, and so may move. */
  let asked = false;

  /** @param {import("./film.js").Frame} frame @param {number} index */
  function show({ examples, accuracies, bytes }, index) {
    watch(index);
    const { lanes, image } = /** @type {LanesNetwork} */ (model.get("network"));
    let at = 0;
    for (const [i, panel] of panels.entries()) {
      panel.show({ ...lanes[i], image }, bytes.subarray(at, at + lanes[i].bytes), accuracies[i], examples);
      at += lanes[i].bytes;
    }
    bar.say(index, examples);
  }

  let watched = 0;
  /** Have the frames made that follow one. @param {number} index */
  function watch(index) {
    if (index < watched + WATCH_EVERY) return;
    watched = index;
    model.send({ action: "watched", index });
  }

  /** @param {number} seed */
  function begin(seed) {
    watched = 0;
    asked ||= film.made > 0;
    model.send({ action: "film", seed });
  }

  function filmBegan() {
    film.begin(model.get("film").at.length);
    const { label, synthetic } = model.get("dataset");
    setText(note, synthetic ? WORDS.synthetic(label) : "");
  }

  function snapshotCame() {
    const { film: number, index, accuracies } = model.get("snapshot");
    const { id, at } = model.get("film");
    if (number !== id) return;
    film.take(index, { examples: at[index], accuracies, bytes: bytesOf(model.get("frame")).slice() });
    const still = reduced.matches && !asked;
    if (index === 0 && !still && !film.playing) film.play();
    if (still) watch(at.length - 1);
    if (still && index === at.length - 1) film.seek(index);
  }

  bar.show(film);
  listen(model, signal, {
    "change:film": filmBegan,
    "change:snapshot": snapshotCame,
    "change:notice": () => notice.show(model.get("notice")),
  });
  followTheme(root, model, signal, (colours) => {
    const luts = makeLuts(colours);
    for (const panel of panels) panel.paint(colours, luts);
    film.redraw();
  });
  watchVisible(root, signal, film.setVisible);
  el.append(root);
  root.append(createQuestion(model.get("ways"), signal).element);
  begin(seedOfLink() ?? model.get("seed"));
  return root;
}

/** The seed that the page's address names, if it leads to a network. @returns {number | undefined} */
function seedOfLink() {
  return readLink(location.hash, [])?.state.seed;
}

/** @param {{title: string, each: string}} about @param {AbortSignal} signal @param {() => void} requestDraw */
function createPanel({ title, each }, signal, requestDraw) {
  const picture = createPicture(signal, requestDraw);
  picture.canvas.setAttribute("aria-label", WORDS.pictures(title));
  const accuracy = h("strong", { class: "bm-score" }, "\u2014");
  const what = h("span", { class: "bm-faint" }, WORDS.read);
  const key = h("span", { class: "bm-keys" });
  let keyed = "";
  const element = h(
    "figure",
    { class: "bm-network" },
    h("figcaption", h("strong", title), " ", h("span", { class: "bm-faint" }, each)),
    picture.canvas,
    h("p", accuracy, " ", what, key),
  );
  return {
    element,
    /** @param {import("../views/shown_weights.js").FrameShape} shape @param {Uint8Array} bytes @param {number | null} share @param {number} examples */
    show(shape, bytes, share, examples) {
      picture.weights.take(shape, bytes);
      picture.draw();
      const legend = legendOf("neuron", picture.weights);
      if (legend.key !== keyed) key.replaceChildren(...legend.nodes());
      keyed = legend.key;
      picture.canvas.setAttribute("aria-label", WORDS.picturesAfter(title, examples));
      setText(accuracy, percent(share));
      setText(what, share === null ? WORDS.measuring : WORDS.read);
    },
    /** @param {import("../shared/palette.js").Colours} colours @param {import("../shared/palette.js").Luts} luts */
    paint(colours, luts) {
      picture.weights.colours = colours;
      picture.weights.luts = luts;
    },
  };
}

/** @param {import("./film.js").Film} film @param {(index: number) => void} watch @param {() => void} renew */
function createBar(film, watch, renew) {
  const play = iconButton("play", WORDS.play, WORDS.play, "opening-");
  const pause = iconButton("pause", WORDS.pause, WORDS.pause, "opening-");
  const id = freshId("film");
  const slider = h("input", {
    type: "range",
    min: "0",
    max: "0",
    value: "0",
    id,
    "data-testid": "opening-at",
  });
  const said = h("output", { for: id, "data-testid": "opening-said" }, WORDS.preparing);
  const again = iconButton("reset", WORDS.renew, WORDS.renewHelp, "opening-");
  play.addEventListener("click", () => film.play());
  pause.addEventListener("click", () => film.stop());
  again.addEventListener("click", renew);
  slider.addEventListener("input", () => {
    watch(slider.valueAsNumber);
    film.seek(slider.valueAsNumber);
  });
  const element = h(
    "div",
    { class: "bm-clock" },
    play,
    pause,
    h("label", { for: id, class: "bm-hidden" }, WORDS.slider),
    slider,
    said,
    again,
  );
  return {
    element,
    /** @param {import("./film.js").Film} film */
    show({ playing, length, isOver }) {
      const { activeElement } = /** @type {Document | ShadowRoot} */ (element.getRootNode());
      play.hidden = playing;
      pause.hidden = !playing;
      if (activeElement === play && playing) pause.focus();
      if (activeElement === pause && !playing) play.focus();
      setText(/** @type {Element} */ (play.lastElementChild), isOver ? WORDS.again : WORDS.play);
      slider.max = String(Math.max(0, length - 1));
    },
    /** @param {number} index @param {number} examples */
    say(index, examples) {
      const text = WORDS.after(examples);
      slider.value = String(index);
      slider.setAttribute("aria-valuetext", text);
      setText(said, text);
    },
  };
}

export default widget(render);
