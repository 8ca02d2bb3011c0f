import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { chmodSync, chownSync, existsSync, mkdirSync, readdirSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { Running, dispersy } from "../cli/cli.ts";
import { temporaryFolder } from "./support.ts";

/** Only root can be somebody else as well. */
const skip = process.geteuid?.() === 0 ? false : "needs root";
const NOBODY = 65_534;

/** A second user who listens at `path`, and says "listening" and then whatever is sent there. */
async function listening(t: TestContext, path: string): Promise<{ heard: () => string }> {
  const code = `
    const { dirname } = require("node:path");
    require("node:fs").mkdirSync(dirname(process.argv[1]), { recursive: true });
    process.umask(0);
    require("node:net")
      .createServer((socket) => socket.pipe(process.stdout))
      .listen(process.argv[1], () => console.log("listening"));`;
  const args = [`--reuid=${NOBODY}`, "--clear-groups", process.execPath, "-e", code, path];
  const child: ChildProcess = spawn("setpriv", args, { stdio: ["ignore", "pipe", "inherit"] });
  t.after(() => child.kill("SIGKILL"));
  let heard = "";
  child.stdout!.on("data", (chunk: Buffer) => (heard += chunk.toString()));
  await once(child.stdout!, "data");
  return { heard: () => heard.replace("listening\n", "") };
}

/** A folder that anybody may put things into, as /tmp. */
function sharedFolder(t: TestContext): string {
  const folder = temporaryFolder(t);
  chmodSync(folder, 0o1777);
  return folder;
}

test("what is put goes to nobody who was first in a shared folder", { skip }, async (t) => {
  const shared = sharedFolder(t);
  const home = join(temporaryFolder(t), "x".repeat(100));
  // The place of the control socket of a home with a long path, up to version 0.1.
  const name = createHash("sha256").update(join(home, "control.sock")).digest("hex").slice(0, 16);
  const place = join(shared, `dispersy-${process.geteuid!()}`, `dispersy-${name}.sock`);
  const stranger = await listening(t, place);
  const env = { TMPDIR: shared, XDG_RUNTIME_DIR: "" };
  assert.equal((await dispersy(["init", "--home", home], { env })).code, 0);
  const put = await dispersy(["put", "private", "--home", home], { env });
  assert.equal(put.code, 0, put.stderr);
  assert.equal(stranger.heard(), "");
});

test("a home of somebody else is refused before anything is sent", { skip }, async (t) => {
  const home = join(sharedFolder(t), "home");
  mkdirSync(home);
  chownSync(home, NOBODY, NOBODY);
  const stranger = await listening(t, join(home, "control.sock"));
  for (const args of [
    ["put", "private"],
    ["ls"],
    ["status"],
    ["run"],
    ["init"],
    ["down"],
    ["logs"],
  ]) {
    const { code, stderr } = await dispersy([...args, "--home", home]);
    assert.equal(code, 6, `${args[0]}: ${stderr}`);
    assert.match(stderr, /belongs to user 65534, not to you\nRun this as that user .*--home/);
    assert.doesNotMatch(stderr, /chown|chmod/);
  }
  assert.equal(stranger.heard(), "");
  assert.ok(!existsSync(join(home, "pid")));
});

test("a home that others can write to is refused before anything is sent", { skip }, async (t) => {
  const home = sharedFolder(t);
  const stranger = await listening(t, join(home, "control.sock"));
  for (const args of [["put", "private"], ["run"]]) {
    const { code, stderr } = await dispersy([...args, "--home", home]);
    assert.equal(code, 6, `${args[0]}: ${stderr}`);
    assert.match(stderr, /other users can get at the home .*\nEverybody may use that folder/);
    assert.doesNotMatch(stderr, /chmod/);
  }
  assert.deepEqual(readdirSync(home), ["control.sock"], "nothing was put there");
  assert.equal(stranger.heard(), "");
});

test(
  "who looks at another user's home is told whose it is, and nothing that breaks it",
  { skip },
  async (t) => {
    const home = join(temporaryFolder(t), "home");
    assert.equal((await dispersy(["init", "--home", home])).code, 0);
    chownAll(home, NOBODY);
    chmodSync(join(home, ".."), 0o755);
    const within = ["setpriv", "--reuid=12345", "--clear-groups"];
    for (const command of ["ls", "status", "run", "init", "put"]) {
      const words = command === "put" ? [command, "x"] : [command];
      const { code, stderr } = await dispersy([...words, "--home", home], { within });
      assert.equal(code, 6, `${command}: ${stderr}`);
      assert.match(stderr, /belongs to user 65534, not to you\n.*--home/, command);
      assert.doesNotMatch(stderr, /chown|chmod|remove/, command);
    }
  },
);

/** As `chown -R`. */
function chownAll(path: string, user: number): void {
  for (const name of readdirSync(path, { recursive: true, encoding: "utf8" })) {
    chownSync(join(path, name), user, user);
  }
  chownSync(path, user, user);
}

test("a socket in the home is refused when others may use it, or put it there", async (t) => {
  const home = temporaryFolder(t);
  const path = join(home, "control.sock");
  let connections = 0;
  const server = createServer((socket) => {
    connections++;
    socket.destroy();
  });
  t.after(() => server.close());
  await new Promise<void>((resolve) => server.listen(path, resolve));
  chmodSync(path, 0o666);
  const open = await dispersy(["put", "private", "--home", home]);
  assert.equal(open.code, 6, open.stderr);
  assert.match(open.stderr, /other users can get at the socket .*control\.sock \(mode 666\)/);
  if (!skip) {
    chmodSync(path, 0o600);
    chownSync(path, NOBODY, NOBODY);
    const foreign = await dispersy(["put", "private", "--home", home]);
    assert.equal(foreign.code, 6, foreign.stderr);
  }
  assert.equal(connections, 0);
});

test("a tracker's folder of somebody else is not trusted, and needed by no tracker", async (t) => {
  if (skip) return t.skip(skip);
  const shared = sharedFolder(t);
  const folder = join(shared, "dispersy");
  mkdirSync(folder);
  chownSync(folder, NOBODY, NOBODY);
  const stranger = await listening(t, join(folder, "tracker-127.0.0.1:1.sock"));
  const env = { XDG_STATE_HOME: shared, XDG_DATA_HOME: temporaryFolder(t) };
  const asked = await dispersy(["status"], { env });
  assert.equal(asked.code, 6, asked.stderr);
  assert.match(asked.stderr, /belongs to user 65534, not to you/);
  const home = await dispersy(["tracker", "--listen", "127.0.0.1:0", "--home", folder]);
  assert.equal(home.code, 6, home.stderr);
  const tracker = new Running(t, ["tracker", "--listen", "127.0.0.1:0", "--json"], { env });
  assert.match(await tracker.line(), /"ready"/);
  assert.equal(await tracker.stop(), 0);
  assert.match(tracker.stderr, /belongs to user 65534.*status will not find this tracker/);
  assert.equal(stranger.heard(), "");
});

test("another user cannot ask a tracker", { skip }, async (t) => {
  const home = temporaryFolder(t);
  const tracker = new Running(t, ["tracker", "--listen", "127.0.0.1:0", "--json", "--home", home]);
  const { listen } = JSON.parse(await tracker.line()) as { listen: string[] };
  // Others may pass through the folder, as through any home; the socket is private all the same.
  chmodSync(home, 0o755);
  const code = `require("node:net").connect(process.argv[1]).on("connect", () => console.log("connected"))
    .on("error", ({ code }) => console.log(code));`;
  const args = [`--reuid=${NOBODY}`, "--clear-groups", process.execPath, "-e", code];
  const child = spawn("setpriv", [...args, join(home, `tracker-${listen[0]}.sock`)]);
  const [answer] = (await once(child.stdout, "data")) as [Buffer];
  assert.equal(answer.toString(), "EACCES\n");
});
