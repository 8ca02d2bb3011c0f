import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import {
  closeSync,
  cpSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, it } from "node:test";
import { formatTicket, parseTicket } from "../../wire/ticket.ts";
import { type Serving, Stage, jsonLines, list, statusOf, until } from "./program.ts";

let stage: Stage;
beforeEach(() => (stage = new Stage()));
afterEach(() => stage.clear());

const WORDS = "the garden gate stands open at nine, and the key lies under the third stone";
const UNREADABLE = "sealed under a key that is not here";

const payloads = async (home: string): Promise<string[]> =>
  (await list(stage, home)).map(({ payload }) => payload);

async function holds({ home }: { home: string }, count: number): Promise<void> {
  await until(`${home} has ${count}`, async () => {
    return (await statusOf(home)).overlays[0]!.bundles >= count;
  });
}

/** All that lies in a folder. */
function contentsOf(folder: string): Buffer[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return contentsOf(path);
    return entry.isFile() ? [readFileSync(path)] : [];
  });
}

/** Whether any 8 successive bytes of the text lie in the home. */
function liesIn(home: string, text: string): boolean {
  const files = contentsOf(home);
  const bytes = Buffer.from(text);
  return Array.from({ length: bytes.length - 7 }, (_, at) => bytes.subarray(at, at + 8)).some(
    (eight) => files.some((file) => file.includes(eight)),
  );
}

/** A private overlay of two nodes, the second of which has one bundle of the first. */
async function twoNodes(): Promise<{ first: Serving; second: Serving; overlay: string }> {
  const first = await stage.run("first");
  const ticket = stage.path("ticket");
  writeFileSync(ticket, first.ticket, { mode: 0o600 });
  const second = await stage.run("second", ["--ticket-file", ticket]);
  await stage.done(["put", WORDS, "--home", first.home]);
  await holds(second, 1);
  return { first, second, overlay: first.ready.overlays[0]!.overlay };
}

/** A copy of a home that lacks the overlay's secret: what a carrier has, or a thief of the disk. */
function carrierOf({ home }: Serving, overlay: string): string {
  const carrier = stage.path("carrier");
  cpSync(home, carrier, { recursive: true, filter: (path) => !path.endsWith("control.sock") });
  const root = join(carrier, "overlays", overlay, "root.key");
  assert.equal(statSync(root).mode & 0o777, 0o600);
  rmSync(root);
  return carrier;
}

