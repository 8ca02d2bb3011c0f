import { FairShare, type SharePlace } from "../../candidates/fair-share.ts";
import { BoundedMap } from "../../candidates/bounded-map.ts";
import type { Bundle } from "../../wire/bundle.ts";
import type { Context } from "../core/context.ts";
import { Alarm } from "../core/timers.ts";
import { type Held, heldOf, hexOf, placeKey } from "../sets/held.ts";
import type { Heads } from "./heads.ts";
import { type BundleStore, holds, holdsData } from "../store/store.ts";

/**
 * Nothing waits longer for what does not come, the second included that may pass until somebody looks. A peer that lost
 * its path is asked again within that time, and one that comes back has asked for what it lacks.
 */
const PATIENCE_MS = 59_000;
const LOOK_MS = 1_000;
/**
 * Waiting: what four lanes of everything bring out of order, each a part of 256 KiB ahead of another, is some 5,000 of
 * the smallest bundles, and three times as many on a path that is filled with parts. 1 KiB each, about.
 */
const MAX_WAITING = 16_384;
/** Of those that are missing: the parents of most of them are among the others. */
const MAX_MISSING = 8_192;
/** Bundles that were dropped or refused, of which it is known that they never come. */
const MAX_GONE = 8_192;
/** Deliveries that one turn of the event loop may take, and the pause until the next. */
const DELIVERIES_PER_TURN = 256;
const TURN_MS = 1;

/** A bundle that others follow, and that is not delivered yet. */
interface Awaited {
  /** What waits for it. BOUNDED: by MAX_WAITING and what each names. */
  followers: Waiting[];
  /** Nothing of what follows it waits longer. */
  untilMs: number;
}

/** One that is held and not delivered yet. */
interface Waiting extends Awaited {
  readonly bundle: Bundle;
  readonly key: string;
  /** Whom it counts for, by the first half of the key: the more an author has waiting, the sooner its own give way. */
  readonly author: string;
  /** What it waits for, or waited for. */
  readonly parents: (Waiting | Missing)[];
  /** Of these, how many it still waits for. */
  open: number;
  /** What it follows and what will not come. */
  readonly missing: Held[];
  place: SharePlace<Waiting> | undefined;
  isOver: boolean;
}

/** One that is not held, and the search for it (node/sync/ancestors.ts). */
export interface Missing extends Awaited {
  readonly held: Held;
  readonly key: string;
  readonly sinceMs: number;
  /** Requests for it, and when the next one is due. */
  asked: number;
  askMs: number;
  /** Addresses of those that said that they lack it. BOUNDED: by the requests. */
  lackedBy: Set<string> | undefined;
  isOver: boolean;
}

/**
 * Delivery in causal order, behind the commit: storing and serving wait for nothing. A bundle is delivered when all
 * that it follows was, or is known not to come. What an earlier run left counts as delivered.
 *
 * Those that wait and those that they wait for are a graph that leads to what is missing; since a parent's global time
 * is earlier than its child's, it has no circle. Each missing one is waited for as long as the most impatient of those
 * that follow it, however many steps lie between them. So nobody holds up what follows by showing one ancestor a
 * minute.
 */
export class CausalOrder {
  readonly #ctx: Context;
  readonly #overlay: string;
  readonly #store: BundleStore;
  readonly #heads: Pick<Heads, "add"> | undefined;
  readonly #isOn: boolean;
  /** BOUNDED: by MAX_WAITING; the oldest of whoever wrote most are delivered then. */
  readonly #waiting = new Map<string, Waiting>();
  readonly #share = new FairShare<Waiting>();
  /** BOUNDED: by MAX_MISSING, and the parents of one more. */
  readonly #missing = new Map<string, Missing>();
  /** Whether they were delivered before. BOUNDED: by MAX_GONE. */
  readonly #gone = new BoundedMap<string, boolean>(MAX_GONE);
  /** What waits for nothing any more, in order. BOUNDED: by MAX_WAITING. */
  readonly #ready: Waiting[] = [];
  readonly #turn: Alarm;
  readonly #look: Alarm;

  constructor(parts: {
    ctx: Context;
    /** In hexadecimal. */
    overlay: string;
    store: BundleStore;
    /** Hears what is delivered. */
    heads?: Pick<Heads, "add"> | undefined;
    /** Otherwise all is delivered as it comes. */
    isOn: boolean;
  }) {
    this.#ctx = parts.ctx;
    this.#overlay = parts.overlay;
    this.#store = parts.store;
    this.#heads = parts.heads;
    this.#isOn = parts.isOn;
    this.#turn = new Alarm(parts.ctx.timers, "deliveries", () => this.#deliverReady());
    this.#look = new Alarm(parts.ctx.timers, "patience", () => this.#lookForLate());
  }

