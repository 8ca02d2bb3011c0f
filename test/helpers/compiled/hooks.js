// Modules come from the folder that test/run.js has compiled them into, under their own addresses.
import { readFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";

let root;
let folder;

export function initialize(data) {
  ({ root, folder } = data);
}

export async function load(url, context, next) {
  if (!url.startsWith("file:") || !url.endsWith(".ts")) return next(url, context);
  const inside = relative(root, fileURLToPath(url));
  // What a test has written elsewhere is not compiled.
  if (inside.startsWith("..")) return next(url, context);
  const source = await readFile(join(folder, inside));
  return { format: "module", shortCircuit: true, source };
}
