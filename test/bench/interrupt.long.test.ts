import assert from "node:assert/strict";
import { once } from "node:events";
import { readdirSync } from "node:fs";
import { describe, it } from "node:test";
import { setTimeout as later } from "node:timers/promises";
import { start, temporaryFolder } from "../cli/cli.ts";

/** Each has processes and homes of its own by the time that it says so. */
const RUNS: [words: string, says: RegExp][] = [
  ["held --bundles 300000", /./],
  ["cold --bundles 50000", /writes/],
  ["carriers --bundles 50000", /./],
];

describe("a benchmark that a signal ends", () => {
  for (const [words, says] of RUNS) {
    it(`leaves no folder, no process and no stack trace: ${words}`, async (context) => {
      const scratch = temporaryFolder(context);
      const child = start(["bench", ...words.split(" ")], { env: { TMPDIR: scratch } });
      let said = "";
      child.stderr.on("data", (chunk: Buffer) => (said += chunk.toString()));
      // The processes that it started have its pipe: it closes with the last of them.
      const closed = once(child, "close");
      while (!says.test(said) || readdirSync(scratch).length === 0) await later(50);
      // Until the processes are at work: they have most of their bundles to write yet.
      await later(1_000);
      child.kill("SIGINT");
      const [code] = await closed;
      assert.equal(code, 130);
      assert.doesNotMatch(said, /^\s+at /m, said);
      assert.deepEqual(readdirSync(scratch), []);
    });
  }
});
