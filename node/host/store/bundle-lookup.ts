import { type Bundle, readBundle } from "../../../wire/bundle.ts";
import { toHex } from "../../../wire/bytes.ts";
import type { Crypto } from "../../../wire/crypto.ts";
import { BUNDLE_ID_BYTES } from "../../../wire/limits.ts";
import type { WireBundle } from "../../../wire/message.ts";
import type { PayloadKeys } from "../../../wire/payload-keys.ts";
import { compareHeld, type Held } from "../../sets/held.ts";
import { type BundleStore, type Visit } from "../../store/store.ts";
import type { EngineEvent } from "../../core/effects.ts";
import { EXIT, UserError } from "../errors.ts";
import { type BundleFilter, isWanted, mayMatch, type Stored } from "./bundle-filter.ts";

/** Which bundles, and how many of them. */
export interface Listing extends BundleFilter {
  /** Only so many, the newest. */
  last?: number;
}

/** An overlay's bundles as its store holds them, and what opens them. */
export interface Shelf {
  overlay: string;
  key: Uint8Array;
  store: BundleStore;
  payloads: PayloadKeys;
  /** The wall clock, by which nothing is read that has expired; by default the machine's. Unix milliseconds. */
  wallMs?: () => number;
}

export type StoredBundle = Stored<Bundle>;

/** Entries taken from the index at a time: no walk stays open while the caller works, and commits go on. */
const PAGE_ENTRIES = 512;

/** Bundles in the order of the index. What is committed during the listing may or may not be in it. */
export function* listBundles(
  crypto: Crypto,
  shelf: Shelf,
  { last, ...filter }: Listing = {},
): IterableIterator<StoredBundle> {
  const newest: StoredBundle[] = [];
  for (const held of placesIn(partsOf(shelf), last === undefined ? "ascend" : "descend")) {
    if (newest.length === last) break;
    const bundle = read(crypto, shelf, held, filter);
    if (bundle === undefined) continue;
    if (last === undefined) yield bundle;
    else newest.push(bundle);
  }
  yield* newest.reverse();
}

/** Entries looked at between two turns of the event loop: 3 to 5 ms, of which sealed bundles take most. */
const ENTRIES_PER_TURN = 128;

/**
 * The same for whoever shares the event loop with a node: others have their turn in between, also while nothing wanted
 * is found. `places`: where to look, if that is known; in order.
 */
export async function* listInTurns(
  crypto: Crypto,
  shelf: Shelf,
  { last, ...filter }: Listing = {},
  places?: Held[],
): AsyncIterableIterator<StoredBundle> {
  const newest: StoredBundle[] = [];
  let looked = 0;
  const direction = last === undefined ? "ascend" : "descend";
  if (direction === "descend") places?.reverse();
  for (const held of places ?? placesIn(partsOf(shelf), direction)) {
    if (newest.length === last) break;
    if (++looked % ENTRIES_PER_TURN === 0) await new Promise((resolve) => setImmediate(resolve));
    const bundle = read(crypto, shelf, held, filter);
    if (bundle === undefined) continue;
    if (last === undefined) yield bundle;
    else newest.push(bundle);
  }
  yield* newest.reverse();
}

/** What expires soon stands beside the index, and is listed in its place. */
function partsOf({ store: { index, aside } }: Shelf): readonly Part[] {
  return [index, aside];
}

type Part = BundleStore["aside"];

/**
 * The places in some parts of a store, in order. What is committed or removed meanwhile may or may not be among them.
 */
export function* placesIn(
  parts: readonly Part[],
  direction: "ascend" | "descend" = "ascend",
): Iterable<Held> {
  let after: Held | undefined;
  for (;;) {
    const page = parts.flatMap((part) => pageOf(part, direction, after));
    const order = direction === "ascend" ? compareHeld : (a: Held, b: Held) => compareHeld(b, a);
    page.sort(order).splice(PAGE_ENTRIES);
    yield* page;
    if (page.length < PAGE_ENTRIES) return;
    after = page.at(-1);
  }
}

/** The next entries of one part. */
function pageOf(part: Part, direction: "ascend" | "descend", after: Held | undefined): Held[] {
  const page: Held[] = [];
  const from = after?.globalTime ?? (direction === "ascend" ? 0 : Number.MAX_SAFE_INTEGER);
  part[direction](from, (globalTime, w0, w1, w2, w3) => {
    const held = { globalTime, w0, w1, w2, w3 };
    const order = after === undefined ? 1 : compareHeld(held, after);
    if (direction === "ascend" ? order > 0 : after === undefined || order < 0) page.push(held);
    return page.length < PAGE_ENTRIES;
  });
  return page;
}

