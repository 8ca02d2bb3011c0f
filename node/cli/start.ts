import { fileURLToPath } from "node:url";
import { setCommandName } from "./command-name.ts";
import { execute } from "./execute.ts";
import { watchStdout, written } from "./output.ts";

/** A moment for what ends by itself. */
const LINGER_MS = 250;

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
