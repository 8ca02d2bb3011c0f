import type { SimNode } from "../../node/testing/node.ts";

/** When which node came to hold which bundle. */
export class Arrivals {
  /** Bundle key -> node -> virtual monotonic milliseconds. BOUNDED: by what the experiment publishes. */
  readonly #times = new Map<string, Map<SimNode, number>>();
  /** Author -> what is told of its next bundle. BOUNDED: by the nodes. */
  readonly #awaited = new Map<SimNode, (key: string) => void>();

  watch(node: SimNode): void {
    node.onEvent((event) => {
      if (event.event === "bundle" || event.event === "ephemeral")
        this.#arrived(event.bundle.key, node);
      if (event.event !== "published") return;
      for (const { key } of event.bundles) this.#awaited.get(node)?.(key);
    });
  }

  /** Calls back with the keys of the bundles that `node` publishes from now on. */
  whenPublished(node: SimNode, tell: (key: string) => void): void {
    this.#awaited.set(node, tell);
  }

  /** Arrivals of one bundle, the author's included. */
  of(key: string): ReadonlyMap<SimNode, number> {
    return this.#times.get(key) ?? new Map<SimNode, number>();
  }

  #arrived(key: string, node: SimNode): void {
    let times = this.#times.get(key);
    if (times === undefined) this.#times.set(key, (times = new Map()));
    times.set(node, node.instant.now);
  }
}
