import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { dispersy } from "../cli/cli.ts";
import { temporaryFolder } from "./support.ts";

const skip = process.geteuid?.() === 0 ? false : "mounting takes root";

/** A home with two bundles, and the same home as a snapshot shows it: on a read-only filesystem. */
async function snapshot(t: TestContext): Promise<{ home: string; ids: string[] }> {
  const folder = mkdtempSync(join(tmpdir(), "dispersy-test-"));
  const [home, mounted] = [join(folder, "home"), join(folder, "snapshot")];
  assert.equal((await dispersy(["init", "--home", home])).code, 0);
  const { stdout } = await dispersy(["put", "--lines", "-", "--home", home], { input: "a\nb\n" });
  mkdirSync(mounted);
  execFileSync("mount", ["--bind", home, mounted]);
  t.after(() => {
    execFileSync("umount", [mounted]);
    rmSync(folder, { recursive: true });
  });
  execFileSync("mount", ["-o", "remount,ro,bind", mounted]);
  return { home: mounted, ids: stdout.trim().split("\n") };
}

test("`ls` and `get` read a snapshot, and what would write says why not", { skip }, async (t) => {
  const { home, ids } = await snapshot(t);
  const listed = await dispersy(["ls", "--home", home]);
  assert.equal(listed.code, 0, listed.stderr);
  assert.deepEqual(
    listed.stdout
      .trim()
      .split("\n")
      .map((line) => line.split("\t")[0]),
    ids,
  );
  const got = await dispersy(["get", ids[1]!, "--home", home]);
  assert.deepEqual([got.code, got.stdout], [0, "b"], got.stderr);
  for (const words of [["put", "x"], ["run"], ["init"]]) {
    const { code, stderr } = await dispersy([...words, "--home", home]);
    assert.equal(code, 1, stderr);
    assert.match(stderr, /read-only filesystem \(EROFS\)\nOnly .* ls`, `get` and .* work there/);
  }
});

test("`ls` reads a home whose owner may not write into it", { skip }, async (t) => {
  const folder = temporaryFolder(t);
  chmodSync(folder, 0o777);
  const home = join(folder, "home");
  const within = ["setpriv", "--reuid=65534", "--clear-groups"];
  assert.equal((await dispersy(["init", "--home", home], { within })).code, 0);
  assert.equal((await dispersy(["put", "a", "--home", home], { within })).code, 0);
  chmodSync(home, 0o500);
  const { code, stdout, stderr } = await dispersy(["ls", "--home", home], { within });
  assert.equal(code, 0, stderr);
  assert.match(stdout, /\ta\n$/);
});
