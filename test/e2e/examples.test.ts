import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { blocksOf } from "../helpers/documents.ts";
import { ROOT } from "../helpers/built.ts";

/** What each prints. They import the package by its name, as its users do. */
const PRINTED: Record<string, string> = {
  "partition.js": "apart: \ntogether: written alone\n",
  "reader.js": "at work\nthe code is 4711\nwater is off\nwater is on\nknown to hold it: 0 others\n",
};

describe("the examples", () => {
  it("are all here", () => {
    assert.deepEqual(readdirSync(join(ROOT, "examples")), Object.keys(PRINTED));
  });

  for (const [name, printed] of Object.entries(PRINTED)) {
    it(`run: ${name}`, () => {
      const path = join(ROOT, "examples", name);
      assert.equal(execFileSync(process.execPath, [path], { encoding: "utf8" }), printed);
    });
  }

  it("are what README.md shows", () => {
    const shown = blocksOf("README.md").filter(({ text }) => text.includes("dispersy/testing"));
    const example = readFileSync(join(ROOT, "examples/partition.js"), "utf8");
    assert.deepEqual(
      shown.map(({ text }) => text),
      [example],
    );
  });
});
