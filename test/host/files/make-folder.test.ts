import assert from "node:assert/strict";
import { existsSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { makeFolder } from "../../../node/host/files/make-folder.ts";
import { dispersy } from "../../cli/cli.ts";
import { temporaryFolder } from "../support.ts";

const skip = existsSync("/proc/self") ? false : "there is no /proc here";

test("a folder is made with those above it, and twice does no harm", (t) => {
  const path = join(temporaryFolder(t), "a", "b c");
  makeFolder(path, 0o700);
  makeFolder(path, 0o700);
  assert.equal(statSync(path).mode & 0o777, 0o700);
  writeFileSync(join(path, "file"), "");
  assert.throws(() => makeFolder(join(path, "file", "below")), { code: "ENOTDIR" });
});

test(
  "a place such as /proc, which takes no folder, is refused at once",
  { skip, timeout: 60_000 },
  async () => {
    assert.throws(() => makeFolder("/proc/none/home"), { code: "ENOENT" });
    for (const args of [["init", "--home", "/proc/none"]]) {
      const { code, stderr } = await dispersy(args);
      assert.notEqual(code, 0);
      assert.match(stderr, /\/proc\/none/);
    }
  },
);
