import type { World } from "../../node/testing/world.ts";

/** Milliseconds until each node held each bundle, ascending; what some node never got counts as Infinity. */
export function delays(world: World, bundles: number, everyMs: number, waitMs: number): number[] {
  const made = new Map<string, number>();
  const seen: number[] = [];
  for (const node of world.nodes) {
    node.onEvent((event) => {
      if (event.event !== "bundle") return;
      const { key } = event.bundle;
      if (!made.has(key)) made.set(key, world.now);
      seen.push(world.now - made.get(key)!);
    });
  }
  for (let i = 0; i < bundles; i++) {
    world.publish(world.nodes[(i * 7) % world.nodes.length]!);
    world.runFor(everyMs);
  }
  world.runFor(waitMs);
  const missing = bundles * world.nodes.length - seen.length;
  return [...seen.sort((a, b) => a - b), ...Array<number>(missing).fill(Infinity)];
}

export function at(sorted: readonly number[], share: number): number {
  return sorted[Math.ceil(sorted.length * share) - 1]!;
}
