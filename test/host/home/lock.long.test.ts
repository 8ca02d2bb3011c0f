import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync, readdirSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { fileURLToPath } from "node:url";
import { lockHome } from "../../../node/host/home/lock.ts";
import { dispersy } from "../../cli/cli.ts";
import { temporaryFolder } from "../support.ts";

const CHILD = fileURLToPath(new URL("../child.ts", import.meta.url));
const refused = { name: "HomeError", exitCode: 6 };

/** Both kinds of test below need what only root may do. */
const NOT_ROOT = process.geteuid?.() === 0 ? false : "needs root";

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

test("of many processes at once one gets it, whatever was left by killed ones", async (t) => {
  const home = temporaryFolder(t);
  (await lockedByChild(t, home)).kill("SIGKILL");
  writeFileSync(join(home, "lock-0123456789abcdef.new"), "");
  const args = ["--import", "tsx", CHILD, "lock", home];
  const children = Array.from({ length: 4 }, () => spawn(process.execPath, args));
  t.after(() => children.forEach((child) => child.kill("SIGKILL")));
  const ends = children.map(
    (child) =>
      new Promise((resolve) => {
        child.stdout.once("data", () => resolve("locked"));
        child.once("exit", () => resolve("refused"));
      }),
  );
  const outcomes = await Promise.all(ends);
  assert.equal(outcomes.filter((outcome) => outcome === "locked").length, 1, `${outcomes}`);
  assert.equal(readdirSync(home).filter((name) => name.startsWith("lock-")).length, 1);
});

test("a home whose path is longer than a socket's address can be is locked", async (t) => {
  const home = join(temporaryFolder(t), "x".repeat(200));
  const child = await lockedByChild(t, home);
  await assert.rejects(lockHome(home), refused);
  child.kill("SIGKILL");
  await once(child, "exit");
  await (await lockHome(home)).release();
  assert.deepEqual(readdirSync(home), ["overlays"]);
});

test(
  "another network namespace has no second lock, and deletes nothing",
  { skip: NOT_ROOT },
  async (t) => {
    const home = temporaryFolder(t);
    const owner = await lockedByChild(t, home);
    const before = readdirSync(home).sort();
    const { code, stderr } = await dispersy(["ls", "--home", home], {
      within: ["unshare", "--net"],
    });
    assert.equal(code, 6, stderr);
    assert.match(stderr, new RegExp(`in use by process ${owner.pid}`));
    assert.deepEqual(readdirSync(home).sort(), before);
    assert.equal(readFileSync(join(home, "pid"), "utf8"), `${owner.pid}\n`);
  },
);

test("another user cannot keep the owner out", { skip: NOT_ROOT }, async (t) => {
  const home = temporaryFolder(t);
  const { dev, ino } = statSync(home, { bigint: true });
  // Whatever nobody takes, in the home or among the names that all users share.
  const code = `
    const net = require("node:net");
    const hold = (path) => net.createServer().on("error", () => {}).listen(path, () => console.log("held"));
    hold("\\0dispersy-home-${dev}-${ino}-".padEnd(108, "-"));
    hold(${JSON.stringify(join(home, "lock-0000000000000000"))});`;
  const nobody = spawn("setpriv", [
    "--reuid=65534",
    "--clear-groups",
    process.execPath,
    "-e",
    code,
  ]);
  t.after(() => nobody.kill("SIGKILL"));
  await once(nobody.stdout, "data");
  await (await lockHome(home)).release();
});
