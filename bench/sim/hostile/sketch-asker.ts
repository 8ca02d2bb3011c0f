import { SYMBOL_BYTES } from "../../../wire/limits.ts";
import { epochOf } from "../../../node/sets/epoch.ts";
import { everything } from "./amplifier.ts";
import type { Attacker, Behaviour } from "./attacker.ts";

const OFFERS_PER_ACT = 30;
const MOST_SYMBOLS = 30;

/** Has sketches of everything, and of parts, computed for it, again and again. */
export function sketchAsker(attacker: Attacker): Behaviour {
  return {
    intervalMs: 1_000,
    act() {
      const { subset } = everything(attacker);
      for (let i = 0; i < OFFERS_PER_ACT; i++) {
        const idBits = attacker.pick([0, 0, 3]);
        attacker.ask(attacker.anybody(), {
          kind: "sketch",
          subset: { ...subset, idBits, idPrefix: attacker.random.below(2 ** idBits) },
          epoch: epochOf(attacker.wall),
          count: attacker.pick([0, 100]),
          symbols: attacker.random.bytes((1 + attacker.random.below(MOST_SYMBOLS)) * SYMBOL_BYTES),
        });
      }
    },
  };
}
