// src/dom.js
function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === false || value === null) continue;
    element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children);
  return element;
}
var mine = Math.random().toString(36).slice(2, 8);
var made = 0;
function freshId(name) {
  made += 1;
  return `bm-${name}-${mine}-${made}`;
}
function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

// src/format.js
var GROUPED = new Intl.NumberFormat("en");
function grouped(n) {
  return GROUPED.format(n);
}
function counted(n, one, many) {
  return `${grouped(n)} ${n === 1 ? one : many}`;
}

// src/evidence/words.js
function tidy(text) {
  return text.replaceAll(" %", " %").replaceAll(" points", " points");
}
var SYMBOLS = { supported: "✓", "not supported": "✗", undecided: "?" };
function symbol(answer) {
  return SYMBOLS[answer] ?? "?";
}
function howSure({ interval, seeds, effect }) {
  const size = effect === null || effect === void 0 ? "" : `; effect size (Cohen's d): ${effect.toFixed(1)}`;
  return `Interval: ${interval}; ${counted(seeds, "seed", "seeds")}${size}.`;
}
function provenanceLine(provenance, seeds) {
  const networks = seeds === null ? "" : `${counted(seeds, "seed", "seeds")} a case, `;
  return `Full run: ${networks}MNIST (SHA-256 ${provenance.data_sha256.slice(0, 8)}…), bitmass_viz ${provenance.version}, ${provenance.date}, ${provenance.machine}.`;
}
function roughly(seconds) {
  if (!Number.isFinite(seconds)) return "";
  if (seconds < 10) return "a few seconds";
  if (seconds < 90) return `about ${Math.ceil(seconds / 10) * 10} seconds`;
  return `about ${Math.ceil(seconds / 60)} minutes`;
}
function timeLeft(done, total, seconds) {
  return done > 0 ? roughly(seconds / done * (total - done)) : "";
}
function points(share) {
  return share === null || share === void 0 ? "–" : (share * 100).toFixed(1);
}
function optionWords(options) {
  return Object.entries(options).map(([name, value]) => `${name.replaceAll("_", " ")} ${value}`).join(", ");
}

// src/evidence/cases.js
function createCases() {
  const body = h("tbody");
  const head = h(
    "tr",
    {},
    ...["case", "weight bits", "published", "mean", "95 % interval", "sd", "seeds", "options"].map(
      (name) => h("th", { scope: "col" }, name)
    )
  );
  const element = h(
    "details",
    { class: "bm-cases" },
    h("summary", {}, "All numbers (test accuracy in percent)"),
    h("div", { class: "bm-scroll", tabindex: "0" }, h("table", {}, h("thead", {}, head), body))
  );
  function show(cases) {
    body.replaceChildren(
      ...cases.map(
        (line) => h(
          "tr",
          {},
          h("th", { scope: "row" }, line.name),
          h("td", {}, grouped(line.bit_mass)),
          h("td", {}, points(line.published)),
          h("td", {}, h("b", {}, points(line.mean))),
          h("td", {}, line.ci95 ? `${points(line.ci95[0])} to ${points(line.ci95[1])}` : "–"),
          h("td", {}, points(line.sd)),
          h("td", {}, String(line.seeds)),
          h("td", { class: "bm-options" }, optionWords(line.options))
        )
      )
    );
  }
  return { element, show };
}

// src/evidence/verdicts.js
function badge(answer) {
  return h(
    "span",
    { class: "bm-badge", "data-answer": answer },
    h("span", { "aria-hidden": "true" }, symbol(answer)),
    ` ${answer}`
  );
}
function createVerdicts(claims) {
  const element = h("div", { class: "bm-verdicts", "aria-live": "polite" });
  function show(verdicts) {
    element.replaceChildren(
      ...claims.map((claim) => {
        const verdict = verdicts.find((v) => v.claim === claim.id);
        return h(
          "article",
          { class: "bm-verdict", "data-claim": claim.id, "data-answer": verdict?.answer ?? "" },
          h(
            "p",
            { class: "bm-claim" },
            h("b", {}, claim.id),
            ` ${tidy(claim.text)}`,
            h("span", { class: "bm-published" }, ` published: ${tidy(claim.published)}`)
          ),
          verdict ? h("p", { class: "bm-measured" }, badge(verdict.answer), ` ${tidy(verdict.measured)}`) : "",
          h(
            "details",
            {},
            h("summary", {}, "What decides"),
            h("p", {}, claim.criterion, verdict ? ` ${howSure(verdict)}` : "")
          )
        );
      })
    );
  }
  return { element, show };
}

