import type { Attacker, Behaviour } from "./attacker.ts";

const SEEKS_PER_ACT = 30;
const MAX_INSTANCES = 64;

/** Seeks honest nodes again and again, so that everybody asks them to puncture. */
export function seeker(attacker: Attacker): Behaviour {
  /** Runs of nodes. BOUNDED: by MAX_INSTANCES, the oldest make room. */
  const instances: Uint8Array[] = [];
  return {
    intervalMs: 1_000,
    act() {
      if (instances.length === 0) return;
      for (let i = 0; i < SEEKS_PER_ACT; i++) {
        const to = attacker.anybody();
        attacker.send(to, { ...attacker.request(to), seek: attacker.pick(instances) });
      }
    },
    heard(_from, message) {
      if (message.kind !== "introduction-request" && message.kind !== "introduction-response") {
        return;
      }
      instances.push(new Uint8Array(message.instance));
      if (instances.length > MAX_INSTANCES) instances.shift();
    },
  };
}
