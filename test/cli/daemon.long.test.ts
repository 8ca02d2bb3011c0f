import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import type { TestContext } from "node:test";
import { statusOf } from "../e2e/program.ts";
import { Running, inProcess, jsonLines, temporaryFolder } from "./cli.ts";

interface Ready {
  event: string;
  listen: string[];
  overlays: { overlay: string; ticket: string }[];
}

/** A node on loopback, ready. */
async function node(
  context: TestContext,
  args: string[] = [],
): Promise<{ home: string; ready: Ready; running: Running }> {
  const home = join(temporaryFolder(context), "home");
  const listen = ["--listen", "127.0.0.1:0", "--log-level", "warn"];
  const running = new Running(context, ["run", ...args, "--home", home, ...listen, "--json"]);
  return { home, ready: await running.json<Ready>(), running };
}

/** What scripts rely on. */
const STATUS_KEYS = {
  "": ["counters", "disk", "nat", "overlays", "paths", "problems", "traffic"],
  nat: ["address", "filtering", "mapping", "portmap"],
  traffic: ["announcedPackets", "rxBytes", "rxPackets", "txBytes", "txPackets"],
};
const OVERLAY_KEYS = ["bundles", "candidates", "globalTime", "instance", "overlay", "ticket"];
const CANDIDATE_KEYS = ["contacted", "introduced", "requested", "tracker"];

type Json = Record<string, unknown>;

function keys(value: unknown): string[] {
  return Object.keys(value as object).sort();
}

function assertHas(value: unknown, expected: readonly string[]): void {
  const found = keys(value);
  assert.deepEqual(
    expected.filter((key) => !found.includes(key)),
    [],
  );
}

function checkStatus(status: Json): Json {
  assertHas(status, STATUS_KEYS[""]);
  assertHas(status["nat"], STATUS_KEYS.nat);
  assertHas(status["traffic"], STATUS_KEYS.traffic);
  const [overlay] = status["overlays"] as Json[];
  assertHas(overlay, OVERLAY_KEYS);
  assert.deepEqual(keys(overlay!["candidates"]), CANDIDATE_KEYS);
  for (const number of Object.values(overlay!["candidates"] as Json))
    assert.equal(typeof number, "number");
  return overlay!;
}

/** What `status --json` prints is what the node itself says, but for what goes on changing. */
async function assertPrintedWhole(home: string, printed: Json): Promise<void> {
  const said = JSON.parse(JSON.stringify(await statusOf(home))) as Json;
  assert.deepEqual(keys(printed), keys(said));
  const changing = { uptimeMs: 0, traffic: 0, counters: 0, disk: 0, memory: 0, recent: 0 };
  const stable = (status: Json): Json => ({ ...status, ...changing });
  assert.deepEqual(stable(printed), stable(said));
}

