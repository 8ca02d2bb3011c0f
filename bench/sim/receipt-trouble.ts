import { MemoryStore } from "../../node/store/memory.ts";
import type { SimNode } from "../../node/testing/node.ts";
import type { SeededRandom } from "../../node/testing/random.ts";
import { asking, type ReceiptGroup } from "./receipt-group.ts";

/** What befalls one member, or the author. */
export const TROUBLES = [
  "none",
  "lossy",
  "cut off",
  "wiped",
  "restored",
  "in use twice",
  "author restored",
  "author in use twice",
] as const;
export type Trouble = (typeof TROUBLES)[number];

/** Most of it happens while the author waits. */
const LATEST_MS = 20_000;
const LOSS = 0.7;
/** Until a machine that starts has met the others. */
const MEETING_MS = 1_000;

/**
 * Lets it happen at random moments. Machines that come while it lasts are told to `joined`, before they start. Returns
 * what ends what lasts.
 */
export function befall(
  trouble: Trouble,
  group: ReceiptGroup,
  random: SeededRandom,
  joined: (node: SimNode) => void,
): () => void {
  const { world, author, others } = group;
  const victim = others.at(-1)!;
  const later = (then: () => void): void => {
    world.clock.at(world.now + random.below(LATEST_MS), { fire: then });
  };
  const again = (node: SimNode, store: MemoryStore): SimNode => {
    const copy = group.add(`${node.name} again`, { store, seeds: [author, others[0]!] }, node);
    joined(copy);
    return copy;
  };
  const { network } = world;
  const before = network.linkRule;
  const lossy = (...nodes: SimNode[]): void => {
    const hosts = new Set(nodes.map((node) => node.publicAddress.host));
    network.linkRule = (from, to) => {
      const isBad = hosts.has(from.host) || hosts.has(to.host);
      return isBad ? { ...before(from, to), loss: LOSS } : before(from, to);
    };
  };
  const end = (): void => {
    network.linkRule = before;
    world.heal();
  };
  switch (trouble) {
    case "none":
      return end;
    case "lossy":
      lossy(victim);
      return end;
    case "cut off":
      later(() => world.partition([victim], [author, ...others.slice(0, -1)]));
      return end;
    case "wiped":
      lossy(victim);
      later(() => {
        victim.crash();
        lossy(again(victim, new MemoryStore()));
      });
      return end;
    case "restored": {
      const backup = group.copyOf(victim);
      later(() => {
        victim.crash();
        lossy(again(victim, backup));
      });
      return end;
    }
    case "in use twice": {
      const twin = again(victim, group.copyOf(victim));
      lossy(twin, ...(random.float() < 0.5 ? [victim] : []));
      return end;
    }
    case "author restored":
    case "author in use twice": {
      // Both give the same numbers to different bundles, until one hears of the other.
      const twin = again(author, group.copyOf(author));
      world.runFor(MEETING_MS);
      world.partition([author, others[0]!], [twin, ...others.slice(1)]);
      if (random.float() < 0.5) lossy(victim);
      const count = 1 + random.below(3);
      for (let i = 0; i < count; i++) later(() => publishIfItRuns(twin, `twin ${i}`));
      if (trouble === "author restored") later(() => twin.running && twin.crash());
      later(() => world.heal());
      return end;
    }
  }
}

function publishIfItRuns(node: SimNode, text: string): void {
  if (node.running) node.publish([asking(text)]);
}
