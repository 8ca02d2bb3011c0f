import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** The folder of the checkout. */
export const ROOT = fileURLToPath(new URL("../../", import.meta.url));
/** The compiled program: it starts in a third of the time that its sources take. */
export const MAIN = join(ROOT, "dist/node/cli/main.js");

/** What is tested is what was built; a test of something older would say nothing. */
export function requireBuild(): void {
  const built = existsSync(MAIN) ? statSync(MAIN).mtimeMs : undefined;
  const newer =
    built !== undefined &&
    ["wire", "candidates", "nat", "node"].some((folder) => newest(join(ROOT, folder)) > built);
  if (built !== undefined && !newer) return;
  throw new Error(
    `dist/ is ${newer ? "older than the sources" : "missing"}: run \`npm run build\``,
  );
}

function newest(folder: string): number {
  const times = readdirSync(folder, { withFileTypes: true }).map((entry) => {
    const path = join(folder, entry.name);
    return entry.isDirectory() ? newest(path) : statSync(path).mtimeMs;
  });
  return Math.max(0, ...times);
}
