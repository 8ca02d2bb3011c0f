import type { Bundle } from "../../wire/bundle.ts";
import { toHex } from "../../wire/bytes.ts";
import type { Context } from "../core/context.ts";
import type { Intents } from "../core/intents.ts";
import type { Profile } from "../core/profile.ts";
import { OrderedList } from "../store/ordered-list.ts";
import type { BundleStore } from "../store/store.ts";
import { compareHeld, heldOf, type Held } from "../sets/held.ts";
import { Alarm } from "../core/timers.ts";

/** How often expired bundles are looked for: far finer than the seconds in which an expiry is told. */
const SWEEP_MS = 1_000;
/**
 * Bundles let go in one turn, and set aside or put back, and the pause until the next: a stranger may let 100,000
 * expire in one second.
 */
const DROPS_PER_TURN = 256;
const MOVES_PER_TURN = 200;
const TURN_MS = 1;

/** The bundles of one author and topic, the oldest first; there is at least one. */
export type KeptTopic = Iterable<{ readonly held: Held }> & {
  readonly last: { readonly held: Held } | undefined;
};

/** A bundle that may have to go before the user says so. */
interface Tracked {
  held: Held;
  /** Unix seconds. */
  expires: number | undefined;
  /** Author and topic. */
  topic: string | undefined;
  keep: number;
}

/**
 * What is not kept for ever: bundles with an expiry, and of each author's topic all but the newest `keep`, as its
 * newest bundle says. All nodes come to the same end, whatever the order of arrival: what is dropped is never admitted
 * again. What expires soon is held and listed, and still pushed while it is new, but it is not compared, so nobody
 * fetches it (node/core/wall-clock.ts).
 *
 * A bundle costs the logarithm of how many there are, wherever it stands among them. Any number may have to go at once,
 * by one moment or by one new bundle; they go in portions.
 */
export class Retention {
  readonly #ctx: Context;
  readonly #store: Pick<BundleStore, "setAside">;
  readonly #intents: Intents;
  readonly #refusesInDoubt: boolean;
  /** What expires, but not soon, by expiry. BOUNDED: by what is held. */
  readonly #expiring = new OrderedList<Tracked>(compareExpiry);
  /** What expires so soon that it is set aside, by expiry. BOUNDED: by what is held. */
  readonly #fading = new OrderedList<Tracked>(compareExpiry);
  /** By author and topic, the oldest first. None is empty. BOUNDED: by what is held. */
  readonly #topics = new Map<string, OrderedList<Tracked>>();
  /** Topics that may have more than they keep. BOUNDED: by the topics. */
  readonly #overfull = new Set<string>();
  readonly #turn: Alarm;

  constructor(parts: {
    ctx: Context;
    store: Pick<BundleStore, "setAside">;
    intents: Intents;
    profile: Pick<Profile, "vanishes">;
  }) {
    const { ctx } = parts;
    this.#ctx = ctx;
    this.#refusesInDoubt = parts.profile.vanishes;
    this.#store = parts.store;
    this.#intents = parts.intents;
    this.#turn = new Alarm(ctx.timers, "retention", () => this.#takeTurn());
  }

  /** What is kept of each author's topic, by the two as `topicKey` writes them; the oldest first. */
  get topics(): ReadonlyMap<string, KeptTopic> {
    return this.#topics;
  }

  /** Why a bundle would be dropped at once; undefined when it would be kept. */
  refuses(bundle: Bundle): "expired" | "superseded" | undefined {
    if (!isLimited(bundle)) return undefined;
    const newcomer = track(bundle);
    if (this.#isPast(newcomer) || (this.#refusesInDoubt && this.#mayBePast(newcomer))) {
      return "expired";
    }
    const kept = newcomer.topic === undefined ? undefined : this.#topics.get(newcomer.topic);
    if (kept === undefined) return undefined;
    const newer = kept.size - kept.rank(newcomer);
    return newer > 0 && newer >= kept.last!.keep ? "superseded" : undefined;
  }

  /** Takes note of what is held now, and drops what it supersedes. */
  added(bundles: Bundle[]): void {
    for (const bundle of bundles) this.remember(bundle);
    this.#dropSome(() => this.#superseded());
    this.#planTurn();
  }

  /** The same of what an earlier run left: what it supersedes is known only when all of it is read. */
  remember(bundle: Bundle): void {
    if (isLimited(bundle)) this.#add(track(bundle));
  }

  stop(): void {
    this.#turn.cancel();
  }

  /** It is dropped for another reason. */
  forget(bundle: Bundle): void {
    if (isLimited(bundle)) this.#forget(track(bundle));
  }

