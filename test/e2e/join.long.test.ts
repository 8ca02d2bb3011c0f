import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { afterEach, beforeEach, describe, it } from "node:test";
import type { RunEvent } from "../../node/cli/run-events.ts";
import { Namespaces } from "../helpers/namespaces.ts";
import { ticketAt } from "../helpers/ticket.ts";
import { type Program, Stage, jsonLines, statusOf, until } from "./program.ts";

const BUNDLES = 3_000;
const LOOPBACK = ["--listen", "127.0.0.1:0"];
/** Nobody listens there: it is the discard service's, which no machine has any more. */
const DEAD = "127.0.0.1:9";

type Named<Name extends RunEvent["event"]> = Extract<RunEvent, { event: Name }>;

/** What a node has printed by these events so far. */
function told<Name extends RunEvent["event"]>(program: Program, name: Name): Named<Name>[] {
  const events = jsonLines<RunEvent>(program.stdout);
  return events.filter((event): event is Named<Name> => event.event === name);
}

function numbers(count: number): string {
  return Array.from({ length: count }, (_, i) => `${i}\n`).join("");
}

describe("joining, as its user sees it", () => {
  let stage: Stage;
  beforeEach(() => (stage = new Stage()));
  afterEach(() => stage.clear());

  /** A newcomer's node that prints for people. */
  function newcomer(...args: string[]): Program {
    return stage.start(["run", ...args, "--home", stage.path("new"), ...LOOPBACK]);
  }

  it("says who was reached, how and when, and that all bundles are here", async () => {
    const { home, ticket } = await stage.run("first");
    await stage.done(["put", "--lines", "-", "--home", home], numbers(BUNDLES));
    const program = newcomer(ticket);
    const isDone = /^Up to date: 3,000 bundles in [0-9.]+ s$/m;
    await until("it is up to date", () => isDone.test(program.stdout));
    const lines = program.stdout.split("\n");
    const at = (pattern: RegExp): number => lines.findIndex((line) => pattern.test(line));
    const order = [
      at(/^Joining {2}asking 127\.0\.0\.1:\d+$/),
      at(/^Reached 127\.0\.0\.1:\d+ directly in [0-9.]+ s$/),
      at(/^Ticket {3}dispersy:1:/),
      at(isDone),
    ];
    assert.ok(!order.includes(-1), program.stdout);
    assert.deepEqual(
      order,
      [...order].sort((a, b) => a - b),
    );
  });

  it("shows with --json how the bundles come", async () => {
    const { home, ticket } = await stage.run("first");
    await stage.done(["put", "--lines", "-", "--home", home], numbers(BUNDLES));
    const { program } = await stage.run("second", [ticket]);
    await until("it is up to date", () => told(program, "up-to-date").length > 0);
    const [contacted] = told(program, "contacted");
    assert.ok(contacted?.strategy === "direct" && !contacted.again && contacted.ms >= 0);
    const coming = told(program, "catching-up");
    // What contacts say they hold counts the policy as well, which a newcomer cannot tell apart before it has it.
    const isAbout = ({ of }: { of: number }) => of === BUNDLES || of === BUNDLES + 1;
    assert.ok(coming.length > 0 && coming.every(isAbout), JSON.stringify(coming));
    const counts = coming.map(({ bundles }) => bundles);
    assert.deepEqual(
      counts,
      [...new Set(counts)].sort((a, b) => a - b),
    );
    const [end] = told(program, "up-to-date");
    assert.deepEqual([end?.bundles, end?.added], [BUNDLES, BUNDLES]);
    assert.deepEqual(told(program, "silence"), []);
  });

  it("says so when a tracker's introduction opened the path", async () => {
    const { at } = await stage.tracker();
    const { ticket } = await stage.run("first", ["--tracker", at]);
    // Only the tracker: the first node's own address is not known to whoever joins.
    const { program } = await stage.run("second", [ticketAt(ticket, at)]);
    await until("it is in touch", () => told(program, "contacted").length > 0);
    assert.equal(told(program, "contacted")[0]?.strategy, "puncture");
  });

  it("refuses a mistyped ticket before anything else", async () => {
    const { ticket } = await stage.run("first");
    const wrong = ticket.replace(/.$/, (last) => (last === "0" ? "1" : "0"));
    const { code, stdout, stderr } = await newcomer(wrong).ended;
    assert.deepEqual([code, stdout], [2, ""]);
    assert.match(stderr, /its check does not fit/);
    assert.ok(!existsSync(stage.path("new")));
  });

  it("does not look like success where nobody is left, and says what was tried", async () => {
    const { ticket, program: first } = await stage.run("first");
    const [place] = /127\.0\.0\.1:\d+/.exec(ticket)!;
    await first.stop();
    const program = newcomer(ticket, "--tracker", `${DEAD},nowhere.invalid:6421`);
    await until("it says so", () => program.stdout.includes("goes on trying"));
    const { stdout } = program;
    assert.match(stdout, /^Nobody in this overlay has answered for \d+ s\. What was tried:$/m);
    for (const tried of [place!, DEAD]) {
      assert.match(stdout, new RegExp(`^ +${tried.replaceAll(".", "\\.")} +no answer$`, "m"));
    }
    assert.match(stdout, /^ +nowhere\.invalid:6421 +the name has no address \(E[A-Z_]+\)$/m);
    assert.match(stdout, /^What to do: /m);
    assert.doesNotMatch(stdout, /^Ticket|Join from|Join on|Reached|Up to date/m);
    const [overlay] = (await statusOf(stage.path("new"))).overlays;
    assert.equal(overlay!.candidates.contacted, 0);
    const results = overlay!.places.map(({ place: at, result }) => [at, result]);
    assert.deepEqual(Object.fromEntries(results)[DEAD], "silent");
    assert.match(
      await stage.done(["status", "--home", stage.path("new")]),
      /^Peers +nobody answers$/m,
    );
  });

  it("tells that the last peer is gone, and that it is back", async () => {
    const first = await stage.run("first");
    const { program } = await stage.run("second", [first.ticket]);
    await until("it is up to date", () => told(program, "up-to-date").length > 0);
    first.program.child.kill("SIGSTOP");
    await until("it is alone", () => told(program, "alone").length > 0, 180_000);
    first.program.child.kill("SIGCONT");
    await until("somebody is back", () => told(program, "contacted").length > 1, 180_000);
    const again = told(program, "contacted").map((event) => event.again);
    assert.deepEqual(again, [false, true]);
  });

  it("joins and leaves while the node is running", async () => {
    const first = await stage.run("first");
    await stage.done(["put", "hello", "--home", first.home]);
    const { home } = await stage.run("second");
    const joined = jsonLines<Record<string, unknown>>(
      await stage.done(["join", first.ticket, "--home", home, "--json"]),
    );
    const { overlay } = first.ready.overlays[0]!;
    assert.deepEqual(Object.keys(joined[0]!), ["overlay", "member", "ticket", "private"]);
    assert.equal(joined[0]!["overlay"], overlay);
    const events = joined.slice(1) as unknown as RunEvent[];
    assert.equal(events[0]?.event, "contacted");
    const end = events.at(-1);
    assert.ok(end?.event === "up-to-date" && end.bundles === 1);

    const rows = async () =>
      jsonLines<{ overlay: string; state: string; bundles: number | null; ticket: string }>(
        await stage.done(["overlays", "--home", home, "--json"]),
      );
    const row = async () => (await rows()).find((each) => each.overlay === overlay);
    const { state, bundles } = (await row())!;
    assert.deepEqual([(await rows()).length, state, bundles], [2, "joined", 1]);

    const left = await stage.done(["leave", overlay.slice(0, 6), "--home", home, "--json"]);
    assert.deepEqual(jsonLines(left), [{ overlay }]);
    assert.equal((await statusOf(home)).overlays.length, 1);
    const gone = (await row())!;
    assert.deepEqual([gone.state, gone.bundles], ["left", null]);
    // With what `overlays` prints of it, it goes on where it was.
    const back = await stage.done(["join", gone.ticket, "--home", home]);
    assert.match(back, /^Up to date: 1 bundle$/m);
  });

  it("is not a second node: who runs one is told how to join on it", async () => {
    const first = await stage.run("first");
    const { home } = await stage.run("second");
    const { code, stdout, stderr } = await stage.command(["run", first.ticket, "--home", home]);
    assert.deepEqual([code, stdout], [6, ""]);
    assert.match(stderr, /is in use by process \d+\n.* join TICKET --home \S+\n$/);
  });

  it("fails, and says so, where nobody answers", async () => {
    const dead = await stage.run("dead");
    await dead.program.stop();
    const { home } = await stage.run("second");
    const { code, stdout, stderr } = await stage.command(["join", dead.ticket, "--home", home]);
    assert.equal(code, 4);
    assert.match(stdout, /^ +127\.0\.0\.1:\d+ +no answer$/m);
    assert.match(stderr, /^error: nobody has answered yet$/m);
    const quick = await stage.command(["join", "--no-wait", dead.ticket, "--home", home]);
    assert.equal(quick.code, 0);
  });
});

