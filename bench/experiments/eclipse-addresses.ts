import type { Profile } from "../../node/core/profile.ts";
import { Address } from "../../wire/address.ts";

/** Who attacks, from where. */
export const ATTACKS = ["contacted", "ports", "slash16", "many"] as const;
export type Attack = (typeof ATTACKS)[number];

/** The attacker's addresses: none in a /16 of an honest node. */
export function addressesOf(
  attack: Attack,
  { attackers, nodes }: { attackers: number; nodes: number },
): Address[] {
  const count = attack === "many" ? Math.max(attackers, MANY * nodes) : attackers;
  return Array.from({ length: count }, (_, i) => addressOf(attack, i, nodes));
}

/** Above the first octets that the simulated world hands out. */
const FIRST_OCTET = 120;
/** A few hosts, each in a /16 of its own, with as many ports as are useful. */
const HOSTS = { contacted: 8, ports: 2 } as const;
/** Attackers per honest node, each in a /16 of its own. */
const MANY = 10;

/** In how many /16 an attack's addresses are. */
export function networksOf(attack: Attack, nodes: number): number {
  if (attack === "many") return MANY * nodes;
  return attack === "slash16" ? 1 : HOSTS[attack];
}

function addressOf(attack: Attack, i: number, nodes: number): Address {
  switch (attack) {
    case "contacted":
    case "ports": {
      const host = i % HOSTS[attack];
      return Address.of(`${FIRST_OCTET}.${host}.1.1`, 2_000 + Math.floor(i / HOSTS[attack]))!;
    }
    case "slash16":
      // Neighbours in the list are in different /24.
      return Address.of(`${FIRST_OCTET}.0.${i % 256}.${1 + (Math.floor(i / 256) % 254)}`, 6_421)!;
    case "many": {
      const host = i % (MANY * nodes);
      const port = 6_421 + Math.floor(i / (MANY * nodes));
      return Address.of(`${FIRST_OCTET + (host >> 8)}.${host & 255}.1.1`, port)!;
    }
  }
}

/** A profile with all that is to keep a victim from an attacker, or without; the rules of the paper stay. */
export function profileWith(profile: Profile, defences: boolean): Profile {
  const { anchors, triesRemembered } = profile;
  return {
    ...profile,
    groupCaps: defences,
    anchors: anchors && defences,
    triesRemembered: triesRemembered && defences,
  };
}
