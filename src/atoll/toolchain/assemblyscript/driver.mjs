/*
 * Runs the AssemblyScript compiler on one app. Reads a request as JSON from standard input, writes
 * the module and a report (report.json) into the request's output folder. Nothing is written
 * anywhere else; what transforms print goes to standard error.
 *
 * Files are read through one function, so that the app's folder needs no copy and no packages of
 * Atoll's in it: `node_modules/<pinned package>` is Atoll's wherever it is asked for.
 */

import { promises as fs } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { Worker } from "node:worker_threads";

console.log = console.error;

/** A transform that is not there, or fails while it is loaded. */
class Unloaded extends Error {
  constructor(name, isMissing, error) {
    const reason = String(error?.message ?? error).split("\n")[0];
    super(`the transform ${name} cannot be loaded: ${reason}`);
    this.transform = { name, isMissing };
    this.stack = `${this.message}\n${error?.stack ?? ""}`;
  }
}

const request = JSON.parse(await readAll(process.stdin));
const { app, toolchain, pinned, packages, config, options, transforms, output } = request;
new Worker(new URL("lifeline.mjs", import.meta.url), { workerData: request.lifeline }).unref();
const texts = new Map();
const diagnostics = [];

let error = null;
try {
  error = await compile();
} catch (thrown) {
  error = thrown;
}
const report = {
  error: error ? String(error.stack ?? error) : null,
  transform: error instanceof Unloaded ? error.transform : null,
  diagnostics,
};
const wellFormed = (_, value) => (typeof value === "string" ? value.toWellFormed() : value);
await fs.writeFile(path.join(output, "report.json"), JSON.stringify(report, wellFormed));

/** Gives what the compiler gave up for, if it did. */
async function compile() {
  const compiler = await import(pathToFileURL(path.join(toolchain, "assemblyscript/dist/asc.js")));
  const { error } = await compiler.main(
    [...options, "--outFile", "app.wasm"],
    {
      readFile,
      writeFile,
      listFiles,
      transforms: await Promise.all(transforms.map(load)),
      stdout: discard(),
      stderr: discard(),
      reportDiagnostic: (found) => isNews(found) && diagnostics.push(described(found)),
    },
  );
  return error;
}

async function readAll(stream) {
  const chunks = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks).toString("utf8");
}

/** A transform by the name of its package: Atoll's own, else the app's; or of a file of the app. */
async function load(name) {
  let file = null;
  try {
    file = find(name);
    const module = await import(pathToFileURL(file));
    return module.default ?? module;
  } catch (error) {
    throw new Unloaded(name, file === null && error.code === "MODULE_NOT_FOUND", error);
  }
}

function find(name) {
  const isAtolls = pinned.some((each) => name === each || name.startsWith(`${each}/`));
  const folder = isAtolls ? toolchain : name.startsWith(".") ? null : packages;
  return createRequire(path.join(folder ? path.dirname(folder) : app, "anchor.js")).resolve(name);
}

/** Where a file that the compiler asks for really is. */
function located(name, base) {
  const full = path.resolve(app, base, name);
  const parts = full.split(path.sep);
  const at = parts.lastIndexOf("node_modules");
  if (at < 0) return full;
  const inside = parts.slice(at + 1).join("/");
  if (pinned.some((each) => inside.startsWith(`${each}/`))) return path.join(toolchain, inside);
  return packages && parts.slice(0, at).join(path.sep) === path.resolve(app)
    ? path.join(packages, inside)
    : full;
}

async function readFile(name, base) {
  if (path.resolve(app, base, name) === path.join(app, "asconfig.json")) return config;
  try {
    const file = located(name, base);
    const text = await fs.readFile(file, "utf8");
    texts.set(path.normalize(name), text);
    const [, inside] = file.split(`${path.sep}node_modules${path.sep}`).slice(-2);
    if (inside) texts.set(`~lib/${inside}`, text);
    return text;
  } catch {
    return null;
  }
}

async function writeFile(name, content) {
  await fs.writeFile(path.join(output, path.basename(name)), content);
  return true;
}

async function listFiles(folder, base) {
  try {
    const files = await fs.readdir(located(folder, base));
    return files.filter((file) => file.endsWith(".ts") && !file.endsWith(".d.ts"));
  } catch {
    return null;
  }
}

function discard() {
  return { write: () => true, isTTY: false };
}

/** Exported classes and types are for other files. That they are no functions is known. */
function isNews({ code, range }) {
  const text = code === 235 ? textAround(range) : undefined;
  return text === undefined || !/\b(class|interface|type)\s+$/.test(text.slice(0, range.start));
}

function textAround(range) {
  return texts.get(path.normalize(range?.source?.normalizedPath ?? ""));
}

function described({ message, code, category, range }) {
  const found = { message, code, category, file: null, line: null, column: null, text: "" };
  if (!range?.source) return found;
  found.file = range.source.normalizedPath;
  const text = textAround(range);
  if (text === undefined) return found;
  const before = text.slice(0, range.start);
  found.line = before.split("\n").length;
  found.text = text.split("\n", found.line).at(-1);
  found.column = [...before.slice(before.lastIndexOf("\n") + 1)].length + 1; // of characters
  return found;
}
