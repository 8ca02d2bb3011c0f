import { resigned } from "../malleable-crypto.ts";
import type { Attacker, Behaviour } from "./attacker.ts";

/** Signs several bundles of one time, and one bundle several times, and shows each node others. */
export function equivocator(attacker: Attacker): Behaviour {
  return {
    intervalMs: 2_000,
    act() {
      const targets = [attacker.acquaintance(), attacker.acquaintance()];
      const time = 1 + Math.max(...targets.map((target) => target?.globalTime ?? 0));
      const twice = attacker.make(time);
      for (const target of targets) {
        if (target === undefined) continue;
        const signature = resigned(twice.signed, attacker.secret, attacker.fresh());
        attacker.push(target, [attacker.make(time), { ...twice, signature }]);
      }
    },
  };
}
