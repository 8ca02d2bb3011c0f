import type { Bundle } from "../wire/bundle.ts";
import { toHex } from "../wire/bytes.ts";
import type { Context } from "./context.ts";
import { compareHeld, heldOf, type Held } from "./store/store.ts";

/** How often expired bundles are looked for: far finer than the seconds in which an expiry is told. */
const SWEEP_MS = 1_000;
/** Bundles set aside, or put back, at a time, some 2 ms; and how soon the next ones follow. */
const MAX_MOVES = 200;
const NEXT_MOVES_MS = 10;

/** A bundle that may have to go before the user says so. */
interface Tracked {
  held: Held;
  /** Unix seconds. */
  expires: number | undefined;
  /** Author and topic. */
  topic: string | undefined;
  keep: number;
  /** Whether it is left out of what is compared, because it expires soon. */
  isAside: boolean;
}

/**
 * What is not kept for ever: bundles with an expiry, and of each author's topic all but the newest `keep`, as its
 * newest bundle says. All nodes come to the same end, whatever the order of arrival: what is dropped is never
 * admitted again. What expires soon is held and listed, and still pushed while it is new, but it is not compared, so
 * nobody fetches it (node/wall-clock.ts).
 */
export class Retention {
  readonly #ctx: Context;
  readonly #drop: (held: Held[]) => void;
  readonly #setAside: (held: Held, isAside: boolean) => void;
  /** BOUNDED: by what is held. */
  readonly #expiring = new Set<Tracked>();
  /** By author and topic, newest first. BOUNDED: by what is held. */
  readonly #topics = new Map<string, Tracked[]>();
  #sweepPlanned = false;

  /** `setAside`: takes a bundle out of what is compared, or puts it back there. */
  constructor(
    ctx: Context,
    drop: (held: Held[]) => void,
    setAside: (held: Held, isAside: boolean) => void,
  ) {
    this.#ctx = ctx;
    this.#drop = drop;
    this.#setAside = setAside;
  }

  /** Why a bundle would be dropped at once; undefined when it would be kept. */
  refuses(bundle: Bundle): "expired" | "superseded" | undefined {
    if (!isLimited(bundle)) return undefined;
    const newcomer = track(bundle);
    if (this.#isPast(newcomer)) return "expired";
    if (newcomer.topic === undefined) return undefined;
    const kept = this.#topics.get(newcomer.topic) ?? [];
    const place = placeOf(kept, newcomer);
    const { keep } = place === 0 ? newcomer : kept[0]!;
    return place >= keep ? "superseded" : undefined;
  }

  /** Takes note of what is held now, and drops what it supersedes. */
  added(bundles: Bundle[]): void {
    const superseded = bundles
      .filter(isLimited)
      .map(track)
      .flatMap((tracked) => {
        if (tracked.expires !== undefined) this.#expiring.add(tracked);
        this.#fade(tracked);
        return tracked.topic === undefined ? [] : this.#insert(tracked.topic, tracked);
      });
    for (const tracked of superseded) this.#expiring.delete(tracked);
    if (superseded.length > 0) this.#drop(superseded.map(({ held }) => held));
    this.#planSweep();
  }

  /** It is dropped for another reason. */
  forget(bundle: Bundle): void {
    const { held, topic } = track(bundle);
    const isSame = (other: Tracked): boolean => compareHeld(held, other.held) === 0;
    const known = topic === undefined ? [...this.#expiring] : (this.#topics.get(topic) ?? []);
    const tracked = known.find(isSame);
    if (tracked !== undefined) this.#forget(tracked);
  }

  /** Returns what no longer is among the newest. */
  #insert(topic: string, newcomer: Tracked): Tracked[] {
    const kept = this.#topics.get(topic) ?? [];
    this.#topics.set(topic, kept);
    kept.splice(placeOf(kept, newcomer), 0, newcomer);
    return kept.splice(kept[0]!.keep);
  }

  #planSweep(afterMs = SWEEP_MS): void {
    if (this.#sweepPlanned || this.#expiring.size === 0) return;
    this.#sweepPlanned = true;
    this.#ctx.timers.plan(this.#ctx.now + afterMs, () => {
      this.#sweepPlanned = false;
      const hasMore = this.#fadeSome();
      if (!hasMore) this.#sweep();
      this.#planSweep(hasMore ? NEXT_MOVES_MS : SWEEP_MS);
    });
  }

  /** Returns whether there are more to set aside, or to put back. */
  #fadeSome(): boolean {
    let moves = 0;
    for (const tracked of this.#expiring) {
      if (this.#fade(tracked) && ++moves === MAX_MOVES) return true;
    }
    return false;
  }

  #sweep(): void {
    const expired = [...this.#expiring].filter((tracked) => this.#isPast(tracked));
    for (const tracked of expired) this.#forget(tracked);
    if (expired.length > 0) this.#drop(expired.map(({ held }) => held));
  }

  /** What has expired counts no more among the newest: who joins later never sees it. */
  #forget(tracked: Tracked): void {
    this.#expiring.delete(tracked);
    if (tracked.topic === undefined) return;
    const kept = this.#topics.get(tracked.topic)!.filter((other) => other !== tracked);
    if (kept.length > 0) this.#topics.set(tracked.topic, kept);
    else this.#topics.delete(tracked.topic);
  }

  #isPast({ expires }: Tracked): boolean {
    return expires !== undefined && this.#ctx.wallClock.isPast(expires);
  }

  /** Returns whether it was set aside, or put back. */
  #fade(tracked: Tracked): boolean {
    const { held, expires } = tracked;
    const isAside = expires !== undefined && this.#ctx.wallClock.isFading(expires);
    if (isAside === tracked.isAside) return false;
    tracked.isAside = isAside;
    this.#setAside(held, isAside);
    return true;
  }
}

/** Most bundles stay for ever, and cost no more here than this question. */
function isLimited({ header }: Bundle): boolean {
  return header.expires !== undefined || header.topic !== undefined;
}

function track({ author, header, id }: Bundle): Tracked {
  const { globalTime, expires, topic } = header;
  const key = topic && `${toHex(author)} ${toHex(topic.name)}`;
  return {
    held: heldOf(globalTime, id),
    expires,
    topic: key,
    keep: topic?.keep ?? 0,
    isAside: false,
  };
}

/** Where a bundle stands among others, newest first. */
function placeOf(kept: Tracked[], { held }: Tracked): number {
  const place = kept.findIndex((other) => compareHeld(held, other.held) > 0);
  return place === -1 ? kept.length : place;
}
