import type { Bundle } from "../../../wire/bundle.ts";
import type { WireBundle } from "../../../wire/message.ts";
import type { Attacker, Behaviour } from "./attacker.ts";

const PER_ACT = 4;

/** Pushes bundles with wrong signatures, of others' authorship, of another overlay, with bodies that are none. */
export function junkPusher(attacker: Attacker): Behaviour {
  /** What honest nodes pushed to it. BOUNDED: one. */
  let seen: WireBundle | undefined;
  const junk = (time: number): WireBundle => {
    const own = sign(attacker, time);
    const changed = new Uint8Array(own.signature);
    changed[attacker.random.below(changed.length)]! ^= 1;
    const { author } = seen ?? own;
    return attacker.pick<WireBundle>([
      { ...own, signature: changed },
      { ...own, signature: new Uint8Array(64) },
      { ...own, author },
      { ...own, body: attacker.random.bytes(40) },
      { ...own, body: new Uint8Array(0) },
      { ...(seen ?? own), signature: attacker.random.bytes(64) },
      { ...own, author: new Uint8Array(32) },
    ]);
  };
  return {
    intervalMs: 600,
    act() {
      const target = attacker.acquaintance();
      if (target === undefined) return;
      for (let i = 0; i < PER_ACT; i++) attacker.push(target, [junk(target.globalTime + 1)]);
    },
    heard(_from, message) {
      if (message.kind === "bundles" && message.bundles.length > 0) seen = message.bundles[0];
    },
  };
}

/** Signed rightly, but never sent as it is. */
function sign(attacker: Attacker, time: number): Bundle {
  const bundle = attacker.make(time);
  attacker.made.pop();
  return bundle;
}
