import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, existsSync, mkdtempSync, rmSync, statSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { Background } from "../../../node/cli/service/background.ts";
import { logPath, openLog, readLog } from "../../../node/cli/service/log-file.ts";
import { smallDisk } from "../../e2e/small-disk.ts";
import { temporaryFolder } from "../cli.ts";

const CHILD = fileURLToPath(new URL("log-file-child.ts", import.meta.url));
const LINE_BYTES = 1_000;
const MAX_BYTES = 50 * LINE_BYTES;
/** 4 s of lines, so three looks. */
const LINES = 200;

function writing(home: string): ChildProcess {
  const log = openLog(home);
  const args = ["--import", "tsx", CHILD, home, `${MAX_BYTES}`, `${LINES}`];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "inherit", log] });
  closeSync(log);
  return child;
}

test("a log stays small, loses nothing of late, and is followed over its new beginnings", async (t) => {
  const home = temporaryFolder(t);
  const followed: string[] = [];
  const follower = (async () => {
    for await (const line of new Background(home).follow(0)) {
      followed.push(line);
      if (Number(line.replaceAll(".", "")) === LINES - 1) return;
    }
  })();
  const child = writing(home);
  assert.equal((await once(child, "exit"))[0], 0);
  // 50 lines a second at most come until it is seen.
  const most = MAX_BYTES + 2 * MAX_BYTES;
  for (const path of [logPath(home), `${logPath(home)}.1`]) {
    const { size, mode } = statSync(path);
    assert.ok(size <= most, `${path}: ${size}`);
    assert.equal(mode & 0o777, 0o600);
  }
  const kept = readLog(home)!.split("\n").slice(0, -1);
  assert.equal(Number(kept.at(-1)!.replaceAll(".", "")), LINES - 1);
  assert.deepEqual(
    kept,
    kept.map((_, i) => String(LINES - kept.length + i).padStart(999, ".")),
  );
  await follower;
  assert.equal(followed.length, LINES);
});

test("a log on a full disk is begun anew, and fills no more of it", async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "dispersy-log-"));
  const disk = smallDisk(t, "tmpfs", folder);
  t.after(() => rmSync(folder, { recursive: true }));
  if (typeof disk === "string") return t.skip(disk);
  const child = writing(disk.path);
  // Room for the log, none for another one.
  disk.fill(MAX_BYTES + 20 * LINE_BYTES);
  assert.equal((await once(child, "exit"))[0], 0);
  assert.ok(!existsSync(`${logPath(disk.path)}.1`));
  assert.match(readLog(disk.path)!, new RegExp(`\\.${LINES - 1}\n$`));
});

test("a log is not written where a link leads", (t) => {
  const home = temporaryFolder(t);
  symlinkSync(join(home, "elsewhere"), logPath(home));
  assert.throws(() => openLog(home), { code: "ELOOP" });
});
