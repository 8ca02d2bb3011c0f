import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { EXPERIMENTS } from "../../bench/registry.ts";
import { inProcess, jsonLines, temporaryFolder } from "./cli.ts";

const TINY = ["bandwidth", "--nodes", "3", "--minutes", "1", "--profile", "dispersy"];

describe("bench", () => {
  it("alone lists the experiments", async () => {
    const { code, stdout } = await inProcess(["bench"]);
    assert.equal(code, 0);
    for (const { name, summary } of EXPERIMENTS) {
      assert.ok(stdout.includes(name) && stdout.includes(summary), name);
    }
    const rows = jsonLines<{ name: string }>((await inProcess(["bench", "--json"])).stdout);
    assert.deepEqual(
      rows.map(({ name }) => name),
      EXPERIMENTS.map(({ name }) => name),
    );
  });

  it("knows every experiment by a name of its own, with options of their own", () => {
    const names = EXPERIMENTS.map(({ name }) => name);
    assert.equal(new Set(names).size, names.length);
    for (const { name, options } of EXPERIMENTS) {
      const own = options.map((option) => option.name);
      assert.equal(new Set(own).size, own.length, name);
      for (const taken of ["seed", "json", "out", "profile", "home"]) {
        assert.ok(!own.includes(taken), `${name} --${taken}`);
      }
    }
  });

  it("prints exactly one object, the same for one seed", async () => {
    const outputs: string[] = [];
    for (const seed of ["1", "1", "2"]) {
      outputs.push((await inProcess(["bench", ...TINY, "--seed", seed, "--json"])).stdout);
    }
    const [first, second, other] = outputs;
    assert.equal(first, second);
    assert.notEqual(first, other);
    const lines = jsonLines(first!);
    assert.equal(lines.length, 1);
    assert.equal(lines[0]!["profile"], "dispersy");
    assert.equal(lines[0]!["nodes"], 3);
  });

  it("writes the report where it is told to, and says on stderr what it does", async (context) => {
    const folder = join(temporaryFolder(context), "report");
    const { code, stdout, stderr } = await inProcess(["bench", ...TINY, "--out", folder]);
    assert.equal(code, 0);
    assert.ok(existsSync(join(folder, "report.md")));
    assert.ok(existsSync(join(folder, "bandwidth.svg")));
    assert.match(stdout, /^RESULT\n/);
    assert.ok(stdout.includes(join(folder, "report.md")));
    assert.match(stderr, /^bandwidth: /);
  });

  it("shows an experiment's options", async () => {
    const { code, stdout } = await inProcess(["bench", "spread", "--help"]);
    assert.equal(code, 0);
    for (const option of [
      "--nodes <n>",
      "--backlog <n>",
      "--seed",
      "--profile",
      "--out",
      "--json",
    ]) {
      assert.ok(stdout.includes(option), option);
    }
    assert.match(stdout, /Examples:\n {2}\$ dispersy bench spread/);
  });

  const mistakes: [string[], RegExp, RegExp][] = [
    [["sprad"], /unknown command 'sprad'/, /Did you mean spread\?/],
    [["spread", "--node", "5"], /unknown option '--node'/, /Did you mean --nodes\?.*bench spread/],
    [["spread", "--nodes", "many"], /'many' is invalid.*whole number from 2 to 20000/, /See/],
    [["spread", "--nodes", "1"], /'1' is invalid.*whole number from 2/, /See/],
    [["spread", "--seed", "-1"], /'-1' is invalid|whole number from 0/, /See/],
    [["spread", "--profile", "fast"], /'fast' is invalid.*dispersy, adaptive/, /See/],
    [["load", "--rate", "0"], /'0' is invalid.*number from 0.01/, /See/],
    [["spread", "churn"], /too many arguments/, /See/],
  ];
  for (const [words, what, next] of mistakes) {
    it(`refuses ${words.join(" ")}`, async () => {
      const { code, stdout, stderr } = await inProcess(["bench", ...words]);
      assert.equal(code, 2, stderr);
      assert.equal(stdout, "");
      const [first = "", second = ""] = stderr.split("\n");
      assert.match(first, what);
      assert.match(second, next);
    });
  }
});
