import assert from "node:assert/strict";
import { test } from "node:test";
import { ADAPTIVE, type Profile } from "../../node/core/profile.ts";
import { DEFAULT_LINK } from "../../node/testing/link.ts";
import type { SimNode } from "../../node/testing/node.ts";
import { World } from "../../node/testing/world.ts";

const BUNDLES = 200;
/** Datagrams full of them have more than 1,100 bytes, less headers, and fewer than 1,220. */
const SHORT_PAYLOAD_BYTES = 60;
/** IPv4's and UDP's. */
const HEADER_BYTES = 28;
const LONG_PAYLOAD_BYTES = 900;
/** A test with datagrams that do not arrive takes 3 s, and before that an answer is waited for: twice. */
const FOUND_MS = 15_000;
/** Steps go on meanwhile. */
const IN_VAIN_MS = 60_000;

type Direction = "both" | "to the joiner" | "from the joiner";

interface Pair {
  world: World;
  founder: SimNode;
  joiner: SimNode;
}

/** A founder that holds bundles, and a joiner behind a hole: of what the rule says, what is longer is lost. */
function behindHole(mostBytes: number, direction: Direction, profile: Profile = ADAPTIVE): Pair {
  const world = new World({ seed: `hole of ${mostBytes}` });
  const overlay = world.overlay();
  const founder = world.addNode({ overlay, founder: true, profile });
  const joiner = world.addNode({ overlay, seeds: [founder], profile, startMs: 1_000 });
  const hole = { ...DEFAULT_LINK, mostBytes };
  world.network.linkRule = (from) => {
    const isFromJoiner = from.key === joiner.publicAddress.key;
    const isHole = direction === "both" || isFromJoiner === (direction === "from the joiner");
    return isHole ? hole : DEFAULT_LINK;
  };
  world.run(500);
  return { world, founder, joiner };
}

function shortPayloads(author: number): Uint8Array[] {
  return Array.from({ length: BUNDLES }, (_, i) => {
    return new Uint8Array(SHORT_PAYLOAD_BYTES).fill(i).fill(author, 1);
  });
}

/** Both publish; how many bundles each of them holds in the end. */
function exchanged({ world, founder, joiner }: Pair, limitMs: number): number[] {
  world.publish(founder, shortPayloads(1));
  world.runUntil(() => world.held(joiner) === 1 + BUNDLES, world.now + limitMs);
  world.publish(joiner, shortPayloads(2));
  world.runUntil(() => world.allHold(1 + 2 * BUNDLES), world.now + limitMs);
  return [world.held(founder), world.held(joiner)];
}

const ALL = 1 + 2 * BUNDLES;

for (const direction of ["both", "to the joiner", "from the joiner"] as const) {
  for (const mtu of [1_220, 1_100, 1_000, 576]) {
    const bytes = mtu - HEADER_BYTES;
    test(`short bundles arrive over an MTU black hole at ${mtu}: ${direction}`, () => {
      assert.deepEqual(exchanged(behindHole(bytes, direction), FOUND_MS), [ALL, ALL]);
      if (mtu === 1_220) return;
      const off = exchanged(
        behindHole(bytes, direction, { ...ADAPTIVE, pathSizes: false }),
        IN_VAIN_MS,
      );
      assert.ok(Math.min(...off) < ALL, `without it some are missing: ${off.join(" and ")}`);
    });
  }
}

test("an answer of which most is lost is enough for the path to be tested", () => {
  // What the joiner asks arrives: only what is lost of the answers tells it.
  const { world, founder, joiner } = behindHole(1_172, "to the joiner");
  world.publish(
    founder,
    Array.from({ length: BUNDLES }, (_, i) => new Uint8Array(SHORT_PAYLOAD_BYTES + 4).fill(i)),
  );
  const counted = (name: Parameters<SimNode["engine"]["counters"]["get"]>[0]): number =>
    (joiner.running && joiner.engine.counters.get(name)) || 0;
  world.runUntil(() => counted("path tested for its size") > 0, FOUND_MS);
  assert.equal(counted("path tested for its size"), 1, "it is tested");
  assert.equal(counted("offer brought nothing"), 0, "before a second one is lost");
});

