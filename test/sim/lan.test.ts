import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Carry } from "../../node/core/carry.ts";
import { ADAPTIVE, DISPERSY, type Profile } from "../../node/core/profile.ts";
import type { SimNode } from "../../node/testing/node.ts";
import { type OverlayKeys, World } from "../../node/testing/world.ts";
import { announced, type Announcement, decodeAnnouncement } from "../../wire/announcement.ts";
import { equalBytes } from "../../wire/bytes.ts";

const SILENT: Profile = { ...ADAPTIVE, lan: false };

interface House {
  world: World;
  overlay: OverlayKeys;
  /** Adds a machine of the house that is told of nobody. */
  add: (options?: { profile?: Profile; founder?: boolean; overlay?: OverlayKeys }) => SimNode;
}

/** Machines of one LAN, with no tracker, and nothing behind their router. */
function house(seed: string): House {
  const world = new World({ seed });
  world.network.cut = () => true;
  const lan = world.addLan("apdf");
  const overlay = world.overlay();
  const add: House["add"] = (options = {}) => {
    return world.addNode({ overlay, lan, announces: true, ...options });
  };
  return { world, overlay, add };
}

const lanOf = (node: SimNode) => node.engine.overlays()[0]!.lan;

function strategies(node: SimNode): string[] {
  const seen: string[] = [];
  node.onEvent((event) => {
    if (event.event === "contacted") seen.push(event.strategy);
  });
  return seen;
}

describe("machines of one LAN find each other without a tracker", () => {
  test("in less than a second, whoever was there first", () => {
    const { world, add } = house("two");
    const a = add({ founder: true });
    world.run(300_000);
    world.publish(a, 20);
    const startMs = world.now;
    const b = add();
    const seen = [strategies(a), strategies(b)];
    assert.ok(
      world.runUntil(() => world.allHold(21), startMs + 3_000),
      `${world.held(b)} of 21`,
    );
    assert.ok(world.now - startMs < 1_000, `after ${world.now - startMs} ms`);
    assert.deepEqual(seen, [["announced"], ["announced"]], "how they were found is not told");
    assert.deepEqual(
      lanOf(a).map(({ answers }) => answers),
      [true],
      "the status does not name it",
    );
    world.runFor(60_000);
    assert.equal(lanOf(b).length, 1, "the newcomer has not heard who was there");
  });

  for (const [name, profile] of [
    ["the adaptive profile without it", SILENT],
    ["the faithful profile", DISPERSY],
  ] as const) {
    test(`and not with ${name}`, () => {
      const { world, add } = house("off");
      const a = add({ founder: true, profile });
      add({ profile });
      assert.ok(!world.runUntil(() => world.allHold(1), 120_000), "something else leads to it");
      assert.equal(a.engine.counters.get("announcements"), undefined, "it announces itself");
    });
  }

  test("one that announces itself is not known by one that does not listen", () => {
    const { world, add } = house("half");
    const a = add({ founder: true });
    const b = add({ profile: SILENT });
    world.run(60_000);
    assert.deepEqual([lanOf(a), lanOf(b)], [[], []], "somebody is known");
    const heard = b.engine.counters.get("announcement of others' overlays") ?? 0;
    assert.ok(heard > 0, "it heard nothing at all");
  });

  test("of eight, all are equal soon, and each announces itself twice a minute", () => {
    const { world, add } = house("eight");
    const nodes = [add({ founder: true })];
    while (nodes.length < 8) nodes.push(add());
    world.run(5_000);
    world.publish(nodes[7]!, 1);
    assert.ok(
      world.runUntil(() => world.allHold(2), 30_000),
      "not all hold it",
    );
    const before = nodes.map((node) => node.engine.counters.get("announcements") ?? 0);
    world.runFor(300_000);
    for (const [nth, node] of nodes.entries()) {
      const made = (node.engine.counters.get("announcements") ?? 0) - before[nth]!;
      assert.ok(made >= 7 && made <= 14, `${made} announcements in five minutes`);
    }
  });
});

describe("an announcement names overlays to those who know them, and to nobody else", () => {
  test("nodes of other overlays hear it and ask nobody", () => {
    const { world, add } = house("strangers");
    const a = add({ founder: true });
    const b = add({ founder: true, overlay: world.overlay({ name: "other" }) });
    world.run(60_000);
    for (const node of [a, b]) {
      assert.deepEqual(lanOf(node), [], "a stranger is known");
      assert.equal(node.engine.counters.get("sent introduction-request"), undefined, "asked");
    }
    assert.equal(a.engine.counters.get("announcement of our overlays"), undefined);
  });

  test("nothing that is announced contains the overlay's id, nor twice the same tag", () => {
    const { world, overlay, add } = house("names nothing");
    const heard: Uint8Array[] = [];
    const a = add({ founder: true });
    const lan = a.endpoints[0]!.lan!;
    lan.listeners.set("an observer", (_, bytes) => heard.push(bytes));
    world.run(300_000);
    assert.ok(heard.length > 5, `${heard.length} announcements`);
    const hex = heard.map((bytes) => Buffer.from(bytes).toString("hex"));
    assert.ok(!hex.some((text) => text.includes(overlay.id.slice(0, 8))), "the overlay's id");
    const tags = hex.flatMap((text) => text.slice(26).match(/.{16}/g) ?? []);
    assert.equal(new Set(tags).size, tags.length, "a tag is repeated");
    assert.equal(new Set(heard.map(({ length }) => length)).size, 1, "lengths differ");
  });
});

test("a node of fifty overlays announces all of them within a few seconds", () => {
  const { world, add } = house("fifty");
  const many = add({ founder: true });
  const { address, lan } = many.endpoints[0]!;
  const heard: Announcement[] = [];
  lan!.listeners.set("an observer", (_, bytes) => {
    heard.push(decodeAnnouncement(bytes) as Announcement);
  });
  const overlays = Array.from({ length: 49 }, (_, nth) => world.overlay({ name: `other ${nth}` }));
  for (const overlay of overlays) {
    const { memberships } = world.addNode({ overlay, startMs: Infinity });
    const { config, store } = memberships[0]!;
    many.handle({ kind: "join", overlay: config, store });
  }
  world.runFor(4_000);
  for (const { root } of overlays) {
    const carry = new Carry(world.crypto, root!);
    const isAnnounced = heard.some(({ salt, tags }) => {
      const own = carry.tag(announced(salt, address.bytes));
      return tags.some((tag) => equalBytes(tag, own));
    });
    assert.ok(isAnnounced, "one of fifty is not announced");
  }
});
