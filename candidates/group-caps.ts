import type { Address } from "../wire/address.ts";
import { addressGroup, standsAlone } from "../wire/address-scope.ts";
import type { Bucket } from "./candidate.ts";

/** Per bucket and /24 (IPv6: /48): what one subnet can fill. The value of discv5. */
export const MAX_PER_NARROW_GROUP = 2;
/** Per bucket and /16 (IPv6: /32): what one provider can fill. */
export const MAX_PER_WIDE_GROUP = 4;
/** Over all buckets and /16 (IPv6: /32). The value of discv5, which has it per /24. */
export const MAX_PER_WIDE_GROUP_IN_ALL = 10;

type CappedBucket = Exclude<Bucket, "tracker">;

/** The groups an address counts in. Their keys differ in length, so that one map can hold both. */
export interface Groups {
  readonly narrow: string;
  readonly wide: string;
}

/**
 * Counts candidates per address group, so that nobody with a few subnets fills the table (eclipse). A newcomer beyond a
 * cap is refused, nobody is pushed out: who is there has shown more than who is not.
 * BOUNDED: by the candidates counted, two entries each per map.
 */
export class GroupCaps {
  readonly #perBucket: Record<CappedBucket, Map<string, number>> = {
    contacted: new Map(),
    requested: new Map(),
    introduced: new Map(),
  };
  readonly #inAll = new Map<string, number>();
  readonly #ownNetwork: (ip: Uint8Array) => boolean;

  constructor(ownNetwork: (ip: Uint8Array) => boolean) {
    this.#ownNetwork = ownNetwork;
  }

  /** Undefined where there are no caps: many nodes of one machine, home or laboratory share a subnet. */
  groupsOf(address: Address): Groups | undefined {
    const { ip } = address;
    if (standsAlone(ip) || this.#ownNetwork(ip)) return undefined;
    return { narrow: addressGroup(ip), wide: addressGroup(ip, "wide") };
  }

  /** Whether one more of these groups may enter the bucket. */
  admits(groups: Groups, bucket: Bucket): boolean {
    if (bucket === "tracker") return true;
    const counts = this.#perBucket[bucket];
    return (
      (counts.get(groups.narrow) ?? 0) < MAX_PER_NARROW_GROUP &&
      (counts.get(groups.wide) ?? 0) < MAX_PER_WIDE_GROUP &&
      (this.#inAll.get(groups.wide) ?? 0) < MAX_PER_WIDE_GROUP_IN_ALL
    );
  }

  /** One of these groups entered (1) or left (-1) the bucket. */
  count(groups: Groups, bucket: Bucket, by: 1 | -1): void {
    if (bucket === "tracker") return;
    add(this.#perBucket[bucket], groups.narrow, by);
    add(this.#perBucket[bucket], groups.wide, by);
    add(this.#inAll, groups.wide, by);
  }
}

function add(counts: Map<string, number>, key: string, by: 1 | -1): void {
  const count = (counts.get(key) ?? 0) + by;
  if (count === 0) counts.delete(key);
  else counts.set(key, count);
}
