import { victims } from "../hostile/peers.ts";
import type { SimNode } from "../../../node/testing/node.ts";
import type { Violations } from "./violations.ts";

/**
 * Looks at what each node takes for its own address: what liars tell it, who are strangers, is never more than
 * possible.
 */
export class Votes {
  readonly #violations: Violations;
  /** Where liars say that nodes are. BOUNDED: by the victims. */
  readonly #lies = new Set(victims().map(({ host }) => host));
  /** Runs that knew an address which others than strangers confirmed. */
  readonly #confirmed = new WeakSet<object>();

  constructor(violations: Violations) {
    this.#violations = violations;
  }

  look(node: SimNode, now: number): void {
    if (!node.running || node.paused) return;
    const { engine } = node;
    const { addresses, possible } = engine.nat();
    const isPossible = new Set(possible.map(({ key }) => key));
    for (const { key, host } of addresses) {
      const isConfirmed = !isPossible.has(key);
      if (this.#lies.has(host)) {
        if (isConfirmed)
          this.#violate(node, now, `${key}, where only strangers see it, is confirmed`);
        if (this.#confirmed.has(engine))
          this.#violate(node, now, `${key} replaced a confirmed address`);
      } else if (isConfirmed) this.#confirmed.add(engine);
    }
  }

  /** What a node was told before says nothing any more. */
  forgotten(node: SimNode): void {
    if (node.running) this.#confirmed.delete(node.engine);
  }

  #violate({ name }: SimNode, now: number, detail: string): void {
    this.#violations.add("votes", now, name, detail);
  }
}
