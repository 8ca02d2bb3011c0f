import type { Address } from "../wire/address.ts";
import { shareGroup } from "../wire/address-scope.ts";
import { FairShare, type SharePlace } from "./fair-share.ts";

/** Whoever stands somewhere: its address may change. */
interface Placed {
  readonly record: { readonly address: Address };
}

/** A candidate's place in a crowd. */
export interface CrowdPlace {
  readonly entry: Placed;
  /** Of which it is to be removed. */
  readonly table: { remove(address: Address): void };
  share: SharePlace<CrowdPlace> | undefined;
}

/**
 * The candidates of several tables, which share one bound. Beyond it whoever was heard longest ago makes room, of the
 * address group that has most: newcomers are never refused. BOUNDED: by `max`.
 */
export class Crowd {
  readonly #max: number;
  readonly #share = new FairShare<CrowdPlace>();

  constructor(max: number) {
    this.#max = max;
  }

  get size(): number {
    return this.#share.size;
  }

  enter(entry: Placed, table: CrowdPlace["table"]): CrowdPlace {
    const place: CrowdPlace = { entry, table, share: undefined };
    place.share = this.#share.add(place, shareGroup(entry.record.address));
    return place;
  }

  leave({ share }: CrowdPlace): void {
    this.#share.remove(share!);
  }

  heard({ share }: CrowdPlace): void {
    this.#share.renew(share!);
  }

  /** Before somebody enters: lets one go, if need be. */
  makeRoom(): void {
    if (this.size < this.#max) return;
    const { table, entry } = this.#share.mostSpared()!;
    table.remove(entry.record.address);
  }
}
