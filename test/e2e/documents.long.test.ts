import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, it } from "node:test";
import { type Block, blocksOf, commandsOf, DOCUMENTS, wordsOf } from "../helpers/documents.ts";
import { ROOT, Stage } from "./program.ts";
import { Typist } from "./typist.ts";

/** What is not run, and why. All other commands of the documents are. */
const NOT_RUN: [command: RegExp, reason: string][] = [
  [/^npm ci$/, "downloads the packages"],
  [/^npm install -g /, "is tried in test/e2e/install.long.test.ts"],
  [/^sha256sum /, "is tried in test/e2e/install.long.test.ts"],
  [/^npm (test|run test:all)$/, "would run this test in itself"],
  [/^npm run check$/, "is a step of CI of its own"],
  [/^npm run bench:check$/, "is a step of CI of its own"],
  [/^npm run results /, "would write the page of results anew"],
  [/^tshark /, "needs Wireshark, which is not a package of ours"],
];

for (const name of DOCUMENTS) {
  describe(`what ${name} says to type`, () => {
    let stage: Stage;
    let typist: Typist;
    beforeEach(() => {
      stage = new Stage();
      typist = new Typist(stage);
    });
    afterEach(() => stage.clear());

    it("works, block after block", async () => {
      for (const block of blocksOf(name)) await typeBlock(block, typist);
    });
  });
}

async function typeBlock(block: Block, typist: Typist): Promise<void> {
  for (const command of commandsOf(block)) {
    if (NOT_RUN.some(([pattern]) => pattern.test(command))) continue;
    try {
      await typist.type(command);
    } catch (error) {
      throw new Error(`${block.place}: ${command}: ${(error as Error).message}`, { cause: error });
    }
  }
}

describe("the library's example in README.md", () => {
  let stage: Stage;
  beforeEach(() => (stage = new Stage()));
  afterEach(() => stage.clear());

  it("runs twice, and finds its overlay again", async () => {
    const [example] = blocksOf("README.md").filter(({ language }) => language === "js");
    const tracker = await stage.tracker();
    const folder = stage.path("library");
    mkdirSync(join(folder, "node_modules"), { recursive: true });
    symlinkSync(ROOT, join(folder, "node_modules", "dispersy"));
    // The same, on loopback.
    const local = example!.text
      .replace("tracker.example.org:6421", tracker.at)
      .replace('home: "./data"', '$&, listen: "127.0.0.1:0", portmap: false');
    assert.notEqual(local, example!.text);
    writeFileSync(join(folder, "example.js"), local);
    writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
    const run = () =>
      execFileSync(process.execPath, ["example.js"], { cwd: folder, encoding: "utf8" })
        .trimEnd()
        .split("\n");
    const [firstTime, first = ""] = run();
    const [laterTime, later = ""] = run();
    const [, overlay] =
      /^([0-9a-f]{40}) has 1 bundles; others join with dispersy:1:\S+$/.exec(first) ?? [];
    assert.ok(overlay !== undefined, first);
    assert.match(later, new RegExp(`^${overlay} has 2 bundles; `));
    assert.ok(Number(laterTime) > Number(firstTime));
  });
});

describe("the list of what is not run", () => {
  it("names nothing that no document says", () => {
    const commands = DOCUMENTS.flatMap((name) => blocksOf(name).flatMap(commandsOf));
    for (const [pattern, reason] of NOT_RUN) {
      assert.ok(
        commands.some((command) => pattern.test(command)),
        `${pattern}: ${reason}`,
      );
    }
    assert.deepEqual(wordsOf(`run 'a b' "c d" e`), ["run", "a b", "c d", "e"]);
  });
});