function whyNoFirewall(): string | false {
  try {
    execFileSync("nft", ["--version"], { stdio: "ignore" });
    return Namespaces.whyNot();
  } catch {
    return "nftables is not to be had here";
  }
}

describe("joining behind a firewall that drops UDP", { skip: whyNoFirewall() }, () => {
  let stage: Stage;
  let places: Namespaces;
  beforeEach(() => {
    stage = new Stage();
    places = new Namespaces();
    for (const name of ["here", "there"]) places.add(name);
    places.wire("here", "eth0", "there", "eth0");
    places.ip("here", "addr add 192.0.2.1/24 dev eth0");
    places.ip("there", "addr add 192.0.2.2/24 dev eth0");
  });
  afterEach(async () => {
    await stage.clear();
    places.remove();
  });

  /** Drops all UDP in a place, on its way in or out; what is returned lets it through again. */
  function block(name: string, hook: "input" | "output"): () => void {
    const [command = "", ...inside] = places.inside(name);
    const nft = (...words: string[]): void => {
      execFileSync(command, [...inside, "nft", ...words]);
    };
    nft("add", "table", "inet", "wall");
    nft("add", "chain", "inet", "wall", "way", `{ type filter hook ${hook} priority 0; }`);
    nft("add", "rule", "inet", "wall", "way", "meta", "l4proto", "udp", "drop");
    return () => nft("delete", "table", "inet", "wall");
  }

  for (const [where, hook, sign] of [
    ["there", "input", /firewall may block UDP/],
    ["here", "output", /lets no datagram out \(EPERM\)/],
  ] as const) {
    it(`says what may be wrong ${where}, and that it was mended`, async () => {
      const open = block(where, hook);
      const any = ["--listen", "0.0.0.0:4100"];
      const { ticket } = await stage.run("first", [], any, places.inside("there"));
      const run = ["run", ticket, "--home", stage.path("second"), ...any];
      const program = stage.start(run, "", places.inside("here"));
      await until("it says so", () => program.stdout.includes("goes on trying"));
      assert.match(program.stdout, /^ +192\.0\.2\.2:4100 +no answer$/m);
      assert.match(program.stdout.replaceAll("\n", " "), sign);
      assert.doesNotMatch(program.stdout, /^Ticket/m);
      open();
      await until("it is in touch", () => /^Reached 192\.0\.2\.2:4100/m.test(program.stdout));
      await until("its own ticket", () => /^Ticket/m.test(program.stdout));
    });
  }
});
