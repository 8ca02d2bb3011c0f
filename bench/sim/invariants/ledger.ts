import type { Effect } from "../../../node/core/effects.ts";
import { heldOf, type Held } from "../../../node/sets/held.ts";
import { type BundleStore, holds } from "../../../node/store/store.ts";
import { type Bundle, isPassing } from "../../../wire/bundle.ts";
import { toHex } from "../../../wire/bytes.ts";
import type { SimNode } from "../../../node/testing/node.ts";
import type { Violations } from "./violations.ts";

/** Written down once more: what expires within so long is not compared, and a sweep is so late. */
const FADING_MS = 120_000;
const SWEEP_MS = 5_000;

interface Acknowledged {
  held: Held;
  /** Unix milliseconds; Infinity when it does not expire. */
  untilMs: number;
}

/** What honest nodes said they had published, and at which times. */
export class Ledger {
  readonly #violations: Violations;
  /** Unix milliseconds by the clock of the world, whatever the nodes' clocks say. */
  readonly #wall: () => number;
  /** Public keys of honest authors. BOUNDED: by the world's nodes. */
  readonly #honest = new Set<string>();
  /** By node. BOUNDED: by what a world publishes, as the others. */
  readonly #acknowledged = new Map<string, Acknowledged[]>();
  /** Bundles that were looked at, by key. */
  readonly #noted = new Set<string>();
  /** Author and time -> bundle. */
  readonly #times = new Map<string, string>();

  constructor(violations: Violations, wall: () => number) {
    this.#violations = violations;
    this.#wall = wall;
  }

  addAuthor(key: Uint8Array): void {
    this.#honest.add(toHex(key));
  }

  effect(effect: Effect, now: number, node: string): void {
    if (effect.kind !== "notify") return;
    const { event } = effect;
    if (event.event === "bundle") this.#stored(event.bundle, now, node);
    if (event.event !== "published") return;
    // What is for the moment has no time of its own, and nobody holds it.
    const kept = event.bundles.filter(({ header }) => !isPassing(header.content));
    this.acknowledge(kept, now, node);
  }

  /** A node holds bundles that it made, for good. */
  acknowledge(bundles: readonly Bundle[], now: number, node: string): void {
    for (const bundle of bundles) this.#note(bundle, now, node);
    // What is superseded is not kept for ever.
    const lasting = bundles.filter(({ header }) => header.topic === undefined);
    const acknowledged = lasting.map(({ header, id }): Acknowledged => {
      const { globalTime, expires } = header;
      const untilMs = expires === undefined ? Infinity : expires * 1_000;
      return { held: heldOf(globalTime, id), untilMs };
    });
    this.#acknowledged.set(node, [...(this.#acknowledged.get(node) ?? []), ...acknowledged]);
  }

  /** A node starts, or is looked at: what it acknowledged must be there until it expires, whatever its clock says. */
  look(node: string, store: BundleStore, now: number): void {
    this.#checkHeld(this.#acknowledged.get(node) ?? [], this.#wall(), { node, store, now });
  }

  /** At the end: what anybody acknowledged must be everywhere, but for what is not compared any more. */
  ended(nodes: readonly SimNode[], now: number): void {
    const everybodys = [...this.#acknowledged.values()].flat();
    for (const { name: node, memberships } of nodes) {
      const { store } = memberships[0]!;
      this.#checkHeld(everybodys, this.#wall() + FADING_MS + SWEEP_MS, { node, store, now });
      this.look(node, store, now);
    }
  }

  #stored(bundle: Bundle, now: number, node: string): void {
    const { content, globalTime } = bundle.header;
    if (!isPassing(content)) return this.#note(bundle, now, node);
    const detail = `a message for the moment, at ${globalTime}, was stored`;
    this.#violations.add("passing-kept", now, node, detail);
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

  /** What lasts beyond `wall` must be in a store, set aside or not. */
  #checkHeld(
    acknowledged: readonly Acknowledged[],
    wall: number,
    { node, store, now }: { node: string; store: BundleStore; now: number },
  ): void {
    const expected = acknowledged.filter(({ untilMs }) => untilMs > wall);
    const lost = expected.filter(({ held }) => !holds(store, held));
    if (lost.length === 0) return;
    const detail = `${lost.length} of ${expected.length} acknowledged are not held`;
    this.#violations.add("acknowledged-lost", now, node, detail);
  }
}