// src/evidence/claims.js
function createClaims(claims) {
  const rows = claims.map(
    ({ id, text, published, label, verdict }) => h(
      "tr",
      { "data-claim": id },
      h("th", { scope: "row" }, h("b", {}, id), ` ${tidy(text)}`),
      h("td", { "data-label": "published" }, tidy(published)),
      h(
        "td",
        { "data-label": "measured" },
        verdict ? tidy(verdict.measured) : "",
        h("small", {}, ` (${label}${verdict ? `, ${counted(verdict.seeds, "seed", "seeds")}` : ""})`)
      ),
      h("td", { "data-label": "verdict" }, verdict ? badge(verdict.answer) : "")
    )
  );
  const heads = ["claim", "published", "measured", "verdict"].map((name) => h("th", { scope: "col" }, name));
  return h(
    "table",
    { class: "bm-claims", "data-testid": "claims-table" },
    h("thead", {}, h("tr", {}, ...heads)),
    h("tbody", {}, ...rows)
  );
}

// src/files.js
var STYLES = [
  "fill",
  "stroke",
  "stroke-width",
  "stroke-dasharray",
  "stroke-linejoin",
  "font-family",
  "font-size",
  "font-weight",
  "text-anchor",
  "dominant-baseline",
  "opacity",
  "paint-order"
];
function download(name, content) {
  const url = URL.createObjectURL(content);
  const link = h("a", { href: url, download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 1e4);
}
function standaloneSvg(picture, background) {
  const copy = (
    /** @type {SVGElement} */
    picture.cloneNode(true)
  );
  const originals = [picture, ...picture.querySelectorAll("*")];
  const copies = [copy, ...copy.querySelectorAll("*")];
  for (const [index, element] of originals.entries()) {
    const style = getComputedStyle(element);
    const kept = STYLES.map((name) => `${name}:${style.getPropertyValue(name)}`);
    copies[index].setAttribute("style", kept.join(";"));
    copies[index].removeAttribute("class");
  }
  copy.setAttribute("xmlns", "http://www.w3.org/2000/svg");
  const sheet = document.createElementNS("http://www.w3.org/2000/svg", "rect");
  for (const [name, value] of [
    ["width", "100%"],
    ["height", "100%"],
    ["fill", background]
  ])
    sheet.setAttribute(name, value);
  copy.prepend(sheet);
  return new XMLSerializer().serializeToString(copy);
}

// src/evidence/figure.js
var AHEAD = "1200px";
function createFigure(name, ask) {
  const place = h("div", {}, h("p", { class: "bm-waiting" }, "Drawing the figure…"));
  const save = h(
    "button",
    { type: "button", class: "bm-save", hidden: true, "data-testid": `save-figure-${name}` },
    "Save this figure (.svg)"
  );
  save.addEventListener("click", () => {
    const picture = place.querySelector("svg");
    if (!picture) return;
    const paper = getComputedStyle(element).getPropertyValue("--bm-surface");
    const which = chosen === "full" ? "" : "-mine";
    download(
      `bitmass-${name}${which}.svg`,
      new Blob([standaloneSvg(picture, paper)], { type: "image/svg+xml" })
    );
  });
  const element = h("figure", { class: "bm-figure", "data-drawn": "" }, place, save);
  const drawings = {};
  let chosen = "full";
  const observer = new IntersectionObserver(
    (entries) => {
      if (!entries.some((entry) => entry.isIntersecting)) return;
      observer.disconnect();
      if (!drawings.full) ask();
    },
    { rootMargin: AHEAD }
  );
  observer.observe(element);
  function update() {
    const drawing = drawings[chosen];
    if (!drawing) return;
    place.innerHTML = drawing;
    save.hidden = false;
    element.dataset.drawn = chosen;
  }
  return {
    element,
    /** @param {string} which @param {string} drawing */
    show(which, drawing) {
      if (!drawing) return;
      drawings[which] = drawing;
      update();
    },
    /** @param {string} which */
    choose(which) {
      chosen = which;
      update();
    },
    destroy() {
      observer.disconnect();
    }
  };
}

// src/evidence/runner.js
function createRunner(content, send, showing) {
  const id = freshId("seeds");
  const seeds = (
    /** @type {HTMLSelectElement} */
    h(
      "select",
      { id, "data-testid": `seeds-${content.name}` },
      ...content.seeds.map((n) => h("option", { value: String(n) }, `${n} ${n === 1 ? "seed" : "seeds"}`))
    )
  );
  seeds.value = "2";
  const start = (
    /** @type {HTMLButtonElement} */
    h("button", { type: "button", class: "bm-run", "data-testid": `run-${content.name}` }, "Run it here")
  );
  const cancel = h(
    "button",
    { type: "button", hidden: true, "data-testid": `cancel-${content.name}` },
    "Cancel"
  );
  const bar = (
    /** @type {HTMLProgressElement} */
    h("progress", { max: "1", value: "0", hidden: true })
  );
  const text = h("span", { class: "bm-said", role: "status" });
  const full = chip("Full run", "full");
  const mine2 = chip("Yours", "mine");
  const which = h(
    "span",
    { class: "bm-which", role: "group", "aria-label": "Which results are shown", hidden: true },
    full,
    mine2
  );
  const element = h(
    "div",
    { class: "bm-runner" },
    h("label", { for: id, class: "bm-hidden" }, "Seeds"),
    start,
    seeds,
    bar,
    cancel,
    text,
    which
  );
  let began = 0;
  let before = "idle";
  function chip(name, value) {
    const button = h("button", { type: "button", "aria-pressed": String(value === "full") }, name);
    button.addEventListener("click", () => choose(value));
    return button;
  }
  function choose(value) {
    full.setAttribute("aria-pressed", String(value === "full"));
    mine2.setAttribute("aria-pressed", String(value === "mine"));
    showing(value);
  }
  function estimate() {
    const n = Number(seeds.value);
    const networks = content.networks * n;
    const time = roughly(content.seconds * n);
    setText(text, `${grouped(networks)} networks: ${time} of one processor.`);
  }
  seeds.addEventListener("change", estimate);
  start.addEventListener("click", () => send({ action: "run", seeds: Number(seeds.value) }));
  cancel.addEventListener("click", () => {
    setText(text, "Stopping after the network at hand…");
    send({ action: "cancel" });
  });
  estimate();
  return {
    element,
    /** @param {{state: string, done?: number, total?: number, seeds?: number}} now */
    progress(now) {
      const state = now?.state ?? "idle";
      const busy = state === "running" || state === "waiting";
      element.dataset.state = state;
      if (busy && before !== "running" && before !== "waiting") began = performance.now();
      before = state;
      start.disabled = busy;
      seeds.disabled = busy;
      bar.hidden = cancel.hidden = !busy;
      const { done = 0, total = 0 } = now ?? {};
      if (total > 0) bar.value = done / total;
      else bar.removeAttribute("value");
      if (state === "waiting") setText(text, "Waiting for its turn…");
      if (state === "running") {
        const left = timeLeft(done, total, (performance.now() - began) / 1e3);
        setText(text, `${grouped(done)} of ${grouped(total)} networks${left ? `, ${left} left` : ""}`);
      }
      if (state === "cancelled")
        setText(text, "Cancelled. What was finished is kept and need not run again.");
      if (state === "failed") setText(text, "");
      if (state === "done") setText(text, "Done.");
    },
    finished() {
      which.hidden = false;
      choose("mine");
    },
    /** @param {import("../evidence.js").Mine} result */
    described(result) {
      const few = result.seeds < 5 ? " With fewer than 5 seeds every estimate stays undecided." : "";
      const where = result.synthetic ? `${result.dataset}, not MNIST` : result.dataset;
      return `Measured here: ${result.seeds} ${result.seeds === 1 ? "seed" : "seeds"} a case on ${where}; options as chosen in the full run.${few}`;
    }
  };
}

// src/palette.js
function applyColours(root, colours) {
  for (const [name, value] of Object.entries(colours)) {
    root.style.setProperty(`--bm-${name.replace(".", "-")}`, value);
  }
}
var THEMES = ["auto", "light", "dark"];
function chosenTheme() {
  const chosen = document.documentElement.dataset.bitmassTheme ?? "";
  return THEMES.includes(chosen) ? chosen : "auto";
}
function isDark() {
  if (chosenTheme() !== "auto") return chosenTheme() === "dark";
  const lab = document.body.dataset.jpThemeLight;
  if (lab !== void 0) return lab === "false";
  return matchMedia("(prefers-color-scheme: dark)").matches;
}
function watchTheme(changed) {
  const observer = new MutationObserver(changed);
  observer.observe(document.body, { attributes: true, attributeFilter: ["data-jp-theme-light"] });
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ["data-bitmass-theme"] });
  const query = matchMedia("(prefers-color-scheme: dark)");
  query.addEventListener("change", changed);
  return () => {
    observer.disconnect();
    query.removeEventListener("change", changed);
  };
}

