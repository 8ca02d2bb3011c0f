import assert from "node:assert/strict";
import { once } from "node:events";
import { existsSync, readFileSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test, type TestContext } from "node:test";
import { until } from "../host/support.ts";
import { dispersy, inProcess, jsonLines, Running, start, temporaryFolder } from "./cli.ts";

interface Outcome {
  new: number;
  held: number;
  refused: Record<string, number>;
  complete: boolean;
  problem?: { what: string; record: number; byte: number };
}

async function done(...words: string[]): Promise<string> {
  const { code, stdout, stderr } = await inProcess(words);
  assert.equal(code, 0, `${words.join(" ")}: ${stderr}`);
  return stdout;
}

async function outcomeOf(...words: string[]): Promise<Outcome> {
  return jsonLines<Outcome & Record<string, unknown>>(await done(...words, "--json"))[0]!;
}

async function listed(home: string): Promise<string> {
  return done("ls", "--home", home, "--all", "--json").then((text) =>
    jsonLines(text)
      .map(({ id }) => id)
      .join(),
  );
}

/** A home that wrote something, and one that joined; neither has a node that runs. */
async function homes(t: TestContext): Promise<{ folder: string; a: string; b: string }> {
  const folder = temporaryFolder(t);
  const [a, b] = [join(folder, "a"), join(folder, "b")];
  const [made] = jsonLines<{ ticket: string }>(await done("init", "--home", a, "--json"));
  await done("put", "--lines", await lines(folder, 40), "--home", a);
  await done("join", made!.ticket, "--home", b);
  return { folder, a, b };
}

async function lines(folder: string, count: number): Promise<string> {
  const file = join(folder, `${count}.txt`);
  writeFileSync(file, Array.from({ length: count }, (_, i) => `line ${i}\n`).join(""));
  return file;
}

test("two homes that never have a network end with the same set, by three files", async (t) => {
  const { folder, a, b } = await homes(t);
  const [first, second] = [join(folder, "first"), join(folder, "second")];
  const { stderr } = await inProcess(["export", "--home", a, "--output", first]);
  assert.match(stderr, /^41 bundles written, /);
  assert.equal(statSync(first).mode & 0o777, 0o600, "its owner's only");
  assert.match(
    await done("import", first, "--home", b),
    /^[0-9a-f]{40}: 41 new, 0 held already, 0 refused\n$/,
  );
  await done("put", "from b", "--home", b);
  const back = await inProcess(["export", "--for", first, "--home", b, "--output", second]);
  assert.match(back.stderr, /^They hold 41 of ours already; 1 bundle written, /);
  assert.deepEqual(await outcomeOf("import", second, "--home", a).then(figures), [1, 0, true]);
  assert.equal(await listed(a), await listed(b));
  const { theyHold, bundles } = jsonLines<{ theyHold: number; bundles: number }>(
    await done("export", "--for", second, "--home", a, "--output", first, "--json"),
  )[0]!;
  assert.deepEqual([theyHold, bundles], [42, 0], "their file has acknowledged all");
});

function figures(outcome: Outcome): unknown[] {
  return [outcome.new, outcome.held, outcome.complete];
}

test("a running node exports and takes in, by pipes, and since a moment or a cursor", async (t) => {
  const { a, b } = await homes(t);
  const quiet = ["--listen", "127.0.0.1:0", "--log-level", "error", "--json"];
  for (const home of [a, b]) {
    const node = new Running(t, ["run", "--home", home, ...quiet]);
    await node.json();
  }
  const all = await bytesOf(a);
  const came = await dispersy(["import", "-", "--home", b, "--json"], { input: all });
  assert.equal(came.code, 0, came.stderr);
  assert.deepEqual(figures(jsonLines<Outcome & Record<string, unknown>>(came.stdout)[0]!), [
    41,
    0,
    true,
  ]);
  const rows = jsonLines<{ cursor: string }>(
    await done("tail", "--no-follow", "-n", "2", "--json", "--home", b),
  );
  await done("put", "later", "--home", b);
  for (const [since, written] of [
    [rows.at(-1)!.cursor, 2],
    ["1h", 42],
    ["2030-01-01", 1],
  ] as const) {
    const { stderr, code } = await inProcess(
      ["export", "--since", since, "--home", b, "--json"].concat("--output", join(b, "../since")),
    );
    assert.equal(code, 0, stderr);
    const file = readFileSync(join(b, "../since"));
    const again = await dispersy(["import", "-", "--home", a, "--json"], { input: file });
    const outcome = jsonLines<Outcome & Record<string, unknown>>(again.stdout)[0]!;
    // The policy is always in it.
    assert.equal(outcome.new + outcome.held, written, since);
  }
});

async function bytesOf(home: string): Promise<Buffer> {
  const file = join(home, "../bytes");
  await done("export", "--home", home, "--output", file);
  return readFileSync(file);
}

