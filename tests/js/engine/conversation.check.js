// Holds conversations with the browser's sessions, for tests/engine/test_conversations.py to compare with Python's.
// node conversation.check.js FOLDER_OF_KERNELS FOLDER: reads what is declared from FOLDER, and a conversation a line.

import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";

import { Kernels } from "../../../bitmass_viz/engine/src/kernels.js";
import { Controls } from "../../../bitmass_viz/engine/src/live/controls.js";
import { ExplorerSession } from "../../../bitmass_viz/engine/src/live/explorer_session.js";
import { OneExampleSession } from "../../../bitmass_viz/engine/src/live/one_example_session.js";
import { SideBySideSession } from "../../../bitmass_viz/engine/src/live/side_by_side_session.js";
import { Digits } from "../../../bitmass_viz/engine/src/training/digits.js";
import { Run } from "../../../bitmass_viz/engine/src/training/run.js";
import { SessionHost } from "./host.js";

const [, , kernelFolder, folder] = process.argv;
const manifest = JSON.parse(readFileSync(join(kernelFolder, "kernels.json"), "utf8"));
const { declared, about } = JSON.parse(readFileSync(join(folder, "declared.json"), "utf8"));
const kernels = new Kernels(
  new WebAssembly.Module(readFileSync(join(kernelFolder, "kernels.wasm"))),
  manifest,
);
const read = (name) => new Uint8Array(readFileSync(join(folder, name)));
const controls = new Controls(declared, manifest);
const digits = new Digits(kernels, about);
for (const split of ["train", "validation"])
  digits.add({ split, start: 0, images: read(`${split}_images`), labels: read(`${split}_labels`) });

const MAKE = {
  explorer: ({ run }, host) => {
    const session = new ExplorerSession(new Run(digits, run), { ...host, controls });
    session.begin();
    return session;
  },
  side_by_side: (wanted, host) => new SideBySideSession(digits, wanted, { ...host, controls }),
  one_example: (_, host) => {
    const wanted = { trainer: "bv32-hebbian", seed: 0, recipe: "published", hidden: 1 };
    const run = new Run(digits, wanted);
    run.advance(64);
    const other = new ExplorerSession(run, { ...host, controls });
    return new OneExampleSession(digits, [other], { ...host, controls });
  },
};

/** Bytes as Base64, and everything else as JSON has it. */
const plain = (value) =>
  value instanceof Uint8Array
    ? { bytes: Buffer.from(value).toString("base64") }
    : Array.isArray(value)
      ? value.map(plain)
      : value !== null && typeof value === "object"
        ? Object.fromEntries(Object.entries(value).map(([name, part]) => [name, plain(part)]))
        : value;

/** What networks hold after some examples. */
function train({ cases, cuts }) {
  return cases.map((wanted) => {
    const run = new Run(digits, wanted);
    for (const examples of cuts) run.advance(examples);
    run.validate();
    const { index, label, predictions } = run.upcoming();
    const sha256 = createHash("sha256").update(run.network.pack()).digest("hex");
    run.release();
    return { sha256, curve: run.curve, upcoming: [index, label, ...predictions] };
  });
}

function converse({ kind, wanted, said, pace }) {
  const host = new SessionHost((given) => MAKE[kind](wanted, given), pace);
  host.converse(said);
  for (const [, run] of host.session.namedRuns?.() ?? []) run.release();
  return { messages: plain(host.messages), used: kernels.memory.buffer.byteLength };
}

for await (const line of createInterface({ input: process.stdin })) {
  const asked = JSON.parse(line);
  const answer = asked.kind === "runs" ? { runs: train(asked) } : converse(asked);
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
