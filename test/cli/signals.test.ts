import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { test } from "node:test";

const SERVE = fileURLToPath(new URL("../../node/cli/serve.ts", import.meta.url));
/** Has been told to stop, and never comes to the end of its draining. */
const DRAINING = `
  const { onSignals } = await import(${JSON.stringify(SERVE)});
  onSignals().stopped.then(() => console.log("draining"));
  setInterval(() => {}, 1_000);
  console.log("ready");
`;

for (const [first, second, code] of [
  ["SIGINT", "SIGTERM", 143],
  ["SIGTERM", "SIGINT", 130],
] as const) {
  test(`${first} drains, ${second} then ends the process at once`, async (t) => {
    const args = ["--import", "tsx", "--input-type=module", "-e", DRAINING];
    const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
    t.after(() => child.kill("SIGKILL"));
    const ended = once(child, "exit");
    const said = (): Promise<string> => once(child.stdout, "data").then(String);
    assert.match(await said(), /ready/);
    child.kill(first);
    assert.match(await said(), /draining/);
    child.kill(second);
    assert.equal((await ended)[0], code);
  });
}
