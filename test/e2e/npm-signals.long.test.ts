import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { ROOT } from "../helpers/built.ts";
import { Stage, until } from "./program.ts";

/* npm and npx start a shell that starts the program, and give their signals to the shell only. */

const skip = process.platform === "win32" ? "Windows tells nobody that a parent is gone" : false;

interface Started {
  home: string;
  /** npm or npx. */
  parent: ChildProcess;
  /** Of the node itself. */
  pid: number;
  stderr: () => string;
}

async function startBy(t: TestContext, words: readonly string[]): Promise<Started> {
  const stage = new Stage();
  t.after(() => stage.clear());
  const home = stage.path("home");
  const [program = "", ...rest] = [...words, "--home", home, "--listen", "127.0.0.1:0"];
  const env = { ...process.env, NO_COLOR: "1", DISPERSY_NO_PORTMAP: "1" };
  const parent = spawn(program, rest, { cwd: ROOT, env, stdio: ["ignore", "ignore", "pipe"] });
  let stderr = "";
  parent.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
  // It has its home, and is about to serve it: from then on a stop shall be a clean one.
  const pidFile = join(home, "pid");
  await until("it begins", () => existsSync(pidFile) && readFileSync(pidFile, "utf8") !== "");
  const pid = Number(readFileSync(pidFile, "utf8"));
  t.after(() => {
    if (isAlive(pid)) process.kill(pid, "SIGKILL");
  });
  return { home, parent, pid, stderr: () => stderr };
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

for (const words of [
  ["npm", "start", "--"],
  ["npx", "dispersy", "run"],
]) {
  test(`SIGTERM to \`${words.join(" ")}\` stops the node cleanly`, { skip }, async (t) => {
    const { home, parent, pid, stderr } = await startBy(t, words);
    assert.notEqual(parent.pid, pid);
    parent.kill("SIGTERM");
    await until("the node ended", () => !isAlive(pid));
    assert.deepEqual(readdirSync(home).sort(), ["overlays", "store", "vanishing.keys"]);
    assert.match(stderr(), /npm or npx, which started this, is gone/);
  });
}

test("under nohup a node outlives npx", { skip }, async (t) => {
  // What GNU nohup does to the standard input of a terminal: it is there, and cannot be read.
  const command = ["sh", "-c", 'exec npx dispersy run "$@" 0>/dev/null', "sh"];
  const { parent, pid } = await startBy(t, command);
  parent.kill("SIGTERM");
  await until("npx ended", () => parent.exitCode !== null || parent.signalCode !== null);
  // Four looks at the parent.
  await new Promise((resolve) => setTimeout(resolve, 2_000));
  assert.ok(isAlive(pid));
  process.kill(pid, "SIGTERM");
  await until("the node ended", () => !isAlive(pid));
});
