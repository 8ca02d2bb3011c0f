import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "node:test";
import type { PipeOutcome } from "../../node/host/carriers/pipe.ts";
import { MAIN } from "../helpers/built.ts";
import { list, type Outcome, Stage, until } from "./program.ts";

let stage: Stage;
let here: string;
let there: string;
beforeEach(async () => {
  stage = new Stage();
  [here, there] = [stage.path("here"), stage.path("there")];
  await stage.done(["init", "--home", here]);
});
afterEach(() => stage.clear());

/** What runs `dispersy sync --stdio` at the other end, in a shell that may say or do something else besides. */
const otherEnd = (home: string, script = "exec SYNC"): string[] => {
  const sync = `'${process.execPath}' '${MAIN}' sync --stdio --home '${home}'`;
  return ["sh", "-c", script.replace("SYNC", sync)];
};

const sync = (home: string, other: string[], ...options: string[]): Promise<Outcome> =>
  stage.command(["sync", "--home", home, ...options, "--", ...other]);

/** Bundles written before the two ends met: some here, some there. */
async function write(home: string, texts: string[]): Promise<void> {
  await stage.done(
    ["put", "--lines", "-", "--home", home],
    texts.map((text) => `${text}\n`).join(""),
  );
}

async function joinThere(): Promise<void> {
  const [row] = JSON.parse(`[${await stage.done(["overlays", "--json", "--home", here])}]`);
  await stage.done(["join", "--no-wait", "--home", there, row.ticket]);
}

const numbered = (what: string, count: number) =>
  Array.from({ length: count }, (_, i) => `${what} ${i}`);

const payloadsOf = async (home: string) =>
  (await list(stage, home)).map(({ payload }) => payload).sort();

describe("sync", () => {
  it("ends with 0 when both hold the same, and counts what came, also in JSON", async () => {
    await joinThere();
    await write(here, numbered("here", 300));
    const { code, stdout, stderr } = await sync(here, otherEnd(there));
    assert.equal(code, 0, stderr);
    assert.equal(stdout, "", "what it says is on stderr");
    assert.match(stderr, /^[0-9a-f]{40}: 301 bundles, 0 of them new$/m, "this end's count");
    assert.match(stderr, /^[0-9a-f]{40}: 301 bundles, 301 of them new$/m, "the other end's count");
    await write(there, numbered("there", 20));
    const again = await sync(here, otherEnd(there), "--json");
    assert.equal(again.code, 0, again.stderr);
    const outcome = JSON.parse(again.stderr.split("\n").find((line) => line.startsWith("{"))!);
    const { equal, overlays, bytesIn, bytesOut } = outcome as PipeOutcome;
    assert.ok(equal, "equal");
    assert.deepEqual([overlays[0]!.before, overlays[0]!.after], [301, 321]);
    assert.ok(bytesIn > bytesOut, `${bytesIn} in, ${bytesOut} out: this end got`);
    assert.deepEqual(await payloadsOf(here), await payloadsOf(there));
  });

  it("works between a home that a node serves and one that none serves", async () => {
    await joinThere();
    await write(here, numbered("here", 50));
    await stage.run("here");
    for (const [home, other] of [
      [here, there],
      [there, here],
    ] as const) {
      await write(here, ["one more"]);
      const { code, stderr } = await sync(home, otherEnd(other));
      assert.equal(code, 0, stderr);
      assert.deepEqual(await payloadsOf(here), await payloadsOf(there));
    }
  });

  it("between ends that have no overlay in common ends with 6, and says what to do", async () => {
    await stage.done(["init", "--home", there]);
    const { code, stderr } = await sync(here, otherEnd(there));
    assert.equal(code, 6);
    assert.match(stderr, /take part in no overlay together[^]* join TICKET/);
  });

  it("says of a greeting at login, of silence and of a wrong command what they are", async () => {
    await joinThere();
    const greeted = await sync(here, otherEnd(there, "echo Welcome to example.org; exec SYNC"));
    assert.equal(greeted.code, 1);
    assert.match(greeted.stderr, /not from a node.s `sync --stdio`[^]*greeting at login/);
    const silent = await sync(here, ["true"]);
    assert.equal(silent.code, 1);
    assert.match(silent.stderr, /the other end said nothing/);
    const wrong = await sync(here, ["no-such-command"]);
    assert.equal(wrong.code, 1);
    assert.match(
      wrong.stderr,
      /^error: no-such-command cannot be run: there is no such command here$/m,
    );
  });

  it("without exactly one other end is a mistake of usage", async () => {
    for (const words of [[], ["--stdio", "--", "true"]]) {
      const { code, stderr } = await stage.command(["sync", "--home", here, ...words]);
      assert.equal(code, 2, stderr);
      assert.match(stderr, /one other end/);
    }
  });

  it("whose other end is killed keeps what came, and the next one brings the rest", async () => {
    await joinThere();
    await write(here, numbered("here", 1_000));
    // So many bytes get through, then the other end is gone.
    const cut = await sync(there, otherEnd(here, "SYNC | head -c 80000"));
    assert.equal(cut.code, 1, cut.stderr);
    assert.match(cut.stderr, /ended before both ends held the same[^]*What came is kept/);
    const kept = (await payloadsOf(there)).length;
    assert.ok(kept > 0 && kept < 1_000, `${kept} were kept`);
    const rest = await sync(there, otherEnd(here));
    assert.equal(rest.code, 0, rest.stderr);
    assert.equal((await payloadsOf(there)).length, 1_000);
  });

  it("that follows carries what is written later, until it is stopped", async () => {
    await joinThere();
    await stage.run("here");
    await stage.run("there");
    // Their nodes do not meet by UDP: neither ticket was used after they ran.
    const other = otherEnd(there, "exec SYNC --follow");
    const following = stage.start(["sync", "--follow", "--home", here, "--", ...other]);
    await write(here, ["later"]);
    await until("it came", async () => (await payloadsOf(there)).includes("later"));
    await following.stop();
    assert.deepEqual(await payloadsOf(here), await payloadsOf(there));
  });
});
