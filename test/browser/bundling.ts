import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";

/** An entry and all that it imports as one script for browsers. Rejects when something of it is only Node's. */
export async function bundleFor(entry: string): Promise<{ script: string; gzipBytes: number }> {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL(entry, import.meta.url))],
    bundle: true,
    format: "esm",
    platform: "browser",
    target: "es2022",
    minify: true,
    write: false,
    logLevel: "silent",
  });
  const { text } = outputFiles[0]!;
  return { script: text, gzipBytes: gzipSync(text).length };
}
