// Runs the tests in the folders and files named, long ones too. Without names it runs all but the long ones, with
// `--all` those too. Long ones (*.long.test.ts) take three seconds of a processor or wait for ten. What takes minutes
// stands in test/slow and is run by hand. Node 20's own runner knows no globs.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { compile } from "./helpers/compiled/compile.js";

// Many tests wait, for timeouts of the network: one more than there are processors keeps these busy.
const TOGETHER = availableParallelism() + 1;
/** Of some 400. What a mistake in the code breaks is rarely so little, and fails alone as well. */
const MOST_RUN_AGAIN = 4;

const words = process.argv.slice(2);
const places = words.filter((word) => word !== "--all");
const isWhole = words.length > 0;
const folder = mkdtempSync(join(tmpdir(), "dispersy-tests-"));
// The folder stands in its address: programs that a test starts are given the loader, and no settings.
const loader = new URL(
  `helpers/compiled/register.js?${encodeURIComponent(folder)}`,
  import.meta.url,
);
try {
  // Once for all: hundreds of processes would each do it again.
  await compile(folder);
  const files = (places.length > 0 ? places : ["test"]).flatMap(testsIn).sort();
  const failed = failedOf(files, TOGETHER);
  process.exitCode = failed.length === 0 || passAlone(failed) ? 0 : 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** Tests of real networks have deadlines, and a busy machine can miss one. Who passes alone is named, and has passed. */
function passAlone(files) {
  if (files.length > MOST_RUN_AGAIN) return false;
  const passed = files.filter((file) => failedOf([file], 1).length === 0);
  for (const file of passed) console.log(`# ${file} failed beside others and passed alone`);
  return passed.length === files.length;
}

/** Those of the files in which something failed; all when the runner itself did. */
function failedOf(files, together) {
  const list = join(folder, "failed");
  const reporter = process.stdout.isTTY ? "spec" : "tap";
  const options =
    `--import ${loader} --enable-source-maps --test --test-concurrency=${together}` +
    ` --test-reporter ${reporter} --test-reporter-destination stdout` +
    ` --test-reporter ./test/helpers/failed-files.js --test-reporter-destination`;
  const args = [...options.split(" "), list, ...files];
  const { status } = spawnSync(process.execPath, args, { stdio: "inherit" });
  if (status === 0) return [];
  const failed = readFileSync(list, "utf8").split("\n").filter(Boolean);
  return failed.length > 0 ? failed : files;
}

function testsIn(place) {
  if (statSync(place).isFile()) return [place];
  return readdirSync(place, { withFileTypes: true }).flatMap((entry) => {
    const path = join(place, entry.name);
    if (entry.isDirectory()) return path === join("test", "slow") ? [] : testsIn(path);
    if (!entry.name.endsWith(".test.ts")) return [];
    return isWhole || !entry.name.endsWith(".long.test.ts") ? [path] : [];
  });
}
