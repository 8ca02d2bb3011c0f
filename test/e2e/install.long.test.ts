import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { ROOT } from "../helpers/built.ts";
import { Stage } from "./program.ts";

/** What the README says of installing, with npm itself. What npm has not seen before, it fetches. */
describe("npm", () => {
  let stage: Stage;
  let packed: string;
  let tarball: string;
  before(() => {
    stage = new Stage();
    packed = stage.path("packed");
    execFileSync(process.execPath, ["scripts/pack.js", packed], { cwd: ROOT, stdio: "ignore" });
    tarball = readdirSync(packed).find((name) => name.endsWith(".tgz"))!;
  });
  after(() => stage.clear());

  const npm = (words: string[], cwd: string) =>
    spawnSync("npm", [...words, "--prefer-offline", "--no-audit", "--no-fund"], {
      cwd,
      encoding: "utf8",
      timeout: 180_000,
    });
  /** No settings of ours, another folder than the checkout. */
  const run = (command: string, ...words: string[]) =>
    spawnSync(command, words, {
      cwd: stage.path("."),
      env: { PATH: process.env["PATH"], HOME: stage.path("user"), NO_COLOR: "1" },
      encoding: "utf8",
    });

  it("finds the checksum right", () => {
    const { status, stdout } = spawnSync("sha256sum", ["-c", "SHA256SUMS"], {
      cwd: packed,
      encoding: "utf8",
    });
    assert.deepEqual([status, stdout], [0, `${tarball}: OK\n`]);
  });

  for (const [name, words] of [
    ["for all folders", []],
    ["without a script of anybody", ["--ignore-scripts"]],
  ] as const) {
    it(`installs the command ${name}`, (context) => {
      const prefix = stage.path(`prefix-${words.length}`);
      const { status, stderr } = npm(
        ["install", "-g", "--prefix", prefix, ...words, `./${tarball}`],
        packed,
      );
      if (/ENOTFOUND|EAI_AGAIN|ECONNREFUSED/.test(stderr)) return context.skip("no registry here");
      assert.equal(status, 0, stderr);
      assert.doesNotMatch(stderr, /dispersy@/, "it has no script that npm would ask about");
      const command = join(prefix, "bin", "dispersy");
      const home = ["--home", stage.path(`home-${words.length}`)];
      for (const typed of [["init"], ["put", "hello"], ["ls"]]) {
        const result = run(command, ...typed, ...home);
        assert.equal(result.status, 0, result.stderr);
        if (typed[0] === "ls") assert.match(result.stdout, /\thello\n$/);
      }
    });
  }

  it("installs the library into a project, without a global command", (context) => {
    const project = stage.path("project");
    mkdirSync(project);
    execFileSync("npm", ["init", "-y"], { cwd: project, stdio: "ignore" });
    const { status, stderr } = npm(["install", join(packed, tarball)], project);
    if (/ENOTFOUND|EAI_AGAIN|ECONNREFUSED/.test(stderr)) return context.skip("no registry here");
    assert.equal(status, 0, stderr);
    const source = 'import("dispersy").then(({ Node }) => console.log(typeof Node.open))';
    const library = spawnSync(process.execPath, ["-e", source], { cwd: project, encoding: "utf8" });
    assert.equal(library.stdout, "function\n", library.stderr);
    const local = run(join(project, "node_modules/.bin/dispersy"), "--version");
    assert.match(local.stdout, /^\d+\.\d+\.\d+\n$/);
  });
});