test("only bundles that do not fit stay away, both sides say how many, and nobody asks without end", () => {
  const pair = behindHole(800, "to the joiner");
  const { world, founder, joiner } = pair;
  world.publish(founder, [...shortPayloads(1), ...longPayloads(20)]);
  world.runUntil(() => world.held(joiner) === 1 + BUNDLES, world.now + 2 * FOUND_MS);
  assert.equal(world.held(joiner), 1 + BUNDLES, "all short ones came");
  world.run(world.now + 60_000);
  assert.equal(world.held(joiner), 1 + BUNDLES, "the long ones did not");
  const { traffic } = world.network;
  const before = { ...traffic.fates };
  world.run(world.now + 60_000);
  const tooLarge = traffic.fates["too-large"] - before["too-large"];
  assert.ok(tooLarge <= 8, `${tooLarge} datagrams went into the hole in a minute`);
  const sent = traffic.fates.delivered - before.delivered;
  assert.ok(sent <= 120, `${sent} datagrams in a minute`);
  const narrow = joiner.engine.overlays()[0]!.narrowPaths;
  assert.equal(narrow.length, 1, "the joiner names one path");
  assert.equal(narrow[0]!.address, founder.publicAddress.key);
  assert.equal(narrow[0]!.direction, "from");
  assert.equal(narrow[0]!.withheld, 20);
  const { bytes } = narrow[0]!;
  assert.ok(bytes <= 800 && bytes > 800 - 20, `${bytes} bytes come, of 800 that could`);
  const told = founder.engine.overlays()[0]!.narrowPaths[0]!;
  assert.deepEqual([told.direction, told.withheld, told.bytes], ["to", 20, bytes]);
});

test("a path that is well again carries large datagrams again", () => {
  const pair = behindHole(800, "to the joiner");
  const { world, founder, joiner } = pair;
  world.publish(founder, [...shortPayloads(1), ...longPayloads(20)]);
  world.run(world.now + 60_000);
  assert.equal(world.held(joiner), 1 + BUNDLES, "the short ones came");
  world.network.linkRule = () => DEFAULT_LINK;
  world.run(world.now + 11 * 60_000);
  assert.equal(world.held(joiner), 1 + BUNDLES + 20, "the others came as well");
  assert.deepEqual(joiner.engine.overlays()[0]!.narrowPaths, []);
});

test("a peer that is gone for a while says nothing of the path", () => {
  const pair = behindHole(2_000, "both");
  const { world, founder, joiner } = pair;
  world.publish(founder, 20_000);
  world.runUntil(() => world.held(joiner) > 1_000, world.now + FOUND_MS);
  assert.ok(world.held(joiner) < 20_001, "cut off amid a sync");
  world.network.linkRule = () => ({ ...DEFAULT_LINK, loss: 1 });
  world.run(world.now + 60_000);
  world.network.linkRule = () => DEFAULT_LINK;
  world.runUntil(() => world.allHold(20_001), world.now + 60_000);
  assert.ok(world.allHold(20_001), "all came in the end");
  for (const node of [founder, joiner]) {
    assert.equal(node.engine.counters.get("path takes small datagrams only"), undefined);
  }
});

test("a line that loses datagrams of any size is not taken for one that loses large ones", () => {
  const world = new World({ seed: "lossy", link: { loss: 0.2 } });
  const overlay = world.overlay();
  const founder = world.addNode({ overlay, founder: true });
  world.run(500);
  world.publish(founder, 2_000);
  const joiner = world.addNode({ overlay, seeds: [founder] });
  world.runUntil(() => world.allHold(2_001), 120_000);
  assert.equal(world.held(joiner), 2_001);
  const counted = (name: Parameters<SimNode["engine"]["counters"]["get"]>[0]): number =>
    (founder.engine.counters.get(name) ?? 0) + (joiner.engine.counters.get(name) ?? 0);
  assert.ok(counted("path tested for its size") > 0, "it is tested");
  assert.equal(counted("path takes small datagrams only"), 0);
});

function longPayloads(count: number): Uint8Array[] {
  return Array.from({ length: count }, (_, i) => new Uint8Array(LONG_PAYLOAD_BYTES).fill(i));
}
