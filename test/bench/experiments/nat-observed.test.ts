import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { it } from "node:test";
import {
  observedReport,
  type ObservedRow,
  observedRows,
} from "../../../bench/experiments/nat-observed.ts";
import { plainText } from "../../../bench/report/report.ts";
import { serveControl } from "../../../node/host/control/control.ts";
import { EXIT, UserError } from "../../../node/host/errors.ts";
import { Node } from "../../../node/host/node/node.ts";

it("what a node met is asked of the one that runs; without one, that is said", async () => {
  const home = mkdtempSync(join(tmpdir(), "dispersy-observed-"));
  try {
    const isNoDaemon = (error: unknown): boolean =>
      error instanceof UserError && error.exitCode === EXIT.noDaemon;
    await assert.rejects(() => observedRows(home), isNoDaemon);
    const node = await Node.open({ home, listen: "127.0.0.1:0", logLevel: "silent" });
    const control = await serveControl(node);
    assert.deepEqual(await observedRows(home), []);
    await control.close();
    await node.close();
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
});

it("what a node met is a table of classes and strategies", () => {
  const row: ObservedRow = {
    a: "easy",
    b: "random",
    strategy: "birthday",
    trials: 8,
    successes: 7,
    success: 0.875,
    low: 0.529,
    high: 0.978,
    p50Ms: 640,
    p95Ms: null,
  };
  const text = plainText(observedReport([row]));
  assert.match(text, /easy +\| random +\| birthday +\| +8 \| +7 \| +87.5 %/);
  assert.match(text, /640 ms \| +– \|/);
  assert.match(plainText(observedReport([])), /nobody yet/);
});
