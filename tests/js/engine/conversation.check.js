// Holds conversations with the browser's sessions, for tests/engine/test_conversations.py to compare with Python's.
// node conversation.check.js FOLDER_OF_KERNELS FOLDER: reads what is declared from FOLDER, and a conversation a line.

import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { isDeepStrictEqual } from "node:util";

import { DataSets } from "../../../bitmass_viz/engine/src/data/data_sets.js";
import { Kernels } from "../../../bitmass_viz/engine/src/kernels.js";
import { Controls } from "../../../bitmass_viz/engine/src/live/controls.js";
import { ExplorerSession } from "../../../bitmass_viz/engine/src/live/explorer_session.js";
import { OneExampleSession } from "../../../bitmass_viz/engine/src/live/one_example_session.js";
import { OpeningSession } from "../../../bitmass_viz/engine/src/live/opening_session.js";
import { OwnImages } from "../../../bitmass_viz/engine/src/live/own_images.js";
import { SideBySideSession } from "../../../bitmass_viz/engine/src/live/side_by_side_session.js";
import { Run } from "../../../bitmass_viz/engine/src/training/run.js";
import { SessionHost } from "./host.js";

const [, , kernelFolder, folder] = process.argv;
const manifest = JSON.parse(readFileSync(join(kernelFolder, "kernels.json"), "utf8"));
const { declared, about, others } = JSON.parse(readFileSync(join(folder, "declared.json"), "utf8"));
const kernels = new Kernels(
  new WebAssembly.Module(readFileSync(join(kernelFolder, "kernels.wasm"))),
  manifest,
);
const read = (name) => new Uint8Array(readFileSync(join(folder, name)));
const ignore = () => {};
const data = new DataSets(kernels, [about, ...others], { onPiece: ignore, onState: ignore, onWhole: ignore });
const controls = new Controls(declared, manifest, data.choices);
const digits = data.first;
for (const each of [digits, data.find("second")].filter(Boolean))
  for (const split of ["train", "validation"])
    each.add({ split, start: 0, images: read(`${split}_images`), labels: read(`${split}_labels`) });

const another = new Run(digits, { trainer: "bv32-hebbian", seed: 0, recipe: "published", hidden: 1 });
another.advance(64);

const MAKE = {
  opening: (wanted, host) => new OpeningSession(digits, wanted, { ...host, controls, data }),
  explorer: ({ run }, host, memory) => {
    const own = new OwnImages();
    const session = new ExplorerSession(new Run(digits, run), { ...host, controls, data, own });
    session.begin(memory);
    return session;
  },
  side_by_side: (wanted, host, memory) => {
    const session = new SideBySideSession(
      digits,
      { ...wanted, ...memory?.wanted },
      { ...host, controls, data },
    );
    session.begin(memory);
    return session;
  },
  one_example: (_, host) => {
    const other = new ExplorerSession(another, { ...host, controls, data });
    return new OneExampleSession(digits, [other], { ...host, controls, data });
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

const sha256 = (bytes) => createHash("sha256").update(bytes).digest("hex");

/** What networks hold after some examples. */
function train({ cases, cuts }) {
  return cases.map((wanted) => {
    const run = new Run(digits, wanted);
    for (const examples of cuts) run.advance(examples);
    run.validate();
    const { index, label, predictions } = run.upcoming();
    const hash = sha256(run.network.pack());
    run.release();
    return { sha256: hash, curve: run.curve, upcoming: [index, label, ...predictions] };
  });
}

/** Messages with buffers as a page sends them. */
const revived = (said) =>
  said.map(([{ buffers, ...message }, seconds]) => [
    buffers ? { ...message, buffers: buffers.map(({ bytes }) => Buffer.from(bytes, "base64")) } : message,
    seconds,
  ]);

function converse({ kind, wanted, said, pace }) {
  const host = new SessionHost((given) => MAKE[kind](wanted, given), pace);
  host.say(revived(said));
  host.end();
  release(host.session);
  return { messages: plain(host.messages), used: kernels.memory.buffer.byteLength };
}

/** Give back the memory of a session's networks. */
function release(session) {
  const runs = session.namedRuns?.().map(([, run]) => run) ?? session._runs;
  for (const run of runs) run.release();
}

/** Sessions that end where they are told to, and each time another one that goes on from what was remembered. */
function survive({ kind, wanted, said, pace, ends }) {
  let host;
  const begin = (memory) => {
    host = new SessionHost((given) => MAKE[kind](wanted, given, memory), pace);
    // The page says so again to each of its workers.
    if (kind === "side_by_side") host.tell({ action: "near" });
  };
  const forgotten = [];
  begin();
  ends.forEach((end, i) => {
    host.say(said.slice(ends[i - 1] ?? 0, end));
    const memory = structuredClone(host.session.memory());
    release(host.session);
    begin(memory);
    if (!isDeepStrictEqual(host.session.memory(), memory)) forgotten.push([memory, host.session.memory()]);
  });
  host.say(said.slice(ends.at(-1)));
  host.end();
  const networks = host.session.namedRuns().map(([, run]) => sha256(run.network.pack()));
  const memory = plain(host.session.memory());
  release(host.session);
  return {
    forgotten,
    memory,
    networks,
    state: host.state.status.state,
    used: kernels.memory.buffer.byteLength,
  };
}

for await (const line of createInterface({ input: process.stdin })) {
  const asked = JSON.parse(line);
  const answer =
    asked.kind === "runs" ? { runs: train(asked) } : asked.ends ? survive(asked) : converse(asked);
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
