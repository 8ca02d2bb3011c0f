// Delivery in causal order, on random graphs, orders of arrival and losses.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { CausalOrder } from "../../../node/bundles/causal-order.ts";
import { Context } from "../../../node/core/context.ts";
import { hexOf, type Held, heldOf } from "../../../node/sets/held.ts";
import { MemoryStore } from "../../../node/store/memory.ts";
import { keyedHashCrypto } from "../../../node/testing/crypto.ts";
import type { Bundle } from "../../../wire/bundle.ts";
import { toHex } from "../../../wire/bytes.ts";
import type { Random } from "../../../wire/crypto.ts";
import { DEFAULT_DATAGRAM_BYTES } from "../../../wire/limits.ts";
import { addTo, fakeBundle, randomHeld, seeded } from "../sync/fixtures.ts";

const MINUTE_MS = 60_000;
const SEEDS = 300;

interface Delivery {
  bundle: Bundle;
  missing: string[];
  atMs: number;
}

/** A causal order, its store, and what it delivered. */
class Reader {
  readonly store = new MemoryStore();
  readonly deliveries: Delivery[] = [];
  readonly ctx: Context;
  readonly causal: CausalOrder;

  constructor(random: Random, { isOn = true } = {}) {
    const crypto = keyedHashCrypto();
    this.ctx = new Context({ crypto, random, datagramBytes: DEFAULT_DATAGRAM_BYTES });
    this.causal = new CausalOrder({ ctx: this.ctx, overlay: "00", store: this.store, isOn });
  }

  get delivered(): string[] {
    return this.deliveries.map(({ bundle }) => bundle.key);
  }

  commit(...bundles: Bundle[]): void {
    addTo(this.store, bundles);
    this.causal.committed(bundles);
    this.#drain();
  }

  drop(held: Held): void {
    this.causal.dropped([held]);
    const { clock, admitted } = this.store;
    this.store.apply({ add: [], remove: [held], clock, admitted });
    this.#drain();
  }

  pass(ms: number): void {
    for (const end = this.ctx.now + ms; ;) {
      const due = this.ctx.timers.deadline();
      this.ctx.advance({ now: Math.min(due, end), wall: 0 });
      if (due > end) break;
      this.ctx.timers.run(this.ctx.now);
      this.#drain();
    }
  }

  #drain(): void {
    for (let effect = this.ctx.take(); effect !== undefined; effect = this.ctx.take()) {
      if (effect.kind !== "notify" || effect.event.event !== "delivered") continue;
      const { bundle, missing } = effect.event;
      this.deliveries.push({ bundle, missing, atMs: this.ctx.now });
    }
  }
}

const placeOf = ({ header, id }: Bundle): Held => heldOf(header.globalTime, id);
const nameOf = (bundle: Bundle): string => hexOf(placeOf(bundle));

function child(globalTime: number, random: Random, ...parents: (Bundle | Held)[]): Bundle {
  const made = fakeBundle(globalTime, random);
  const places = parents.map((parent) => ("header" in parent ? placeOf(parent) : parent));
  const author = Uint8Array.of(random.below(3), ...new Uint8Array(31));
  const header = { ...made.header, ...(places.length > 0 && { parents: places }) };
  return { ...made, author, header };
}

/** Bundles of which each follows up to three earlier ones, some of these invented. */
function randomGraph(random: Random, count: number, invented: number): Bundle[] {
  const bundles: Bundle[] = [];
  for (let time = 1; time <= count; time += 1) {
    const parents: (Bundle | Held)[] = [];
    const most = time > 1 ? random.below(4) : 0;
    for (let i = 0; i < most; i += 1) {
      const isInvented = random.float() < invented;
      const back = 1 + random.below(Math.min(10, time - 1));
      parents.push(isInvented ? randomHeld(time - back, random) : bundles[time - 1 - back]!);
    }
    bundles.push(child(time, random, ...parents));
  }
  return bundles;
}

function shuffle<T>(items: T[], random: Random): T[] {
  const left = [...items];
  return items.map(() => left.splice(random.below(left.length), 1)[0]!);
}

/** What was delivered before one of its parents was, and without a word about it. */
function violations({ deliveries }: Reader): string[] {
  const before = new Set<string>();
  const found: string[] = [];
  for (const { bundle, missing } of deliveries) {
    for (const parent of bundle.header.parents ?? []) {
      const name = hexOf(parent);
      if (!before.has(name) && !missing.includes(name))
        found.push(`${nameOf(bundle)} before ${name}`);
      assert.ok(parent.globalTime < bundle.header.globalTime, "a parent's time is less");
    }
    before.add(nameOf(bundle));
  }
  return found;
}

/** Random worlds; returns the violations in all of them. */
function play(isOn: boolean): number {
  let violated = 0;
  for (let seed = 0; seed < SEEDS; seed += 1) {
    const random = seeded(seed);
    const reader = new Reader(random, { isOn });
    const bundles = randomGraph(random, 60, 0.1);
    const cameMs = new Map<string, number>();
    for (const bundle of shuffle(bundles, random)) {
      if (random.float() < 0.2) continue;
      if (random.float() < 0.3) reader.pass(random.below(20_000));
      cameMs.set(bundle.key, reader.ctx.now);
      reader.commit(bundle);
    }
    reader.pass(MINUTE_MS);
    assert.equal(new Set(reader.delivered).size, reader.deliveries.length, `seed ${seed}: twice`);
    assert.equal(reader.deliveries.length, cameMs.size, `seed ${seed}: not all`);
    for (const { bundle, atMs } of reader.deliveries) {
      const waitedMs = atMs - cameMs.get(bundle.key)!;
      assert.ok(waitedMs <= MINUTE_MS, `seed ${seed}: waited for ${waitedMs} ms`);
    }
    assert.deepEqual([reader.causal.waiting, reader.causal.missing.size], [0, 0]);
    assert.equal(reader.ctx.timers.deadline(), Infinity, `seed ${seed}: an alarm is left`);
    violated += violations(reader).length;
  }
  return violated;
}

