/**
 * Not a test of its own: tests/test_site.py hands it a site, digits and labels, and reads what the page's own code
 * makes of them: what the networks of “One example, slowly” answer, and what they learn.
 */

import { readFileSync } from "node:fs";
import { runInThisContext } from "node:vm";

import { createExample } from "../../../bitmass_viz/widgets/src/recorded/example.js";

const [site, asked] = process.argv.slice(2);
const base64 = (view) => Buffer.from(view.buffer, view.byteOffset, view.byteLength).toString("base64");

/** As a browser reads a script: by its mark, else as UTF-8. */
function read(name) {
  const bytes = readFileSync(`${site}/parts/${name}.js`);
  const marked = bytes[0] === 0xff && bytes[1] === 0xfe;
  return new TextDecoder(marked ? "utf-16le" : "utf-8").decode(bytes);
}

async function load(name) {
  return new Promise((resolve) => {
    globalThis.bitmassPart = (_, told, text = "") => resolve({ told, text });
    runInThisContext(read(name));
  });
}

const { told, learned, images, labels, unit } = JSON.parse(readFileSync(asked, "utf8"));
const model = createExample({ ...told, palette: {} }, load);
const settled = () => new Promise((resolve) => setTimeout(resolve, 50));
const found = { steps: [], answers: [] };
model.on("msg:custom", (message, buffers) => {
  if (message.kind === "answers") found.answers.push(message.answers.map(({ answers }) => answers[0]));
  else
    found.steps.push({
      signal: message.signal,
      buffers: buffers.map(base64),
    });
});
model.send({ action: "near" });
await settled();
found.pages = told.labels.map(() => {
  const page = {
    digits: base64(model.get("digits")),
    labels: model.get("labels"),
  };
  model.send({ action: "more" });
  return page;
});
found.state = model.get("state");
found.notice = model.get("notice");
for (const [id, pixels] of images.entries()) model.send({ action: "ask", id, pixels });
for (const examples of learned) {
  model.send({ action: "learn-from", examples });
  await settled();
  for (const [id, pixels] of images.entries())
    model.send({ action: "learn", id, pixels, label: labels[id], unit });
}
console.log(JSON.stringify(found));
