import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { MAIN } from "../helpers/built.ts";
import { dispersy, inProcess, jsonLines, temporaryFolder } from "./cli.ts";

test("two homes sync through a pipe, and both ends end well", async (context) => {
  const folder = temporaryFolder(context);
  const [a, b] = [join(folder, "a"), join(folder, "b")];
  const made = await inProcess(["init", "--home", a, "--json"]);
  const [info] = jsonLines<{ ticket: string }>(made.stdout);
  const joined = await inProcess(["join", info!.ticket, "--home", b]);
  assert.equal(joined.code, 0, joined.stderr);
  await inProcess(["put", "hello", "--home", a]);

  const program = [process.execPath, MAIN];
  const other = [...program, "sync", "--stdio", "--home", b];
  const { code, stderr } = await dispersy(["sync", "--home", a, "--", ...other]);
  assert.equal(code, 0, stderr);
  assert.equal(stderr.match(/Both ends hold the same/g)?.length, 2, stderr);
  assert.doesNotMatch(stderr, /error/, "what ended its stdout writes no more to it");
  const { stdout } = await inProcess(["ls", "--home", b]);
  assert.match(stdout, /\thello\n$/);
});
