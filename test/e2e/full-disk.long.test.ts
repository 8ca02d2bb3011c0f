import assert from "node:assert/strict";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { type Serving, Stage, list, statusOf, until } from "./program.ts";
import { type Kind, MB, type SmallDisk, smallDisk } from "./small-disk.ts";

/** Of bundles of 1,000 bytes, a disk of 3 MB holds some 1,200. */
const PAYLOAD = "x".repeat(910);
const OTHERS = 350;
const BALLAST_LEAVES_BYTES = 1.3 * MB;

function lines(from: string, count: number): string {
  return Array.from({ length: count }, (_, i) => `${from}${i} ${PAYLOAD}\n`).join("");
}

function stageOn(t: TestContext, kind: Kind): { stage: Stage; disk: SmallDisk } | undefined {
  const stage = new Stage();
  const disk = smallDisk(t, kind, stage.path("small"));
  t.after(() => stage.clear());
  if (typeof disk !== "string") return { stage, disk };
  t.skip(disk);
  return undefined;
}

/** Publishes until it is refused; how many were published. */
async function putUntilFull(stage: Stage, home: string): Promise<number> {
  let published = 0;
  for (let round = 0; round < 100; round++) {
    const { code, stdout, stderr } = await stage.command(
      ["put", "--home", home, "--lines", "-"],
      lines(`own ${round} `, 40),
    );
    published += stdout.split("\n").length - 1;
    if (code === 0) continue;
    assert.equal(code, 1, stderr);
    assert.match(stderr, /^error: not published: the disk is full \(ENOSPC\)$/m);
    assert.match(stderr, /^Nothing was published\.$/m);
    return published;
  }
  throw new Error("the disk is never full");
}

for (const [kind, floor] of [
  ["tmpfs", []],
  ["ext4", ["--min-free", "0"]],
] as const) {
  test(`a full ${kind} ${floor.join(" ")}: the node lives, says so, and catches up once there is room`, async (t) => {
    const place = stageOn(t, kind);
    if (place === undefined) return;
    const { stage, disk } = place;
    disk.fill(BALLAST_LEAVES_BYTES);
    const home = join("small", "disk", "home");
    const serve = (): Promise<Serving> => stage.run(home, ["--log-level", "error", ...floor]);
    let full = await serve();
    // What became of the node, should it go away.
    t.after(() => {
      const { exitCode, signalCode } = full.program.child;
      t.diagnostic(`${exitCode ?? signalCode}: ${full.program.stderr.slice(-2_000)}`);
    });
    const other = await stage.run("other", [full.ticket]);
    const put = ["put", "--home", other.home];
    await until("it may write", async () => (await stage.command([...put, "first"])).code === 0);
    await until("the first one came", async () => (await list(stage, full.home)).length === 1);

    const own = await putUntilFull(stage, full.home);
    await stage.done([...put, "--lines", "-"], lines("other ", OTHERS));
    const total = 1 + own + OTHERS;
    const problem = async (): Promise<string> => (await statusOf(full.home)).problems.join("; ");
    // In both of its forms. With no floor, a small commit that works in between takes it back for a moment.
    await until("the status says so", async () => {
      const json = await stage.done(["status", "--json", "--home", full.home]);
      const isTold = /ENOSPC/.test((JSON.parse(json) as { problems: string[] }).problems.join());
      const screen = await stage.done(["status", "--home", full.home]);
      return isTold && /^Problem .*ENOSPC/m.test(screen);
    });
    // Serving goes on: the other one gets all that this one wrote.
    await until("the other has all", async () => (await list(stage, other.home)).length === total);
    const held = (await list(stage, full.home)).length;
    assert.ok(held >= 1 + own && held < total, `${held} of ${total}`);

    // A start on the full disk is no different.
    assert.equal((await full.program.stop()).code, 0);
    full = await serve();
    await until("they meet", async () => {
      return (await statusOf(full.home)).overlays[0]!.candidates.contacted > 0;
    });
    await until("the status says so again", async () => {
      // With no floor, only a write shows that the disk is full.
      await stage.command(["put", "--home", full.home, "--lines", "-"], lines("again ", 400));
      return /ENOSPC/.test(await problem());
    });
    const before = (await statusOf(full.home)).counters["commit failed"] ?? 0;
    await new Promise((resolve) => setTimeout(resolve, 5_000));
    const failures = ((await statusOf(full.home)).counters["commit failed"] ?? 0) - before;
    assert.ok(failures <= 5, `${failures} commits failed within 5 s`);

    disk.makeRoom();
    await until("it has all", async () => (await list(stage, full.home)).length >= total);
    await until("nothing is wrong any more", async () => (await problem()) === "");
    assert.equal(full.program.child.exitCode, null, full.program.stderr);
    const ids = async (of: string): Promise<string[]> =>
      (await list(stage, of)).map(({ id }) => id).sort();
    assert.deepEqual(await ids(full.home), await ids(other.home));
    assert.equal((await full.program.stop()).code, 0);
  });
}

