import { boundless, SLACK } from "./clock-bomber.ts";
import type { Attacker, Behaviour } from "./attacker.ts";

/**
 * Signs with a valid key, each time as far above a node's clock as that node accepts: a newcomer, who cannot know yet
 * how many bundles there are, is lifted again and again, and whoever knows refuses what it writes from then on.
 */
export function clockClimber(attacker: Attacker): Behaviour {
  return {
    intervalMs: 3_000,
    act() {
      const target = attacker.acquaintance();
      if (target === undefined) return;
      attacker.push(target, [attacker.make(target.globalTime + SLACK)]);
    },
    holdings: boundless,
  };
}
