import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { EXPERIMENTS } from "../../bench/registry.ts";
import { dispersy, temporaryFolder } from "../cli/cli.ts";
import { flawsOf } from "./report/layout.ts";
import { checkXml } from "./report/xml.ts";

/** The least that each can do; `nat` has charts of one row and of two. */
const LEAST: Record<string, string[]> = {
  spread: ["--nodes 10 --trials 1 --limit 40"],
  fresh: ["--nodes 10 --bundles 1"],
  churn: ["--nodes 6 --bundles 2 --session 600"],
  cold: ["--sim --bundles 100"],
  carriers: ["--bundles 100 --runs 1"],
  reconcile: ["--bundles 100 --missing 2 --trials 1"],
  filters: ["--bundles 100 --missing 5 --trials 1", "--bundles 10 --missing 10 --trials 1"],
  privacy: ["--bundles 100 --offers 2 --trials 1"],
  choices: ["--nodes 4 --bundles 100 --trials 1"],
  clocks: ["--windows 10"],
  held: ["--bundles 500 --trials 5"],
  load: ["--nodes 4 --seconds 10"],
  latency: ["--nodes 3 --bundles 2 --hours 1"],
  lines: ["--only cells --cells 100/2/10 --bundles 100"],
  mtu: ["--short 20 --full 1 --seconds 10"],
  bandwidth: ["--nodes 3 --minutes 1"],
  nat: ["--pairs blk:blk --trials 1", "--pairs apdf:rnd,seq:seq --trials 1"],
  tracker: ["--runs 1 --few 2 --many 2 --overlays 1 --seconds 0.1 --rate 50 --warm-up 10"],
  chats: ["--people 3 --messages 1 --pair-messages 1 --uptime 0.5 --cycle 60"],
  mvds: ["--part draft --people 3 --messages 1 --pair-messages 1 --uptime 0.5 --cycle 60"],
  eclipse: ["--nodes 4 --attackers 4 --seeds 1"],
  "eclipse-restart": ["--nodes 2 --seeds 1 --controls 1"],
  receipts: ["--seeds 8"],
  faults: ["--seeds 1"],
  simulator: ["--nodes 10 --minutes 1 --bundles 100"],
};
/** Runs programs that are installed apart; test/bench/peers has it. */
const ELSEWHERE = ["peers"];

describe("each experiment", () => {
  it("is here, or has its reason not to be", () => {
    const here = [...Object.keys(LEAST), ...ELSEWHERE].sort();
    assert.deepEqual(here, EXPERIMENTS.map(({ name }) => name).sort());
  });

  for (const [name, runs] of Object.entries(LEAST)) {
    for (const words of runs) {
      const typed = ["bench", name, ...words.split(" ")];
      it(`prints one JSON object and draws charts that can be read: ${typed.join(" ")}`, async (context) => {
        const out = join(temporaryFolder(context), "report");
        const { code, stdout, stderr } = await dispersy([...typed, "--json", "--out", out]);
        // Targets that so small a run misses are no matter here.
        assert.ok(code === 0 || code === 5, stderr);
        assert.match(stdout, /^\{.*\}\n$/, "one line, and nothing else");
        assert.equal(typeof JSON.parse(stdout), "object");
        const charts = readdirSync(out).filter((file) => file.endsWith(".svg"));
        const page = readFileSync(join(out, "report.md"), "utf8");
        for (const chart of charts) {
          const svg = readFileSync(join(out, chart), "utf8");
          checkXml(svg);
          assert.deepEqual(flawsOf(svg), [], chart);
          assert.ok(page.includes(`(${chart})`), chart);
        }
      });
    }
  }
});
