import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { afterEach, beforeEach, describe, it } from "node:test";
import { type Receipt, Stage, completeLines, jsonLines, list, statusOf, until } from "./program.ts";
import { realText } from "./text.ts";
import { ticketAt } from "../helpers/ticket.ts";

/** Times as long as an empty program: some 10 on a quiet machine, where that takes 40 ms. */
const READY_PER_EMPTY = 40;

let stage: Stage;
beforeEach(() => (stage = new Stage()));
afterEach(() => stage.clear());

/** How long this machine takes now to start Node and end it. */
function emptyProgramMs(): number {
  const before = performance.now();
  spawnSync(process.execPath, ["-e", "0"]);
  return performance.now() - before;
}

const put = (home: string, lines: string[]): Promise<string> =>
  stage.done(["put", "--lines", "-", "--json", "--home", home], lines.join("\n"));

async function payloads(home: string): Promise<string[]> {
  return (await list(stage, home)).map(({ payload }) => payload);
}

describe("a node", () => {
  it("is ready soon, and again with bundles in its home", async () => {
    const home = stage.path("node");
    for (const lines of [[], realText(2_000)]) {
      if (lines.length > 0) await put(home, lines);
      const bare = emptyProgramMs();
      const before = performance.now();
      const { program, ready } = await stage.run("node");
      const took = performance.now() - before;
      assert.ok(took < READY_PER_EMPTY * bare, `ready after ${took} ms, empty program ${bare}`);
      assert.equal(ready.event, "ready");
      await program.stop();
    }
  });

  it("takes what is put whether or not it runs, also by two at a time", async () => {
    await stage.done(["init", "--home", stage.path("node")]);
    const home = stage.path("node");
    await Promise.all([put(home, ["a"]), put(home, ["b"])]);
    const { program } = await stage.run("node");
    await put(home, ["c"]);
    await program.stop();
    await put(home, ["d"]);
    const all = await payloads(home);
    assert.deepEqual(all.slice(0, 2).sort(), ["a", "b"]);
    assert.deepEqual(all.slice(2), ["c", "d"]);
  });

  it("waits for a `put` to let its home go, and lets a `put` wait for it", async () => {
    const home = stage.path("node");
    await stage.done(["init", "--home", home]);
    const lines = realText(600);
    const writing = put(home, lines);
    const { program } = await stage.run("node");
    await writing;
    await program.stop();
    const starting = stage.start(["run", "--home", home, "--json", "--listen", "127.0.0.1:0"]);
    await put(home, ["while it started"]);
    await starting.first();
    assert.deepEqual(await payloads(home), [...lines, "while it started"]);
  });

  it("has its home to itself: a second process ends with 6 and one sentence", async () => {
    const { home, program } = await stage.run("node");
    const second = await stage.command(["run", "--home", home, "--listen", "127.0.0.1:0"]);
    assert.equal(second.code, 6);
    assert.equal(second.stdout, "");
    const [what, hint, ...more] = completeLines(second.stderr);
    assert.equal(what, `error: the home ${home} is in use by process ${program.child.pid}`);
    assert.match(hint!, /^Stop that process first/);
    assert.deepEqual(more, []);
  });

  it("drains at the first SIGTERM: what was acknowledged is there", async () => {
    const { home, program } = await stage.run("node");
    const writing = stage.start(
      ["put", "--lines", "-", "--json", "--home", home],
      realText(5_000).join("\n"),
    );
    await writing.first();
    const { code, stderr } = await program.stop("SIGTERM");
    assert.equal(code, 0, stderr);
    const { stdout } = await writing.ended;
    const held = new Set((await list(stage, home)).map(({ id }) => id));
    const acknowledged = jsonLines<Receipt>(stdout);
    assert.ok(acknowledged.length > 0);
    assert.deepEqual(
      acknowledged.filter(({ id }) => !held.has(id)),
      [],
    );
  });
});

describe("a restarted node", () => {
  it("keeps port, ticket and peers, and syncs again without the tracker", async () => {
    const tracker = await stage.tracker();
    const first = await stage.run("first", ["--tracker", tracker.at]);
    const overlay = ticketAt(first.ticket);
    // Without --listen: a port that the user names is not the node's to remember.
    const second = await stage.run("second", [overlay, "--tracker", tracker.at], []);
    await put(first.home, ["before"]);
    await until("they met", async () => (await statusOf(second.home)).overlays[0]!.bundles === 1);
    assert.equal((await second.program.stop()).code, 0);
    await tracker.program.stop("SIGKILL");
    await put(first.home, ["meanwhile"]);

    const again = await stage.run("second", [], []);
    assert.deepEqual(again.ready.listen, second.ready.listen);
    const places = (ticket: string): string[] =>
      ticket.split(/[?&]/).filter((part) => part.startsWith("at=") && !part.includes(tracker.at));
    assert.deepEqual(places(again.ticket), places(second.ticket));
    await until(
      "it caught up",
      async () => (await statusOf(again.home)).overlays[0]!.bundles === 2,
    );
    assert.deepEqual(await payloads(again.home), ["before", "meanwhile"]);
  });
});
