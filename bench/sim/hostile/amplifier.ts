import type { BloomOffer } from "../../../wire/message.ts";
import { padTo } from "../../../wire/padding.ts";
import { BARE_REQUEST_BYTES } from "../../../wire/sizes.ts";
import type { Attacker, Behaviour } from "./attacker.ts";

/** Asks in the name of a victim, in every size, for as much as an answer can hold. */
export function amplifier(attacker: Attacker): Behaviour {
  return {
    intervalMs: 700,
    act() {
      const to = attacker.anybody();
      const victim = attacker.pick(attacker.victims);
      const smallest = attacker.bareRequest(to);
      const stolen = attacker.acquaintances.get(to.key)?.grant ?? attacker.fresh();
      const request = attacker.pick([
        smallest,
        padTo(smallest, BARE_REQUEST_BYTES),
        { ...smallest, offer: everything(attacker) },
        // A token that was issued to its own address.
        { ...smallest, token: stolen, offer: everything(attacker) },
      ]);
      attacker.spoof(victim, to, request);
    },
  };
}

/** An offer that calls for everything: a filter of nothing over all times. */
export function everything(attacker: Attacker): BloomOffer {
  return {
    kind: "bloom",
    subset: { low: 1, high: Infinity, modulo: 1, offset: 0, idBits: 0, idPrefix: 0 },
    functions: 7,
    salt: attacker.fresh(),
    filter: new Uint8Array(1),
  };
}