test("put of more than fits prints the ids of those that were published, and says how many", async (t) => {
  const place = stageOn(t, "tmpfs");
  if (place === undefined) return;
  const { stage } = place;
  const home = stage.path(join("small", "disk", "home"));
  await stage.done(["init", "--home", home]);
  const { code, stdout, stderr } = await stage.command(
    ["put", "--home", home, "--lines", "-"],
    lines("own ", 3_000),
  );
  const published = stdout.split("\n").length - 1;
  assert.equal(code, 1);
  assert.ok(published > 0 && published < 3_000, `${published}`);
  assert.match(stderr, /^error: not published: the disk is full \(ENOSPC\)$/m);
  const told = `${published.toLocaleString("en-US")} bundles had been published: those whose ids were printed.`;
  assert.ok(stderr.includes(`\n${told}\n`), stderr);
  assert.doesNotMatch(stderr, /Nothing was published/);
  assert.equal((await list(stage, home)).length, published);
});

test("below --min-free a node takes nothing from others, but what its user writes and grants; then all", async (t) => {
  const place = stageOn(t, "tmpfs");
  if (place === undefined) return;
  const { stage, disk } = place;
  disk.fill(2 * MB);
  const floor = ["--min-free", "1M", "--log-level", "error"];
  const other = await stage.run("other");
  const low = await stage.run(join("small", "disk", "home"), [other.ticket, ...floor]);
  await stage.done(["put", "--home", other.home, "--lines", "-"], lines("other ", 700));
  const disks = async () => (await statusOf(low.home)).disk!;
  await until("the floor is reached", async () => (await disks()).takes === "own");
  const { problems } = await statusOf(low.home);
  assert.match(
    problems.join(),
    /^free .* KiB, below --min-free 1\.0 MiB: takes no more bundles from others$/,
  );
  assert.match(
    await stage.done(["status", "--home", low.home]),
    /^Problem .*below --min-free 1\.0 MiB/m,
  );

  const held = (await list(stage, low.home)).length;
  await stage.done(["put", "--home", low.home, "mine"]);
  await stage.done(["grant", "--home", other.home, "ab".repeat(32)]);
  await until("a grant of another came", async () => {
    return (await statusOf(low.home)).overlays[0]!.controlBundles === 2;
  });
  await until("it serves", async () => (await list(stage, other.home)).length === 701);
  assert.equal((await list(stage, low.home)).length, held + 1);
  const { freeBytes, takes } = await disks();
  assert.ok(takes === "own" && freeBytes! > MB / 2, `far from full: ${freeBytes}`);

  disk.makeRoom();
  await until("it has all", async () => (await list(stage, low.home)).length === 701);
  assert.deepEqual((await statusOf(low.home)).problems, []);
  assert.equal((await disks()).takes, "all");
});

for (const kind of ["tmpfs", "ext4"] as const) {
  test(`a new home on a nearly full ${kind}: one sentence and exit code 1`, async (t) => {
    const place = stageOn(t, kind);
    if (place === undefined) return;
    const { stage, disk } = place;
    const home = join(disk.path, "home");
    for (const freeKb of [0, 4, 8, 12, 16, 24, 40, 64, 96, 512]) {
      disk.fill(freeKb * 1024);
      const { code, stderr } = await stage.command(["run", "--home", home]);
      assert.equal(code, 1, `with ${freeKb} KiB free: ${stderr}`);
      assert.match(stderr, /^error: .*ENOSPC.*\n.*\n$/, `with ${freeKb} KiB free`);
      const store = join(home, "store");
      assert.deepEqual(existsSync(store) ? readdirSync(store) : [], [], "nothing was mapped");
      disk.makeRoom();
    }
  });
}
