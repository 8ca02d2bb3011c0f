import type { Bundle } from "../../../wire/bundle.ts";
import { toHex } from "../../../wire/bytes.ts";
import type { Random } from "../../../wire/crypto.ts";
import type { WireBundle } from "../../../wire/message.ts";
import { MemoryStore } from "../../../node/store/memory.ts";
import { type Held, heldAt } from "../../../node/sets/held.ts";
import { type HeldIndex, type Visit, type VisitStretch } from "../../../node/store/store.ts";

/** A repeatable source of randomness (Marsaglia's xorshift32, seeded through an integer mix). */
export function seeded(seed: number): Random {
  let state = Math.imul(seed + 1, 0x9e3779b1) || 1;
  const word = (): number => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 0;
  };
  for (let i = 0; i < 8; i += 1) word();
  const float = (): number => (word() * 2 ** 21 + (word() >>> 11)) / 2 ** 53;
  return {
    bytes: (length) => Uint8Array.from({ length }, () => word() >>> 24),
    float,
    below: (bound) => Math.floor(float() * bound),
  };
}

export function randomHeld(globalTime: number, random: Random): Held {
  const word = (): number => random.below(2 ** 32);
  return { globalTime, w0: word(), w1: word(), w2: word(), w3: word() };
}

const author = new Uint8Array(32);
const signature = new Uint8Array(64);
/** 32 + 100 + 64: 196 bytes per bundle, as in the original's experiments. */
const body = new Uint8Array(100);
export const BUNDLE_BYTES = 196;

/** An unsigned bundle with a random id: what the sync reads of it is right. */
export function fakeBundle(globalTime: number, random: Random): Bundle {
  const header = { globalTime, content: { kind: "data" as const, payload: body } };
  const id = random.bytes(32);
  return { author, body, signature, id, header, signed: body, key: toHex(id) };
}

export function fakeBundles(times: Iterable<number>, random: Random): Bundle[] {
  return Array.from(times, (time) => fakeBundle(time, random));
}

export function addTo(store: MemoryStore, bundles: readonly Bundle[]): void {
  let { clock } = store;
  for (const { header } of bundles) clock = Math.max(clock, header.globalTime);
  store.apply({ add: bundles, remove: [], clock, admitted: store.admitted + bundles.length });
}

export function storeOf(bundles: readonly Bundle[]): MemoryStore {
  const store = new MemoryStore();
  addTo(store, bundles);
  return store;
}

/** A fake bundle that a memory store gave back: it keeps the object it was given. */
export function asBundle(wire: WireBundle): Bundle {
  if (!("header" in wire)) throw new Error("not a fake bundle");
  return wire as Bundle;
}

export function* upTo(last: number): Generator<number> {
  for (let i = 1; i <= last; i += 1) yield i;
}

/** For walks by stretches: visits each entry. */
export function each(visit: Visit): VisitStretch {
  return (times, words, start, end) => {
    for (let i = start; i < end; i += 1) {
      const { globalTime, w0, w1, w2, w3 } = heldAt(times, words, i);
      if (!visit(globalTime, w0, w1, w2, w3)) return false;
    }
    return true;
  };
}

export function entriesOf(index: HeldIndex): Held[] {
  const entries: Held[] = [];
  index.ascend(0, (globalTime, w0, w1, w2, w3) => {
    entries.push({ globalTime, w0, w1, w2, w3 });
    return true;
  });
  return entries;
}
