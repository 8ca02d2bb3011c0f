import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { projectSources, violations } from "./architecture.ts";

describe("the architecture", () => {
  it("holds: arrows go one way, the core is pure, each package has one importer, nothing goes in a circle", () => {
    const sources = projectSources();
    assert.ok(sources.size > 500, "the sources are found");
    assert.deepEqual(violations(sources), []);
  });

  const wrongArrows: [path: string, source: string][] = [
    ["wire/planted.ts", `import { x } from "../candidates/planted.ts";`],
    ["candidates/planted.ts", `import type { X } from "../nat/planted.ts";`],
    ["nat/search/planted.ts", `export * from "../../node/planted.ts";`],
    ["node/planted.ts", `import {\n  x,\n  y,\n} from "./host/planted.ts";`],
    ["node/survey/planted.ts", `import { log } from "../host/log.ts";`],
    ["node/traversal/planted.ts", `type X = import("../cli/planted.ts").X;`],
    ["node/sync/planted.ts", `import { Node } from "../index.ts";`],
    ["node/host/planted.ts", `import { x } from "../cli/planted.ts";`],
    ["node/index.ts", `export { x } from "./cli/planted.ts";`],
    ["node/cli/planted.ts", `import type { X } from "../../bench/planted.ts";`],
    ["node/cli/planted.ts", `const x = await import("../../bench/planted.ts");`],
    ["node/cli/planted.ts", `import type { X } from "@dispersy/bench/main.ts";`],
    ["node/testing/planted.ts", `import { x } from "../../bench/sim/planted.ts";`],
    ["node/engine/planted.ts", `import type { World } from "../testing/planted.ts";`],
    ["bench/planted.ts", `import "../test/planted.ts";`],
    ["node/survey/planted.ts", `import { readFileSync } from "node:fs";`],
    ["wire/planted.ts", `import { createHash } from "node:crypto";`],
    ["node/host/planted.ts", `import { createSocket } from "node:dgram";`],
    ["bench/sim/planted.ts", `import { createSocket } from "node:dgram";`],
    ["node/host/planted.ts", `import { open } from "lmdb";`],
    ["node/cli/planted.ts", `import pino from "pino";`],
    ["node/host/planted.ts", `import type { Command } from "commander";`],
    ["wire/planted.ts", `import { ed25519 } from "@noble/curves/ed25519.js";`],
    ["wire/planted.ts", `import protobuf from "protobufjs/minimal.js";`],
    ["node/host/planted.ts", `import left from "left-pad";`],
  ];
  for (const [path, source] of wrongArrows) {
    it(`notices in ${path}: ${source.replaceAll(/\s+/g, " ")}`, () => {
      const found = violations(new Map([[path, source]]));
      assert.equal(found.length, 1, found.join("\n"));
      assert.ok(found[0]!.startsWith(`${path} -> `), found[0]);
    });
  }

  const core = ["wire", "candidates", "nat", "node", "node/sync/sketch", "node/store"];
  for (const folder of [...core, "node/survey", "node/traversal"]) {
    it(`notices what is not pure in ${folder}`, () => {
      const words = ["Date", "Math.random", "setTimeout", "setInterval", "queueMicrotask"];
      const others = ["process", "fetch", "performance", "Promise", "async", "await", "console"];
      others.push("Buffer", "NodeJS");
      for (const word of [...words, ...others]) {
        const path = `${folder}/planted.ts`;
        assert.deepEqual(violations(new Map([[path, `const x = \`\${${word} (1)}\`;`]])), [
          `${path} names ${word}`,
        ]);
      }
    });
  }

  it("takes no comment and no text for code", () => {
    const source = [
      "/** A promise, async: Date. */",
      `const x = "await"; // import { x } from "../host/x.ts";`,
      "x.#await();",
    ].join("\n");
    assert.deepEqual(violations(new Map([["node/planted.ts", source]])), []);
  });

  it("notices circles, of types too", () => {
    const circle = new Map([
      ["bench/a.ts", `import type { B } from "./b.ts";`],
      ["bench/b.ts", `export type { C } from "./c.ts";`],
      ["bench/c.ts", `import { a } from "./a.ts";`],
    ]);
    assert.deepEqual(violations(circle), ["bench/a.ts -> bench/b.ts -> bench/c.ts -> bench/a.ts"]);
  });
});
