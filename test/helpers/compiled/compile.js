import { readdirSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { transform } from "esbuild";

/** Compiles every TypeScript file of the project into `folder`, under the same path. */
export async function compile(folder) {
  const sources = ["wire", "candidates", "nat", "node", "bench", "test"].flatMap(sourcesIn);
  await Promise.all(sources.map((path) => compileOne(path, join(folder, path))));
}

async function compileOne(path, into) {
  const { code } = await transform(await readFile(path, "utf8"), {
    loader: "ts",
    target: "node20",
    sourcefile: pathToFileURL(resolve(path)).href,
    sourcemap: "inline",
    sourcesContent: false,
  });
  await mkdir(dirname(into), { recursive: true });
  await writeFile(into, code);
}

function sourcesIn(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return isOurs(entry.name) ? sourcesIn(path) : [];
    return entry.name.endsWith(".ts") && !entry.name.endsWith(".d.ts") ? [path] : [];
  });
}

const isOurs = (name) => name !== "dist" && name !== "node_modules";