describe("a running node", () => {
  it("says that it is ready, answers every command, and drains at the first signal", async (context) => {
    const { home, ready, running } = await node(context);
    assert.deepEqual(keys(ready), ["event", "listen", "overlays"]);
    assert.equal(ready.event, "ready");
    assert.match(ready.listen[0]!, /^127\.0\.0\.1:[1-9][0-9]*$/);
    assert.deepEqual(keys(ready.overlays[0]), ["overlay", "ticket"]);
    assert.ok(ready.overlays[0]!.ticket.includes(`at=${ready.listen[0]}`));

    const put = await inProcess(["put", "hello", "--home", home, "--json"]);
    assert.equal(put.code, 0, put.stderr);
    const { id } = JSON.parse(put.stdout) as { id: string };
    const ls = await inProcess(["ls", "--home", home, "--json"]);
    const [row] = jsonLines(ls.stdout);
    assert.deepEqual(keys(row), ["author", "came", "globalTime", "id", "payload", "written"]);
    assert.equal(row!["id"], id);
    assert.equal((await inProcess(["get", id, "--home", home])).stdout, "hello");

    const status = await inProcess(["status", "--home", home, "--json"]);
    const printed = JSON.parse(status.stdout) as Json;
    assert.equal(checkStatus(printed)["bundles"], 1);
    await assertPrintedWhole(home, printed);
    const screen = await inProcess(["status", "--home", home]);
    assert.ok(screen.stdout.includes(ready.overlays[0]!.overlay), screen.stdout);

    assert.equal(await running.stop("SIGTERM"), 0);
    assert.equal((await inProcess(["ls", "--home", home])).stdout.split("\t").at(-1), "hello\n");
  });

  it("waits for bundles and peers, and times out with exit 4 and the status", async (context) => {
    const { home } = await node(context);
    const there = await inProcess(["wait", "--bundles", "0", "--home", home, "--json"]);
    assert.equal(there.code, 0, there.stderr);
    checkStatus(JSON.parse(there.stdout) as Json);
    const args = ["wait", "--bundles", "1", "--timeout", "0.2", "--home", home, "--json"];
    const late = await inProcess(args);
    assert.equal(late.code, 4, late.stderr);
    checkStatus(JSON.parse(late.stdout) as Json);
    const { error } = JSON.parse(late.stderr) as { error: { code: string; message: string } };
    assert.deepEqual(error.code, "timed-out");
    assert.match(error.message, /^after 0\.2 s there are 0 bundles and 0 peers$/);
  });

  it("tails the newest, then what arrives", async (context) => {
    const { home } = await node(context);
    await inProcess(["put", "--lines", "-", "--home", home], { input: "1\n2\n3\n" });
    const tail = new Running(context, ["tail", "-n", "2", "--home", home, "--json"]);
    assert.equal((await tail.json())["payload"], "2");
    assert.equal((await tail.json())["payload"], "3");
    await inProcess(["put", "4", "--home", home]);
    const row = await tail.json();
    const shown = ["author", "came", "cursor", "globalTime", "id", "payload", "written"];
    assert.deepEqual(keys(row), shown);
    assert.equal(row["payload"], "4");
    const whole = new Running(context, ["tail", "--from-start", "--home", home, "--json"]);
    for (const payload of ["1", "2", "3", "4"])
      assert.equal((await whole.json())["payload"], payload);
    await inProcess(["put", "5", "--home", home]);
    assert.equal((await whole.json())["payload"], "5");
  });

  it("goes on after a cursor, and under a name where it stopped", async (context) => {
    const { home, running } = await node(context);
    await inProcess(["put", "--lines", "-", "--home", home], { input: "1\n2\n3\n" });
    const whole = ["tail", "--no-follow", "--from-start", "--home", home, "--json"];
    const [first] = jsonLines((await inProcess(whole)).stdout);
    const since = ["tail", "--no-follow", "--since", first!["cursor"] as string, "--home", home];
    const rest = jsonLines((await inProcess([...since, "--json", "--causal"])).stdout);
    assert.deepEqual(
      rest.map(({ payload }) => payload),
      ["2", "3"],
    );

    const named = ["tail", "--name", "r", "--home", home, "--json"];
    const follows = new Running(context, [...named, "--follow"]);
    for (const payload of ["1", "2", "3"]) {
      assert.equal((await follows.json())["payload"], payload);
    }
    const second = await inProcess([...named, "--no-follow"]);
    assert.equal(second.code, 6, second.stderr);
    assert.match(second.stderr, /a reader r is reading already/);
    // The reader stays while the node is away, and goes on where it was.
    assert.equal(await running.stop("SIGTERM"), 0);
    await inProcess(["put", "4", "--home", home]);
    const again = new Running(context, [
      "run",
      "--home",
      home,
      "--listen",
      "127.0.0.1:0",
      "--json",
    ]);
    await again.json();
    assert.equal((await follows.json())["payload"], "4");
    await follows.stop("SIGTERM");
    const nothing = await inProcess([...named, "--no-follow"]);
    assert.deepEqual([nothing.stdout, nothing.code], ["", 0], nothing.stderr);
    assert.equal((await inProcess(["tail", "--name", "r", "--forget", "--home", home])).code, 0);
    assert.equal(jsonLines((await inProcess([...named, "--no-follow"])).stdout).length, 4);
  });

  it("has no path to whom nobody knows: exit 1, and 2 for what names nobody", async (context) => {
    const { home } = await node(context);
    for (const [target, code, what] of [
      ["7f3a90c1d2e4b586", 1, /^error: nobody introduced 7f3a90c1d2e4b586 to us\n/],
      ["192.0.2.1:6421", 1, /^error: no peer here is called 192\.0\.2\.1:6421\n/],
      ["anna", 2, /^error: no peer here is called anna\n/],
    ] as const) {
      const ping = await inProcess(["ping", target, "--timeout", "0.5", "--home", home]);
      assert.equal(ping.code, code, ping.stderr);
      assert.match(ping.stderr, what);
    }
  });

  it("keeps its home to itself, and says so", async (context) => {
    const { home } = await node(context);
    const second = await inProcess(["run", "--home", home, "--listen", "127.0.0.1:0"]);
    assert.equal(second.code, 6);
    assert.match(second.stderr, /is in use by process [0-9]+\n/);
  });

  it("survives the end of whoever read its stdout", async (context) => {
    const { home, running } = await node(context);
    running.child.stdout.destroy();
    for (const text of ["a", "b"]) {
      assert.equal((await inProcess(["put", text, "--home", home])).code, 0);
    }
    assert.equal((await inProcess(["status", "--home", home])).code, 0);
    assert.equal(await running.stop("SIGINT"), 0);
  });

  it("tells people its ticket, how to join, and how far the ticket carries", async (context) => {
    for (const flags of [[], ["--public"]]) {
      const home = join(temporaryFolder(context), "home");
      const args = ["run", ...flags, "--home", home, "--listen", "127.0.0.1:0"];
      const running = new Running(context, args);
      let text = "";
      while (!text.includes("This ticket")) text += `${await running.line()}\n`;
      const [, ticket = ""] = /\nTicket {3}(\S+)\n/.exec(text) ?? [];
      const isPublic = flags.length > 0;
      assert.ok(text.includes(` run --home DIR ${isPublic ? `"${ticket}"` : "-"}\n`), text);
      assert.equal(/&secret=[0-9a-f]{64}&/.test(ticket), !isPublic, ticket);
      assert.match(text, isPublic ? /^Overlay .*\(public\)$/m : /^Overlay .*\(private\)$/m);
      assert.match(text, /works only on this machine/);
      assert.match(running.stderr, isPublic ? /new public overlay/ : /new private overlay/);
      await running.stop();
    }
  });

  it("cannot listen where somebody else does", async (context) => {
    const { ready } = await node(context);
    const listen = ready.listen[0]!;
    const home = join(temporaryFolder(context), "home");
    for (const args of [["run", "--home", home], ["tracker"]]) {
      const { code, stderr } = await inProcess([...args, "--listen", listen]);
      assert.equal(code, 1);
      assert.match(stderr, /error: cannot listen on .*EADDRINUSE.*\n.*--listen/);
    }
  });

  it("names a mistake in its config file", async (context) => {
    const { home, running } = await node(context);
    await running.stop();
    writeFileSync(join(home, "config.json"), '{"profile":"fast"}');
    const { code, stderr } = await inProcess(["run", "--home", home]);
    assert.equal(code, 2);
    assert.match(stderr, /config\.json: "profile" cannot be "fast"\n/);
  });
});

