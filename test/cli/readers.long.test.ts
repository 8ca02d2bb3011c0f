import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, describe, it } from "node:test";
import { MAIN } from "../helpers/built.ts";
import { Running, inProcess, temporaryFolder } from "./cli.ts";

const BASH = "/bin/bash";
/** From this version on, tail notices that its reader has gone; elsewhere we notice at the next write. */
const isGnu = /GNU coreutils/.test(spawnSync("tail", ["--version"]).stdout?.toString() ?? "");

/** Runs a line of bash in which \`$D\` is the program; resolves with what it printed. */
async function bash(
  context: TestContext,
  line: string,
): Promise<{ stdout: string; stderr: string }> {
  const D = `${process.execPath} ${MAIN}`;
  const child = spawn(BASH, ["-c", line], { env: { ...process.env, D }, detached: true });
  // Whatever a pipeline that does not end has started.
  context.after(() => {
    if (child.exitCode === null) process.kill(-child.pid!, "SIGKILL");
  });
  let [stdout, stderr] = ["", ""];
  child.stdout.on("data", (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
  await once(child, "close");
  return { stdout, stderr };
}

const skip = existsSync(BASH) ? false : "needs bash, which tells how each end of a pipe ended";

/** Without the mend a pipeline never ends. The mended one takes a second; on a busy machine most of it is the start. */
const timeout = 240_000;

describe("a command whose reader has read enough", { skip, timeout }, () => {
  /** With 5,000 bundles: more than a pipe takes unread. */
  async function filled(context: TestContext): Promise<string> {
    const home = join(temporaryFolder(context), "home");
    await inProcess(["init", "--home", home]);
    const input = Array.from({ length: 5_000 }, (_, i) => `${i}\n`).join("");
    await inProcess(["put", "--lines", "-", "--home", home], { input });
    return home;
  }

  async function served(context: TestContext): Promise<string> {
    const home = await filled(context);
    const node = new Running(context, ["run", "--home", home, "--listen", "127.0.0.1:0", "--json"]);
    await node.line();
    return home;
  }

  it("ends as SIGPIPE ends one, and says nothing", async (context) => {
    const home = await filled(context);
    const line = `$D ls --home ${home} | head -n 1; echo ends $\{PIPESTATUS[@]}`;
    const { stdout, stderr } = await bash(context, line);
    assert.match(stdout, /\t0\nends 141 0\n$/);
    assert.equal(stderr, "");
  });

  it("also while it follows and there is nothing more to print", async (context) => {
    if (!isGnu) return context.skip("needs the tail of GNU");
    const home = await served(context);
    const line = `$D tail -n 3 --home ${home} | head -n 3; echo ends $\{PIPESTATUS[@]}`;
    const { stdout, stderr } = await bash(context, line);
    assert.match(stdout, /\t4997\n.*\t4998\n.*\t4999\nends 141 0\n$/);
    assert.equal(stderr, "");
  });

  it("also while it follows a log", async (context) => {
    if (!isGnu) return context.skip("needs the tail of GNU");
    const home = temporaryFolder(context);
    writeFileSync(join(home, "dispersy.log"), "a\nb\n", { mode: 0o600 });
    const line = `$D logs -f -n 2 --home ${home} | head -n 2; echo ends $\{PIPESTATUS[@]}`;
    assert.equal((await bash(context, line)).stdout, "a\nb\nends 141 0\n");
  });

  it("which follows leaves nothing behind that keeps its reader waiting", async (context) => {
    const home = await served(context);
    // Interrupted once its line has come, however long it takes to start.
    const tail = `{ $D tail -n 1 --home ${home} & echo $! > ${home}/pid; wait; }`;
    const reader = `{ read -r line; echo "$line"; kill -INT $(cat ${home}/pid); cat; }`;
    const line = `${tail} | ${reader}; echo done`;
    const { stdout } = await bash(context, line);
    assert.match(stdout, /\t4999\ndone\n$/);
  });
});