  /** What is waited for and not held, in the order in which it was first named. */
  get missing(): ReadonlyMap<string, Missing> {
    return this.#missing;
  }

  /** How many bundles wait. */
  get waiting(): number {
    return this.#waiting.size;
  }

  stop(): void {
    this.#turn.cancel();
    this.#look.cancel();
  }

  /** These are held now. */
  committed(bundles: readonly Bundle[]): void {
    for (const bundle of inOrderOfTime(bundles)) this.#arrived(bundle);
    this.#deliverReady();
    if (this.#missing.size > 0 && !this.#look.isSet) this.#look.set(this.#ctx.now + LOOK_MS);
  }

  /** These are not kept any longer. What was not delivered by now is not; what follows it says so. */
  dropped(gone: readonly Held[]): void {
    if (!this.#isOn) return;
    for (const held of gone) {
      const key = placeKey(held);
      const waiting = this.#waiting.get(key);
      this.#gone.set(key, waiting === undefined);
      if (waiting === undefined) continue;
      this.#end(waiting);
      for (const follower of waiting.followers) this.#settle(follower, held);
    }
    this.#deliverReady();
  }

  /** It came and is not taken, by a rule that will not change its mind. */
  refused(held: Held): void {
    if (!this.#isOn) return;
    const key = placeKey(held);
    // What was delivered once, and gave way, may come again.
    if (this.#gone.get(key) === undefined) this.#gone.set(key, false);
    const missing = this.#missing.get(key);
    if (missing !== undefined) this.lost(missing);
  }

  /** Nobody has it, or it was waited for long enough. */
  lost(missing: Missing): void {
    this.#found(missing);
    for (const follower of missing.followers) this.#settle(follower, missing.held);
    this.#deliverReady();
  }

  #arrived(bundle: Bundle): void {
    const { header, id } = bundle;
    if (!this.#isOn) return holdsData(header) ? this.#deliver(bundle, []) : undefined;
    const awaited =
      this.#missing.size > 0
        ? this.#missing.get(placeKey(heldOf(header.globalTime, id)))
        : undefined;
    if (awaited !== undefined) this.#found(awaited);
    const followers = awaited?.followers ?? [];
    const { open, missing } = holdsData(header) ? this.#parentsOf(header.parents ?? []) : NOTHING;
    if (open.length > 0) return this.#wait(bundle, { open, missing, followers, awaited });
    if (holdsData(header)) this.#deliver(bundle, missing);
    for (const follower of followers) this.#settle(follower);
  }

  /** Which of the parents are not delivered: they may come, or are gone. */
  #parentsOf(parents: readonly Held[]): { open: (Waiting | Missing)[]; missing: Held[] } {
    const open: (Waiting | Missing)[] = [];
    const missing: Held[] = [];
    const areAllHere = this.#waiting.size === 0 && this.#gone.size === 0;
    for (const held of parents) {
      if (areAllHere && holds(this.#store, held)) continue;
      const key = placeKey(held);
      const known = this.#waiting.get(key) ?? this.#missing.get(key);
      const wasDelivered = this.#gone.get(key);
      if (known !== undefined) open.push(known);
      else if (wasDelivered === false) missing.push(held);
      else if (wasDelivered === undefined && !holds(this.#store, held))
        open.push(this.#miss(held, key));
    }
    return { open, missing };
  }

  #miss(held: Held, key: string): Missing {
    const { now } = this.#ctx;
    const missing: Missing = {
      held,
      key,
      sinceMs: now,
      untilMs: now + PATIENCE_MS,
      followers: [],
      asked: 0,
      askMs: now,
      lackedBy: undefined,
      isOver: false,
    };
    this.#missing.set(key, missing);
    return missing;
  }

  #wait(
    bundle: Bundle,
    state: Pick<Waiting, "missing" | "followers"> & {
      open: Waiting["parents"];
      awaited: Missing | undefined;
    },
  ): void {
    const { open, missing, followers, awaited } = state;
    const { author, header, id } = bundle;
    const untilMs = Math.min(this.#ctx.now + PATIENCE_MS, awaited?.untilMs ?? Infinity);
    const waiting: Waiting = {
      bundle,
      key: placeKey(heldOf(header.globalTime, id)),
      author: placeKey(heldOf(0, author)),
      parents: open,
      open: open.length,
      missing,
      followers,
      untilMs,
      place: undefined,
      isOver: false,
    };
    this.#waiting.set(waiting.key, waiting);
    waiting.place = this.#share.add(waiting, waiting.author);
    for (const parent of open) parent.followers.push(waiting);
    // They wait for this one now.
    if (awaited !== undefined) {
      for (const { parents } of followers) parents.splice(parents.indexOf(awaited), 1, waiting);
    }
    hurry(waiting);
    this.#ctx.count("bundle waits for what it follows");
    while (this.#waiting.size > MAX_WAITING || this.#missing.size > MAX_MISSING) {
      const spared = this.#share.mostSpared();
      if (spared === undefined || !this.#giveUp(spared)) return;
    }
  }

  /** All that it waits for, at however many steps, is taken for lost. Returns whether that was anything. */
  #giveUp(waiting: Waiting): boolean {
    const lost = missingBefore(waiting);
    this.#ctx.count("bundle delivered early: too many wait");
    for (const missing of lost) this.#found(missing);
    for (const missing of lost) {
      for (const follower of missing.followers) this.#settle(follower, missing.held);
    }
    this.#deliverReady();
    return lost.length > 0;
  }

  /** It is missing no longer, for one reason or another. */
  #found(missing: Missing): void {
    missing.isOver = true;
    this.#missing.delete(missing.key);
  }

  /** One of those that it waits for was delivered, or is `missing` for good. */
  #settle(waiting: Waiting, missing?: Held): void {
    if (waiting.isOver) return;
    if (missing !== undefined) waiting.missing.push(missing);
    waiting.open--;
    if (waiting.open === 0) this.#ready.push(waiting);
  }

  #deliverReady(): void {
    let delivered = 0;
    for (; delivered < DELIVERIES_PER_TURN; delivered++) {
      const next = this.#ready[delivered];
      if (next === undefined) break;
      // It was dropped while it was in line.
      if (next.isOver) continue;
      this.#end(next);
      this.#deliver(next.bundle, next.missing);
      for (const follower of next.followers) this.#settle(follower);
    }
    this.#ready.splice(0, delivered);
    if (this.#ready.length > 0) this.#turn.set(this.#ctx.now + TURN_MS);
  }

  #end(waiting: Waiting): void {
    waiting.isOver = true;
    this.#waiting.delete(waiting.key);
    this.#share.remove(waiting.place!);
  }

  #deliver(bundle: Bundle, missing: readonly Held[]): void {
    const names = missing.length === 0 ? [] : [...new Set(missing.map(hexOf))];
    if (names.length > 0) this.#ctx.count("bundle delivered without what it follows");
    this.#heads?.add(bundle);
    this.#ctx.notify({ event: "delivered", overlay: this.#overlay, bundle, missing: names });
  }

  #lookForLate(): void {
    const { now } = this.#ctx;
    for (const missing of this.#missing.values()) {
      if (missing.untilMs <= now || missing.followers.every(({ isOver }) => isOver)) {
        this.lost(missing);
      }
    }
    if (this.#missing.size > 0) this.#look.set(now + LOOK_MS);
  }
}

const NOTHING = { open: [], missing: [] };

/** Parents are earlier than their children: what comes in one commit waits for nothing of it. */
function inOrderOfTime(bundles: readonly Bundle[]): readonly Bundle[] {
  if (bundles.length < 2) return bundles;
  return bundles.toSorted((a, b) => a.header.globalTime - b.header.globalTime);
}

/** What it waits for is waited for no longer than it is itself. */
function hurry(waiting: Waiting): void {
  const open: (Waiting | Missing)[] = [waiting];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (!("parents" in next)) continue;
    for (const parent of next.parents) {
      if (parent.isOver || parent.untilMs <= next.untilMs) continue;
      parent.untilMs = next.untilMs;
      open.push(parent);
    }
  }
}

function missingBefore(waiting: Waiting): Missing[] {
  const seen = new Set<Waiting | Missing>([waiting]);
  const found: Missing[] = [];
  for (const next of seen) {
    if (next.isOver) continue;
    if ("parents" in next) for (const parent of next.parents) seen.add(parent);
    else found.push(next);
  }
  return found;
}
