import { FairShare, type SharePlace } from "../candidates/fair-share.ts";
import type { Namer } from "../candidates/namer.ts";

/** Something begun on a namer's word. */
export interface Begun {
  /** No two at a time have the same. */
  readonly key: string;
  readonly namer: Namer;
  readonly beganMs: number;
}

interface Kept<T> {
  readonly value: T;
  readonly share: FairShare<T>;
  readonly place: SharePlace<T>;
}

/**
 * What was begun on others' word and is not over: shared out among their groups, with a part that only those whom the
 * user named can fill. BOUNDED: by `max`, and `maxOfStrangers`; then whoever has most under way gives way, strangers
 * first.
 */
export class UnderWay<T extends Begun> {
  readonly #max: number;
  readonly #maxOfStrangers: number;
  /** Oldest first. */
  readonly #kept = new Map<string, Kept<T>>();
  readonly #strangers = new FairShare<T>();
  readonly #trusted = new FairShare<T>();

  constructor(bounds: { max: number; maxOfStrangers: number }) {
    this.#max = bounds.max;
    this.#maxOfStrangers = bounds.maxOfStrangers;
  }

  get(key: string): T | undefined {
    return this.#kept.get(key)?.value;
  }

  *values(): Iterable<T> {
    for (const { value } of this.#kept.values()) yield value;
  }

  hasRoomFor(namer: Namer): boolean {
    return !this.#isFullFor(namer) || this.#givesWayTo(namer) !== undefined;
  }

  /** There must be room. Returns what gave way. */
  add(value: T): T | undefined {
    const { key, namer } = value;
    const gone = this.#isFullFor(namer) ? this.#givesWayTo(namer) : undefined;
    if (gone !== undefined) this.remove(gone);
    const share = namer.isTrusted ? this.#trusted : this.#strangers;
    this.#kept.set(key, { value, share, place: share.add(value, namer.group) });
    return gone;
  }

  remove({ key }: T): void {
    const kept = this.#kept.get(key);
    if (kept === undefined) return;
    this.#kept.delete(key);
    kept.share.remove(kept.place);
  }

  /** What began before this moment, oldest first, is taken out. */
  takeBefore(ms: number): T[] {
    const taken: T[] = [];
    for (const { value } of this.#kept.values()) {
      if (value.beganMs > ms) break;
      this.remove(value);
      taken.push(value);
    }
    return taken;
  }

  /** When the oldest began; Infinity when there is none. */
  get oldestMs(): number {
    for (const { value } of this.#kept.values()) return value.beganMs;
    return Infinity;
  }

  #isFullFor({ isTrusted }: Namer): boolean {
    if (this.#kept.size >= this.#max) return true;
    return !isTrusted && this.#strangers.size >= this.#maxOfStrangers;
  }

  #givesWayTo({ isTrusted, group }: Namer): T | undefined {
    if (!isTrusted) return this.#strangers.givesWayTo(group);
    return this.#strangers.mostSpared() ?? this.#trusted.givesWayTo(group);
  }
}
