import { type IpKey } from "./addresses.ts";
import { happens } from "./link.ts";
import type { SeededRandom } from "./random.ts";

/** How a network falls apart (the modes of TigerBeetle's simulator, and single links). */
export const PARTITION_MODES = ["halves", "sizes", "isolate-one", "random-links"] as const;
export type PartitionMode = (typeof PARTITION_MODES)[number];

export interface Partition {
  mode: PartitionMode;
  /** Whether both directions are cut, or only that from the first part to the second. */
  symmetric: boolean;
}

/** Share of the links that `random-links` cuts. */
const CUT_LINKS = 0.3;

/** Whether datagrams from one public IP to another are lost. */
export type Cut = (from: IpKey, to: IpKey) => boolean;

/** Draws who is cut off from whom among these public IPs; others, such as forged sources, count to the second part. */
export function drawCut(partition: Partition, ips: readonly IpKey[], random: SeededRandom): Cut {
  const { symmetric } = partition;
  if (partition.mode === "random-links") return randomLinks(symmetric, ips, random);
  const first = new Set(firstPart(partition.mode, ips, random));
  return (from, to) => {
    if (first.has(from) === first.has(to)) return false;
    return symmetric || first.has(from);
  };
}

/** Cuts whatever is in different parts off from each other, in both directions. What is in no part reaches all. */
export function cutBetween(parts: readonly (readonly IpKey[])[]): Cut {
  const partOf = new Map<IpKey, number>();
  parts.forEach((ips, part) => {
    for (const ip of ips) {
      if ((partOf.get(ip) ?? part) !== part) throw new RangeError(`${ip} is in two parts`);
      partOf.set(ip, part);
    }
  });
  return (from, to) => {
    const [source, destination] = [partOf.get(from), partOf.get(to)];
    return source !== undefined && destination !== undefined && source !== destination;
  };
}

function firstPart(
  mode: Exclude<PartitionMode, "random-links">,
  ips: readonly IpKey[],
  random: SeededRandom,
): IpKey[] {
  if (mode === "isolate-one") return [ips[random.below(ips.length)]!];
  // "halves" throws a coin for each; "sizes" makes small parts as likely as large ones.
  const share = mode === "halves" ? 0.5 : random.float();
  return ips.filter(() => happens(share, random));
}

function randomLinks(symmetric: boolean, ips: readonly IpKey[], random: SeededRandom): Cut {
  const cut = new Set<string>();
  ips.forEach((a, i) => {
    for (const b of ips.slice(i + 1)) {
      if (!happens(CUT_LINKS, random)) continue;
      const isForward = happens(0.5, random);
      if (symmetric || isForward) cut.add(`${a} ${b}`);
      if (symmetric || !isForward) cut.add(`${b} ${a}`);
    }
  });
  return (from, to) => cut.has(`${from} ${to}`);
}
