import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { symlinkSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { fileURLToPath } from "node:url";
import { lockHome } from "../../node/host/lock.ts";
import { temporaryFolder } from "./support.ts";

const CHILD = fileURLToPath(new URL("child.ts", import.meta.url));
const refused = { name: "HomeError", exitCode: 6 };

async function lockedByChild(t: TestContext, home: string): Promise<ChildProcess> {
  const child = spawn(process.execPath, ["--import", "tsx", CHILD, "lock", home]);
  t.after(() => child.kill("SIGKILL"));
  const [line] = (await once(child.stdout, "data")) as [Buffer];
  assert.equal(line.toString(), "locked\n");
  return child;
}

test("a home is locked once, and free again when released", async (t) => {
  const home = temporaryFolder(t);
  const lock = await lockHome(home);
  await assert.rejects(lockHome(home), refused);
  await lock.release();
  await (await lockHome(home)).release();
});

test("homes do not exclude each other", async (t) => {
  const locks = [await lockHome(temporaryFolder(t)), await lockHome(temporaryFolder(t))];
  for (const lock of locks) await lock.release();
});

test("another name of the same folder is the same home", async (t) => {
  const home = temporaryFolder(t);
  const lock = await lockHome(home);
  const alias = join(temporaryFolder(t), "alias");
  symlinkSync(home, alias);
  await assert.rejects(lockHome(alias), refused);
  await lock.release();
});

test("another process is named, and its death by SIGKILL frees the home", async (t) => {
  const home = temporaryFolder(t);
  for (let round = 0; round < 3; round++) {
    const child = await lockedByChild(t, home);
    await assert.rejects(lockHome(home), (error: Error) => {
      assert.match(error.message, new RegExp(`in use by process ${child.pid}$`));
      return true;
    });
    child.kill("SIGKILL");
    await once(child, "exit");
    await (await lockHome(home)).release();
  }
});

test("of many at once exactly one gets it", async (t) => {
  const home = temporaryFolder(t);
  const tries = await Promise.allSettled(Array.from({ length: 20 }, () => lockHome(home)));
  const locks = tries.flatMap((result) => (result.status === "fulfilled" ? [result.value] : []));
  assert.equal(locks.length, 1);
  await locks[0]!.release();
});