describe("what cannot be taken in", () => {
  const rows: [name: string, of: (whole: Buffer) => Buffer, code: number, says: RegExp][] = [
    ["empty", () => Buffer.alloc(0), 1, /the file is empty/],
    ["text", () => Buffer.from("hello\n"), 1, /no export/],
    [
      "newer",
      (whole) => Buffer.concat([Buffer.from("dispersy export 2\n"), whole.subarray(18)]),
      1,
      /newer version/,
    ],
    ["beginning", (whole) => whole.subarray(0, 30), 5, /cut off within its first bytes/],
    [
      "cut",
      (whole) => whole.subarray(0, whole.length - 60),
      5,
      /is cut off: record \d, from byte \d+ on, is missing/,
    ],
    [
      "more",
      (whole) => Buffer.concat([whole, Buffer.from("\n")]),
      5,
      /something follows the end of .*byte \d/,
    ],
    ["damaged", flipped, 5, /is damaged: record 3, from byte \d+ on/],
  ];

  test("is refused with a sentence, and what is whole of it comes", async (t) => {
    const { folder, a, b } = await homes(t);
    const whole = await bytesOf(a);
    for (const [name, of, code, says] of rows) {
      const file = join(folder, name);
      writeFileSync(file, of(whole));
      const ended = await inProcess(["import", file, "--home", b]);
      assert.equal(ended.code, code, `${name}: ${ended.stderr}`);
      assert.match(ended.stderr, says);
      assert.ok(ended.stderr.trim().split("\n").length === 2, `and what to do: ${ended.stderr}`);
    }
    assert.equal(await listed(b), await listed(a), "the whole records of the last ones were all");
  });

  test("is no file, a folder, or of an overlay that is not here", async (t) => {
    const { folder, a, b } = await homes(t);
    const stranger = join(folder, "stranger");
    await done("init", "--home", stranger);
    const file = join(folder, "file");
    await done("export", "--home", a, "--output", file);
    const { overlay } = jsonLines<{ overlay: string }>(
      await done("overlays", "--home", b, "--json"),
    )[0]!;
    const cases: [words: string[], code: number, says: RegExp][] = [
      [["import", join(folder, "nothing"), "--home", b], 1, /there is no file/],
      [["import", folder, "--home", b], 1, /is a folder/],
      [["import", "--home", b], 2, /missing/],
      [["import", file, "--home", stranger], 6, /does not take part in\nJoin it first: .*join/],
      [["import", file, "--overlay", "ffff", "--home", b], 2, /no such overlay/],
      [["import", file, "--home", join(folder, "nobody")], 1, /no node/],
      [["export", "--since", "soon", "--home", a], 2, /a span of time/],
      [["export", "--since", "00000000.zz", "--home", a, "-o", file], 6, /another home/],
      [["export", "--for", join(folder, "nothing"), "--home", a], 1, /there is no file/],
      [
        ["export", "--for", file, "-o", join(folder, ".", "file"), "--home", a],
        2,
        /would be written over/,
      ],
      [["export", file, "--home", a], 2, /needs --output before it\n.*--output .*file/],
      [["export", "--home", a, "--output", join(folder, "no", "where")], 1, /cannot be written/],
    ];
    for (const [words, code, says] of cases) {
      const ended = await inProcess(words);
      assert.equal(ended.code, code, `${words.join(" ")}: ${ended.stderr}`);
      assert.match(ended.stderr, says);
    }
    await done("leave", overlay, "--home", b);
    const left = await inProcess(["import", file, "--home", b]);
    assert.equal(left.code, 6, left.stderr);
    assert.match(left.stderr, /has left\nJoin it again/);
    assert.ok(!readdirSync(folder).some((name) => name.endsWith(".partial")), "nothing lies about");
  });
});

describe("an export that is not finished", () => {
  test("says why where a running node's has no room", async (t) => {
    if (!existsSync("/dev/full")) return t.skip("there is no /dev/full here");
    const { a } = await homes(t);
    const node = new Running(t, ["run", "--home", a, "--listen", "127.0.0.1:0", "--json"]);
    await node.json();
    const full = await dispersy(["export", "--home", a, "--output", "/dev/full"]);
    assert.equal(full.code, 1, full.stderr);
    assert.match(full.stderr, /^error: \/dev\/full cannot be written \(ENOSPC\)\n[^\n]*\n$/);
  });

  test("leaves nothing behind when somebody stops it", async (t) => {
    const { folder, a } = await homes(t);
    const partial = () => readdirSync(folder).filter((name) => name.endsWith(".partial"));
    // It waits for the file of the other one.
    const child = start(["export", "--home", a, "--for", "-", "--output", join(folder, "file")]);
    const closed = once(child, "close");
    await until("it has begun", () => partial().length === 1);
    child.kill("SIGINT");
    const [, signal] = (await closed) as [number | null, string | null];
    assert.equal(signal, "SIGINT", "it ends as any program does");
    assert.deepEqual(partial(), []);
  });
});

function flipped(whole: Buffer): Buffer {
  const bytes = Buffer.from(whole);
  // The policy's record follows the header of 45 bytes; the next one holds what was written.
  const third = 45 + 2 + bytes.readUInt16BE(45);
  bytes[third + 40]! ^= 1;
  return bytes;
}
