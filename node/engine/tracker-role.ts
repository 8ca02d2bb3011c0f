import { Crowd } from "../../candidates/crowd.ts";
import { FairShare, type SharePlace } from "../../candidates/fair-share.ts";
import { CandidateTable } from "../../candidates/table.ts";
import type { Address } from "../../wire/address.ts";
import { toHex } from "../../wire/bytes.ts";
import type { Message } from "../../wire/message.ts";
import { shareGroup, subscriber } from "../../wire/address-scope.ts";
import type { Context } from "../core/context.ts";
import { Observer } from "../survey/nat-observer.ts";
import { Partners } from "../survey/partners.ts";
import { Responder } from "../walk/responder.ts";
import { WebSockets } from "../walk/web-sockets.ts";
import type { CandidateCounts } from "../core/engine-status.ts";
import type { NetState } from "../net/net-state.ts";
import type { Scope } from "../net/scope.ts";

/** Overlays served at once. */
const MAX_OVERLAYS = 4_096;
/** Overlays that one subscriber may have opened: somebody's home has few. */
const MAX_OVERLAYS_PER_SUBSCRIBER = 64;
/** With nodes in so many networks (/16, IPv6 /32) an overlay is let go for no other one. */
const BUSY_NETWORKS = 8;
/** Memory for the candidates of all overlays: a small host's, with as much again for the collector's work. */
export const CANDIDATES_BYTES = 512 * 1024 * 1024;
/** Of the heap, for one whose addresses, outside and inside, are IPv6: 1.8 kB, measured by a test. */
export const CANDIDATE_BYTES = 2_048;
/** 262,144: as many nodes in one overlay each, or 4,559 new ones per second. */
const MAX_CANDIDATES = CANDIDATES_BYTES / CANDIDATE_BYTES;
/** How often overlays without candidates are let go. */
const SWEEP_MS = 10_000;

interface Served {
  readonly key: string;
  /** Whoever came first. */
  readonly opener: Address;
  readonly table: CandidateTable;
  readonly scope: Scope;
  readonly responder: Responder;
  /** Among those that may be let go; undefined when it is busy. */
  place: SharePlace<Served> | undefined;
}

/** Introduces the nodes of any overlay to each other. Stores nothing, walks nowhere, signs nothing. */
export class Tracker {
  readonly partners: Partners;
  readonly #observer: Observer;
  readonly #ctx: Context;
  readonly #netState: NetState;
  readonly #sparesPunctures: boolean;
  /**
   * By overlay id. BOUNDED: by MAX_OVERLAYS; one that is not busy makes room, the oldest of the address group that
   * opened most.
   */
  readonly #served = new Map<string, Served>();
  /** Those that are not busy, by their opener's address group. */
  readonly #idle = new FairShare<Served>();
  /** Overlays by the subscriber who opened them. BOUNDED: by MAX_OVERLAYS. */
  readonly #opened = new Map<string, number>();
  readonly #crowd = new Crowd(MAX_CANDIDATES);

  /** `sparesPunctures`: see the responder. */
  constructor(ctx: Context, netState: NetState, sparesPunctures: boolean) {
    this.#ctx = ctx;
    this.#netState = netState;
    this.#sparesPunctures = sparesPunctures;
    this.partners = new Partners(ctx, netState);
    this.#observer = new Observer(ctx, netState, this.partners);
  }

  start(): void {
    this.#ctx.timers.plan("sweep", this.#ctx.now + SWEEP_MS, () => {
      this.#sweep();
      this.start();
    });
  }

  receive(overlay: Uint8Array, message: Message, from: Address, via: number, bytes: number): void {
    if (message.kind === "introduction-response") {
      return this.partners.responded(from, via, message, bytes);
    }
    if (message.kind === "puncture-request") return this.partners.requested(from, via, message);
    if (message.kind !== "introduction-request") {
      return this.#ctx.count(`rejected: ${message.kind} at a tracker`);
    }
    const key = toHex(overlay);
    const known = this.#served.get(key);
    const scope = known?.scope ?? this.#scopeOf(overlay.slice());
    const asker = { scope, bytes, table: known?.table };
    if (message.dialBack && this.#observer.asked(message, from, via, asker)) return;
    if (known === undefined && !this.#mayOpen(from)) {
      return this.#ctx.count("rejected: too many overlays");
    }
    const served = known ?? this.#newServed(scope, from);
    // A stranger adds no state: its source may be forged.
    const way = { from, via, bytes, isSealed: false };
    if (!served.responder.requested(message, way)) return;
    if (known === undefined) this.#open(served);
    this.#sort(served);
  }

  /** A tracker is one and the same in all overlays. */
  #scopeOf(id: Uint8Array): Scope {
    return this.#netState.scope(id, { instance: this.#netState.noOverlay.instance });
  }

  /** How many nodes each overlay has here. */
  counts(): Map<string, CandidateCounts> {
    const { now } = this.#ctx;
    return new Map([...this.#served].map(([id, { table }]) => [id, table.counts(now)]));
  }

  /** Whether it is a candidate of an overlay. */
  knows(address: Address): boolean {
    return [...this.#served.values()].some(({ table }) => table.get(address) !== undefined);
  }

  #mayOpen(from: Address): boolean {
    const opened = this.#opened.get(subscriber(from)) ?? 0;
    if (opened >= MAX_OVERLAYS_PER_SUBSCRIBER) return false;
    return this.#served.size < MAX_OVERLAYS || this.#idle.size > 0;
  }

  #newServed(scope: Scope, opener: Address): Served {
    const table = new CandidateTable({
      // The crowd bounds them.
      maxCandidates: Infinity,
      groupCaps: false,
      ownNetwork: this.#netState.isOwnNetwork,
      crowd: this.#crowd,
    });
    const ctx = this.#ctx;
    const netState = this.#netState;
    const webSockets = new WebSockets({ ctx, netState, isOn: true });
    const sparesPunctures = this.#sparesPunctures;
    const parts = { ctx, scope, table, netState, webSockets, sparesPunctures };
    const responder = new Responder(parts);
    return { key: scope.hex, opener, table, scope, responder, place: undefined };
  }

  #open(served: Served): void {
    if (this.#served.size >= MAX_OVERLAYS) this.#close(this.#idle.mostSpared()!);
    this.#served.set(served.key, served);
    const line = subscriber(served.opener);
    this.#opened.set(line, (this.#opened.get(line) ?? 0) + 1);
  }

  /** Among the busy or the others, as it is now. */
  #sort(served: Served): void {
    const isBusy = served.table.networks("requested", this.#ctx.now) >= BUSY_NETWORKS;
    if (isBusy === (served.place === undefined)) return;
    if (!isBusy) served.place = this.#idle.add(served, shareGroup(served.opener));
    else {
      this.#idle.remove(served.place!);
      served.place = undefined;
    }
  }

  #sweep(): void {
    for (const served of this.#served.values()) {
      const { requested } = served.table.counts(this.#ctx.now);
      if (requested === 0) this.#close(served);
      else this.#sort(served);
    }
  }

  #close(served: Served): void {
    const { key, opener, table, place } = served;
    if (place !== undefined) this.#idle.remove(place);
    table.clear(this.#ctx.now);
    this.#served.delete(key);
    const line = subscriber(opener);
    const left = this.#opened.get(line)! - 1;
    if (left > 0) this.#opened.set(line, left);
    else this.#opened.delete(line);
  }
}
