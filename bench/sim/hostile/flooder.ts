import type { Attacker, Behaviour } from "./attacker.ts";

/** Five times what a stranger is let in with. */
const DATAGRAMS_PER_ACT = 250;

/** Asks from ports of its own that showed no token, again and again, far beyond the rate that a gate lets in. */
export function flooder(attacker: Attacker): Behaviour {
  return {
    intervalMs: 12_000,
    act() {
      const target = attacker.anybody();
      for (let i = 0; i < DATAGRAMS_PER_ACT; i++) {
        const from = attacker.address.withPort(1 + attacker.random.below(65_535));
        attacker.spoof(from, target, attacker.bareRequest(target));
      }
    },
  };
}
