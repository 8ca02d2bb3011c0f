import assert from "node:assert/strict";
import { test } from "node:test";
import { setFlagsFromString } from "node:v8";
import { compiledAhead } from "../../node/cli/compiled-ahead.ts";

setFlagsFromString("--allow-natives-syntax");
// eslint-disable-next-line @typescript-eslint/no-implied-eval -- no other way leads to what V8 says of a function
const statusOf = new Function("of", "return %GetOptimizationStatus(of)") as (of: unknown) => number;
/** Whether V8 has not compiled it yet: a bit of its own in V8's `OptimizationStatus`. */
const IS_LAZY = 2 ** 18;
const isLazy = (of: unknown): boolean => (statusOf(of) & IS_LAZY) !== 0;

/** A module of its own each time. */
async function imported(mark: string): Promise<unknown> {
  const source = `export function uncalled(a) { return a + "${mark}"; }`;
  const { uncalled } = (await import(`data:text/javascript,${encodeURIComponent(source)}`)) as {
    uncalled: unknown;
  };
  return uncalled;
}

test("what is imported ahead is compiled before it is called, and nothing that comes later", async () => {
  assert.ok(isLazy(await imported("before")), "else this shows nothing");
  assert.ok(!isLazy(await compiledAhead(() => imported("ahead"))));
  assert.ok(isLazy(await imported("after")));
});

test("a module that cannot be loaded fails as it would", async () => {
  await assert.rejects(
    compiledAhead(() => Promise.reject(new Error("gone"))),
    /gone/,
  );
  assert.ok(isLazy(await imported("after a failure")));
});
