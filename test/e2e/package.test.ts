import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { ROOT, Stage } from "./program.ts";

/** What is published, unpacked, with the packages that it depends on beside it. */
describe("the published package", () => {
  let stage: Stage;
  let folder: string;
  before(() => {
    stage = new Stage();
    const packed = stage.path("packed");
    mkdirSync(packed);
    execFileSync("npm", ["pack", "--ignore-scripts", "--pack-destination", packed], {
      cwd: ROOT,
      stdio: "ignore",
    });
    execFileSync("tar", ["-xzf", readdirSync(packed)[0]!], { cwd: packed });
    folder = join(packed, "package");
    mkdirSync(join(folder, "node_modules"));
    for (const name of readdirSync(join(ROOT, "node_modules"))) {
      if (name === "@dispersy" || name.startsWith(".")) continue;
      symlinkSync(join(ROOT, "node_modules", name), join(folder, "node_modules", name));
    }
  });
  after(() => stage.clear());

  const run = (...words: string[]) =>
    spawnSync(process.execPath, [join(folder, "dist/node/cli/main.js"), ...words], {
      encoding: "utf8",
    });

  it("contains no benchmark", () => {
    const files = readdirSync(join(folder, "dist"));
    assert.deepEqual(files.toSorted(), ["candidates", "nat", "node", "wire"]);
    assert.ok(!readdirSync(folder).includes("bench"));
  });

  it("has types that compile, also those that it brings along", () => {
    const user = stage.path("user");
    mkdirSync(join(user, "node_modules"), { recursive: true });
    symlinkSync(folder, join(user, "node_modules", "dispersy"));
    const source = [
      `import { Node } from "dispersy";`,
      `import { type SimNode, World } from "dispersy/testing";`,
      `export const open = (): Promise<Node> => Node.open({});`,
      `export const tracker = (): SimNode => new World({ seed: 1 }).addTracker();`,
    ].join("\n");
    writeFileSync(join(user, "user.ts"), source);
    writeFileSync(join(user, "package.json"), `{ "type": "module" }`);
    const types = join(ROOT, "node_modules", "@types");
    const options = ["--strict", "--noEmit", "--skipLibCheck", "false", "--typeRoots", types];
    const modes = ["--module", "nodenext", "--target", "es2023", "--types", "node"];
    const args = [join(ROOT, "node_modules/typescript/bin/tsc"), ...options, ...modes, "user.ts"];
    const { status, stdout } = spawnSync(process.execPath, args, { cwd: user, encoding: "utf8" });
    assert.equal(stdout, "");
    assert.equal(status, 0);
  });

  it("has a virtual network that runs", () => {
    const path = join(folder, "examples/partition.js");
    const { status, stdout, stderr } = spawnSync(process.execPath, [path], { encoding: "utf8" });
    assert.deepEqual([status, stderr], [0, ""]);
    assert.match(stdout, /^together: written alone$/m);
  });

  it("runs", () => {
    const { status, stdout, stderr } = run("--version");
    assert.deepEqual([status, stderr], [0, ""]);
    assert.match(stdout, /^\d+\.\d+\.\d+\n$/);
  });

  for (const words of [["bench"], ["bench", "--help"], ["bench", "spread", "--json"]]) {
    it(`says where the benchmarks are: ${words.join(" ")}`, () => {
      const { status, stdout, stderr } = run(...words);
      assert.deepEqual([status, stdout], [1, ""]);
      assert.match(stderr, /benchmarks are not here/);
      assert.match(stderr, /In a checkout, `npm ci && npm run build`/);
    });
  }
});