/**
 * The bundle of an index entry, for somebody to read; undefined when it has expired, its record is damaged, or it is
 * not wanted.
 */
function read(
  crypto: Crypto,
  { key, store, payloads, wallMs = Date.now }: Shelf,
  held: Held,
  filter: BundleFilter = {},
): StoredBundle | undefined {
  const wire: Stored<WireBundle> | undefined = store.get(held);
  if (wire === undefined || !mayMatch(filter, wire)) return undefined;
  const bundle = readBundle(crypto, key, wire);
  if ("rejected" in bundle || hasExpired(bundle, wallMs())) return undefined;
  const { cameMs } = wire;
  const readable = { ...payloads.reading(bundle), ...(cameMs !== undefined && { cameMs }) };
  return isWanted(filter, readable) ? readable : undefined;
}

/**
 * Whether nobody is to read it any more. By the clock as it stands, also while it is in doubt and nothing is removed:
 * what was there comes back with it.
 */
export function hasExpired(
  { header: { expires } }: Pick<Bundle, "header">,
  wallMs: number,
): boolean {
  return expires !== undefined && expires * 1_000 <= wallMs;
}

/**
 * The event for somebody to read. The engine tells of bundles as they are held, and what is opened is no work of its:
 * recordings need not hold it, and what nobody looks at costs nothing.
 */
export function readingEvent(
  event: EngineEvent,
  payloadsOf: (overlay: string) => PayloadKeys | undefined,
): EngineEvent {
  const { event: name } = event;
  const isNews = name === "bundle" || name === "delivered" || name === "ephemeral";
  if (!isNews && name !== "published") return event;
  const payloads = payloadsOf(event.overlay);
  if (payloads === undefined) return event;
  if (name !== "published") {
    const bundle = payloads.reading(event.bundle);
    return bundle === event.bundle ? event : { ...event, bundle };
  }
  return { ...event, bundles: event.bundles.map((bundle) => payloads.reading(bundle)) };
}

/** The only bundle whose hexadecimal id begins with `prefix`. Throws a UserError when there is none or several. */
export function findBundle(
  crypto: Crypto,
  shelves: Shelf[],
  prefix: string,
): { overlay: string; bundle: StoredBundle } {
  const wanted = prefix.toLowerCase();
  if (!/^[0-9a-f]+$/.test(wanted) || wanted.length > BUNDLE_ID_BYTES * 2) {
    throw new UserError(
      "a bundle id is made of up to 64 hexadecimal digits",
      "Copy one from `dispersy ls --json`; its first digits are enough.",
      EXIT.usage,
    );
  }
  const found: { overlay: string; bundle: StoredBundle }[] = [];
  for (const shelf of shelves) {
    for (const held of matches(shelf.store, wanted)) {
      const bundle = read(crypto, shelf, held);
      const fits = bundle !== undefined && toHex(bundle.id).startsWith(wanted);
      if (fits) found.push({ overlay: shelf.overlay, bundle });
    }
  }
  if (found.length === 1) return found[0]!;
  if (found.length === 0) {
    throw new UserError(
      `no bundle's id begins with ${wanted}`,
      "It may not have arrived yet; `dispersy ls` shows what is here.",
    );
  }
  throw new UserError(
    `several bundles' ids begin with ${wanted}`,
    "Give more digits of the id.",
    EXIT.usage,
  );
}

/** Two are as good as many: both mean that the prefix is too short. */
const ENOUGH_MATCHES = 2;

/** Index entries whose id begins with `prefix`, as far as the index knows the id. */
function matches({ index, aside }: BundleStore, prefix: string): Held[] {
  const digits = prefix.slice(0, 32);
  const [want, mask] = [
    words(digits.padEnd(32, "0")),
    words("f".repeat(digits.length).padEnd(32, "0")),
  ];
  const found: Held[] = [];
  const look: Visit = (globalTime, w0, w1, w2, w3) => {
    const fits =
      ((w0 ^ want[0]!) & mask[0]!) === 0 &&
      ((w1 ^ want[1]!) & mask[1]!) === 0 &&
      ((w2 ^ want[2]!) & mask[2]!) === 0 &&
      ((w3 ^ want[3]!) & mask[3]!) === 0;
    if (fits) found.push({ globalTime, w0, w1, w2, w3 });
    return found.length < ENOUGH_MATCHES;
  };
  for (const part of [index, aside]) part.ascend(0, look);
  return found;
}

function words(hex: string): number[] {
  return [0, 8, 16, 24].map((at) => Number.parseInt(hex.slice(at, at + 8), 16));
}
