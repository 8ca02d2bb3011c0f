import type { WireBundle } from "../../../wire/message.ts";
import type { Attacker, Behaviour } from "./attacker.ts";

const BUNDLES_PER_ACT = 40;

/** Pushes bundles in the name of honest authors, of which each signature has to be checked before it is found wrong. */
export function forger(attacker: Attacker): Behaviour {
  /** What honest nodes pushed to it, or sent it. BOUNDED: one. */
  let seen: WireBundle | undefined;
  return {
    intervalMs: 1_000,
    act() {
      const target = attacker.acquaintance();
      if (target === undefined || seen === undefined) return;
      const { author, body } = seen;
      for (let i = 0; i < BUNDLES_PER_ACT; i++) {
        const signature = attacker.random.bytes(64);
        attacker.push(target, [{ author, body: changed(attacker, body), signature }]);
      }
    },
    heard(_from, message) {
      if (message.kind === "bundles" && message.bundles.length > 0) seen = message.bundles.at(-1);
    },
  };
}

/** Another bundle each time, which nobody can know already: its last byte is the payload's. */
function changed(attacker: Attacker, body: Uint8Array): Uint8Array {
  const copy = new Uint8Array(body);
  if (copy.length > 0) copy[copy.length - 1] = attacker.random.below(256);
  return copy;
}
