import { BoundedMap } from "../../candidates/bounded-map.ts";
import { type Bundle, type Draft, isPassing, readBundle } from "../../wire/bundle.ts";
import { equalBytes, toHex } from "../../wire/bytes.ts";
import type { PayloadKeys } from "../../wire/payload-keys.ts";
import type { ClockBound } from "./clock-bound.ts";
import type { Context } from "../core/context.ts";
import type { Intents } from "../core/intents.ts";
import type { Keyring } from "../core/keyring.ts";
import type { Ephemeral } from "./ephemeral.ts";
import type { Policy } from "./policy.ts";
import type { Retention } from "./retention.ts";
import { compareHeld, type Held, heldOf } from "../sets/held.ts";
import { type BundleStore } from "../store/store.ts";
import type { Timer } from "../core/timers.ts";
import type { Writer } from "./writer.ts";

/** Bundles of a topic that were made in this run and that nobody is known to hold yet: the newest. */
const MAX_UNSHARED = 1_024;
/** A lost store brings back thousands of bundles of ours: one event in so long says how many. */
const EVENT_INTERVAL_MS = 60_000;
/** How often to look for bundles of ours that nobody takes, and how many entries at a time: some 2 ms. */
const LOOK_INTERVAL_MS = 60_000;
const LOOK_ENTRIES = 100;
const NEXT_LOOK_MS = 50;

/**
 * What we write, and what became of it. Two things make bundles of ours vanish, and both are mended by writing the same
 * once more:
 * - Our key signed something that we do not know: an older copy of our home was restored, or somebody else uses the
 *   key. Of one topic such a bundle may supersede what we wrote since. That is written again, once each, so that two
 *   machines with one key come to an end. It is over once somebody holds just what we hold: whatever comes later was
 *   written by somebody who could know ours.
 * - Our clock followed somebody who lied, and nobody takes what we wrote then (node/bundles/clock-bound.ts).
 */
export class OwnBundles {
  readonly #ctx: Context;
  readonly #overlay: string;
  readonly #keys: Keyring;
  readonly #payloads: PayloadKeys;
  readonly #store: BundleStore;
  readonly #policy: Policy;
  readonly #clock: ClockBound;
  readonly #retention: Retention;
  readonly #writer: Writer;
  readonly #ephemeral: Ephemeral;
  readonly #intents: Intents;
  /** By global time, of which we use each once. BOUNDED: by MAX_UNSHARED. */
  readonly #unshared = new BoundedMap<number, Bundle>(MAX_UNSHARED);
  /** Those that were superseded by what the current input committed. BOUNDED: emptied after each. */
  #superseded: Bundle[] = [];
  /** Bundles by our own key that it committed and that we did not make. BOUNDED: emptied after each. */
  #strange: Bundle[] = [];
  /** Bundles by our own key that we did not make, in this run. */
  #unknown = 0;
  #untold = 0;
  #toldMs = -Infinity;
  #nextLook: Timer | undefined;

