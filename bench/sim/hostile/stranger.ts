import type { Content } from "../../../wire/bundle.ts";
import type { Attacker, Behaviour } from "./attacker.ts";

/**
 * Writes, grants itself what it lacks and signs a policy, with a key that nobody granted anything: in an open overlay,
 * a writer.
 */
export function stranger(attacker: Attacker): Behaviour {
  const member = attacker.crypto.publicKey(attacker.secret);
  return {
    intervalMs: 1_500,
    act() {
      const target = attacker.acquaintance();
      if (target === undefined) return;
      const content = attacker.pick<Content>([
        { kind: "data", payload: attacker.random.bytes(24) },
        { kind: "grant", member, write: true, grant: true },
        { kind: "policy", writers: "open" },
      ]);
      attacker.push(target, [attacker.make(target.globalTime + 1, { content })]);
    },
  };
}
