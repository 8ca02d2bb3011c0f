import type { Effect } from "../../../node/core/effects.ts";
import { heldOf, type Held } from "../../../node/sets/held.ts";
import { type BundleStore } from "../../../node/store/store.ts";
import type { Bundle } from "../../../wire/bundle.ts";
import { toHex } from "../../../wire/bytes.ts";
import type { SimNode } from "../node.ts";
import type { Violations } from "./violations.ts";

/** What honest nodes said they had published, and at which times. */
export class Ledger {
  readonly #violations: Violations;
  /** Public keys of honest authors. BOUNDED: by the world's nodes. */
  readonly #honest = new Set<string>();
  /** By node. BOUNDED: by what a world publishes, as the others. */
  readonly #acknowledged = new Map<string, Held[]>();
  /** Bundles that were looked at, by key. */
  readonly #noted = new Set<string>();
  /** Author and time -> bundle. */
  readonly #times = new Map<string, string>();

  constructor(violations: Violations) {
    this.#violations = violations;
  }

  addAuthor(key: Uint8Array): void {
    this.#honest.add(toHex(key));
  }

  /** Bundles that honest nodes acknowledged. */
  get acknowledged(): Held[] {
    return [...this.#acknowledged.values()].flat();
  }

  effect(effect: Effect, now: number, node: string): void {
    if (effect.kind !== "notify") return;
    const { event } = effect;
    if (event.event === "bundle") this.#note(event.bundle, now, node);
    if (event.event !== "published") return;
    for (const bundle of event.bundles) this.#note(bundle, now, node);
    // What expires or is superseded is not kept for ever.
    const lasting = event.bundles.filter(({ header }) => {
      return header.expires === undefined && header.topic === undefined;
    });
    const held = lasting.map(({ header, id }) => heldOf(header.globalTime, id));
    this.#acknowledged.set(node, [...(this.#acknowledged.get(node) ?? []), ...held]);
  }

  /** A node starts: what it acknowledged in earlier runs must be there. */
  started(node: string, store: BundleStore, now: number): void {
    this.#checkHeld(this.#acknowledged.get(node) ?? [], node, store, now);
  }

  /** At the end: what anybody acknowledged must be everywhere. */
  ended(nodes: readonly SimNode[], now: number): void {
    const acknowledged = this.acknowledged;
    for (const node of nodes) {
      this.#checkHeld(acknowledged, node.name, node.memberships[0]!.store, now);
    }
  }

  #note({ author, header, key }: Bundle, now: number, node: string): void {
    if (this.#noted.has(key)) return;
    this.#noted.add(key);
    const hex = toHex(author);
    if (!this.#honest.has(hex)) return;
    const place = `${hex} ${header.globalTime}`;
    const other = this.#times.get(place);
    this.#times.set(place, key);
    if (other === undefined || other === key) return;
    const detail = `two bundles of ${hex.slice(0, 8)} at ${header.globalTime}`;
    this.#violations.add("time-reused", now, node, detail);
  }

  #checkHeld(expected: Held[], node: string, store: BundleStore, now: number): void {
    const lost = expected.filter((held) => !store.index.has(held));
    if (lost.length === 0) return;
    const detail = `${lost.length} of ${expected.length} acknowledged are not held`;
    this.#violations.add("acknowledged-lost", now, node, detail);
  }
}
