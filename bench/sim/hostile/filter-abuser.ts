import { MAX_FUNCTIONS, MAX_GLOBAL_TIME, MAX_ID_BITS, MAX_MODULO } from "../../../wire/limits.ts";
import type { Offer, Subset } from "../../../wire/message.ts";
import { everything } from "./amplifier.ts";
import type { Attacker, Behaviour } from "./attacker.ts";

const FILTER_BYTES = 900;

/** Asks with offers that cost as much as they can: all ones, all zeroes, the widest and the emptiest ranges. */
export function filterAbuser(attacker: Attacker): Behaviour {
  return {
    intervalMs: 700,
    act() {
      const to = attacker.anybody();
      attacker.ask(to, offer(attacker));
    },
  };
}

function offer(attacker: Attacker): Offer {
  const all = everything(attacker);
  const subsets: Subset[] = [
    all.subset,
    { ...all.subset, low: MAX_GLOBAL_TIME },
    { ...all.subset, low: 1_000, high: 2 },
    { ...all.subset, modulo: MAX_MODULO, offset: MAX_MODULO - 1 },
    { ...all.subset, idBits: MAX_ID_BITS, idPrefix: 2 ** MAX_ID_BITS - 1 },
  ];
  const filters = [
    new Uint8Array(FILTER_BYTES),
    new Uint8Array(FILTER_BYTES).fill(255),
    // Six bits of ten: as full as is still read.
    new Uint8Array(FILTER_BYTES).fill(0b1011_0110),
    attacker.random.bytes(FILTER_BYTES),
    new Uint8Array(1),
  ];
  const functions = attacker.pick([1, 7, MAX_FUNCTIONS]);
  return { ...all, subset: attacker.pick(subsets), filter: attacker.pick(filters), functions };
}
