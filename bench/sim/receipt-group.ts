import type { Holding } from "../../node/bundles/receipts/receipts.ts";
import { ADAPTIVE, type Profile } from "../../node/core/profile.ts";
import type { Engine } from "../../node/engine/engine.ts";
import { type Held, heldOf } from "../../node/sets/held.ts";
import { MemoryStore } from "../../node/store/memory.ts";
import { holds } from "../../node/store/store.ts";
import type { SimNode } from "../../node/testing/node.ts";
import { type NodeOptions, type OverlayKeys, World } from "../../node/testing/world.ts";
import { type Bundle, type Draft, readBundle } from "../../wire/bundle.ts";
import { toHex, utf8 } from "../../wire/bytes.ts";

export interface GroupOptions {
  seed: string | number;
  nodes: number;
  isPublic?: boolean;
  /** Whether members of a public overlay write receipts. */
  publicReceipts?: boolean;
  profile?: Profile;
}

/** Until they have met. */
const WARM_UP_MS = 10_000;

/** Nodes of one overlay where everybody may write: an author, who founded it, and others. */
export class ReceiptGroup {
  readonly world: World;
  readonly overlay: OverlayKeys;
  /** The author is the first. BOUNDED: by the scenario. */
  readonly nodes: SimNode[] = [];
  readonly #options: GroupOptions;

  constructor(options: GroupOptions) {
    const { seed, nodes, isPublic = false } = options;
    this.#options = options;
    this.world = new World({ seed });
    this.overlay = this.world.overlay({ public: isPublic });
    for (let i = 0; i < nodes; i++) this.nodes.push(this.add(`member-${i}`));
    this.world.run(WARM_UP_MS);
  }

  get author(): SimNode {
    return this.nodes[0]!;
  }

  get others(): SimNode[] {
    return this.nodes.slice(1);
  }

  /** A member, or another machine with the key of one. */
  add(name: string, more: Partial<NodeOptions> = {}, sameAs?: SimNode): SimNode {
    const { profile = ADAPTIVE, publicReceipts } = this.#options;
    const [first] = this.nodes;
    const founder = first === undefined;
    const seeds = first === undefined ? [] : [first];
    const from = { overlay: this.overlay, profile, founder, seeds, name };
    const node = this.world.addNode({ ...from, ...more, startMs: this.world.now + 1 });
    const { config } = node.memberships[0]!;
    if (publicReceipts !== undefined) config.publicReceipts = publicReceipts;
    if (sameAs !== undefined) config.memberSecret = sameAs.memberships[0]!.config.memberSecret;
    return node;
  }

  /** A copy of what a node's disk holds. */
  copyOf(node: SimNode): MemoryStore {
    const { store, config } = node.memberships[0]!;
    const bundles: Bundle[] = [];
    store.index.ascend(0, (globalTime, w0, w1, w2, w3) => {
      const wire = store.get({ globalTime, w0, w1, w2, w3 })!;
      const bundle = readBundle(this.world.crypto, config.key, wire);
      if ("id" in bundle) bundles.push(bundle);
      return true;
    });
    const copy = new MemoryStore();
    copy.apply({ add: bundles, remove: [], clock: store.clock, admitted: store.admitted });
    return copy;
  }

  /** Publishes, and waits until it is on the author's disk. */
  publish(node: SimNode, drafts: Draft[]): Bundle[] {
    let made: Bundle[] | undefined;
    this.whenPublished(node, drafts, (bundles) => (made = bundles));
    this.world.runUntil(() => made !== undefined, this.world.now + WARM_UP_MS);
    return made ?? [];
  }

  whenPublished(node: SimNode, drafts: Draft[], then: (bundles: Bundle[]) => void): void {
    let reference = 0;
    node.onEvent((event) => {
      if (event.event === "published" && event.reference === reference) then(event.bundles);
    });
    reference = node.publish(drafts);
  }
}

/** Data that asks who received it. */
export function asking(text: string, more: Omit<Draft, "content"> = {}): Draft {
  return { content: { kind: "data", payload: utf8(text) }, receipt: 1, ...more };
}

export function placeOf({ id, header }: Bundle): Held {
  return heldOf(header.globalTime, id);
}

/** Who is known to hold a bundle of the node. */
export function holding(node: SimNode, bundle: Bundle): Holding {
  const engine = node.engine as Engine;
  return engine.holding(node.overlays[0]!, placeOf(bundle)) ?? { by: [], missing: [] };
}

export function has(node: SimNode, bundle: Bundle): boolean {
  return holds(node.memberships[0]!.store, placeOf(bundle));
}

/** Its hexadecimal key. */
export function memberOf({ crypto }: World, { memberships }: SimNode): string {
  return toHex(crypto.publicKey(memberships[0]!.config.memberSecret));
}