describe("delivery in causal order", () => {
  it("comes once, after all that it follows or naming it, within a minute (R5, G1)", () => {
    assert.equal(play(true), 0);
  });

  it("is what makes the difference: as they come, children come before parents", () => {
    assert.ok(play(false) > SEEDS, "out of order and unnamed");
  });

  it("takes a commit at a time, whatever its order", () => {
    for (let seed = 0; seed < SEEDS; seed += 1) {
      const random = seeded(seed);
      const reader = new Reader(random);
      const bundles = shuffle(randomGraph(random, 40, 0), random);
      while (bundles.length > 0) reader.commit(...bundles.splice(0, 1 + random.below(9)));
      assert.equal(reader.deliveries.length, 40, `seed ${seed}: at once when all are there`);
      assert.ok(reader.deliveries.every(({ missing }) => missing.length === 0));
      assert.deepEqual(violations(reader), []);
    }
  });

  it("goes on with a hole: what is dropped before it came is named (P6)", () => {
    const random = seeded(1);
    const reader = new Reader(random);
    const [first, gone] = [fakeBundle(1, random), fakeBundle(2, random)];
    const [third, fourth] = [child(3, random, gone, first), child(4, random, gone)];
    reader.commit(third);
    reader.commit(first);
    assert.deepEqual(reader.delivered, [first.key], "it waits for what may come");
    reader.causal.refused(placeOf(gone));
    reader.commit(fourth);
    assert.deepEqual(reader.delivered, [first.key, third.key, fourth.key]);
    for (const { missing } of reader.deliveries.slice(1)) {
      assert.deepEqual(missing, [toHex(gone.id.subarray(0, 16))]);
    }
  });

  it("does not deliver what was dropped while it waited, and says so", () => {
    const random = seeded(2);
    const reader = new Reader(random);
    const never = randomHeld(1, random);
    const waits = child(2, random, never);
    const after = child(3, random, waits);
    reader.commit(after, waits);
    reader.drop(placeOf(waits));
    assert.deepEqual(reader.delivered, [after.key]);
    assert.deepEqual(reader.deliveries[0]?.missing, [nameOf(waits)]);
    // What was delivered and dropped since is not missing to whoever read it.
    reader.drop(placeOf(after));
    reader.commit(child(4, random, after));
    assert.deepEqual(reader.deliveries[1]?.missing, []);
    // Also where somebody who still has it sends it again.
    reader.causal.refused(placeOf(after));
    reader.commit(child(5, random, after));
    assert.deepEqual(reader.deliveries[2]?.missing, []);
    reader.pass(MINUTE_MS);
    assert.equal(reader.causal.missing.size, 0, "nobody asks for what nobody waits for");
  });

  it("holds nobody up who shows one ancestor a minute", () => {
    const random = seeded(3);
    const reader = new Reader(random);
    // A chain that is shown from its end, one each time somebody would give up.
    const chain: Bundle[] = [fakeBundle(1, random)];
    for (let time = 2; time <= 10; time += 1) chain.push(child(time, random, chain.at(-1)!));
    const honest = child(11, random, chain.at(-1)!);
    reader.commit(honest);
    for (const link of chain.slice(1).reverse()) {
      reader.pass(50_000);
      reader.commit(link);
    }
    const delivery = reader.deliveries.find(({ bundle }) => bundle === honest);
    assert.ok(delivery !== undefined && delivery.atMs <= MINUTE_MS, "within a minute");
    assert.deepEqual(violations(reader), []);
  });

  it("keeps within its bounds, and whoever invents most gives way", () => {
    const random = seeded(4);
    const reader = new Reader(random);
    const parent = fakeBundle(1, random);
    const honest = { ...child(2, random, parent), author: new Uint8Array(32).fill(9) };
    reader.commit(honest);
    for (let i = 0; i < 20_000; i += 1) {
      const parents = Array.from({ length: 3 }, () => randomHeld(1 + random.below(50), random));
      reader.commit(child(100 + i, random, ...parents));
    }
    assert.ok(reader.causal.missing.size <= 8_192 + 3, `${reader.causal.missing.size} missing`);
    assert.ok(reader.causal.waiting <= 16_384, `${reader.causal.waiting} wait`);
    assert.ok(!reader.delivered.includes(honest.key), "it still waits for its parent");
    reader.commit(parent);
    assert.deepEqual(reader.delivered.slice(-2), [parent.key, honest.key]);
    reader.pass(MINUTE_MS);
    assert.equal(reader.deliveries.length, 20_002);
    assert.deepEqual(violations(reader), []);
  });

  it("delivers in portions, in order", () => {
    const random = seeded(5);
    const reader = new Reader(random);
    const first = fakeBundle(1, random);
    let last = first;
    const chain = Array.from({ length: 3_000 }, (_, i) => (last = child(i + 2, random, last)));
    for (const bundle of chain) reader.commit(bundle);
    assert.equal(reader.deliveries.length, 0);
    reader.commit(first);
    const atOnce = reader.deliveries.length;
    assert.ok(atOnce > 1 && atOnce <= 1_000, `${atOnce} in one turn`);
    // What comes meanwhile stays behind.
    reader.commit(child(4_000, random, last));
    reader.pass(1_000);
    assert.equal(reader.deliveries.length, 3_002);
    assert.deepEqual(violations(reader), []);
  });
});
