import assert from "node:assert/strict";
import { test } from "node:test";
import { memoised } from "../../node/testing/crypto.ts";
import type { Link } from "../../node/testing/link.ts";
import type { NatKind } from "../../node/testing/nat-kinds.ts";
import type { SimNode } from "../../node/testing/node.ts";
import { World } from "../../node/testing/world.ts";
import { nativeCrypto } from "../../node/host/verify/native-crypto.ts";
import { PROFILES, type Profile } from "../../node/core/profile.ts";
import { utf8 } from "../../wire/bytes.ts";
import type { Crypto } from "../../wire/crypto.ts";

const SCALE = Number(process.env["SCALE"] ?? 1);
const SEEDS = Array.from({ length: SCALE }, (_, i) => i + 1);

const MINUTE_MS = 60_000;
/** Virtual time within which small overlays have to be in step. */
const LIMIT_MS = 10 * MINUTE_MS;

/** Some hundred datagrams of bundles. */
const BACKLOG = 2_000;

const KINDS: NatKind[] = ["eif", "open", "adf", "apdf", "rnd"];

interface Scenario {
  seed: number;
  nodes: number;
  nats?: NatKind[];
  link?: Partial<Link>;
  profile?: Profile;
  /** Otherwise the founder is everybody's introducer and has to be open. */
  tracker?: boolean;
  crypto?: Crypto;
}

/** Nodes of one overlay; the first is its founder. */
function build(scenario: Scenario): { world: World; nodes: SimNode[] } {
  const { seed, nats = ["open"], link = {}, profile = PROFILES.adaptive } = scenario;
  const world = new World({
    seed,
    link,
    verifyDelayMs: 1,
    commitDelayMs: 5,
    ...(scenario.crypto === undefined ? {} : { crypto: scenario.crypto }),
  });
  const overlay = world.overlay();
  const seeds: SimNode[] = scenario.tracker === true ? [world.addTracker()] : [];
  const nodes = Array.from({ length: scenario.nodes }, (_, i) => {
    const founder = i === 0;
    const nat = nats[i % nats.length]!;
    const node = world.addNode({ overlay, founder, nat, seeds, profile });
    if (seeds.length === 0) seeds.push(node);
    return node;
  });
  return { world, nodes };
}

/** Every node learns the policy, then writes; in the end everybody holds everything. */
function everybodyWrites({ world, nodes }: ReturnType<typeof build>, each: number): void {
  assert.ok(
    world.runUntil(() => world.allHold(1), LIMIT_MS),
    `policy: ${describe(world)}`,
  );
  for (const node of nodes) world.publish(node, each);
  const total = 1 + each * nodes.length;
  assert.ok(
    world.runUntil(() => world.allHold(total), world.now + LIMIT_MS),
    `of ${total}: ${describe(world)}`,
  );
}

function describe(world: World): string {
  const held = world.nodes.map((node) => world.held(node));
  return `held ${held.join(" ")} at ${world.now} ms; ${JSON.stringify(world.network.traffic.fates)}`;
}

for (const profile of Object.values(PROFILES)) {
  test(`${profile.name}: two nodes get in step`, () => {
    for (const seed of SEEDS) everybodyWrites(build({ seed, nodes: 2, profile }), 50);
  });

  test(`${profile.name}: five nodes behind five kinds of NAT, with a tracker`, () => {
    for (const seed of SEEDS) {
      everybodyWrites(build({ seed, nodes: 5, nats: KINDS, tracker: true, profile }), 20);
    }
  });

  test(`${profile.name}: thirty nodes, 10 % loss`, () => {
    for (const seed of SEEDS) {
      const link = { loss: 0.1, jitterMs: 50 };
      everybodyWrites(build({ seed, nodes: 30, nats: KINDS, tracker: true, link, profile }), 2);
    }
  });
}

test("without a tracker the founder introduces", () => {
  for (const seed of SEEDS) {
    everybodyWrites(build({ seed, nodes: 5, nats: ["open", "apdf"] }), 10);
  }
});

test("duplicated, reordered and damaged datagrams do no harm", () => {
  for (const seed of SEEDS) {
    const link = { loss: 0.05, duplication: 0.2, reordering: 0.2, corruption: 0.05 };
    everybodyWrites(build({ seed, nodes: 5, nats: KINDS, tracker: true, link }), 10);
  }
});

test("real signatures", () => {
  everybodyWrites(build({ seed: 1, nodes: 3, crypto: memoised(nativeCrypto) }), 10);
});

test("a joiner with nothing gets a backlog", () => {
  for (const profile of Object.values(PROFILES)) {
    const { world, nodes } = build({ seed: 1, nodes: 1, profile });
    const [founder] = nodes as [SimNode];
    const payloads = Array.from({ length: BACKLOG }, (_, i) => utf8(`line ${i}`));
    world.run(MINUTE_MS);
    world.publish(founder, payloads);
    world.run(2 * MINUTE_MS);
    assert.equal(world.held(founder), BACKLOG + 1);
    world.addNode({ overlay: world.overlay(), seeds: [founder], profile });
    const inTime = world.runUntil(() => world.allHold(BACKLOG + 1), 3 * LIMIT_MS);
    assert.ok(inTime, `${profile.name}: ${describe(world)}`);
  }
});

test("a node that was down, also by a crash, catches up", () => {
  for (const end of ["stop", "crash"] as const) {
    const { world, nodes } = build({ seed: 1, nodes: 3, nats: ["open", "apdf"] });
    assert.ok(
      world.runUntil(() => world.allHold(1), LIMIT_MS),
      describe(world),
    );
    world.publish(nodes[2]!, 10);
    nodes[2]![end]();
    world.publish(nodes[0]!, 10);
    world.run(world.now + MINUTE_MS);
    nodes[2]!.start();
    const total = world.held(nodes[0]!) + (end === "stop" ? 10 : 0);
    assert.ok(
      world.runUntil(() => world.allHold(total), world.now + LIMIT_MS),
      `${end}, of ${total}: ${describe(world)}`,
    );
    world.publish(nodes[2]!, 5);
    assert.ok(
      world.runUntil(() => world.allHold(total + 5), world.now + LIMIT_MS),
      describe(world),
    );
  }
});

test("no datagram goes to a special address", () => {
  const { world, nodes } = build({ seed: 1, nodes: 10, nats: KINDS, tracker: true });
  everybodyWrites({ world, nodes }, 5);
  assert.equal(world.network.traffic.fates.special, 0);
});

test("hosts of one LAN get in step behind a NAT without hairpinning", () => {
  const world = new World({ seed: 1 });
  const overlay = world.overlay();
  const seeds = [world.addTracker()];
  const lan = world.addLan("apdf");
  const nodes = [true, false].map((founder) => world.addNode({ overlay, founder, lan, seeds }));
  everybodyWrites({ world, nodes }, 10);
});

test("a world repeats exactly", () => {
  const digests = [1, 1, 2].map((seed) => {
    const link = { loss: 0.1, jitterMs: 20 };
    const { world } = build({ seed, nodes: 8, nats: KINDS, tracker: true, link });
    world.run(MINUTE_MS);
    return world.digest();
  });
  assert.equal(digests[0], digests[1]);
  assert.notEqual(digests[0], digests[2]);
});
