import assert from "node:assert/strict";
import { cpSync, readFileSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { type TestContext, test } from "node:test";
import { Node } from "../../node/host/node/node.ts";
import type { Bundle } from "../../wire/bundle.ts";
import { utf8 } from "../../wire/bytes.ts";
import { openNode, payloads, temporaryFolder, until } from "./support.ts";

const SECRET = "the code of the back door is 4711, and nobody shall know";
const LASTING = "what lasts is not sealed for a time, and can be found in a file";
const STAY_S = 600;
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** Both clocks of this process go ahead together, without a jump. */
function movableClocks(t: TestContext) {
  const monotonic = performance.now.bind(performance);
  const wall = Date.now;
  const clocks = { aheadMs: 0, wallAheadMs: 0 };
  performance.now = () => monotonic() + clocks.aheadMs;
  Date.now = () => wall() + clocks.aheadMs + clocks.wallAheadMs;
  t.after(() => {
    performance.now = monotonic;
    Date.now = wall;
  });
  return clocks;
}

/** All bytes of all files below a folder. */
function filesOf(folder: string): { name: string; bytes: Buffer }[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => statSync(join(folder, name)).isFile())
    .map((name) => ({ name, bytes: readFileSync(join(folder, name)) }));
}

function filesWith(folder: string, text: string | Uint8Array): string[] {
  const wanted = Buffer.from(text as string);
  return filesOf(folder).flatMap(({ name, bytes }) => (bytes.includes(wanted) ? [name] : []));
}

function copyOf(t: TestContext, home: string): string {
  const copy = temporaryFolder(t);
  cpSync(home, copy, { recursive: true, filter: (path) => !statSync(path).isSocket() });
  return copy;
}

/** What our own code reads in a home, with all keys that are in it and a clock before the expiry. */
async function readIn(home: string): Promise<string[]> {
  const node = await Node.open({ home, offline: true, portmap: false, logLevel: "silent" });
  try {
    return payloads(node);
  } finally {
    await node.close();
  }
}

/** Until no key of a period stands in its file. */
async function keysAreGone(node: Node): Promise<void> {
  await until("the keys are gone", () => {
    const bytes = readFileSync(join(node.home!, "vanishing.keys"));
    for (let at = 64; at < bytes.length; at += 64) if (bytes.readUInt32BE(at) !== 0) return false;
    return true;
  });
}

for (const isPublic of [false, true]) {
  const kind = isPublic ? "public" : "private";
  test(`${kind}: nothing of what expired is left in a home, of who was online and of who was away`, async (t) => {
    const clocks = movableClocks(t);
    const founder = await openNode(t);
    const { ticket } = await founder.createOverlay({ public: isPublic });
    const homes = { online: temporaryFolder(t), away: temporaryFolder(t) };
    const online = await openNode(t, { home: homes.online });
    let away = await openNode(t, { home: homes.away });
    for (const node of [online, away]) await node.join(ticket);
    const expires = Math.floor(Date.now() / 1_000) + STAY_S;
    const writing = () => founder.writers() !== "unknown";
    await until("the policy is known", writing);
    const [secret] = await founder.put(undefined, [utf8(SECRET)], { expires });
    const [lasting] = await founder.put(undefined, [utf8(LASTING)]);
    for (const node of [founder, online, away]) {
      await until("both came", () => payloads(node).length === 2);
    }
    const whole = (bundle: Bundle) => Buffer.from(bundle.body);
    const held = [founder.home!, homes.online, homes.away];
    for (const home of held) {
      for (const part of [SECRET, whole(secret!)]) assert.deepEqual(filesWith(home, part), []);
      assert.deepEqual(filesWith(home, whole(lasting!)), ["store/data.mdb"], "as it was signed");
    }
    // It is served after a restart too, and a copy that was made in time can be read: that much is written down.
    const early = copyOf(t, homes.online);
    await away.close();
    assert.deepEqual((await readIn(copyOf(t, homes.away))).sort(), [LASTING, SECRET].sort());

    // An hour and more passes. Who is online lets go by itself.
    clocks.aheadMs += 6 * MINUTE_MS;
    await until("the clock is believed", () => payloads(online).length === 2);
    await new Promise((resolve) => setTimeout(resolve, 2_500));
    clocks.aheadMs += STAY_S * 1_000 + HOUR_MS;
    for (const node of [founder, online]) assert.deepEqual(payloads(node), [LASTING], "at once");
    for (const node of [founder, online]) await keysAreGone(node);
    // Who was away starts, doubts its clock for five minutes, and reads nothing meanwhile.
    away = await openNode(t, { home: homes.away });
    assert.deepEqual(payloads(away), [LASTING]);
    await until("it looked at its clock", () => away.status().overlays.length === 1);
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    clocks.aheadMs += 6 * MINUTE_MS;
    await keysAreGone(away);
    const late = [founder.home!, homes.online, homes.away].map((home) => copyOf(t, home));
    clocks.wallAheadMs = -2 * HOUR_MS;
    for (const copy of late) {
      for (const part of [SECRET, whole(secret!), Buffer.from(secret!.signature)]) {
        assert.deepEqual(filesWith(copy, part), []);
      }
      assert.deepEqual(await readIn(copy), [LASTING]);
    }
    assert.deepEqual((await readIn(early)).sort(), [LASTING, SECRET].sort(), "an old copy has it");
  });
}

test("what expires is served by a node that was started again, and by nobody once it has expired", async (t) => {
  const clocks = movableClocks(t);
  const home = temporaryFolder(t);
  const first = await openNode(t, { home });
  await first.createOverlay();
  const expires = Math.floor(Date.now() / 1_000) + STAY_S;
  await first.put(undefined, [utf8(SECRET)], { expires });
  await first.close();
  const old = copyOf(t, home);
  const again = await openNode(t, { home, listen: "127.0.0.1:0" });
  const joiner = await openNode(t);
  await joiner.join(again.ticket());
  await until("it came from a node that was started again", () => payloads(joiner).length === 1);
  await again.close();
  // An old copy of the home with a slow clock is somebody else's disk; here it shares our clock, so that it knows.
  clocks.aheadMs += 2 * HOUR_MS;
  const back = await openNode(t, { home: old });
  const late = await openNode(t);
  await late.join(back.ticket());
  await until("they met", () => late.status().overlays[0]!.candidates.contacted > 0);
  await new Promise((resolve) => setTimeout(resolve, 1_500));
  assert.deepEqual([payloads(back), payloads(late)], [[], []]);
  assert.equal(late.status().overlays[0]!.bundles, 0, "data bundles");
});
