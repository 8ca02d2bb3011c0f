// Runs the tests below the folders or files named (default: all but the slow ones). Node 20's own runner knows no globs.
import { spawnSync } from "node:child_process";
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";

const places = process.argv.slice(2);
const files = (places.length > 0 ? places : ["test"]).flatMap(testsIn).sort();
const { status } = spawnSync(process.execPath, ["--import", "tsx", "--test", ...files], {
  stdio: "inherit",
});
process.exit(status ?? 1);

function testsIn(place) {
  if (statSync(place).isFile()) return [place];
  return readdirSync(place, { withFileTypes: true }).flatMap((entry) => {
    const path = join(place, entry.name);
    if (entry.isDirectory()) return path === join("test", "slow") ? [] : testsIn(path);
    return entry.name.endsWith(".test.ts") ? [path] : [];
  });
}
