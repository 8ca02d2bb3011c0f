import assert from "node:assert/strict";
import { closeSync, existsSync, openSync } from "node:fs";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { test } from "node:test";
import { MAIN } from "../helpers/built.ts";
import { dispersy, temporaryFolder } from "./cli.ts";

const FULL = "/dev/full";

/** Runs a command whose stdout has no room; signals it once it says so. */
async function intoFull(args: string[], signal?: NodeJS.Signals) {
  const stdout = openSync(FULL, "w");
  const env = { ...process.env, NO_COLOR: "1", DISPERSY_NO_PORTMAP: "1" };
  const child = spawn(process.execPath, [MAIN, ...args], {
    env,
    stdio: ["ignore", stdout, "pipe"],
  });
  closeSync(stdout);
  let stderr = "";
  let signalled = signal === undefined;
  child.stderr!.on("data", (chunk: Buffer) => {
    stderr += chunk.toString();
    if (signalled || !stderr.includes("stdout")) return;
    // Once: a second signal ends a node at once, with the signal's own exit code.
    signalled = child.kill(signal);
  });
  const [code] = (await once(child, "close")) as [number | null];
  return { code, stderr };
}

test("whatever stdout cannot take ends in exit code 1 and one sentence", async (t) => {
  if (!existsSync(FULL)) return t.skip(`there is no ${FULL} here`);
  const home = ["--home", temporaryFolder(t)];
  const commands = [
    ["init", "--members"],
    ["put", "hi"],
    ["ls"],
    ["ls", "--json"],
    ["invite"],
    ["grant", "ab".repeat(32)],
    ["bench"],
    ["bench", "bandwidth", "--nodes", "3", "--minutes", "1"],
    ["--help"],
    ["--version"],
  ];
  for (const [name, ...rest] of commands) {
    const { code, stderr } = await intoFull([name!, ...rest, ...home]);
    assert.equal(code, 1, `${name}: ${stderr}`);
    const said = rest.includes("--json")
      ? /^\{"error":\{"code":"failed",.*"stdout takes no more: ENOSPC: no space left on device.*$/m
      : /^error: stdout takes no more: ENOSPC: no space left on device.*\n.+\n$/m;
    assert.match(stderr, said, name);
  }
  const { stdout } = await dispersy(["ls", ...home]);
  assert.match(stdout, /\thi\n$/, "it was published, as the sentence says");
});

test("a node runs on without its stdout, and ends with exit code 1", async (t) => {
  if (!existsSync(FULL)) return t.skip(`there is no ${FULL} here`);
  const args = ["run", "--home", temporaryFolder(t), "--listen", "127.0.0.1:0"];
  const { code, stderr } = await intoFull(args, "SIGTERM");
  assert.equal(code, 1);
  assert.equal(stderr.match(/stdout takes no more/g)?.length, 1, stderr);
});