/** What `ls` writes into a pipe, without when each bundle came: that is each node's own. */
function withoutArrival(listed: string): string {
  const rows = listed.split("\n").map((line) => line.split("\t"));
  return rows.map((columns) => columns.toSpliced(3, 1).join("\t")).join("\n");
}

describe("two nodes", () => {
  it("hold the same bundles once the second has joined with the first one's ticket", async (context) => {
    const first = await node(context);
    await inProcess(["put", "--lines", "-", "--home", first.home], { input: "a\nb\nc\n" });
    const limits = ["--max-up", "2Mbit/s", "--max-down", "400KB/s"];
    const second = await node(context, [first.ready.overlays[0]!.ticket, ...limits]);
    assert.equal(second.ready.overlays[0]!.overlay, first.ready.overlays[0]!.overlay);
    const wait = [
      "wait",
      "--bundles",
      "3",
      "--peers",
      "1",
      "--timeout",
      "20",
      "--home",
      second.home,
    ];
    const waited = await inProcess(wait);
    assert.equal(waited.code, 0, waited.stderr);
    const mine = await inProcess(["ls", "--home", first.home]);
    const theirs = await inProcess(["ls", "--home", second.home]);
    assert.equal(withoutArrival(mine.stdout), withoutArrival(theirs.stdout));
    const [peer] = jsonLines((await inProcess(["peers", "--home", second.home, "--json"])).stdout);
    assert.equal(peer!["address"], first.ready.listen[0]);
    const table = await inProcess(["peers", "--home", second.home]);
    assert.match(
      table.stdout,
      /^ADDRESS +BUCKET +HEARD +RTT +ASKED FOR +LIMITED BY +IN QUEUES +LOST/,
    );
    assert.ok(table.stdout.includes(first.ready.listen[0]!));
    const incoming = peer!["incoming"] as Json;
    assert.deepEqual(keys(incoming), ["lastMsAgo", "limit", "loss", "rate", "waitMs"]);
    const screen = await inProcess(["status", "--home", second.home]);
    const [, source] =
      new RegExp(`^From +${first.ready.listen[0]} (.*)$`, "m").exec(screen.stdout) ?? [];
    // Three bundles tell of a line what a slow start does: on a slow machine that is less than what was set.
    const [, rate] =
      /^at ([\d.]+) KiB\/s at most \((?:--max-down|just begun)\), round trip .* ms, in queues .* ms, lost 0\.0 %$/.exec(
        source ?? "",
      ) ?? [];
    assert.ok(Number(rate) <= 400, source ?? screen.stdout);
  });
});

describe("a tracker", () => {
  it("needs no home and says how to begin from it", async (context) => {
    const tracker = new Running(context, ["tracker", "--listen", "127.0.0.1:0", "--json"]);
    const ready = await tracker.json<Ready>();
    assert.deepEqual(keys(ready), ["event", "listen", "overlays"]);
    assert.equal(ready.event, "ready");
    assert.deepEqual(ready.overlays, []);
    const ports = ready.listen.map((place) => Number(place.split(":").at(-1)));
    assert.equal(ports[1], ports[0]! + 1);
    assert.equal(await tracker.stop("SIGINT"), 0);

    const people = new Running(context, ["tracker", "--listen", "127.0.0.1:0"]);
    assert.match(await people.line(), /^Listening on 127\.0\.0\.1:/);
    assert.match(await people.line(), /dispersy run --tracker .*:[0-9]+$/);
    assert.equal(await people.stop("SIGTERM"), 0);
  });
});
