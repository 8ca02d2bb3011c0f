import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, test } from "node:test";
import { projectSources } from "../../architecture.ts";

const FILE = "node/core/counters.ts";
const sources = projectSources();
/** Names, and the ends of names that begin alike. The compiler sees to it that nothing else is counted. */
const names = [...sources.get(FILE)!.matchAll(/(?<=[|={] ?)"([^"\n]+)"/g)].map(([, name]) => name!);

describe("the names of counters", () => {
  test("are all counted by somebody", () => {
    const product = [...sources].filter(
      ([path]) => /^(node|nat|wire)\//.test(path) && path !== FILE,
    );
    const text = product.map(([, source]) => source).join("\n");
    assert.ok(names.length > 60);
    const unused = names.filter(
      (name) => !text.includes(`"${name}"`) && !text.includes(`: ${name}"`),
    );
    assert.deepEqual(unused, []);
  });

  test("are explained", () => {
    const manual = readFileSync("docs/status.md", "utf8");
    assert.deepEqual(
      names.filter((name) => !manual.includes(`\`${name}\``)),
      [],
    );
  });
});
