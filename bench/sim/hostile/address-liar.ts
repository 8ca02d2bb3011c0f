import type { Attacker, Behaviour } from "./attacker.ts";

/** So many of them say the same, each from an address group of its own. */
export const LIARS = 6;

/** Tells everybody an address that is a victim's: sent there, others' datagrams would flood it. */
export function addressLiar(attacker: Attacker): Behaviour {
  return {
    intervalMs: 1_000,
    act: () => attacker.ask(attacker.anybody()),
    sees: () => attacker.victims[0]!,
  };
}
