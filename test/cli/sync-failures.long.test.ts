import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { join } from "node:path";
import { describe, it, type TestContext } from "node:test";
import { MAIN } from "../helpers/built.ts";
import { dispersy, inProcess, jsonLines, start, temporaryFolder } from "./cli.ts";

/** A home in an overlay, with one bundle. */
async function home(t: TestContext): Promise<string> {
  const folder = join(temporaryFolder(t), "home");
  await inProcess(["init", "--home", folder]);
  await inProcess(["put", "as before", "--home", folder]);
  return folder;
}

const shell = (script: string): string[] => ["sh", "-c", script];
const OTHER = [process.execPath, MAIN];

/** What runs at the other end, how that ends, and what is said of it. */
const FAILURES: [what: string, command: string[], code: number, sentence: RegExp, hint: RegExp][] =
  [
    [
      "that is not there",
      ["no-such-command-here"],
      1,
      /no-such-command-here cannot be run: there is no such command here$/m,
      /Check the command/,
    ],
    [
      "that ends at once",
      ["false"],
      1,
      /the other end said nothing: `false` ended with exit code 1/,
      /Does `dispersy sync --stdio` run there/,
    ],
    [
      "that another machine does not know",
      shell("echo 'sh: dispersy: not found' >&2; exit 127"),
      1,
      /the other end said nothing: .* ended with exit code 127/,
      /Does `dispersy sync --stdio` run there/,
    ],
    [
      "that is killed",
      shell("printf 'dispersy stream 1\\n'; kill -9 $$"),
      1,
      /the other end said nothing: .* ended by SIGKILL/,
      /Does `dispersy sync --stdio` run there/,
    ],
    [
      "that greets first",
      shell("echo 'Welcome to example.org'; cat"),
      1,
      /not from a node's `sync --stdio`; it begins with "Welcome to example.org"/,
      /prints nothing else, such as a greeting/,
    ],
    ["that says a word and goes", ["echo", "hello"], 1, /it begins with "hello"$/m, /a greeting/],
    ["that says yes for ever", ["yes"], 1, /it begins with "y"$/m, /such as a greeting/],
    [
      "that says nothing but zeros for ever",
      ["cat", "/dev/zero"],
      1,
      /it begins with bytes that are no text/,
      /such as a greeting/,
    ],
    [
      "of a later version",
      shell("printf 'dispersy stream 2\\n'; cat >/dev/null"),
      1,
      /speaks version 2 of this stream, and this one only version 1/,
      /Update whichever dispersy is the older one/,
    ],
    [
      "whose stream is damaged",
      shell("printf 'dispersy stream 1\\n\\000\\000'; cat >/dev/null"),
      1,
      /the stream is damaged/,
      /What came is kept/,
    ],
    ["that is an echo", ["cat"], 1, /what is sent comes back/, /stty raw -echo/],
  ];

describe("sync with a command", () => {
  for (const [what, command, code, sentence, hint] of FAILURES) {
    it(`${what} says so and what to do, and loses nothing`, async (t) => {
      const folder = await home(t);
      const ended = await inProcess(["sync", "--home", folder, "--", ...command]);
      assert.equal(ended.code, code, ended.stderr);
      assert.match(ended.stderr, sentence);
      assert.match(ended.stderr, hint);
      assert.doesNotMatch(ended.stderr, /^ {4}at /m, "no stack trace");
      assert.equal(ended.stdout, "");
      const listed = await inProcess(["ls", "--home", folder]);
      assert.match(listed.stdout, /\tas before\n$/);
    });
  }

  it("tells programs the same", async (t) => {
    const folder = await home(t);
    const ended = await inProcess(["sync", "--json", "--home", folder, "--", "false"]);
    const [{ error }] = jsonLines<{ error: { exitCode: number; message: string; hint: string } }>(
      ended.stderr,
    ) as [{ error: { exitCode: number; message: string; hint: string } }];
    assert.equal(error.exitCode, 1);
    assert.match(error.message, /the other end said nothing/);
    assert.match(error.hint, /sync --stdio/);
  });

  it("that takes part in no overlay of ours says so", async (t) => {
    const [a, b] = [await home(t), await home(t)];
    const other = [...OTHER, "sync", "--stdio", "--home", b];
    const ended = await dispersy(["sync", "--home", a, "--", ...other]);
    assert.equal(ended.code, 6, ended.stderr);
    assert.match(ended.stderr, /take part in no overlay together/);
    assert.match(ended.stderr, /Join one here with a ticket of the other end/);
  });

  it("that hangs is waited for, and that is said", async (t) => {
    const folder = await home(t);
    const child = start(["sync", "--home", folder, "--", "sleep", "15"]);
    t.after(() => {
      child.kill();
      // Its own child still has it.
      child.stderr.destroy();
    });
    let said = "";
    await new Promise<void>((resolve) => {
      child.stderr.on("data", (chunk: Buffer) => {
        said += String(chunk);
        if (/Nothing has come from the other end yet: it has 5[0-9] s more/.test(said)) resolve();
      });
      child.once("exit", () => resolve());
    });
    assert.match(said, /Nothing has come from the other end yet/);
  });
});

describe("sync --stdio", () => {
  it("without another end, and without a home, says what to run", async (t) => {
    const folder = await home(t);
    const alone = await dispersy(["sync", "--stdio", "--home", folder], { input: "" });
    assert.equal(alone.code, 1, alone.stderr);
    assert.match(alone.stderr, /the other end said nothing/);
    assert.match(alone.stdout, /^dispersy stream 1\n/);
    const nowhere = await inProcess(["sync", "--home", join(folder, "none"), "--", "cat"]);
    assert.equal(nowhere.code, 1);
    assert.match(nowhere.stderr, /there is no node in/);
    const both = await inProcess(["sync", "--stdio", "--home", folder, "--", "cat"]);
    assert.equal(both.code, 2);
    assert.match(both.stderr, /there has to be one other end/);
  });

  it("at a person's terminal says that there is no other end", async (t) => {
    const folder = await home(t);
    // script(1) makes a terminal.
    const command = [...OTHER, "sync", "--stdio", "--home", folder].join(" ");
    const child = spawn("script", ["-qec", command, "/dev/null"]);
    let said = "";
    child.stdout.on("data", (chunk: Buffer) => (said += String(chunk)));
    const code = await new Promise((resolve) => {
      child.once("close", resolve);
      child.once("error", () => resolve(undefined));
    });
    if (code === undefined) return t.skip("no script(1)");
    assert.equal(code, 2, said);
    assert.match(said, /are this terminal, and no other end/);
  });
});
