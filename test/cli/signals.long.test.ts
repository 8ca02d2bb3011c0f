import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type TestContext, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { until } from "../host/support.ts";
import { MAIN } from "../helpers/built.ts";
import { Running, inProcess, temporaryFolder } from "./cli.ts";

const SERVE = fileURLToPath(new URL("../../node/cli/serve.ts", import.meta.url));
/** What a home keeps of a node that ended cleanly: no socket, no lock. */
const LEFT = ["overlays", "store", "vanishing.keys"];
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
  ["SIGHUP", "SIGHUP", 129],
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

test("SIGHUP is a clean stop of a node and of a tracker", async (t) => {
  const home = join(temporaryFolder(t), "home");
  for (const args of [["run", "--home", home], ["tracker"]]) {
    const node = new Running(t, [...args, "--listen", "127.0.0.1:0", "--json"]);
    await node.line();
    assert.equal(await node.stop("SIGHUP"), 0, node.stderr);
  }
  assert.deepEqual(readdirSync(home).sort(), LEFT);
});

/** A terminal that a node is started in, closed by the returned function once the node serves its home. */
async function startInTerminal(
  t: TestContext,
  command: string,
): Promise<{ home: string; pid: number; close: () => void }> {
  const folder = temporaryFolder(t);
  const home = join(folder, "home");
  const node = [process.execPath, MAIN, "run", "--listen", "127.0.0.1:0"];
  const line = [command, ...node, "--home", home].join(" ").trim();
  const env = { ...process.env, DISPERSY_NO_PORTMAP: "1" };
  const terminal = spawn("script", ["-qec", `cd ${folder} && exec ${line}`, "/dev/null"], { env });
  t.after(() => terminal.kill("SIGKILL"));
  await until("it serves", () => existsSync(join(home, "control.sock")));
  const pid = Number(readFileSync(join(home, "pid"), "utf8"));
  t.after(() => {
    if (isAlive(pid)) process.kill(pid, "SIGKILL");
  });
  return { home, pid, close: () => terminal.kill("SIGKILL") };
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

const skip =
  process.platform === "linux" && existsSync("/usr/bin/script") ? false : "needs Linux and script";

test("a terminal that closes stops its node cleanly", { skip }, async (t) => {
  const { home, pid, close } = await startInTerminal(t, "");
  close();
  await until("it ended", () => !isAlive(pid));
  assert.deepEqual(readdirSync(home).sort(), LEFT);
});

test("a node under nohup outlives its terminal", { skip }, async (t) => {
  const { home, pid, close } = await startInTerminal(t, "nohup");
  close();
  // The kernel has told it by then; ending would take less.
  await sleep(2_000);
  assert.ok(isAlive(pid));
  assert.equal((await inProcess(["status", "--home", home])).code, 0);
  process.kill(pid, "SIGTERM");
  await until("it ended", () => !isAlive(pid));
});
