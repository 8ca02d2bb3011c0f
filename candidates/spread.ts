import type { Address } from "../wire/address.ts";
import { addressGroup, standsAlone } from "../wire/address-scope.ts";

/**
 * The same addresses, in turn from every wide address group, and within a group in their order: whoever takes the first
 * few takes from as many networks as there are. A local address is a group of its own, as for `GroupCaps`.
 */
export function spread(addresses: readonly Address[]): Address[] {
  const seen = new Map<string, number>();
  const rounds: Address[][] = [];
  for (const address of addresses) {
    const group = standsAlone(address.ip) ? address.key : addressGroup(address.ip, "wide");
    const round = seen.get(group) ?? 0;
    seen.set(group, round + 1);
    (rounds[round] ??= []).push(address);
  }
  return rounds.flat();
}
