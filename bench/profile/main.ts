import { spawn } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type CpuProfile, hottest } from "./hottest.ts";

/**
 * `npm run profile -- WORDS`: runs `dispersy WORDS` as built, and prints on stderr in which functions its time went.
 * A command that stays is ended with Ctrl-C, and profiled up to then.
 */
const COUNT = 10;
const MAIN = fileURLToPath(new URL("../../dist/node/cli/main.js", import.meta.url));

const folder = mkdtempSync(join(tmpdir(), "dispersy-profile-"));
try {
  process.exitCode = await run();
  process.stderr.write(`\n${report()}\n`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** The program's exit code. */
function run(): Promise<number> {
  const profiling = ["--cpu-prof", `--cpu-prof-dir=${folder}`];
  const child = spawn(process.execPath, [...profiling, MAIN, ...process.argv.slice(2)], {
    stdio: "inherit",
  });
  // The terminal sends Ctrl-C to both; we stay to read what the program leaves.
  process.on("SIGINT", () => {});
  process.on("SIGTERM", () => child.kill("SIGTERM"));
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => resolve(code ?? 1));
  });
}

/** Each thread wrote a profile of its own. */
function report(): string {
  const profiles = readdirSync(folder).map(
    (file) => JSON.parse(readFileSync(join(folder, file), "utf8")) as CpuProfile,
  );
  const lines = hottest(profiles, COUNT).map(
    ({ place, selfMs, share }) =>
      `${`${(share * 100).toFixed(1)} %`.padStart(7)} ${`${selfMs.toFixed(0)} ms`.padStart(9)}  ${place}`,
  );
  return ["SELF TIME, of all threads", ...lines].join("\n");
}
