import { UNKNOWN_NAT } from "../../../wire/message.ts";
import type { Attacker, Behaviour } from "./attacker.ts";
import { randomAddress } from "./spoofer.ts";

const REQUESTS_PER_ACT = 30;

/**
 * Names many addresses, honest nodes' among them, so that the punctures which a node has for strangers are used up when
 * an honest introducer names somebody.
 */
export function punctureNamer(attacker: Attacker): Behaviour {
  return {
    intervalMs: 1_000,
    act() {
      const puppet = attacker.acquaintance();
      if (puppet === undefined) return;
      for (let i = 0; i < REQUESTS_PER_ACT; i++) {
        const target = attacker.pick([
          randomAddress(attacker),
          attacker.anybody().withPort(1 + attacker.random.below(65_535)),
        ]);
        attacker.send(puppet.address, {
          kind: "puncture-request",
          token: puppet.grant,
          nonce: attacker.fresh(),
          target,
          nat: UNKNOWN_NAT,
          startMs: attacker.random.below(1_000),
          instance: attacker.fresh(),
          sought: attacker.random.below(2) === 0,
        });
      }
    },
  };
}
