import { decodeBody } from "../../wire/body.ts";
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { SimNode, World as Worlds } from "../../node/testing/index.ts";
import { World } from "../../node/testing/world.ts";
import { nativeCrypto } from "../../node/host/verify/native-crypto.ts";
import { MemoryStore } from "../../node/store/memory.ts";
import type { BundleStore } from "../../node/store/store.ts";
import { type Bundle, type Draft, makeBundle, readBundle } from "../../wire/bundle.ts";
import { toHex, utf8 } from "../../wire/bytes.ts";
import type { WireBundle } from "../../wire/message.ts";

const PAYLOAD = "whoever carries this line reads nothing of it, not even eight bytes";
const TOPIC = "what the line is about";

const decoder = new TextDecoder();

function state(text: string, topic = TOPIC): Draft {
  return { content: { kind: "data", payload: utf8(text) }, topic: { name: utf8(topic), keep: 1 } };
}

function texts(world: Worlds, node: SimNode): string[] {
  return world.bundles(node, { dataOnly: true }).map(({ header: { content } }) => {
    return content.kind === "data" ? decoder.decode(content.payload) : content.kind;
  });
}

function bundlesOf(store: BundleStore): WireBundle[] {
  const bundles: WireBundle[] = [];
  store.index.ascend(0, (globalTime, w0, w1, w2, w3) => {
    bundles.push(store.get({ globalTime, w0, w1, w2, w3 })!);
    return true;
  });
  return bundles;
}

/** Bodies as the store has them. */
function held({ memberships }: SimNode): Uint8Array[] {
  return bundlesOf(memberships[0]!.store).map(({ body }) => body);
}

function isIn(bytes: Uint8Array, text: string): boolean {
  const [whole, wanted] = [Buffer.from(bytes), Buffer.from(text)];
  return Array.from({ length: wanted.length - 7 }, (_, at) => wanted.subarray(at, at + 8)).some(
    (eight) => whole.includes(eight),
  );
}

function worldOf(seed: string, isPublic = false) {
  const world = new World({ seed, crypto: nativeCrypto });
  const overlay = world.overlay({ public: isPublic });
  const founder = world.addNode({ overlay, founder: true });
  const other = world.addNode({ overlay, seeds: [founder] });
  return { world, overlay, founder, other };
}

/** What is sealed in a body. */
function sealedIn(body: Uint8Array): Uint8Array {
  const header = decodeBody(body);
  assert.ok(typeof header === "object" && header.content.kind === "sealed", "it is not sealed");
  return header.content.sealed;
}

describe("a private overlay", () => {
  test("is the default, and shows its members what they wrote, topics too", () => {
    const { world, founder, other } = worldOf("default");
    const seen: Bundle[] = [];
    other.onEvent((event) => event.event === "bundle" && seen.push(event.bundle));
    world.runFor(5_000);
    founder.publish([state(PAYLOAD)]);
    world.runFor(30_000);
    assert.deepEqual(texts(world, other), [PAYLOAD]);
    const { header } = seen.find(({ header: { content } }) => content.kind === "data")!;
    assert.ok(header.content.kind === "data");
    assert.equal(decoder.decode(header.content.payload), PAYLOAD);
    assert.equal(decoder.decode(header.topic!.name), TOPIC);
    const [{ policyPrivate, private: isPrivate } = {}] = other.engine.overlays();
    assert.deepEqual([isPrivate, policyPrivate], [true, true]);
  });

  test("leaves nothing of payload and topic in any store; a public one does", () => {
    for (const isPublic of [false, true]) {
      const { world, founder, other } = worldOf("stores", isPublic);
      world.runFor(5_000);
      founder.publish([state(PAYLOAD)]);
      world.runFor(30_000);
      for (const node of [founder, other]) {
        assert.equal(held(node).length, 2);
        for (const text of [PAYLOAD, TOPIC]) {
          assert.equal(
            held(node).some((body) => isIn(body, text)),
            isPublic,
          );
        }
      }
    }
  });

  test("supersedes by topic, and shows who lacks its root that there is something", () => {
    const { world, overlay, founder, other } = worldOf("carrier");
    world.runFor(5_000);
    founder.publish([state("old"), state("of another topic", "other")]);
    founder.publish([state("new")]);
    world.runFor(30_000);
    assert.deepEqual(texts(world, other), ["of another topic", "new"]);
    assert.equal(held(other).length, 3, "the old one is gone: its hidden topic is the same");
    other.stop();
    const { root: _, ...carried } = overlay;
    const carrier = world.addNode({ overlay: carried, store: other.memberships[0]!.store });
    const contents = world.bundles(carrier).map(({ header: { content } }) => {
      return content.kind === "sealed" ? content.unopened : content.kind;
    });
    assert.deepEqual(contents, ["policy", "key", "key"]);
    const refused: string[] = [];
    carrier.onEvent((event) => event.event === "refused" && refused.push(event.reason));
    carrier.publish([state("in clear")]);
    assert.match(refused.join(), /is private and this node has no secret/);
  });

  test("shows what is not sealed with a mark, and holds it like all else", () => {
    const { world, overlay, founder, other } = worldOf("clear");
    world.runFor(5_000);
    const { config, store } = founder.memberships[0]!;
    const time = store.clock + 1;
    const draft: Draft = { content: { kind: "data", payload: utf8("in clear") } };
    const plain = makeBundle(nativeCrypto, overlay.key, config.memberSecret, time, draft);
    store.apply({ add: [plain], remove: [], clock: time, admitted: store.admitted + 1 });
    world.runFor(60_000);
    assert.equal(world.held(other), 2);
    const [{ header } = plain] = world.bundles(other, { dataOnly: true });
    assert.deepEqual(header.content, { ...draft.content, notSealed: true });
  });

  test("seals anew what is written once more", () => {
    const { world, overlay, founder } = worldOf("again");
    world.runFor(5_000);
    const lost = world.addNode({ overlay, seeds: [founder], name: "same" });
    world.runFor(5_000);
    lost.publish([state("backed up")]);
    world.runFor(5_000);
    const old = lost.memberships[0]!.store;
    const store = new MemoryStore();
    const add = bundlesOf(old).map((wire) => readBundle(nativeCrypto, overlay.key, wire));
    const { clock, admitted } = old;
    store.apply({ add: add.filter((read) => "id" in read), remove: [], clock, admitted });
    for (const text of ["1", "2"]) lost.publish([state(text)]);
    world.runFor(10_000);
    lost.stop();
    // The same name has the same key.
    const restored = world.addNode({ overlay, seeds: [founder], name: "same", store });
    const published: Bundle[] = [];
    restored.onEvent((event) => event.event === "published" && published.push(...event.bundles));
    restored.publish([state("after")]);
    world.runFor(300_000);
    assert.equal(restored.engine.counters.get("bundles of ours written again"), 1);
    assert.deepEqual(texts(world, founder), ["after"]);
    const [first] = published;
    const [before, after] = [sealedIn(first!.body), sealedIn(held(founder).at(-1)!)];
    // Salt, 64 bytes and tag; published again as it was, they would be the same.
    assert.equal(after.length, before.length);
    assert.notEqual(toHex(after), toHex(before));
    assert.notEqual(toHex(after.slice(0, 16)), toHex(before.slice(0, 16)), "the salt");
  });
});