describe("a private overlay", () => {
  it("is the default, and is read by those who have its secret", async () => {
    const { first, second } = await twoNodes();
    assert.deepEqual(await payloads(second.home), [WORDS]);
    const [{ id } = { id: "" }] = await list(stage, second.home);
    assert.equal(await stage.done(["get", id, "--home", second.home]), WORDS);
    const tail = stage.start(["tail", "--json", "--home", second.home]);
    assert.equal((await tail.first<{ payload: string }>()).payload, WORDS);
    for (const { home } of [first, second]) {
      const { overlays, problems } = await statusOf(home);
      assert.equal(overlays[0]!.private, true);
      assert.match(overlays[0]!.ticket, /&secret=[0-9a-f]{64}&/);
      assert.deepEqual(problems, []);
      const screen = await stage.done(["status", "--home", home]);
      assert.match(screen, /^Overlay .*\(private, open\)$/m);
    }
    await second.program.stop();
    assert.deepEqual(await payloads(second.home), [WORDS], "offline too");
    assert.equal(liesIn(second.home, WORDS), false, "sealed on disk, members' as well");
  });

  it("is carried and never read by who lacks the secret, and read once it is there", async () => {
    const { first, second, overlay } = await twoNodes();
    await second.program.stop();
    const carrier = carrierOf(second, overlay);
    assert.equal(liesIn(carrier, WORDS), false);

    const rows = jsonLines<Record<string, unknown>>(
      await stage.done(["ls", "--json", "--home", carrier]),
    );
    assert.deepEqual(
      rows.map((row) => [row["unreadable"], row["payload"], row["payloadBase64"]]),
      [[UNREADABLE, undefined, undefined]],
    );
    const line = await stage.done(["ls", "--home", carrier]);
    assert.ok(line.endsWith(`\t\t${UNREADABLE}\n`), line);
    const got = await stage.command(["get", String(rows[0]!["id"]), "--home", carrier]);
    assert.equal(got.code, 1);
    assert.match(got.stderr, /^error: the payload cannot be read: sealed under .*\n.*run -/);
    const put = await stage.command(["put", "in clear", "--home", carrier]);
    assert.equal(put.code, 1);
    assert.match(put.stderr, /^error: not published: the overlay is private and this node has no/);

    const running = await stage.run("carrier");
    const { problems } = await statusOf(carrier);
    assert.equal(problems.length, 1);
    assert.match(problems[0]!, /is private, and the ticket .* has no secret/);
    await stage.done(["ls", "--home", carrier]);
    assert.equal((await statusOf(carrier)).counters["sealed bundles not opened"], 1);
    await running.program.stop();

    const again = await stage.run("carrier", [first.ticket]);
    assert.match(
      again.program.stderr,
      /^Other users can read .* secrets do not belong: .*--ticket-file.*- \(standard input\)\.\n$/,
    );
    assert.deepEqual(await payloads(carrier), [WORDS]);
    assert.deepEqual((await statusOf(carrier)).problems, []);
  });

  it("comes back from a backup of its keys and an older store", async () => {
    const { first, second } = await twoNodes();
    await second.program.stop();
    const backup = stage.path("backup");
    cpSync(second.home, backup, { recursive: true });
    const later = await stage.run("second");
    await stage.done(["put", "written after the backup", "--home", later.home]);
    await holds(first, 2);
    await later.program.stop("SIGKILL");
    const restored = await stage.run("backup");
    await holds(restored, 2);
    assert.deepEqual(await payloads(restored.home), [WORDS, "written after the backup"]);
  });

  it("refuses a ticket with another secret, and names no secret in saying so", async () => {
    const first = await stage.run("first");
    await first.program.stop();
    const secret = /secret=([0-9a-f]{64})/.exec(first.ticket)![1]!;
    const ticket = parseTicket(first.ticket);
    assert.ok(!("mistake" in ticket));
    const wrong = formatTicket({ ...ticket, secret: new Uint8Array(32).fill(7) });
    const { code, stderr } = await stage.command(["run", "-", "--home", first.home], wrong);
    assert.equal(code, 6);
    assert.match(stderr, /^error: the ticket's secret is not the one that this home has/);
    assert.ok(!stderr.includes(secret) && !stderr.includes("07".repeat(32)));
  });
});

describe("a public overlay", () => {
  it("is made with --public, and its ticket has no secret", async () => {
    const home = stage.path("first");
    const init = JSON.parse(await stage.done(["init", "--public", "--json", "--home", home])) as {
      ticket: string;
      private: boolean;
    };
    assert.equal(init.private, false);
    assert.ok(!init.ticket.includes("secret"));
    const first = await stage.run("first");
    await stage.done(["put", WORDS, "--home", home]);
    const second = await stage.run("second", [first.ticket]);
    await holds(second, 1);
    assert.equal(second.program.stderr, "");
    assert.deepEqual(await payloads(second.home), [WORDS]);
    const screen = await stage.done(["status", "--home", second.home]);
    assert.match(screen, /^Overlay .*\(public, open\)$/m);
    assert.deepEqual((await statusOf(second.home)).problems, []);
    await second.program.stop();
    assert.equal(liesIn(second.home, WORDS), true);
  });

  it("is not what a ticket can be joined as", async () => {
    const args = ["run", "-", "--public", "--home", stage.path("home")];
    const first = await stage.run("first");
    const { code, stderr } = await stage.command(args, first.ticket);
    assert.equal(code, 2);
    assert.match(stderr, /^error: --public is for a new overlay/);
  });
});

describe("what others see of a private overlay", () => {
  it("has no 8 bytes of a payload: datagrams, a tracker's memory, its log", async (t) => {
    if (process.platform !== "linux") return t.skip("reads the memory of a process by /proc");
    const tracker = await stage.tracker(["--log-level", "trace"]);
    const [pcap, ticket] = [stage.path("node.pcap"), stage.path("ticket")];
    const begin = ["--tracker", tracker.at, "--log-level", "trace"];
    const first = await stage.run("first", [...begin, "--pcap", pcap]);
    writeFileSync(ticket, first.ticket, { mode: 0o600 });
    const second = await stage.run("second", [...begin, "--ticket-file", ticket]);
    // No 8 bytes of it stand in any program by chance.
    const words = randomBytes(100).toString("hex");
    await stage.done(["put", words, "--home", first.home]);
    await holds(second, 1);
    const seen: [string, Buffer][] = [
      ["datagrams", readFileSync(pcap)],
      ["tracker's memory", memoryOf(tracker.program.child.pid!)],
      ["tracker's log", Buffer.from(tracker.program.stderr)],
    ];
    const secrets = [words, /&secret=([0-9a-f]{64})&/.exec(first.ticket)![1]!];
    for (const [name, bytes] of seen) {
      assert.ok(bytes.includes(first.ready.overlays[0]!.overlay) || bytes.length > 1_000, name);
      for (const secret of secrets) assert.equal(eightOf(secret, bytes), undefined, name);
    }
    // What is looked for would be found.
    assert.deepEqual(await payloads(second.home), [words]);
    assert.notEqual(eightOf(words, memoryOf(second.program.child.pid!)), undefined);
  });
});

/** Any 8 successive bytes of the text that stand there. */
function eightOf(text: string, bytes: Buffer): string | undefined {
  const eights = Array.from({ length: text.length - 7 }, (_, at) => text.slice(at, at + 8));
  return eights.find((eight) => bytes.includes(eight));
}

/** What a process has written to its memory. */
function memoryOf(pid: number): Buffer {
  const maps = readFileSync(`/proc/${pid}/maps`, "utf8").trimEnd().split("\n");
  const memory = openSync(`/proc/${pid}/mem`, "r");
  const parts: Buffer[] = [];
  try {
    for (const map of maps) {
      const [, from, to] = /^([0-9a-f]+)-([0-9a-f]+) rw/.exec(map) ?? [];
      if (from === undefined || to === undefined) continue;
      const [start, end] = [BigInt(`0x${from}`), BigInt(`0x${to}`)];
      // What nobody touched is not there, and V8 reserves gigabytes of it.
      if (end - start > 256n * 1024n * 1024n) continue;
      const part = Buffer.alloc(Number(end - start));
      try {
        parts.push(part.subarray(0, readSync(memory, part, 0, part.length, start)));
      } catch {
        // Some mappings cannot be read.
      }
    }
  } finally {
    closeSync(memory);
  }
  return Buffer.concat(parts);
}
