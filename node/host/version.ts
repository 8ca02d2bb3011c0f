import { createRequire } from "node:module";

/** Of this program, as its package says. */
export function programVersion(): string {
  const manifest = createRequire(import.meta.url)("dispersy/package.json") as { version: string };
  return manifest.version;
}
