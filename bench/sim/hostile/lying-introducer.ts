import { Address } from "../../../wire/address.ts";
import { UNKNOWN_NAT } from "../../../wire/message.ts";
import type { Attacker, Behaviour } from "./attacker.ts";

/** Where a home's router, a cloud's secrets, a host itself and a whole subnet are. */
export const SPECIAL_TARGETS: readonly Address[] = [
  "127.0.0.1:6421",
  "192.168.0.1:53",
  "192.168.0.255:9",
  "192.168.0.2:6421",
  "192.168.1.3:445",
  "10.0.0.1:80",
  "169.254.169.254:80",
  "100.64.0.1:1",
  "224.0.0.251:5353",
  "255.255.255.255:9",
  "0.0.0.1:1",
  "[::1]:6421",
  "[fe80::1]:6421",
  "[fd00::1]:445",
  "[ff02::1]:5353",
].map((text) => Address.parse(text)!);

/** Names victims, and special addresses as an address and as a neighbour's LAN address, to everybody who asks. */
export function lyingIntroducer(attacker: Attacker): Behaviour {
  return {
    intervalMs: 1_000,
    introduce(to) {
      const nonce = attacker.fresh();
      const startMs = attacker.random.below(1_000);
      const base = { nonce, nat: UNKNOWN_NAT, startMs, instance: attacker.fresh() };
      const address = attacker.pick(attacker.victims);
      const special = attacker.pick(SPECIAL_TARGETS);
      const samePlace = to.withPort(1 + attacker.random.below(65_535));
      return attacker.pick([
        { ...base, address },
        { ...base, address: address.withPort(1 + attacker.random.below(65_535)) },
        { ...base, address: special },
        { ...base, address, lan: special },
        // Behind the asker's own NAT, so it claims.
        { ...base, address: samePlace, lan: special },
      ]);
    },
  };
}
