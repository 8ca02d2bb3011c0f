import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { ADAPTIVE, DISPERSY } from "../../node/core/profile.ts";
import type { SimNode } from "../../node/testing/node.ts";
import { World } from "../../node/testing/world.ts";
import { heldOf } from "../../node/sets/held.ts";
import { MemoryStore } from "../../node/store/memory.ts";
import { holds } from "../../node/store/store.ts";
import type { Bundle, Draft } from "../../wire/bundle.ts";
import { utf8 } from "../../wire/bytes.ts";

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const DAY_MS = 24 * 60 * MINUTE_MS;
const LASTING = 40;
const LIVING = 10;
const BRIEF = 30;
const BRIEF_STAY_MS = 10 * MINUTE_MS;

const say = (text: string, expires?: number): Draft => ({
  content: { kind: "data", payload: utf8(text) },
  ...(expires !== undefined && { expires }),
});
const times = <T>(count: number, make: (i: number) => T): T[] =>
  Array.from({ length: count }, (_, i) => make(i));

function holding(node: SimNode, bundles: Bundle[]): number {
  const { store } = node.memberships[0]!;
  return bundles.filter(({ header, id }) => holds(store, heldOf(header.globalTime, id))).length;
}

/**
 * What was for ten minutes is offered again to everybody by a node whose clock is a day behind: to one that was there,
 * one that was away and starts, and one that is new.
 */
function play(name: "adaptive" | "dispersy", vanishes: boolean) {
  const profile = { ...(name === "adaptive" ? ADAPTIVE : DISPERSY), vanishes };
  const world = new World({ seed: `vanishing/${name}` });
  const overlay = world.overlay();
  const add = (seeds: SimNode[], more = {}): SimNode =>
    world.addNode({ overlay, profile, seeds, ...more });
  const there = add([], { founder: true });
  const away = add([there]);
  const behind = add([there], { startMs: Infinity });
  behind.wallOffsetMs = -DAY_MS;
  behind.start();
  // What was started just now doubts its clock.
  world.run(6 * MINUTE_MS);
  const made: Bundle[] = [];
  there.onEvent((event) => event.event === "published" && made.push(...event.bundles));
  const wallS = Math.ceil(there.instant.wall / SECOND_MS);
  there.publish([
    ...times(LASTING, (i) => say(`lasts ${i}`)),
    ...times(LIVING, (i) => say(`lives for a day ${i}`, wallS + DAY_MS / SECOND_MS)),
    ...times(BRIEF, (i) => say(`explodes ${i}`, wallS + BRIEF_STAY_MS / SECOND_MS)),
  ]);
  const all = 1 + LASTING + LIVING + BRIEF;
  assert.ok(
    world.runUntil(() => world.allHold(all), world.now + 8 * MINUTE_MS),
    "all are held",
  );
  const brief = made.slice(LASTING + LIVING);
  const live = made.slice(0, LASTING + LIVING);
  away.stop();
  world.runFor(BRIEF_STAY_MS + 5 * MINUTE_MS);
  assert.deepEqual([holding(there, brief), holding(behind, brief)], [0, BRIEF]);

  const sentAgain = { byThoseWhoKnow: 0, byTheOther: 0 };
  const ids = new Set(brief.map(({ body }) => Buffer.from(body).toString("base64")));
  world.network.onDatagram(({ sender, bytes }) => {
    const read = world.decode(bytes);
    if ("rejected" in read || read.message.kind !== "bundles") return;
    const again = read.message.bundles.filter(({ body }) =>
      ids.has(Buffer.from(body).toString("base64")),
    );
    const isBehind = behind.endpoints.includes(sender);
    sentAgain[isBehind ? "byTheOther" : "byThoseWhoKnow"] += again.length;
  });
  const told: string[] = [];
  const late = add([behind, there]);
  late.onEvent((event) => {
    if (event.event === "bundle" && ids.has(Buffer.from(event.bundle.body).toString("base64"))) {
      told.push(event.bundle.key);
    }
  });
  away.start();
  let most = 0;
  for (let looks = 0; looks < 10; looks++) {
    world.runFor(28 * SECOND_MS);
    most = Math.max(most, holding(late, brief));
  }
  const inDoubt = { mostHeld: most, told: told.length };
  world.runFor(15 * MINUTE_MS);
  return { there, away, late, brief, live, inDoubt, sentAgain };
}

