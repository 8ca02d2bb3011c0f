import { UNKNOWN_NAT } from "../../../wire/message.ts";
import type { Attacker, Behaviour } from "./attacker.ts";
import { SPECIAL_TARGETS } from "./lying-introducer.ts";

const REQUESTS_PER_ACT = 20;

/**
 * Has honest nodes, whose tokens it rightly has, send punctures to victims and special addresses, as many as it can.
 */
export function punctureAbuser(attacker: Attacker): Behaviour {
  return {
    intervalMs: 1_000,
    act() {
      const puppet = attacker.acquaintance();
      if (puppet === undefined) return;
      for (let i = 0; i < REQUESTS_PER_ACT; i++) {
        const victim = attacker.pick(attacker.victims);
        const port = 1 + attacker.random.below(65_535);
        const target = attacker.pick([
          victim.withPort(port),
          attacker.pick(SPECIAL_TARGETS),
          puppet.address.withPort(port),
        ]);
        const lan = attacker.pick(SPECIAL_TARGETS);
        attacker.send(puppet.address, {
          kind: "puncture-request",
          token: puppet.grant,
          nonce: attacker.fresh(),
          target,
          ...(attacker.random.below(2) === 0 && { lan }),
          nat: UNKNOWN_NAT,
          startMs: attacker.random.below(5_000),
          instance: attacker.fresh(),
          sought: attacker.random.below(2) === 0,
        });
      }
    },
  };
}
