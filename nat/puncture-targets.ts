import { FairShare, type SharePlace } from "../candidates/fair-share.ts";
import type { Namer } from "../candidates/namer.ts";
import type { Address } from "../wire/address.ts";
import type { Begun } from "./under-way.ts";

/** Introductions of one node to another that are worth serving at a time: one per step of a lifetime, and spare. */
export const MAX_PUNCTURES_PER_TARGET = 8;

interface Aimed extends Begun {
  readonly targets: readonly Address[];
}

interface Target<T> {
  readonly share: FairShare<T>;
  readonly places: Map<T, SharePlace<T>>;
}

/**
 * Punctures by whom they go to: few at a time to each, and whoever named it most gives way to others. Those whom the
 * user named do not share with strangers. BOUNDED: by MAX_PUNCTURES_PER_TARGET, twice, and by who calls `remove` for
 * all that it adds.
 */
export class PunctureTargets<T extends Aimed> {
  readonly #byTarget = new Map<string, Target<T>>();

  hasRoomFor(namer: Namer, to: Address): boolean {
    const share = this.#byTarget.get(keyOf(namer, to))?.share;
    if (share === undefined || share.size < MAX_PUNCTURES_PER_TARGET) return true;
    return share.givesWayTo(namer.group) !== undefined;
  }

  /** There must be room. Returns what gave way, which is still to be removed. */
  add(one: T): T[] {
    const gone: T[] = [];
    for (const to of one.targets) {
      const key = keyOf(one.namer, to);
      const target = this.#byTarget.get(key) ?? { share: new FairShare<T>(), places: new Map() };
      this.#byTarget.set(key, target);
      if (target.places.has(one)) continue;
      if (target.share.size >= MAX_PUNCTURES_PER_TARGET) {
        gone.push(target.share.givesWayTo(one.namer.group)!);
      }
      target.places.set(one, target.share.add(one, one.namer.group));
    }
    return gone;
  }

  remove(one: T): void {
    for (const to of one.targets) {
      const key = keyOf(one.namer, to);
      const target = this.#byTarget.get(key);
      const place = target?.places.get(one);
      if (target === undefined || place === undefined) continue;
      target.places.delete(one);
      target.share.remove(place);
      if (target.share.size === 0) this.#byTarget.delete(key);
    }
  }

  *of(to: Address): Iterable<T> {
    for (const isTrusted of [true, false]) {
      yield* this.#byTarget.get(keyOf({ isTrusted }, to))?.places.keys() ?? [];
    }
  }
}

function keyOf({ isTrusted }: Pick<Namer, "isTrusted">, { key }: Address): string {
  return isTrusted ? `${key} trusted` : key;
}
