import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { prefixOf, presentPrefixes } from "../../../bench/lab/namespaces.ts";
import { skipReason } from "./available.ts";

const MAIN = fileURLToPath(new URL("../../../bench/lab/main.ts", import.meta.url));

/** Starts the lab's command and interrupts it as soon as there are namespaces of its own; what it ends with. */
async function interrupted(...args: string[]): Promise<{ prefix: string; code: number | null }> {
  const child = spawn(process.execPath, ["--import", "tsx", MAIN, ...args], { stdio: "ignore" });
  const ended = new Promise<number | null>((resolve) => child.once("exit", resolve));
  const prefix = prefixOf(child.pid!);
  while (!presentPrefixes().includes(prefix)) {
    assert.equal(child.exitCode, null, "it ended by itself");
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  child.kill("SIGINT");
  return { prefix, code: await ended };
}

describe("the lab after its end", { skip: skipReason }, () => {
  it("is gone when it is interrupted, in whatever state", async () => {
    const { prefix, code } = await interrupted("check");
    assert.equal(code, 130);
    assert.ok(!presentPrefixes().includes(prefix));
  });
});
