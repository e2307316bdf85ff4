// How the sources depend on each other: folders in layers, arrows one way, no cycle. Types count as well.

import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { basename, dirname, join, relative } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const SOURCE = fileURLToPath(new URL("../../bitmass_viz/widgets/src", import.meta.url));
const ENGINE = fileURLToPath(new URL("../../bitmass_viz/engine", import.meta.url));
const SITE = fileURLToPath(new URL("../../bitmass_viz/site/src", import.meta.url));

/** A folder may import from those in layers above its own in this list, and from no other but itself. */
const LAYERS = [
  ["shared"],
  ["bits"],
  ["views", "training", "own_images"],
  ["permalink"],
  ["tour"],
  ["article", "opening", "explorer", "side_by_side", "one_example", "counter", "evidence", "predict"],
];

/** @returns {Map<string, string[]>} each module, and what it imports */
function readImports(folder = SOURCE) {
  const paths = readdirSync(folder, { recursive: true }).filter((path) => /\.(js|json|d\.ts)$/.test(path));
  return new Map(
    paths.map((path) => {
      const text = readFileSync(join(folder, path), "utf8");
      const found = text.matchAll(/(?:\bfrom|\bimport)\s*\(?\s*"(\.[^"]+)"/g);
      return [
        path.replace(".d.ts", ".js"),
        [...found].map(([, to]) => relative(folder, join(folder, dirname(path), to))),
      ];
    }),
  );
}

/** @param {Map<string, string[]>} imports */
function upwardArrows(imports) {
  const layerOf = (path) => LAYERS.findIndex((layer) => layer.includes(dirname(path)));
  return [...imports].flatMap(([from, targets]) =>
    targets
      .filter((to) => dirname(to) !== dirname(from) && layerOf(to) >= layerOf(from))
      .map((to) => `${from} imports ${to}`),
  );
}

/** @param {Map<string, string[]>} imports @returns {string[] | null} modules that import one another in a ring */
function cycle(imports) {
  const done = new Set();
  const visit = (path, trail) => {
    if (trail.includes(path)) return [...trail.slice(trail.indexOf(path)), path];
    if (done.has(path)) return null;
    for (const to of imports.get(path) ?? []) {
      const found = visit(to, [...trail, path]);
      if (found) return found;
    }
    done.add(path);
    return null;
  };
  for (const path of imports.keys()) {
    const found = visit(path, []);
    if (found) return found;
  }
  return null;
}

test("every import leads to a module", () => {
  const imports = readImports();
  assert.ok(imports.size > 50);
  for (const [from, targets] of imports)
    for (const to of targets) assert.ok(imports.has(to), `${from} imports ${to}, which is not there`);
});

test("folders import one way", () => {
  assert.deepEqual(upwardArrows(readImports()), []);
});

test("an arrow upwards is found, even to a neighbour or for a type", () => {
  const wrong = [
    ["shared/dom.js", "bits/address.js"],
    ["counter/index.js", "predict/amount.js"],
  ];
  for (const [from, to] of wrong) {
    const imports = readImports();
    imports.get(from).push(to);
    assert.deepEqual(upwardArrows(imports), [`${from} imports ${to}`]);
  }
});

test("the engine imports only its own modules", () => {
  const imports = readImports(ENGINE);
  assert.ok(imports.size > 2);
  for (const [from, targets] of imports)
    for (const to of targets) assert.ok(imports.has(to), `${from} imports ${to}`);
});

test("no module imports itself in a roundabout way", () => {
  assert.equal(cycle(readImports()), null);
  assert.equal(cycle(readImports(ENGINE)), null);
});

test("a planted cycle is found", () => {
  const imports = readImports();
  imports.get("bits/address.js").push("bits/decode.js");
  imports.get("bits/decode.js").push("bits/address.js");
  assert.deepEqual(new Set(cycle(imports)), new Set(["bits/address.js", "bits/decode.js"]));
});

