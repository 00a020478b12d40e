// How much the built page weighs, and whether that is more than it may. Run after `vite build`.
//
//   node scripts/budget.mjs [FOLDER]
import { readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

/** Of all that comes before a page shows, compressed. */
const FIRST_LOAD = 250_000;
/** Of all files, as they are. */
const EVERYTHING = 1_500_000;

const here = dirname(fileURLToPath(import.meta.url));
const folder = process.argv[2] ?? join(here, "../../src/atoll/_assets/explorer");
const manifest = JSON.parse(readFileSync(join(folder, ".vite/manifest.json"), "utf8"));

/** The files of a chunk, and of all that it imports before it runs. */
function filesOf(key, found = new Set()) {
  const chunk = manifest[key];
  if (chunk === undefined || found.has(chunk.file)) {
    return found;
  }
  for (const file of [chunk.file, ...(chunk.css ?? []), ...(chunk.assets ?? [])]) {
    found.add(file);
  }
  for (const other of chunk.imports ?? []) {
    filesOf(other, found);
  }
  return found;
}

const compressed = (file) => gzipSync(readFileSync(join(folder, file))).length;
const sum = (numbers) => numbers.reduce((total, one) => total + one, 0);
const kb = (bytes) => `${(bytes / 1000).toFixed(1)} KB`;

const entry = Object.keys(manifest).find((key) => manifest[key].isEntry);
const pages = manifest[entry].dynamicImports.filter((key) => key.includes("/pages/"));
if (pages.length === 0) {
  throw new Error("The manifest names no pages.");
}

let tooMuch = false;
const say = (what, bytes, most) => {
  tooMuch ||= bytes > most;
  console.log(`${bytes > most ? "TOO MUCH" : "ok"}  ${what}: ${kb(bytes)} of ${kb(most)}`);
};

for (const page of pages) {
  const files = filesOf(page, filesOf(entry));
  const name = page.split("/").at(-2);
  say(
    `first load of ${name}`,
    sum(["index.html", "theme.js", ...files].map(compressed)),
    FIRST_LOAD,
  );
}
const all = readdirSync(folder, { recursive: true, withFileTypes: true })
  .filter((file) => file.isFile())
  .map((file) => join(file.parentPath, file.name))
  .filter((file) => !relative(folder, file).startsWith("."));
say("everything", sum(all.map((file) => statSync(file).size)), EVERYTHING);
process.exitCode = tooMuch ? 1 : 0;
