import { SeededRandom } from "../../node/testing/random.ts";
import { CandidateTable, type CandidateTableOptions } from "../../candidates/table.ts";
import { Address } from "../../wire/address.ts";
import { UNKNOWN_NAT, type Mapping, type NatSummary } from "../../wire/message.ts";

/** Long runs are scaled by it. */
export const SCALE = Number(process.env["SCALE"] ?? 1);

export function at(text: string): Address {
  const address = Address.parse(text);
  if (address === undefined) throw new Error(`no address: ${text}`);
  return address;
}

/** Global IPv4 addresses, each in a /16 of its own, for i below 20,000. */
export function apart(i: number, port = 6421): Address {
  return at(`${11 + (i >> 8)}.${i & 255}.1.1:${port}`);
}

/** Global IPv6 addresses, each in a /32 of its own, for i below 4,096. */
export function apartV6(i: number): Address {
  return at(`[2a00:${(i + 1).toString(16)}::1]:6421`);
}

export function tableOf(options: Partial<CandidateTableOptions> = {}): CandidateTable {
  return new CandidateTable({
    maxCandidates: 1_000,
    groupCaps: true,
    ownNetwork: () => false,
    ...options,
  });
}

export function seeded(name: string): SeededRandom {
  return new SeededRandom(1, name);
}

export function nat(mapping: Mapping): NatSummary {
  return { ...UNKNOWN_NAT, mapping };
}

export function keys(candidates: readonly { address: Address }[]): string[] {
  return candidates.map(({ address }) => address.key);
}
