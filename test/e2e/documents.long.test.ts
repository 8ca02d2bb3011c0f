import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, it } from "node:test";
import {
  type Block,
  blocksOf,
  commandsOf,
  DOCUMENTS,
  notPrinted,
  shapeOf,
  typedIn,
  wordsOf,
} from "../helpers/documents.ts";
import { ROOT } from "../helpers/built.ts";
import { Stage } from "./program.ts";
import { Typist } from "./typist.ts";

/** Blocks that nobody types. Commands stand in blocks of `sh`, or of `console` with what they print. */
const NOT_TYPED = ["", "js", "json", "ini", "yaml", "dockerfile"];

/** What is not run, and why. All other commands of the documents are. */
const NOT_RUN: [command: RegExp, reason: string][] = [
  [/^npm ci$/, "downloads the packages"],
  [/^npm install -g /, "is tried in test/e2e/install.long.test.ts"],
  [/^export PATH=/, "would find another program than the one that is built"],
  [/^tail -f log /, "never ends: test/cli/offline.long.test.ts publishes lines as they come"],
  [/^printf /, "makes the file that lies there for the other commands"],
  [/^sha256sum /, "is tried in test/e2e/install.long.test.ts"],
  [/^npm (test|run test:all)$/, "would run this test in itself"],
  [/^npm run check$/, "is a step of CI of its own"],
  [/^npm run bench:check$/, "is a step of CI of its own"],
  [/^npm run results /, "would write the page of results anew"],
  [/^dispersy sync -- ssh /, "needs another machine; is tried in test/e2e/sync.long.test.ts"],
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
  for (const typed of typedIn(block)) {
    if (NOT_RUN.some(([pattern]) => pattern.test(typed.command))) continue;
    try {
      await typist.type(typed);
    } catch (error) {
      throw new Error(`${block.place}: ${typed.command}: ${(error as Error).message}`, {
        cause: error,
      });
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
      /^Bundles in ([0-9a-f]{40}): 1\. Others join with dispersy:1:\S+$/.exec(first) ?? [];
    assert.ok(overlay !== undefined, first);
    assert.match(later, new RegExp(`^Bundles in ${overlay}: 2\\. `));
    assert.ok(Number(laterTime) > Number(firstTime));
  });
});

describe("every block of the documents", () => {
  it("is one that is typed, or is no command", () => {
    const known = ["sh", "console", ...NOT_TYPED];
    const strange = DOCUMENTS.flatMap(blocksOf).filter(({ language }) => !known.includes(language));
    assert.deepEqual(
      strange.map(({ place, language }) => `${place}: ${language}`),
      [],
    );
    const hidden = DOCUMENTS.flatMap(blocksOf)
      .filter(({ language, text }) => language === "" && /^(\$ )?(npm|npx|dispersy) /m.test(text))
      .map(({ place }) => place);
    assert.deepEqual(hidden, [], "commands in a block that is not typed");
  });
});

describe("the comparison of what is printed", () => {
  const block = {
    place: "",
    language: "console",
    text: "$ put a\n9d3f9a9b292e0b6c\n$ tail && ls\n\nListening on 0.0.0.0:1 [::]:1\n  12 bread\n",
  };
  it("knows which lines belong to which command", () => {
    assert.deepEqual(typedIn(block), [
      { command: "put a", shown: ["9d3f9a9b292e0b6c"] },
      { command: "tail", shown: [] },
      { command: "ls", shown: ["Listening on 0.0.0.0:1 [::]:1", "  12 bread"] },
    ]);
  });
  it("lets ids, addresses, numbers and widths differ, and nothing else", () => {
    const shown = ["Listening on 0.0.0.0:1 [::]:1", "  12 bread"];
    assert.deepEqual(notPrinted(shown, "Listening on 127.0.0.1:44183\n\n7\tbread\n"), []);
    assert.deepEqual(notPrinted(shown, "7\tbread\nListening on 127.0.0.1:44183\n"), shown.slice(1));
    assert.deepEqual(notPrinted(shown, "Listening at 127.0.0.1:1\n7 bread\n"), shown.slice(0, 1));
    assert.equal(shapeOf(`Ticket  dispersy:1:ab?at=192.0.2.1:1&check=0`), "Ticket TICKET");
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
