import type { Profile } from "../../node/core/profile.ts";
import { SeededRandom } from "../../node/testing/random.ts";
import { World } from "../../node/testing/world.ts";
import type { Bundle } from "../../wire/bundle.ts";
import type { Item } from "../peers/negentropy.ts";
import { purposeOf } from "../sim/exchange-meter.ts";
import { type Stock, storeWith } from "./pair.ts";

/** A stock of which each side lacks some bundles, as many as the other: the counts say nothing. */
export interface TwoSided {
  stock: Stock;
  /** Bundles that one of the two lacks. */
  differences: number;
  first: readonly Bundle[];
  second: readonly Bundle[];
}

/** What it took two nodes until both had everything. */
export interface TwoSidedRun {
  done: boolean;
  /** Virtual time. */
  ms: number;
  /** Requests with an offer, of both. */
  offers: number;
  /** Datagrams without bundles, of both: all that is spent on finding, walking included. */
  messages: number;
  bytes: number;
  largest: number;
  bundleBytes: number;
  /** Of both, with what the bundles take. */
  cpuSeconds: number;
}

/** More than any sound run takes. */
const LIMIT_MS = 5e8;

/** Differences are drawn at random; the policy is held by both. */
export function twoSided(stock: Stock, differences: number, seed: string): TwoSided {
  const random = new SeededRandom(seed, "two-sided");
  const lacking = new Map<number, "first" | "second">();
  while (lacking.size < differences) {
    const drawn = 1 + random.below(stock.bundles.length - 1);
    if (!lacking.has(drawn)) lacking.set(drawn, lacking.size % 2 === 0 ? "first" : "second");
  }
  const heldBy = (side: "first" | "second"): Bundle[] =>
    stock.bundles.filter((_, i) => lacking.get(i) !== side);
  return { stock, differences, first: heldBy("first"), second: heldBy("second") };
}

/** The same for negentropy. */
export function itemsOf({ stock, first, second }: TwoSided): Item[] {
  const keys = (bundles: readonly Bundle[]) => new Set(bundles.map(({ key }) => key));
  const [byFirst, bySecond] = [keys(first), keys(second)];
  return stock.bundles.map(({ key, id, header }) => ({
    time: header.globalTime,
    id,
    byFirst: byFirst.has(key),
    bySecond: bySecond.has(key),
  }));
}

export function runTwoSided(sets: TwoSided, seed: string, profile: Profile): TwoSidedRun {
  const { overlay, bundles } = sets.stock;
  const world = new World({ seed });
  const [one, other] = [storeWith(sets.first), storeWith(sets.second)];
  const second = world.addNode({ overlay, store: other, profile });
  const first = world.addNode({
    overlay,
    store: one,
    profile,
    seeds: [second],
    startMs: Infinity,
  });
  const run = { offers: 0, messages: 0, bytes: 0, largest: 0, bundleBytes: 0 };
  world.network.onDatagram(({ bytes }) => {
    const decoded = world.decode(bytes);
    if ("rejected" in decoded) return;
    const purpose = purposeOf(decoded.message, true);
    if (decoded.message.kind === "bundles") return void (run.bundleBytes += bytes.length);
    if (purpose === "offer") run.offers++;
    run.messages++;
    run.bytes += bytes.length;
    run.largest = Math.max(run.largest, bytes.length);
  });
  const isDone = (): boolean =>
    one.index.size === bundles.length && other.index.size === bundles.length;
  const before = process.cpuUsage();
  first.start();
  world.runUntil(isDone, LIMIT_MS);
  const { user, system } = process.cpuUsage(before);
  return { done: isDone(), ms: world.now, ...run, cpuSeconds: (user + system) / 1e6 };
}
