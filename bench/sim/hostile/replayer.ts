import type { Address } from "../../../wire/address.ts";
import type { Attacker, Behaviour } from "./attacker.ts";

const MAX_KEPT = 200;
const PER_ACT = 3;

/** Sends what it received once more: to anybody, from itself and in the name of whoever had sent it. */
export function replayer(attacker: Attacker): Behaviour {
  /** BOUNDED: by MAX_KEPT, the oldest make room. */
  const kept: { from: Address; bytes: Uint8Array }[] = [];
  return {
    intervalMs: 300,
    act() {
      if (kept.length === 0) return;
      for (let i = 0; i < PER_ACT; i++) {
        const { from, bytes } = attacker.pick(kept);
        const to = attacker.anybody();
        if (attacker.random.below(2) === 0) attacker.sendBytes(to, bytes);
        else if (from.key !== to.key) attacker.spoofBytes(from, to, bytes);
      }
    },
    heard(from, _message, bytes) {
      kept.push({ from, bytes });
      if (kept.length > MAX_KEPT) kept.shift();
    },
  };
}
