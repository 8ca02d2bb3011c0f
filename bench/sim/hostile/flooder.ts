import type { Attacker, Behaviour } from "./attacker.ts";

/** Five times what a stranger is let in with. */
const DATAGRAMS_PER_ACT = 250;

/** Asks without a token, again and again, far beyond the rate that a gate lets in. */
export function flooder(attacker: Attacker): Behaviour {
  return {
    intervalMs: 12_000,
    act() {
      const target = attacker.anybody();
      for (let i = 0; i < DATAGRAMS_PER_ACT; i++) {
        attacker.send(target, attacker.bareRequest(target));
      }
    },
  };
}
