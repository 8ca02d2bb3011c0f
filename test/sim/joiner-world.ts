import { World } from "../../node/testing/world.ts";
import type { Profile } from "../../node/core/profile.ts";
import { MemoryStore } from "../../node/store/memory.ts";
import { makeBundle, type Bundle, type Draft } from "../../wire/bundle.ts";
import { utf8 } from "../../wire/bytes.ts";
import type { Crypto } from "../../wire/crypto.ts";
import { newSecretKey } from "../../wire/identity.ts";

export interface JoinerRun {
  /** Whether the joiner has everything. */
  done: boolean;
  /** Virtual time since the joiner's start. */
  joinMs: number;
  /** Bundles that the joiner holds, the policy included. */
  held: number;
  /** Bundles that the joiner refused for their global time. */
  aboveBound: number;
}

/** An empty node joins a node that holds that many bundles, and the policy; at most `limitMs` of virtual time. */
export function runJoiner(options: {
  bundles: number;
  profile: Profile;
  seed: number;
  limitMs: number;
  progress?: (joinMs: number, held: number) => void;
}): JoinerRun {
  const { bundles, profile, seed, limitMs, progress } = options;
  const world = new World({ seed });
  const overlay = world.overlay();
  const author = newSecretKey(world.random("author"));
  const policy: Draft = { content: { kind: "policy", writers: "open" } };
  const { crypto } = world;
  const add = [makeBundle(crypto, overlay.key, overlay.secret, 1, policy)];
  for (let i = 0; i < bundles; i++) add.push(line(crypto, overlay.key, author, i));
  const store = new MemoryStore();
  store.apply({ add, remove: [], clock: add.length, admitted: add.length });
  const holder = world.addNode({ overlay, store, profile });
  const joiner = world.addNode({ overlay, seeds: [holder], profile });
  const isDone = (): boolean => world.held(joiner) === add.length;
  for (let until = 0; !isDone() && until < limitMs;) {
    until = Math.min(until + limitMs / 20, limitMs);
    world.runUntil(isDone, until);
    progress?.(world.now, world.held(joiner));
  }
  return {
    done: isDone(),
    joinMs: world.now,
    held: world.held(joiner),
    aboveBound: joiner.engine.counters.get("bundle rejected: time-above-bound") ?? 0,
  };
}

/** Small lines, one per global time from 2 on. */
function line(crypto: Crypto, overlayKey: Uint8Array, author: Uint8Array, i: number): Bundle {
  const payload = utf8(`line ${i}`);
  return makeBundle(crypto, overlayKey, author, i + 2, { content: { kind: "data", payload } });
}
