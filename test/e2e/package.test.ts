import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { after, before, describe, it } from "node:test";
import { ROOT } from "../helpers/built.ts";
import { Stage } from "./program.ts";

/** What is published, unpacked, with the packages that it depends on beside it. */
describe("the published package", () => {
  let stage: Stage;
  let folder: string;
  let files: string[];
  let tarball: string;
  let checksums: string;
  before(() => {
    stage = new Stage();
    const packed = stage.path("packed");
    execFileSync(process.execPath, ["scripts/pack.js", packed], { cwd: ROOT, stdio: "ignore" });
    files = readdirSync(packed);
    tarball = join(
      packed,
      files.find((name) => name.endsWith(".tgz"))!,
    );
    checksums = readFileSync(join(packed, "SHA256SUMS"), "utf8");
    execFileSync("tar", ["-xzf", tarball], { cwd: packed });
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

  it("is one tarball beside its checksum", () => {
    const sum = createHash("sha256").update(readFileSync(tarball)).digest("hex");
    assert.equal(checksums, `${sum}  ${basename(tarball)}\n`);
    assert.deepEqual(files.toSorted(), ["SHA256SUMS", basename(tarball)]);
  });

  it("asks nobody to run scripts of ours, and has no packages of our development", () => {
    const manifest = readFileSync(join(folder, "package.json"), "utf8");
    assert.doesNotMatch(manifest, /"(scripts|devDependencies|workspaces)"/);
  });

  it("has no document that leads to a file that it lacks", () => {
    const documents = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter(
      (path) => path.endsWith(".md") && !path.startsWith("node_modules"),
    );
    assert.ok(documents.includes("README.md"));
    const dead = documents.flatMap((path) => {
      const text = readFileSync(join(folder, path), "utf8");
      return [...text.matchAll(/\]\(([^)#:]+)(?:#[^)]*)?\)/g)]
        .map(([, link]) => join(dirname(path), link!))
        .filter((link) => !existsSync(join(folder, link)))
        .map((link) => `${path}: ${link}`);
    });
    assert.deepEqual(dead, []);
  });

  it("says what is wrong where npm left the store's program out", () => {
    const bare = stage.path("bare");
    cpSync(folder, bare, { recursive: true, verbatimSymlinks: true });
    const modules = join(bare, "node_modules");
    for (const name of ["@lmdb", "lmdb"]) rmSync(join(modules, name));
    cpSync(join(ROOT, "node_modules", "lmdb"), join(modules, "lmdb"), { recursive: true });
    const main = join(bare, "dist/node/cli/main.js");
    const words = [main, "init", "--home", stage.path("unmade")];
    const { status, stderr } = spawnSync(process.execPath, words, { encoding: "utf8" });
    assert.equal(status, 1);
    assert.match(
      stderr,
      /^error: the package lmdb has no program for \w+ \w+ here\n.*omit=optional/,
    );
  });

  it("contains no benchmark", () => {
    const rooms = readdirSync(join(folder, "dist"));
    assert.deepEqual(rooms.toSorted(), ["candidates", "nat", "node", "wire"]);
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