for (const name of ["adaptive", "dispersy"] as const) {
  describe(`exploding messages, profile ${name}`, () => {
    it("are admitted by nobody again, and nobody loses a live one", () => {
      const { there, away, late, brief, live, inDoubt, sentAgain } = play(name, true);
      assert.deepEqual(inDoubt, { mostHeld: 0, told: 0 });
      for (const node of [there, away, late]) {
        assert.deepEqual([holding(node, brief), holding(node, live)], [0, live.length], node.name);
      }
      assert.equal(
        sentAgain.byThoseWhoKnow,
        0,
        "absence from a filter makes nobody send one again",
      );
      const refused = late.engine.counters.get("bundle rejected: expired") ?? 0;
      assert.ok(refused > 0 && sentAgain.byTheOther > 0, "they were offered, and refused");
    });

    it("would come back to whoever starts, with the switch off", () => {
      const { inDoubt } = play(name, false);
      assert.ok(inDoubt.mostHeld > 0 && inDoubt.told > 0, JSON.stringify(inDoubt));
    });
  });
}

const HELD = 1_000;
const PAYLOAD = "x".repeat(200);
/** Ten times what it takes. */
const RESTORING_MS = 6 * SECOND_MS;

/** A device loses all but its keys, and has one friend; what came until it held all again. */
function restore(profile = ADAPTIVE) {
  const world = new World({ seed: "wiped" });
  const overlay = world.overlay();
  const friend = world.addNode({ overlay, founder: true, profile });
  const device = world.addNode({ overlay, seeds: [friend], profile, name: "device" });
  world.run(6 * MINUTE_MS);
  const wallS = Math.ceil(world.clock.wall / SECOND_MS);
  device.publish([
    ...times(HELD, (i) => say(`${i} ${PAYLOAD}`)),
    ...times(BRIEF, (i) => say(`explodes ${i}`, wallS + 300)),
  ]);
  assert.ok(
    world.runUntil(() => world.allHold(1 + HELD + BRIEF), world.now + 120 * MINUTE_MS),
    "the friend holds all",
  );
  const { clock } = device.memberships[0]!.store;
  device.crash();
  world.run(Math.max(world.now, 20 * MINUTE_MS));
  // The same name has the same keys, and the wiped one no longer counts among the nodes of this world.
  const wiped = world.addNode({
    overlay,
    seeds: [friend],
    profile,
    name: "device",
    store: new MemoryStore(),
  });
  let bytes = 0;
  world.network.onDatagram((datagram) => {
    if (datagram.sender === friend.endpoints[0]) bytes += datagram.bytes.length;
  });
  const since = world.now;
  const isWhole = world.runUntil(() => world.held(wiped) === 1 + HELD, since + RESTORING_MS);
  const ms = world.now - since;
  const heldBytes = world
    .bundles(wiped)
    .reduce((sum, { body, signature }) => sum + body.length + signature.length, 0);
  return { world, friend, wiped, isWhole, bytes, ms, heldBytes, clock };
}

describe("a wiped device with one friend", () => {
  it("has all again that has not expired, for little more than its bytes, and goes on as the same member", (t) => {
    const { world, friend, wiped, isWhole, bytes, ms, heldBytes, clock } = restore();
    t.diagnostic(`${HELD} bundles of ${heldBytes} bytes, signed: ${bytes} bytes in ${ms} ms`);
    assert.ok(isWhole, `${world.held(wiped)} held`);
    assert.ok(bytes < 1.2 * heldBytes, `${bytes} bytes for ${heldBytes}`);
    assert.ok(wiped.memberships[0]!.store.clock >= clock - BRIEF, "no time is used twice");
    wiped.publish([say("here again")]);
    assert.ok(
      world.runUntil(() => world.held(friend) === 2 + HELD, world.now + MINUTE_MS),
      "what it writes is taken",
    );
  });

  it("would have a part of it by then with cursors, dense datagrams and the rest switched off", () => {
    const { world, wiped, isWhole } = restore(DISPERSY);
    assert.ok(!isWhole && world.held(wiped) < HELD / 2, `${world.held(wiped)} held`);
  });
});