test("every folder is in a layer and holds more than one module", () => {
  const folders = readdirSync(SOURCE, { withFileTypes: true });
  const count = ({ name }) => readdirSync(join(SOURCE, name)).length;
  assert.deepEqual(
    folders.filter((entry) => !entry.isDirectory() || count(entry) < 2).map(({ name }) => name),
    [],
  );
  const withModules = new Set([...readImports().keys()].map(dirname));
  assert.deepEqual(withModules, new Set(LAYERS.flat()));
});

/** The texts in a module: its strings, and what stands between the expressions of its templates; each with what is before it. */
function textsIn(source) {
  const found = [];
  /** Templates that are left off: the depth of braces, and what was ahead. */
  const templates = [];
  let depth = 0;
  let before = "";
  let at = 0;
  const text = (end, ahead = before) => {
    const from = at + 1;
    for (at = from; !end(at); at++) if (source[at] === "\\") at++;
    found.push({ text: source.slice(from, at), before: ahead });
    before += source.slice(from - 1, at);
  };
  const template = (ahead = before) => {
    text((i) => source[i] === "`" || source.startsWith("${", i), ahead);
    if (source[at] === "`") return;
    at++;
    templates.push({ depth, ahead });
  };
  for (; at < source.length; at++) {
    const c = source[at];
    if (source.startsWith("//", at)) at = source.indexOf("\n", at);
    else if (source.startsWith("/*", at)) at = source.indexOf("*/", at) + 1;
    else if (c === '"' || c === "'") text((i) => source[i] === c);
    else if (c === "`") template();
    else if (c === "}" && templates.at(-1)?.depth === depth) template(templates.pop().ahead);
    else if (c === "/" && /(?:^|[(,=:[!&|?{};]|return)\s*$/.test(before)) {
      let inClass = false;
      for (at++; inClass || source[at] !== "/"; at++) {
        if (source[at] === "\\") at++;
        else if (source[at] === "[") inClass = true;
        else if (source[at] === "]") inClass = false;
      }
    } else if (c === "{") depth++;
    else if (c === "}") depth--;
    before = (before + source[at]).slice(-20);
  }
  return found;
}

/** Two words, or one with a capital; but no classes, keys, fonts, kinds of what is dragged, data attributes, or what only a programmer sees. */
const isForReaders = ({ text, before }) =>
  /[A-Za-z] [A-Za-z]|^\W*[A-Z][a-z]+\b/.test(text) &&
  !/^bm-|^(Arrow|Page)?(Left|Right|Up|Down|Home|End|Enter|Escape|Delete|Backspace)$|^Files$|^color-mix|(sans-serif|monospace)$/.test(
    text,
  ) &&
  !/Error\(\s*$|"data-[a-z-]+": $/.test(before);

/** Where something speaks to readers; the engine's other folders repeat Python's modules, and so their words. */
const SPEAKING = [
  SOURCE,
  SITE,
  ...["data", "experiments", "host"].map((folder) => join(ENGINE, "src", folder)),
];

test("what readers see is in tables, and nowhere else", () => {
  const modules = SPEAKING.flatMap((folder) =>
    readdirSync(folder, { recursive: true })
      .filter((path) => path.endsWith(".js") && basename(path) !== "words.js")
      .map((path) => join(folder, path)),
  );
  assert.ok(modules.length > 100);
  const elsewhere = modules.flatMap((path) =>
    textsIn(readFileSync(path, "utf8"))
      .filter(isForReaders)
      .map(({ text }) => `${path}: ${text}`),
  );
  assert.deepEqual(elsewhere, []);
});

test("texts are found in strings and templates, and not in comments and patterns", () => {
  const source =
    'f(/"Not this" here/, "Not so", \'"Quoted"\'); // "nor this"\n`One ${a ? `and ${b} two` : "Or three"} more`';
  assert.deepEqual(
    textsIn(source).map(({ text }) => text),
    ["Not so", '"Quoted"', "One ", "and ", " two", "Or three", " more"],
  );
  const planted = textsIn(
    'h("p", { class: "bm-a bm-b", "data-part": "see all" }, "Press Play"); throw new Error(`no layer ${n} of those`);',
  );
  assert.deepEqual(
    planted.filter(isForReaders).map(({ text }) => text),
    ["Press Play"],
  );
});
