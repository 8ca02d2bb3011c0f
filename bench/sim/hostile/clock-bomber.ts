import { MAX_GLOBAL_TIME } from "../../../wire/limits.ts";
import type { Attacker, Behaviour } from "./attacker.ts";

/** The bound's slack, which is public. */
export const SLACK = 10_000;

/** Signs with a valid key, at the highest time that everybody accepts and far above it; claims such a clock. */
export function clockBomber(attacker: Attacker): Behaviour {
  return {
    intervalMs: 3_000,
    act() {
      const target = attacker.acquaintance();
      if (target === undefined) return;
      const time = attacker.pick([SLACK, 2 ** 32, MAX_GLOBAL_TIME - 1, MAX_GLOBAL_TIME]);
      attacker.push(target, [attacker.make(time)]);
    },
    holdings: boundless,
  };
}

export function boundless() {
  return { count: 1, globalTime: MAX_GLOBAL_TIME, admitted: MAX_GLOBAL_TIME };
}