// src/evidence.js
function render({ model, el }) {
  const content = model.get("content");
  const root = h("section", { class: "bm-evidence", "data-testid": `evidence-${content.name ?? "claims"}` });
  const problem = h("p", { class: "bm-problem", role: "alert", hidden: true });
  const figure = createFigure(content.name ?? "claims", () => model.send({ action: "draw" }));
  const parts = content.kind === "claims" ? claimsParts(content, figure) : experimentParts(content, figure, model);
  root.append(...parts.elements, problem);
  const listeners = (
    /** @type {const} */
    [
      ["change:figure", () => figure.show("full", model.get("figure"))],
      ["change:problem", showProblem],
      ["change:palette", paint],
      ...parts.listeners
    ]
  );
  function showProblem() {
    setText(problem, model.get("problem") ?? "");
    problem.hidden = !problem.textContent;
  }
  function paint() {
    const dark = isDark();
    applyColours(root, (model.get("palette") ?? {})[dark ? "dark" : "light"] ?? {});
    root.style.colorScheme = dark ? "dark" : "light";
  }
  for (const [event, listener] of listeners) model.on(event, listener);
  const stopWatching = watchTheme(paint);
  paint();
  showProblem();
  el.append(root);
  figure.show("full", model.get("figure"));
  parts.begin();
  return () => {
    for (const [event, listener] of listeners) model.off(event, listener);
    stopWatching();
    figure.destroy();
    root.remove();
  };
}
function claimsParts(content, figure) {
  const source = h("p", { class: "bm-source" }, provenanceLine(content.provenance, null));
  return {
    elements: [createClaims(content.claims), figure.element, source],
    listeners: (
      /** @type {[string, () => void][]} */
      []
    ),
    begin: () => {
    }
  };
}
function experimentParts(content, figure, model) {
  const verdicts = createVerdicts(content.claims);
  const cases = createCases();
  const source = h("p", { class: "bm-source" });
  const runner = createRunner(content, (message) => model.send(message), showing);
  const full = { ...content, seeds: Math.max(0, ...content.cases.map((c) => c.seeds)) };
  function showing(which) {
    const mine2 = model.get("mine") ?? {};
    const shown = which === "mine" ? mine2 : full;
    verdicts.show(shown.verdicts);
    cases.show(shown.cases);
    setText(
      source,
      which === "mine" ? runner.described(mine2) : provenanceLine(content.provenance, full.seeds)
    );
    figure.choose(which);
  }
  return {
    elements: [
      h("p", { class: "bm-question" }, h("b", {}, content.label), ` ${content.question}`),
      h(
        "div",
        { class: "bm-body" },
        h("div", { class: "bm-text" }, verdicts.element, runner.element, source),
        figure.element
      ),
      cases.element
    ],
    listeners: (
      /** @type {[string, () => void][]} */
      [
        ["change:progress", () => runner.progress(model.get("progress"))],
        [
          "change:mine",
          () => {
            figure.show("mine", model.get("mine").figure);
            runner.finished();
          }
        ]
      ]
    ),
    begin: () => {
      showing("full");
      runner.progress(model.get("progress"));
      if (model.get("mine")?.figure) {
        figure.show("mine", model.get("mine").figure);
        runner.finished();
      }
    }
  };
}
var evidence_default = { render };
export {
  evidence_default as default
};
