import type { Profile } from "../../node/core/profile.ts";
import { ADAPTIVE } from "../../node/core/profile.ts";
import { MemoryStore } from "../../node/store/memory.ts";
import { type OverlayKeys, World } from "../../node/testing/world.ts";
import { type Bundle, type Content, makeBundle } from "../../wire/bundle.ts";
import { utf8 } from "../../wire/bytes.ts";
import { newSecretKey } from "../../wire/identity.ts";

/** What the lane is off for: everything is compared and asked for as one set. */
export const WITHOUT_LANE: Profile = { ...ADAPTIVE, controlFirst: false };

/** What a newcomer to an overlay of members saw. */
export interface Joined {
  /** Bundles that came before the grant that allows them. */
  tooEarly: number;
  /** What it held when its user could write, and when all grants and the policy were there. */
  heldAtWriting: number;
  heldWithControl: number;
  /** In the end. */
  held: number;
}

/** Signs in an overlay as the world's nodes do. */
export function signer(world: World, { key }: OverlayKeys) {
  return (secret: Uint8Array, time: number, content: Content): Bundle =>
    makeBundle(world.crypto, key, secret, time, { content });
}

export function dataOf(text: string): Content {
  return { kind: "data", payload: utf8(text) };
}

export function storeOf(bundles: readonly Bundle[]): MemoryStore {
  const store = new MemoryStore();
  const clock = bundles.reduce((most, { header }) => Math.max(most, header.globalTime), 0);
  store.apply({ add: bundles, remove: [], clock, admitted: bundles.length });
  return store;
}

/**
 * An empty node joins a members overlay of so many bundles. So many of them are grants, scattered through the times:
 * each member writes from the moment after its grant on. The newcomer's own is the last of them.
 */
export function joinMembers(
  profile: Profile,
  options: { bundles: number; grants: number; seed: number; limitMs: number },
): Joined {
  const { bundles, grants, seed, limitMs } = options;
  const world = new World({ seed });
  const overlay = world.overlay();
  const sign = signer(world, overlay);
  const random = world.random("scattered");
  const every = Math.floor(bundles / grants);
  const newcomer = newSecretKey(world.random(`member/newcomer/${overlay.id}`));
  const writers: Uint8Array[] = [];
  const all = [sign(overlay.secret, 1, { kind: "policy", writers: "members" })];
  while (all.length < bundles) {
    const time = all.length + 1;
    if (time % every === 2 && writers.length < grants) {
      const isLast = writers.length === grants - 1;
      const member = isLast ? newcomer : newSecretKey(random);
      writers.push(member);
      const grant = { member: world.crypto.publicKey(member), write: true, grant: false };
      all.push(sign(overlay.secret, time, { kind: "grant", ...grant }));
    } else {
      // Half of all is written by whoever was granted last.
      const known = writers.filter((secret) => secret !== newcomer);
      const author = random.below(2) === 0 ? known.at(-1) : known[random.below(known.length)];
      all.push(sign(author ?? overlay.secret, time, dataOf(`${time}`)));
    }
  }
  const holders = [1, 2].map(() => world.addNode({ overlay, store: storeOf(all), profile }));
  const node = world.addNode({ overlay, name: "newcomer", seeds: holders, profile });
  const mayWrite = (): boolean => node.engine.overlays()[0]!.mayWrite;
  world.runUntil(mayWrite, limitMs);
  const heldAtWriting = world.held(node);
  const { control } = node.memberships[0]!.store;
  world.runUntil(() => control.size === 1 + grants, limitMs);
  const heldWithControl = world.held(node);
  world.runUntil(() => world.held(node) === all.length, limitMs);
  const tooEarly = node.engine.counters.get("bundle awaits a grant") ?? 0;
  return { tooEarly, heldAtWriting, heldWithControl, held: world.held(node) };
}