  /** Once they are on disk, they go to those we are in touch with. */
  readonly #written = (bundles: Bundle[], failure: string | undefined): void => {
    if (failure === undefined) this.#intents.push({ kind: "push", bundles });
  };

  constructor(parts: {
    ctx: Context;
    overlay: string;
    keys: Keyring;
    payloads: PayloadKeys;
    store: BundleStore;
    policy: Policy;
    clock: ClockBound;
    retention: Retention;
    writer: Writer;
    ephemeral: Ephemeral;
    intents: Intents;
  }) {
    this.#ctx = parts.ctx;
    this.#overlay = parts.overlay;
    this.#keys = parts.keys;
    this.#payloads = parts.payloads;
    this.#store = parts.store;
    this.#policy = parts.policy;
    this.#clock = parts.clock;
    this.#retention = parts.retention;
    this.#writer = parts.writer;
    this.#ephemeral = parts.ephemeral;
    this.#intents = parts.intents;
  }

  start(): void {
    this.#lookLater(LOOK_INTERVAL_MS);
  }

  stop(): void {
    if (this.#nextLook !== undefined) this.#nextLook.cancelled = true;
  }

  /** How many bundles by our own key came that we did not make. */
  get unknown(): number {
    return this.#unknown;
  }

  /** What the user writes: a `published` or `refused` event with this reference follows. */
  publish(reference: number, drafts: Draft[]): void {
    const overlay = this.#overlay;
    const refused = (reason: string): void => {
      this.#ctx.notify({ event: "refused", overlay, reference, reason });
    };
    if (drafts.some(({ content }) => isPassing(content))) {
      const bundles = this.#ephemeral.publish(drafts);
      if (typeof bundles === "string") return refused(bundles);
      return this.#ctx.notify({ event: "published", overlay, reference, bundles });
    }
    const refusal = this.#writer.publish(drafts, (bundles, failure) => {
      if (failure !== undefined) return refused(failure);
      this.#ctx.notify({ event: "published", overlay, reference, bundles });
      this.#rememberUnshared(bundles);
      this.#intents.push({ kind: "push", bundles });
    });
    if (refusal !== undefined) refused(refusal);
  }

  /** Whoever holds an invitation grants itself the permission to write, as soon as the invitation counts. */
  acceptInvitation(): void {
    const { member, invitation } = this.#keys;
    if (invitation === undefined || this.#policy.writers !== "members") return;
    if (this.#policy.mayWrite(member.publicKey)) return;
    if (!this.#policy.mayGrant(invitation.publicKey)) return;
    const grant = { kind: "grant", member: member.publicKey, write: true, grant: false } as const;
    this.#writer.publish([{ content: grant }], this.#written);
  }

  #rememberUnshared(bundles: Bundle[]): void {
    for (const bundle of bundles) {
      const { topic, globalTime } = bundle.header;
      if (topic !== undefined) this.#unshared.set(globalTime, bundle);
    }
  }

  /** Somebody holds just what we hold. */
  shared(): void {
    this.#unshared.clear();
  }

  /** Retention drops these. */
  dropped(gone: Held[]): void {
    for (const held of gone) {
      const bundle = this.#unshared.get(held.globalTime);
      if (bundle === undefined || compareHeld(heldOfBundle(bundle), held) !== 0) continue;
      this.#unshared.delete(held.globalTime);
      this.#superseded.push(bundle);
    }
  }

  /** These were committed, and we did not make them. */
  committed(received: Bundle[]): void {
    const { publicKey } = this.#keys.member;
    this.#strange = received.filter(({ author }) => equalBytes(author, publicKey));
  }

  /** The end of an input, when retention has dropped what its commit superseded. */
  settle(): void {
    const superseded = this.#superseded;
    const unknown = this.#strange;
    if (superseded.length > 0) this.#superseded = [];
    if (unknown.length === 0) return;
    this.#strange = [];
    this.#unknown += unknown.length;
    this.#untold += unknown.length;
    this.#ctx.count("bundles by our own key that we did not make", unknown.length);
    const lost = superseded.filter((ours) => unknown.some((other) => isOfTopic(ours, other)));
    const again = this.#writeAgain(lost).length;
    const { now } = this.#ctx;
    if (again === 0 && now - this.#toldMs < EVENT_INTERVAL_MS) return;
    this.#toldMs = now;
    const [overlay, found] = [this.#overlay, this.#untold];
    this.#untold = 0;
    this.#ctx.notify({ event: "own-key-used", overlay, found, again });
  }

  #lookLater(afterMs: number, after?: Held): void {
    this.#nextLook = this.#ctx.timers.plan("own bundles", this.#ctx.now + afterMs, () =>
      this.#look(after),
    );
  }

  /** Writes again what we wrote above the ceiling, a few entries at a time, the latest first. */
  #look(after?: Held): void {
    const ceiling = this.#clock.ceiling(this.#ctx.now);
    if (ceiling === undefined) return this.#lookLater(LOOK_INTERVAL_MS);
    const page: Held[] = [];
    const from = after?.globalTime ?? Number.MAX_SAFE_INTEGER;
    this.#store.index.descend(from, (globalTime, w0, w1, w2, w3) => {
      if (globalTime <= ceiling) return false;
      const held = { globalTime, w0, w1, w2, w3 };
      if (after === undefined || compareHeld(held, after) < 0) page.push(held);
      return page.length < LOOK_ENTRIES;
    });
    const ours = page.flatMap((held) => this.#ours(held) ?? []).reverse();
    this.#moveDown(ours);
    if (page.length < LOOK_ENTRIES) this.#lookLater(LOOK_INTERVAL_MS);
    else this.#lookLater(NEXT_LOOK_MS, page.at(-1));
  }

  #ours(held: Held): Bundle | undefined {
    const wire = this.#store.get(held);
    if (wire === undefined || !equalBytes(wire.author, this.#keys.member.publicKey)) return;
    const bundle = readBundle(this.#ctx.crypto, this.#keys.key, wire);
    return "rejected" in bundle ? undefined : bundle;
  }

  /**
   * Publishes the same content at the next global times, sealed anew; returns of what. Some may have expired, or we may
   * not write any more.
   */
  #writeAgain(bundles: Bundle[]): Bundle[] {
    const written = bundles.filter((bundle) => {
      const draft = { ...bundle.header, ...this.#payloads.open(bundle) };
      return !this.#writer.publish([draft], this.#written);
    });
    this.#ctx.count("bundles of ours written again", written.length);
    return written;
  }

  /** Takes back what nobody else takes, and writes it at a time that others take. */
  #moveDown(bundles: Bundle[]): void {
    // First: of one topic the old ones would supersede the new ones.
    for (const bundle of bundles) this.#retention.forget(bundle);
    const written = this.#writeAgain(bundles);
    this.#intents.push({ kind: "drop", held: written.map(heldOfBundle) });
    this.#retention.added(bundles.filter((bundle) => !written.includes(bundle)));
    if (written.length === 0) return;
    const { length } = written;
    this.#ctx.notify({ event: "written-again", overlay: this.#overlay, bundles: length });
  }
}

function heldOfBundle({ header, id }: Bundle): Held {
  return heldOf(header.globalTime, id);
}

function isOfTopic(a: Bundle, b: Bundle): boolean {
  const [one, other] = [a.header.topic?.name, b.header.topic?.name];
  return one !== undefined && other !== undefined && toHex(one) === toHex(other);
}
