import { fileURLToPath } from "node:url";
import { LEAST_OPEN_FILES, RAISE_OPEN_FILES, openFilesLimit } from "../host/open-files.ts";

/** A moment for what ends by itself. */
const LINGER_MS = 250;

// All else is imported later: that alone takes more files than such a process may open.
const limit = openFilesLimit() ?? LEAST_OPEN_FILES;
if (limit < LEAST_OPEN_FILES) {
  process.stderr.write(`${tooFewFiles(limit)}\n`);
  process.exit(1);
}
await main();

async function main(): Promise<void> {
  const { setCommandName } = await import("./command-name.ts");
  const { execute } = await import("./execute.ts");
  const { watchStdout, written } = await import("./output.ts");
  watchStdout();
  setCommandName({
    script: process.argv[1]!,
    file: fileURLToPath(import.meta.url),
    env: process.env,
    platform: process.platform,
  });
  const code = await execute(process.argv.slice(2));
  await written();
  // Output that was lost is a failure of a command that has none of its own.
  if (code !== 0 || process.exitCode === undefined) process.exitCode = code;
  // All is closed, but a request to a router that does not answer would keep the process for some seconds.
  setTimeout(() => process.exit(), LINGER_MS).unref();
}

function tooFewFiles(limit: number): string {
  const message = `this process may open only ${limit} files and sockets, and it takes ${LEAST_OPEN_FILES} to start`;
  const hint = RAISE_OPEN_FILES;
  return process.argv.includes("--json")
    ? JSON.stringify({ error: { code: "failed", exitCode: 1, message, hint } })
    : `error: ${message}\n${hint}`;
}
