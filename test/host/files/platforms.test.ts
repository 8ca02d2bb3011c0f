import assert from "node:assert/strict";
import { mkdirSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { SocketFolder, makePipeName } from "../../../node/host/files/socket-folder.ts";
import { defaultHome } from "../../../node/host/home/home.ts";
import { lockHome } from "../../../node/host/home/lock.ts";
import { temporaryFolder } from "../support.ts";

/* What differs on Windows and macOS, tried on any system by telling which one it were. */

test("on Windows the home is in the local part of the profile", () => {
  const env = { LOCALAPPDATA: "C:\\Users\\anna\\AppData\\Local", XDG_DATA_HOME: "/data" };
  assert.equal(defaultHome("win32", env), "C:\\Users\\anna\\AppData\\Local\\dispersy");
  assert.match(defaultHome("win32", {}), /\\AppData\\Local\\dispersy$/);
  assert.equal(defaultHome("darwin", { XDG_DATA_HOME: "/data" }), "/data/dispersy");
});

test("on Windows sockets are named pipes, under a name that only the home tells", (t) => {
  const home = temporaryFolder(t);
  assert.throws(() => new SocketFolder(home, "win32"), { code: "ENOENT" }, "nobody served it");
  makePipeName(home);
  const address = new SocketFolder(home, "win32").address("control.sock");
  assert.match(address, /^\\\\\.\\pipe\\dispersy-[0-9a-f]{32}-control\.sock$/);
  makePipeName(home);
  assert.equal(new SocketFolder(home, "win32").address("control.sock"), address);
  assert.deepEqual(readdirSync(home), ["pipe-name"]);
  assert.ok(address.includes(readFileSync(join(home, "pipe-name"), "utf8").trim()));
});

test("on Windows a home is locked once by its pipe, and free again when released", async (t) => {
  // Elsewhere the name of a pipe is that of a file in this folder.
  const before = process.cwd();
  process.chdir(temporaryFolder(t));
  t.after(() => process.chdir(before));
  const home = temporaryFolder(t);
  const lock = await lockHome(home, "win32");
  await assert.rejects(lockHome(home, "win32"), {
    exitCode: 6,
    message: `the home ${home} is in use by process ${process.pid}`,
  });
  const other = await lockHome(temporaryFolder(t), "win32");
  await lock.release();
  await (await lockHome(home, "win32")).release();
  await other.release();
});

test("on macOS a home whose path is too long for a socket is refused with a sentence", (t) => {
  const home = temporaryFolder(t);
  const long = join(home, "x".repeat(100));
  mkdirSync(long);
  const folder = new SocketFolder(long, "darwin");
  t.after(() => folder.close());
  assert.throws(() => folder.address("control.sock"), {
    name: "HomeError",
    message: /too long for a socket/,
    hint: /shorter path with --home/,
  });
  const short = new SocketFolder(home, "darwin");
  t.after(() => short.close());
  assert.equal(short.address("control.sock"), join(home, "control.sock"));
});
