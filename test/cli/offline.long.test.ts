import assert from "node:assert/strict";
import { chmodSync, existsSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import type { TestContext } from "node:test";
import { Running, dispersy, inProcess, jsonLines, start, temporaryFolder } from "./cli.ts";
import type { Result } from "./cli.ts";

interface Home {
  home: string;
  init: { member: string; overlay: string; ticket: string };
  /** Runs a command in this home; it must succeed. */
  run: (args: string[], input?: string | Uint8Array) => Promise<Result>;
}

async function newHome(context: TestContext, ...flags: string[]): Promise<Home> {
  const home = join(temporaryFolder(context), "home");
  const run: Home["run"] = async (args, input = "") => {
    const result = await inProcess([...args, "--home", home], { input });
    assert.equal(result.code, 0, result.stderr);
    return result;
  };
  const { stdout } = await run(["init", "--json", ...flags]);
  return { home, init: JSON.parse(stdout) as Home["init"], run };
}

const HEX = (digits: number): RegExp => new RegExp(`^[0-9a-f]{${digits}}$`);

describe("a home without a running node", () => {
  it("serves one process after the other", async (context) => {
    const home = join(temporaryFolder(context), "home");
    const env = { DISPERSY_HOME: home };
    for (const args of [["init"], ["put", "hello"]]) {
      const { code, stderr } = await dispersy(args, { env });
      assert.equal(code, 0, stderr);
    }
    assert.match(
      (await dispersy(["ls"], { env })).stdout,
      /^[0-9a-f]{64}\t[0-9]+\t[0-9TZ:.-]+\t[0-9TZ:.-]*\t[0-9a-f]{64}\t\t\thello\n$/,
    );
  });

  it("takes bundles and gives them back", async (context) => {
    const { init, run } = await newHome(context);
    assert.deepEqual(Object.keys(init).sort(), ["member", "overlay", "private", "ticket"]);
    assert.match(init.member, HEX(64));
    assert.match(init.overlay, HEX(40));
    assert.match(init.ticket, /^dispersy:1:[0-9a-f]{64}/);

    const put = JSON.parse((await run(["put", "grüße", "--json"])).stdout) as Record<
      string,
      unknown
    >;
    assert.deepEqual(Object.keys(put).sort(), ["globalTime", "id"]);
    assert.match(put["id"] as string, HEX(64));
    const id = put["id"] as string;

    const row = { id, author: init.member, globalTime: put["globalTime"], payload: "grüße" };
    for (const words of [["ls"], ["get", id.slice(0, 10)]]) {
      const [{ written, came, ...shown } = {}] = jsonLines(
        (await run([...words, "--json"])).stdout,
      );
      assert.deepEqual(shown, row);
      assert.equal(typeof written, "number", "when it was written");
      assert.ok(came === undefined || (came as number) >= (written as number), "and when it came");
    }
    assert.equal((await run(["get", id])).stdout, "grüße");

    const bytes = Uint8Array.of(0, 255, 10, 27);
    const second = (await run(["put", "-"], bytes)).stdout.trim();
    const [, binary] = jsonLines((await run(["ls", "--json"])).stdout);
    assert.equal(binary!["payload"], undefined);
    assert.equal(binary!["payloadBase64"], Buffer.from(bytes).toString("base64"));
    assert.equal(binary!["id"], second);
  });

  it("takes every line of a file as a bundle, in order, but for empty ones", async (context) => {
    const { home, run } = await newHome(context);
    const lines = Array.from({ length: 1200 }, (_, i) => (i === 7 ? "" : `line ${i}\r`));
    const file = join(home, "lines.txt");
    writeFileSync(file, lines.join("\n"));
    const put = await run(["put", "--lines", file, "--json"]);
    assert.match(put.stderr, /skipped 1 empty line\n/);
    const acknowledged = jsonLines(put.stdout);
    const listed = jsonLines((await run(["ls", "--json"])).stdout);
    assert.deepEqual(
      listed.map((row) => row["payload"]),
      lines.filter((line) => line !== ""),
    );
    assert.deepEqual(
      acknowledged,
      listed.map(({ id, globalTime }) => ({ id, globalTime })),
    );
    const newest = jsonLines((await run(["ls", "-n", "2", "--json"])).stdout);
    assert.deepEqual(newest, listed.slice(-2));
  });

  it("ends quietly when its reader has read enough", async (context) => {
    const { home, run } = await newHome(context);
    await run(["put", "--lines", "-"], `${"x".repeat(900)}\n`.repeat(600));
    const child = start(["ls", "--home", home]);
    let stderr = "";
    child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
    child.stdout.once("data", () => child.stdout.destroy());
    const code = await new Promise((resolve) => child.on("close", resolve));
    assert.equal(code, 141, "as of a program that SIGPIPE ends");
    assert.equal(stderr, "");
  });

  it("publishes nothing of a file with a line that is too large, of a pipe what stands before it", async (context) => {
    const { run, home } = await newHome(context);
    const input = `fine\n${"x".repeat(1025)}\n`;
    const file = join(home, "lines.txt");
    writeFileSync(file, input);
    const refused = await inProcess(["put", "--lines", file, "--home", home]);
    assert.equal(refused.code, 2);
    assert.match(refused.stderr, /^error: line 2 has more than the 928 bytes .* Nothing was/);
    assert.doesNotMatch(refused.stderr, /--lines/, "no advice to do what was done");
    const whole = await inProcess(["put", "-", "--home", home], { input });
    assert.match(whole.stderr, /^Split it: --lines FILE/m);
    assert.equal((await run(["ls"])).stdout, "");
    const piped = await inProcess(["put", "--lines", "-", "--home", home], { input });
    assert.equal(piped.code, 2);
    assert.match(
      piped.stderr,
      /^error: line 2 .* All before it was published\n.* 1 bundle had been/,
    );
    await run(["put", "-"], "x".repeat(928));
    assert.equal(jsonLines((await run(["ls", "--json"])).stdout).length, 2);
  });

  it("says so when there is no line to publish", async (context) => {
    const { run } = await newHome(context);
    for (const [input, said] of [
      ["\n\r\n", /^skipped 2 empty lines\nnothing was published: .*\n$/],
      ["", /^nothing was published: .*\n$/],
    ] as const) {
      const { stdout, stderr } = await run(["put", "--lines", "-"], input);
      assert.equal(stdout, "");
      assert.match(stderr, said);
    }
  });

  it("where everybody may write needs no invitations and no grants, and says so", async (context) => {
    const { init, run } = await newHome(context);
    const { stdout, stderr } = await run(["invite"]);
    assert.equal(stdout, `${init.ticket}\n`, "without a secret that is good for nothing");
    assert.match(stderr, /^Everybody may write in this overlay: no invitation is needed/);
    assert.doesNotMatch(stderr, /secret/);
    const grant = await run(["grant", "ab".repeat(32)]);
    assert.match(grant.stderr, /^Everybody may write in this overlay: the grant changes nothing/);
  });

  it("has tickets without a place to begin from, and says so", async (context) => {
    const { run } = await newHome(context, "--members");
    const placeless = /This ticket names no place to begin from/;
    for (const args of [["init"], ["init", "--json"]]) {
      assert.match((await run(args)).stderr, placeless, args.join(" "));
    }
    const { home, init } = await newHome(context, "--members");
    for (const args of [["invite"], ["invite", "--json"]]) {
      const { stderr } = await inProcess([...args, "--home", home]);
      assert.match(stderr, placeless, args.join(" "));
      assert.doesNotMatch(stderr, /Everybody may write/);
    }
    assert.doesNotMatch(init.ticket, /[?&](at|peer|ws)=/);
  });

  it("grants and invites", async (context) => {
    const { init, run } = await newHome(context, "--members");
    const grant = JSON.parse((await run(["grant", "ab".repeat(32), "--json"])).stdout) as object;
    assert.deepEqual(Object.keys(grant).sort(), ["globalTime", "id"]);
    const invite = JSON.parse((await run(["invite", "--json"])).stdout) as { ticket: string };
    assert.deepEqual(Object.keys(invite), ["ticket"]);
    assert.ok(invite.ticket.startsWith(init.ticket.split("?")[0]!));
    assert.match(invite.ticket, /[?&]invitation=[0-9a-f]{64}/);
    assert.equal((await run(["ls"])).stdout, "", "policies and grants are not data");
  });

  it("may have several overlays, told apart by the beginning of their ids", async (context) => {
    const { home, init, run } = await newHome(context);
    const other = JSON.parse((await run(["init", "--json"])).stdout) as Home["init"];
    assert.notEqual(other.overlay, init.overlay);
    const which = await inProcess(["put", "x", "--home", home]);
    assert.equal(which.code, 2);
    assert.ok(which.stderr.includes(init.overlay) && which.stderr.includes(other.overlay));
    await run(["put", "x", "--overlay", other.overlay.slice(0, 12)]);
    assert.equal((await run(["ls", "--overlay", init.overlay])).stdout, "");
    assert.match((await run(["ls", "--overlay", other.overlay])).stdout, /\tx\n$/);
  });
});

describe("a person at a terminal", () => {
  const evil = "\u001b]0;owned\u0007\u009b31m red\nnext\u202e";

  it("gets no control character of a payload, by way of a pipe neither; get hands out every byte", async (context) => {
    const { home, run } = await newHome(context);
    const id = (await run(["put", "-"], evil)).stdout.trim();
    const shows: [string[], number | undefined][] = [
      [["ls"], 200],
      [["get", id], 200],
      [["ls"], undefined],
    ];
    for (const [command, columns] of shows) {
      const terminal = columns === undefined ? {} : { columns };
      const shown = await inProcess([...command, "--home", home], terminal);
      assert.doesNotMatch(shown.stdout.replaceAll("\n", ""), /[^\P{Cc}\t]|\u202e/u);
      assert.ok(shown.stdout.includes("\\x1b]0;owned\\x07\\x9b31m red"), shown.stdout);
    }
    assert.equal((await run(["get", id])).stdout, evil);
  });

  it("gets none by `tail` into a pipe", async (context) => {
    const { home, run } = await newHome(context);
    await run(["put", "-"], evil);
    const node = new Running(context, ["run", "--home", home, "--listen", "127.0.0.1:0", "--json"]);
    await node.line();
    const tail = new Running(context, ["tail", "--home", home]);
    const line = await tail.line();
    assert.doesNotMatch(line, /[^\P{Cc}\t]|\u202e/u);
    assert.ok(line.endsWith("\\x1b]0;owned\\x07\\x9b31m red\\nnext\\u202e"), line);
  });

  it("gets lines no wider than itself", async (context) => {
    const { home, run } = await newHome(context);
    await run(["put", "x".repeat(500)]);
    for (const [columns, width] of [
      [60, 60],
      // What a terminal says that does not know its size.
      [0, 80],
    ]) {
      const { stdout } = await inProcess(["ls", "--home", home], { columns: columns! });
      const [head, line] = stdout.trimEnd().split("\n");
      assert.equal(line!.length, width);
      assert.ok(head!.length <= width!, "its head neither");
    }
  });

  it("sees who wrote it and when, and finds it by topic, author and time", async (context) => {
    const { home, init, run } = await newHome(context);
    await run(["put", "--topic", "status", "--keep", "1", "away"]);
    await run(["put", "--lines", "-", "--topic", "log"], "one\ntwo\n");
    await run(["put", "--topic", "status", "--keep", "1", "at home"]);
    assert.equal((await run(["name", "Anna"])).stdout, "Anna\n");
    assert.equal((await run(["get", "--topic", "status"])).stdout, "at home");
    assert.equal((await run(["get", "--topic", "log", "--author", "anna"])).stdout, "two");
    const texts = async (...words: string[]) =>
      jsonLines((await run(["ls", "--json", ...words])).stdout).map(({ payload }) => payload);
    assert.deepEqual(await texts(), ["one", "two", "at home"], "a name is no message");
    assert.deepEqual(await texts("--topic", "log"), ["one", "two"]);
    assert.deepEqual(await texts("--topic", "log", "--limit", "1"), ["two"]);
    assert.deepEqual(await texts("--author", init.member.slice(0, 8), "--since", "1h"), [
      "one",
      "two",
      "at home",
    ]);
    assert.deepEqual(await texts("--since", "2100-01-01"), []);
    assert.ok((await texts("--all")).includes("Anna"), "with --all it is there");
    const { stdout } = await inProcess(["ls", "--home", home], { columns: 80 });
    assert.match(
      stdout.split("\n")[3]!,
      /^[0-9a-f]{8} .* [A-Z][a-z]{2} [ 0-9]\d \d\d:\d\d .* Anna .* \[status\] at home$/,
    );
    for (const [words, said] of [
      [["get", "--topic", "none"], /nothing under the topic none/],
      [["ls", "--author", "ben"], /nobody here is called ben/],
      [["put", "--keep", "1", "x"], /--keep needs a topic/],
      [["put", "--topic", "dispersy:name", "x"], /dispersy's own/],
      [["name", "a\u202eb"], /nobody could be shown that name/],
    ] as const) {
      const { code, stderr } = await inProcess([...words, "--home", home]);
      assert.ok(code === 1 || code === 2, stderr);
      assert.match(stderr, said);
    }
  });

  it("has lines published as they come, while nodes and other commands come and go", async (context) => {
    const { home } = await newHome(context);
    const put = new Running(context, ["put", "--lines", "-", "--home", home]);
    put.child.stdin.write("one\n");
    assert.match(await put.line(), HEX(64));
    const node = new Running(context, ["run", "--home", home, "--listen", "127.0.0.1:0", "--json"]);
    await node.line();
    put.child.stdin.write("two\n");
    assert.match(await put.line(), HEX(64));
    assert.equal(await node.stop(), 0);
    put.child.stdin.end("three");
    assert.match(await put.line(), HEX(64));
    const { stdout } = await inProcess(["ls", "--home", home, "--json"]);
    const rows = jsonLines(stdout);
    assert.deepEqual(
      rows.map(({ payload }) => payload),
      ["one", "two", "three"],
    );
  });
});

describe("a home", () => {
  /** Everything in a folder that others have a right to. */
  function open(folder: string): string[] {
    return readdirSync(folder, { recursive: true, encoding: "utf8" }).filter(
      (name) => (statSync(join(folder, name)).mode & 0o077) !== 0,
    );
  }
  const within = ["sh", "-c", 'umask 0; exec "$@"', "sh"];

  it("is private whatever the umask, while its node runs too", async (context) => {
    const home = join(temporaryFolder(context), "home");
    assert.equal((await dispersy(["init", "--home", home], { within })).code, 0);
    assert.deepEqual(open(home), []);
    const args = ["run", "--home", home, "--listen", "127.0.0.1:0", "--json"];
    const node = new Running(context, args, { within });
    await node.line();
    assert.deepEqual(open(home), []);
    assert.equal(statSync(home).mode & 0o777, 0o700);
  });

  it("of an earlier version becomes private when it is opened", async (context) => {
    const { home, run } = await newHome(context);
    const store = join(home, "store");
    chmodSync(store, 0o755);
    for (const name of readdirSync(store)) chmodSync(join(store, name), 0o644);
    await run(["put", "hello"]);
    assert.deepEqual(open(home), []);
  });
});

describe("a mistake with a home", () => {
  const cases: [string, (home: Home, folder: string) => string[], number, RegExp][] = [
    ["unknown bundle", () => ["get", "00000000"], 1, /no bundle's id begins with 00000000/],
    ["unknown overlay", () => ["ls", "--overlay", "zz"], 2, /no such overlay/],
    [
      "missing home",
      (_, folder) => ["ls", "--home", join(folder, "none")],
      1,
      /there is no node in/,
    ],
    [
      "no daemon for status",
      () => ["status"],
      3,
      /no node is running in .*\nStart one: (node \S+|dispersy) run/,
    ],
    ["no daemon for peers", () => ["peers"], 3, /no node is running/],
    ["no daemon for tail", () => ["tail"], 3, /no node is running/],
    ["no daemon for wait", () => ["wait", "--peers", "1"], 3, /no node is running/],
    ["missing file", () => ["put", "--file", "/nonexistent/x"], 1, /cannot read .*ENOENT/],
    [
      "payload too large",
      () => ["put", "x".repeat(1025)],
      2,
      /the payload has more than the 928 bytes/,
    ],
  ];
  it("is explained in two lines with its own exit code", async (context) => {
    const home = await newHome(context);
    const folder = temporaryFolder(context);
    for (const [name, args, code, what] of cases) {
      const result = await inProcess(["--home", home.home, ...args(home, folder)]);
      assert.equal(result.code, code, `${name}: ${result.stderr}`);
      assert.match(result.stderr, what, name);
      assert.equal(result.stderr.trimEnd().split("\n").length, 2, name);
    }
    assert.ok(!existsSync(join(folder, "none")), "a mistyped home is not made");
  });

  it("that is a file is refused for safety", async (context) => {
    const file = join(temporaryFolder(context), "file");
    writeFileSync(file, "");
    for (const args of [["init"], ["put", "x"], ["run"]]) {
      const { code, stderr } = await inProcess([...args, "--home", file]);
      assert.equal(code, 6, stderr);
      assert.match(stderr, /^error: the home .*file is not a folder\n.*--home/);
    }
  });

  it("whose keys others can read is refused for safety, with the remedy", async (context) => {
    const { home, init } = await newHome(context);
    const key = join(home, "overlays", init.overlay, "member.key");
    assert.ok(readdirSync(join(home, "overlays", init.overlay)).includes("member.key"));
    chmodSync(key, 0o644);
    for (const args of [
      ["put", "x"],
      ["run", "--listen", "127.0.0.1:0"],
    ]) {
      const { code, stderr } = await inProcess([...args, "--home", home]);
      assert.equal(code, 6, stderr);
      assert.match(stderr, /member\.key.*\n.*chmod 600/);
    }
  });
});

describe("overlays of a home without a running node", () => {
  it("are joined, listed, left and joined again", async (context) => {
    const { init } = await newHome(context);
    const home = join(temporaryFolder(context), "other");
    const typed = async (...args: string[]): Promise<Result> => {
      const result = await inProcess([...args, "--home", home]);
      assert.equal(result.code, 0, result.stderr);
      return result;
    };
    const { stdout, stderr } = await typed("join", init.ticket);
    assert.equal(stdout, `Joined  ${init.overlay}\n`);
    assert.match(stderr, /^No node is running here: `.*dispersy run --home \S+` starts it/m);
    const rows = async () =>
      jsonLines((await typed("overlays", "--json")).stdout).map((row) => [
        row["overlay"],
        row["state"],
        row["contacted"],
      ]);
    assert.deepEqual(await rows(), [[init.overlay, "joined", null]]);
    assert.match((await typed("overlays")).stdout, /^OVERLAY +STATE +WRITERS +BUNDLES +PEERS\n/);
    assert.equal(
      (await typed("leave", init.overlay.slice(0, 5))).stdout,
      `Left  ${init.overlay}\n`,
    );
    assert.deepEqual(await rows(), [[init.overlay, "left", null]]);
    const member = async (): Promise<unknown> =>
      jsonLines((await typed("join", init.ticket, "--json")).stdout)[0]!["member"];
    assert.equal(await member(), await member());
    assert.deepEqual(await rows(), [[init.overlay, "joined", null]]);
  });

  it("are one more after another init, which says what follows", async (context) => {
    const { run } = await newHome(context);
    const { stdout, stderr } = await run(["init"]);
    const [, overlay = ""] = /^Overlay {2}([0-9a-f]{40}) /m.exec(stdout) ?? [];
    assert.match(stderr, /^This home has 2 overlays now/m);
    const short = overlay.slice(0, 6);
    assert.ok(stderr.includes(`--overlay ${short}`), stderr);
    // What is to be typed is for this home.
    const [list, leave] = [...stderr.matchAll(/`dispersy (?!run)[^`]+`/g)].map(([one]) => one);
    assert.match(list!, /^`dispersy overlays --home \/\S+`$/);
    assert.match(leave!, new RegExp(`^\`dispersy leave ${short} --home /\\S+\`$`));
    await run(["put", "hello", "--overlay", short]);
    assert.ok(stderr.includes(`leave ${short}`), stderr);
    await run(["leave", short]);
    await run(["put", "hello"]);
  });

  it("are refused where the ticket is none, and no home is made", async (context) => {
    const home = join(temporaryFolder(context), "none");
    for (const args of [["join"], ["join", "dispersy:1:00"], ["leave", "00"], ["overlays"]]) {
      const { code, stdout } = await inProcess([...args, "--home", home]);
      assert.notEqual(code, 0);
      assert.equal(stdout, "");
      assert.ok(!existsSync(home));
    }
  });
});
