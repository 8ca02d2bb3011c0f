// Runs the tests in the folders and files named, long ones too. Without names it runs all but the long ones, with
// `--all` those too. Long ones (*.long.test.ts) take three seconds of a processor or wait for ten. What takes minutes
// stands in test/slow and is run by hand. Node 20's own runner knows no globs.
import { spawnSync } from "node:child_process";
import { readdirSync, statSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";

const words = process.argv.slice(2);
const places = words.filter((word) => word !== "--all");
const isWhole = words.length > 0;
const files = (places.length > 0 ? places : ["test"]).flatMap(testsIn).sort();
// The runner's own choice leaves one processor idle, which is half of two.
const together = `--test-concurrency=${availableParallelism()}`;
const { status } = spawnSync(process.execPath, ["--import", "tsx", "--test", together, ...files], {
  stdio: "inherit",
});
process.exit(status ?? 1);

function testsIn(place) {
  if (statSync(place).isFile()) return [place];
  return readdirSync(place, { withFileTypes: true }).flatMap((entry) => {
    const path = join(place, entry.name);
    if (entry.isDirectory()) return path === join("test", "slow") ? [] : testsIn(path);
    if (!entry.name.endsWith(".test.ts")) return [];
    return isWhole || !entry.name.endsWith(".long.test.ts") ? [path] : [];
  });
}