  #add(tracked: Tracked): void {
    if (tracked.expires !== undefined) {
      const isFading = this.#isFading(tracked);
      (isFading ? this.#fading : this.#expiring).add(tracked);
      if (isFading) this.#store.setAside(tracked.held, true);
    }
    const { topic } = tracked;
    if (topic === undefined) return;
    const kept = this.#topics.get(topic) ?? new OrderedList<Tracked>(compareTracked);
    this.#topics.set(topic, kept);
    kept.add(tracked);
    this.#overfull.add(topic);
  }

  #planTurn(): void {
    const { now } = this.#ctx;
    const mayWait = this.#overfull.size === 0 && !this.#hasExpired && this.#misplaced === undefined;
    if (mayWait && this.#expiring.size + this.#fading.size === 0) return;
    const at = now + (mayWait ? SWEEP_MS : TURN_MS);
    if (at < this.#turn.at) this.#turn.set(at);
  }

  #takeTurn(): void {
    this.#moveSome();
    this.#dropSome(() => this.#expired() ?? this.#superseded());
    this.#planTurn();
  }

  /** Sets aside what expires soon by now, and puts back what does not, since the clock was set back. */
  #moveSome(): void {
    for (let moves = 0; moves < MOVES_PER_TURN; moves++) {
      const tracked = this.#misplaced;
      if (tracked === undefined) return;
      const isFading = this.#expiring.remove(tracked);
      if (!isFading) this.#fading.remove(tracked);
      (isFading ? this.#fading : this.#expiring).add(tracked);
      this.#store.setAside(tracked.held, isFading);
    }
  }

  /** One that is set aside and should not be, or the other way round. */
  get #misplaced(): Tracked | undefined {
    const { first } = this.#expiring;
    if (first !== undefined && this.#isFading(first)) return first;
    const { last } = this.#fading;
    return last === undefined || this.#isFading(last) ? undefined : last;
  }

  /** As many as one turn may take, of those that `next` names. */
  #dropSome(next: () => Tracked | undefined): void {
    const dropped: Held[] = [];
    while (dropped.length < DROPS_PER_TURN) {
      const tracked = next();
      if (tracked === undefined) break;
      this.#forget(tracked);
      dropped.push(tracked.held);
    }
    if (dropped.length > 0) this.#intents.push({ kind: "drop", held: dropped });
  }

  #expired(): Tracked | undefined {
    return this.#hasExpired ? this.#fading.first : undefined;
  }

  get #hasExpired(): boolean {
    const { first } = this.#fading;
    return first !== undefined && this.#isPast(first);
  }

  /** The oldest of a topic that has more than its newest bundle says. */
  #superseded(): Tracked | undefined {
    for (const topic of this.#overfull) {
      const kept = this.#topics.get(topic);
      if (kept !== undefined && kept.size > kept.last!.keep) return kept.first;
      this.#overfull.delete(topic);
    }
    return undefined;
  }

  /** What has expired counts no more among the newest: who joins later never sees it. */
  #forget(tracked: Tracked): void {
    const { topic, expires } = tracked;
    if (expires !== undefined && !this.#fading.remove(tracked)) this.#expiring.remove(tracked);
    const kept = topic === undefined ? undefined : this.#topics.get(topic);
    if (topic === undefined || kept === undefined) return;
    kept.remove(tracked);
    if (kept.size === 0) this.#topics.delete(topic);
    // The newest may be another one now, which says that fewer are kept.
    else this.#overfull.add(topic);
  }

  #isPast({ expires }: Tracked): boolean {
    return expires !== undefined && this.#ctx.wallClock.isPast(expires);
  }

  #mayBePast({ expires }: Tracked): boolean {
    return expires !== undefined && this.#ctx.wallClock.mayBePast(expires);
  }

  #isFading({ expires }: Tracked): boolean {
    return expires !== undefined && this.#ctx.wallClock.isFading(expires);
  }
}

/** Most bundles stay for ever, and cost no more here than this question. */
function isLimited({ header }: Bundle): boolean {
  return header.expires !== undefined || header.topic !== undefined;
}

function track({ author, header, id }: Bundle): Tracked {
  const { globalTime, expires, topic } = header;
  const key = topic && topicKey(author, topic.name);
  return { held: heldOf(globalTime, id), expires, topic: key, keep: topic?.keep ?? 0 };
}

/** An author and the name of its topic as it is held. */
export function topicKey(author: Uint8Array, name: Uint8Array): string {
  return `${toHex(author)} ${toHex(name)}`;
}

function compareTracked(a: Tracked, b: Tracked): number {
  return compareHeld(a.held, b.held);
}

function compareExpiry(a: Tracked, b: Tracked): number {
  return a.expires! - b.expires! || compareTracked(a, b);
}
