import type { Profile } from "../../node/core/profile.ts";
import { MemoryStore } from "../../node/store/memory.ts";
import { type Bundle, makeBundle } from "../../wire/bundle.ts";
import { toHex, utf8 } from "../../wire/bytes.ts";
import { PUBLIC_KEY_BYTES, SIGNATURE_BYTES } from "../../wire/limits.ts";
import { newSecretKey, overlayId } from "../../wire/identity.ts";
import { keyedHashCrypto } from "../../node/testing/crypto.ts";
import { type ExchangeCounts, ExchangeMeter } from "../sim/exchange-meter.ts";
import { SeededRandom } from "../../node/testing/random.ts";
import { type OverlayKeys, World } from "../../node/testing/world.ts";

/** Who wrote the bundles: several, so that author tables are used. */
const AUTHORS = 16;

/** An open policy at global time 1 and bundles at the times from 2 on, one each. */
export interface Stock {
  overlay: OverlayKeys;
  bundles: readonly Bundle[];
}

/** Bundles signed with the keyed hash; `payloadBytes` is at least the length of a number. */
export function makeStock(seed: number, count: number, payloadBytes: number): Stock {
  const crypto = keyedHashCrypto();
  const secretOf = (name: string) => newSecretKey(new SeededRandom(seed, `stock/${name}`));
  const secret = secretOf("overlay");
  const key = crypto.publicKey(secret);
  const authors = Array.from({ length: AUTHORS }, (_, i) => secretOf(`author/${i}`));
  const bundles = [
    makeBundle(crypto, key, secret, 1, { content: { kind: "policy", writers: "open" } }),
  ];
  for (let i = 0; i < count; i++) {
    const payload = utf8(`${i}`.padEnd(payloadBytes));
    const author = authors[i % AUTHORS]!;
    bundles.push(makeBundle(crypto, key, author, i + 2, { content: { kind: "data", payload } }));
  }
  return { overlay: { secret, key, id: toHex(overlayId(crypto, key)) }, bundles };
}

/** Which bundles one side lacks. */
export const PLACES = ["random", "newest"] as const;
export type Place = (typeof PLACES)[number];

/** The stock without so many of its bundles; the policy stays. */
export function without(
  { bundles }: Stock,
  missing: number,
  where: Place,
  random: SeededRandom,
): Bundle[] {
  if (where === "newest") return bundles.slice(0, bundles.length - missing);
  const absent = new Set<number>();
  while (absent.size < missing) absent.add(1 + random.below(bundles.length - 1));
  return bundles.filter((_, i) => !absent.has(i));
}

/** Bytes of a bundle as the limit of an answer counts them, the mean of the stock. */
export function replyBytesPerBundle({ bundles }: Stock): number {
  const bodies = bundles.reduce((sum, { body }) => sum + body.length, 0);
  return PUBLIC_KEY_BYTES + bodies / bundles.length + SIGNATURE_BYTES;
}

/** A store with these bundles, as if they had come one after the other. */
export function storeWith(bundles: readonly Bundle[]): MemoryStore {
  const store = new MemoryStore();
  const clock = bundles.reduce((time, { header }) => Math.max(time, header.globalTime), 0);
  store.apply({ add: bundles, remove: [], clock, admitted: bundles.length });
  return store;
}

export interface PairOptions {
  seed: number | string;
  stock: Stock;
  /** Holds all of `stock`; may serve many runs. */
  full: MemoryStore;
  /** What the asker holds at the beginning. */
  held: readonly Bundle[];
  profile: Profile;
  /** Virtual time after which it is given up. */
  limitMs: number;
  /** Told of what the asker holds, every so often. */
  progress?: (held: number, nowMs: number) => void;
  /** Told of every bundle that came, and how many offers there were by then. */
  arrived?: (bundle: Bundle, offers: number) => void;
}

export interface PairRun {
  /** Whether the asker has everything. */
  done: boolean;
  /** Virtual time from the asker's start to the last bundle, or to the limit. */
  ms: number;
  /** Bundles that came, duplicates not counted. */
  found: number;
  /** Until the moment of the last bundle. */
  counts: ExchangeCounts;
  /** Bundles found after each offer that brought some, and the number of offers by then. */
  curve: [offers: number, found: number][];
}

const PROGRESS_INTERVAL_MS = 60_000;

/** Two public nodes: one holds a stock, the other knows its address and lacks some. */
export function runPair({ seed, stock, full, profile, ...options }: PairOptions): PairRun {
  const world = new World({ seed });
  const { overlay } = stock;
  const holder = world.addNode({ overlay, store: full, profile });
  const store = storeWith(options.held);
  const lacking = full.index.size - store.index.size;
  const asker = world.addNode({ overlay, store, profile, seeds: [holder], startMs: Infinity });
  const meter = new ExchangeMeter(world, asker.endpoints[0]!);
  let found = 0;
  let offers = 0;
  let last: { ms: number; counts: ExchangeCounts } | undefined;
  const curve: PairRun["curve"] = [];
  asker.onEvent((event) => {
    if (event.event !== "bundle") return;
    options.arrived?.(event.bundle, meter.offers);
    found++;
    if (meter.offers !== offers) curve.push([(offers = meter.offers), found]);
    else curve.at(-1)![1] = found;
    if (found === lacking) last = { ms: world.now, counts: meter.counts };
  });
  const isDone = (): boolean => found >= lacking;
  if (!isDone()) asker.start();
  for (let until = 0; !isDone() && until < options.limitMs;) {
    until = Math.min(until + PROGRESS_INTERVAL_MS, options.limitMs);
    world.runUntil(isDone, until);
    options.progress?.(store.index.size, world.now);
  }
  const { ms, counts } = last ?? { ms: world.now, counts: meter.counts };
  return { done: isDone(), ms, found, counts, curve };
}
