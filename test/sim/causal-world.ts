import assert from "node:assert/strict";
import type { Profile } from "../../node/core/profile.ts";
import { hexOf, heldOf } from "../../node/sets/held.ts";
import { holdsData } from "../../node/store/store.ts";
import type { SimNode } from "../../node/testing/node.ts";
import type { World } from "../../node/testing/world.ts";
import type { Bundle } from "../../wire/bundle.ts";
import { ADAPTIVE } from "../../node/core/profile.ts";

/** The same, but that bundles name nothing and are delivered as they come. */
export const AT_ONCE: Profile = { ...ADAPTIVE, causal: false };

export const nameOf = ({ header, id }: Bundle): string => hexOf(heldOf(header.globalTime, id));

interface Delivery {
  bundle: Bundle;
  missing: string[];
  /** After it was committed. */
  waitedMs: number;
}

/** What nodes deliver, and what an author had read when it wrote: the order that is to hold. */
export class DeliveryLog {
  readonly #world: World;
  /** By node, then by name of the bundle. BOUNDED: by the test. */
  readonly #deliveries = new Map<SimNode, Map<string, Delivery>>();
  readonly #committedMs = new Map<SimNode, Map<string, number>>();
  /** By name: what its author had read of data when it was written. BOUNDED: by the test. */
  readonly #readBefore = new Map<string, string[]>();

  /** By node and reference of a publish input: what was read before. BOUNDED: by the test. */
  readonly #writing = new Map<string, string[]>();

  constructor(world: World, nodes: readonly SimNode[]) {
    this.#world = world;
    for (const node of nodes) this.#watch(node);
  }

  /** Publishes at a node whose user has read all that was delivered there. */
  publish(node: SimNode, count: number): void {
    const before = [...this.#deliveries.get(node)!.keys()];
    const reference = this.#world.publish(node, count);
    this.#writing.set(`${node.name} ${reference}`, before);
  }

  of(node: SimNode): Delivery[] {
    return [...this.#deliveries.get(node)!.values()];
  }

  /** The most that anything waited, in ms. */
  get longestWaitMs(): number {
    const waits = [...this.#deliveries.values()].flatMap((all) => [...all.values()]);
    return Math.max(0, ...waits.map(({ waitedMs }) => waitedMs));
  }

  /** Deliveries that name something as missing. */
  get withHoles(): number {
    const all = [...this.#deliveries.values()].flatMap((one) => [...one.values()]);
    return all.filter(({ missing }) => missing.length > 0).length;
  }

  /** Deliveries of a bundle before one that it follows, where that is not named as missing. */
  violations(): string[] {
    const found: string[] = [];
    this.#inOrder((node, name, { bundle, missing }, delivered) => {
      for (const parent of (bundle.header.parents ?? []).map(hexOf)) {
        const isTold = delivered.has(parent) || missing.includes(parent);
        if (!isTold) found.push(`${node.name}: ${name} before ${parent}`);
      }
    });
    return found;
  }

  /** Deliveries before something that its author had read, with nothing missing: which share of all. */
  get surprises(): number {
    let [surprising, all] = [0, 0];
    this.#inOrder((_, name, { missing }, delivered) => {
      all += 1;
      const read = this.#readBefore.get(name)!;
      if (missing.length === 0 && !read.every((before) => delivered.has(before))) surprising += 1;
    });
    return surprising / all;
  }

  #inOrder(
    look: (node: SimNode, name: string, delivery: Delivery, delivered: Set<string>) => void,
  ): void {
    for (const [node, deliveries] of this.#deliveries) {
      const delivered = new Set<string>();
      for (const [name, delivery] of deliveries) {
        look(node, name, delivery, delivered);
        delivered.add(name);
      }
    }
  }

  #watch(node: SimNode): void {
    const deliveries = new Map<string, Delivery>();
    const committed = new Map<string, number>();
    this.#deliveries.set(node, deliveries);
    this.#committedMs.set(node, committed);
    node.onEvent((event) => {
      if (event.event === "bundle") {
        if (!holdsData(event.bundle.header)) return;
        committed.set(nameOf(event.bundle), this.#world.now);
      } else if (event.event === "published") {
        const before = [...this.#writing.get(`${node.name} ${event.reference}`)!];
        for (const name of event.bundles.map(nameOf)) {
          this.#readBefore.set(name, [...before]);
          before.push(name);
        }
      } else if (event.event === "delivered") {
        const { bundle, missing } = event;
        const name = nameOf(bundle);
        assert.ok(!deliveries.has(name), `${node.name} delivered ${name} twice`);
        deliveries.set(name, { bundle, missing, waitedMs: this.#world.now - committed.get(name)! });
        for (const parent of bundle.header.parents ?? []) {
          assert.ok(parent.globalTime < bundle.header.globalTime, "a parent's time is less");
        }
      }
    });
  }
}
