import type { Candidate } from "../../candidates/candidate.ts";
import type { Liveness } from "../../candidates/liveness.ts";
import type { Address } from "../../wire/address.ts";
import type { Draft } from "../../wire/bundle.ts";
import { toHex } from "../../wire/bytes.ts";
import {
  type BundlesMessage,
  type IntroductionRequest,
  type Message,
  perKind,
} from "../../wire/message.ts";
import { NOBODY } from "../bundles/admission.ts";
import type { Written } from "../bundles/writer.ts";
import type { Context } from "../core/context.ts";
import type { Intent } from "../core/intents.ts";
import { Alarm } from "../core/timers.ts";
import type {
  IncomingStatus,
  OverlayStatus,
  PeerStatus,
  PlaceStatus,
} from "../core/engine-status.ts";
import type { Path } from "../net/paths.ts";
import type { Scope } from "../net/scope.ts";
import { hadToBeSealed } from "../net/secrecy.ts";
import type { Way } from "../net/way.ts";
import { type Foundation, type Parts, partsOf } from "./parts.ts";

/** Asked at once when the disk takes more again: one is enough, and some may be gone. */
const CATCH_UP_CONTACTS = 4;
/** Until the next portion of long work: the event loop serves everybody else before. */
const PORTION_MS = 1;

/** Made once, since a text put together for every datagram would be hashed for every datagram. */
const NOT_SEALED = perKind((kind) => `rejected: ${kind} not sealed` as const);

/**
 * Our part in one overlay: hands each message to the part it concerns, and settles at the end of each input what the
 * parts want of each other.
 */
export class Overlay {
  readonly id: Uint8Array;
  readonly hex: string;
  /** What its datagrams are made and sent with. */
  readonly scope: Scope;
  readonly #ctx: Context;
  readonly #parts: Parts;
  readonly #reading: Alarm;
  /** Not before what an earlier run left is read. */
  #hasBegun = false;
  /** What is to be published then. BOUNDED: by what a user asks for in that second. */
  readonly #early: { reference: number; drafts: Draft[] }[] = [];
  #isKeepingUp = false;
  /** Whether the disk took what others would send, at the end of the last input. */
  #didDiskTake: boolean;
  /** Whether anybody was in touch with us then. */
  #hadContacts = false;
  #wasUpToDate = false;
  /** Whether the current input changed what we hold, or what is known of what others hold. */
  #isComparisonDue = false;

  constructor(foundation: Foundation) {
    const { ctx, id, storage } = foundation;
    this.id = id;
    this.#ctx = ctx;
    this.#didDiskTake = storage.asks;
    this.#parts = partsOf(foundation);
    this.#reading = new Alarm(ctx.timers, "read", () => this.#read());
    this.scope = this.#parts.scope;
    this.hex = this.scope.hex;
  }

  start(): void {
    this.#beginSummaries();
    this.#read();
  }

  stop(): void {
    this.#rest();
    this.#reading.cancel();
    this.#parts.retention.stop();
    this.#parts.own.stop();
  }

  changeSeeds(added: Address[], gone: Address[]): void {
    this.#parts.walker.removeSeeds(gone);
    if (!this.#isBarred) this.#parts.walker.addSeeds(added);
  }

  /** Whether somebody whom the user named answers. */
  liveness(address: Address): Liveness {
    return this.#parts.walker.liveness(address);
  }

  /** The network changed or we slept: paths are gone, so begin again. */
  restart(): void {
    if (this.#isBarred || !this.#hasBegun) return;
    const { sync, table, walker } = this.#parts;
    sync.reset();
    this.#forgetPaths();
    this.scope.renew();
    table.reset(this.#ctx.now);
    walker.hurry();
  }

  receive(message: Message, { from, via, bytes, isSealed }: Way): void {
    const isNamed = this.#parts.netState.isNamed(from);
    if (!isSealed && hadToBeSealed(message, isNamed)) {
      return this.#ctx.count(NOT_SEALED[message.kind]);
    }
    if (this.#isBarred) return this.#ctx.count("rejected: overlay requires a newer version");
    if (!this.#hasBegun) return this.#ctx.count("dropped: the overlay is being read");
    const { seeks, walker, puncturing } = this.#parts;
    switch (message.kind) {
      case "introduction-request":
        return this.#requested(message, { from, via, bytes, isSealed });
      case "introduction-response":
        this.#isComparisonDue = true;
        if (seeks.responded(from, via, message, bytes)) return;
        return walker.responded(message, { from, via, bytes, isSealed });
      case "puncture-request":
        return puncturing.requested(from, via, message);
      case "puncture":
        return puncturing.arrived(from, via, message);
      case "bundles":
        return this.#bundles(message, from, bytes);
    }
  }

  /** Those whom the user named, trackers first; IPv4's before IPv6's. */
  namedObservers(): { addresses: Address[]; trackers: number } {
    const named = this.#parts.table.list("tracker", this.#ctx.now);
    const order = ({ address, storesNothing }: Candidate): number =>
      address.family + (storesNothing ? 0 : 1);
    return {
      addresses: named.sort((a, b) => order(a) - order(b)).map(({ address }) => address),
      trackers: named.filter(({ storesNothing }) => storesNothing).length,
    };
  }

  /** Tells introducers what is known of our NAT by now. */
  announce(): void {
    this.#parts.walker.announce();
  }

  /** Opens a path to a node, by every introducer that the user named. */
  ping(instance: string): void {
    this.#parts.traversals.demand(instance);
  }

  publish(reference: number, drafts: Draft[]): void {
    if (this.#hasBegun) return this.#parts.own.publish(reference, drafts);
    this.#early.push({ reference, drafts });
  }

  verified(job: number, valid: boolean[]): void {
    this.#parts.admission.verified(job, valid);
  }

  /** The end of a commit; `failure`: why nothing of it is on disk. */
  commitEnded(batch: number, failure?: string): void {
    const ended = this.#parts.writer.commitEnded(batch, failure);
    if (failure === undefined) this.#committed(ended);
    for (const { done } of ended) done(failure);
  }

  /** The end of an input: what parts want of each other is done, and what it collected goes to disk together. */
  settle(): void {
    const { intents, own, writer, table } = this.#parts;
    this.#considerDisk();
    for (let next = intents.shift(); next !== undefined; next = intents.shift()) this.#settle(next);
    own.settle();
    writer.flush();
    table.expire(this.#ctx.now);
    this.#tellContacts();
    this.#keepUp();
  }

  /** What whoever waits for a sync wants to know: that nobody is there any more, and that nothing is missing. */
  #tellContacts(): void {
    const { table, sync } = this.#parts;
    const hasContacts = table.counts(this.#ctx.now).contacted > 0;
    if (this.#hadContacts && !hasContacts) {
      this.#ctx.notify({ event: "alone", overlay: this.hex });
      this.#isComparisonDue = true;
    }
    this.#hadContacts = hasContacts;
    if (!this.#isComparisonDue) return;
    this.#isComparisonDue = false;
    const { isUpToDate } = sync;
    if (isUpToDate && !this.#wasUpToDate) {
      this.#ctx.notify({ event: "up-to-date", overlay: this.hex });
    }
    this.#wasUpToDate = isUpToDate;
  }

  /** The three loops of an overlay: walk and sync, puncturing and walk, writing and forgetting. */
  #settle(intent: Intent): void {
    const { sync, walker, puncturing, traversals, own, writer, push } = this.#parts;
    switch (intent.kind) {
      case "offer":
        return walker.pull(intent.peer, true);
      case "part":
        if (sync.hasPartFor(intent.peer)) walker.pull(intent.peer, true);
        return;
      case "askElsewhere":
        if (!walker.pullElsewhere()) walker.pull(intent.otherwise, true);
        return;
      case "ask":
        return walker.askNow(intent.address);
      case "opened": {
        const isAsked = walker.askIfFast(intent.address, intent.hasMoved);
        if (!isAsked && intent.otherwise !== undefined) puncturing.puncture(intent.otherwise);
        return;
      }
      case "found":
        walker.introduced(intent.introduction, intent.introducer, intent.bytes);
        return traversals.found(intent);
      case "drop":
        writer.drop(intent.held);
        return own.dropped(intent.held);
      case "push":
        return push.push(intent.bundles);
      case "shared":
        return own.shared();
    }
  }

  status(): OverlayStatus {
    const { keys, payloads, policy, table, clock, sync, own, store } = this.#parts;
    const { key, member } = keys;
    return {
      overlay: this.hex,
      key: toHex(key),
      member: toHex(member.publicKey),
      instance: toHex(this.scope.instance.bytes),
      policy: policy.writers,
      private: payloads.isPrivate,
      ...(policy.writers !== "unknown" && { policyPrivate: policy.isPrivate }),
      mayWrite: policy.mayWrite(member.publicKey),
      unknownRequirements: policy.unknownRequirements,
      bundles: store.index.size + store.aside.size,
      peersHold: sync.highestCountSeen(),
      upToDate: this.#wasUpToDate,
      globalTime: clock.time(this.#ctx.now),
      candidates: table.counts(this.#ctx.now),
      syncing: sync.activePeer !== undefined,
      ownKeyUsed: own.unknown,
    };
  }

  places(): PlaceStatus[] {
    return this.#parts.walker.places();
  }

  peers(): PeerStatus[] {
    const { now } = this.#ctx;
    return this.#parts.table.all(now).map(({ candidate, bucket }) => {
      const heardMs = Math.max(candidate.lastAnsweredMs, candidate.lastRequestedMs);
      const path = this.#parts.netState.paths.known(candidate.address);
      const rttMs = path?.roundTrip.smoothedMs;
      return {
        address: candidate.address,
        ...(candidate.lan && { lan: candidate.lan }),
        bucket,
        ...(candidate.instance !== undefined && { instance: candidate.instance }),
        ...(rttMs !== undefined && { rttMs }),
        ...(path !== undefined && path.rate.delivered > 0 && { incoming: incomingOf(path, now) }),
        ...(heardMs > -Infinity && { heardMsAgo: now - heardMs }),
        tracker: candidate.storesNothing,
        nat: candidate.nat,
      };
    });
  }

  /** Contacted peers, the most recently heard first. */
  contacts(): Address[] {
    const contacted = this.#parts.table.list("contacted", this.#ctx.now);
    return contacted.map(({ address }) => address).reverse();
  }

  /** Whether the overlay requires of who takes part what this version does not know. */
  get #isBarred(): boolean {
    return this.#parts.policy.unknownRequirements !== 0;
  }

  #read(): void {
    if (this.#parts.earlierRun.next().done === true) this.#begin();
    else this.#reading.set(this.#ctx.now + PORTION_MS);
  }

  #begin(): void {
    this.#hasBegun = true;
    if (!this.#isBarred) {
      this.#parts.own.start();
      this.#parts.walker.start();
      this.#parts.own.acceptInvitation();
    }
    for (const { reference, drafts } of this.#early.splice(0)) this.publish(reference, drafts);
  }

  /** What others sent is refused while the disk takes none; once it does again, it is asked for at once. */
  #considerDisk(): void {
    const { storage, writer } = this.#parts;
    const { asks } = storage;
    if (!asks) writer.refuseWaiting();
    else if (!this.#didDiskTake) this.#catchUp();
    this.#didDiskTake = asks;
  }

  #catchUp(): void {
    const { sync, own, walker } = this.#parts;
    sync.beginAgain();
    own.acceptInvitation();
    for (const contact of this.contacts().slice(0, CATCH_UP_CONTACTS)) walker.pull(contact, false);
  }

  /**
   * What takes longest for a large set begins at once: who asks before its sketch is whole asks with a filter, which
   * tells little of a small difference. One after the other, since each takes a turn of the event loop.
   */
  #beginSummaries(): void {
    const { hints, epochs, store, profile } = this.#parts;
    hints.fingerprint("control");
    hints.fingerprint("all");
    if (!profile.sketches || store.index.size === 0) return;
    for (const [turn, set] of [store.control, store.index].entries()) {
      this.#ctx.timers.plan("summaries", this.#ctx.now + (1 + turn) * PORTION_MS, () => {
        set.sketch(epochs.sketchKey(epochs.now));
      });
    }
  }

  /** Fingerprints and sketches of a large set are made anew in portions, with the rest of our work in between. */
  #keepUp(): void {
    const { control, index } = this.#parts.store;
    const behind = [control, index].find((set) => set.isBehind);
    if (this.#isKeepingUp || behind === undefined) return;
    this.#isKeepingUp = true;
    this.#ctx.timers.plan("keep up", this.#ctx.now + PORTION_MS, () => {
      this.#isKeepingUp = false;
      behind.keepUp();
    });
  }

  /** Asks nobody any more; what is held is looked after as before. */
  #rest(): void {
    this.#parts.walker.stop();
    this.#parts.sync.reset();
    this.#parts.admission.stop();
    this.#forgetPaths();
  }

  #forgetPaths(): void {
    this.scope.dropQueued();
    this.#parts.traversals.clear();
    this.#parts.seeks.clear();
  }

  #requested(message: IntroductionRequest, way: Way): void {
    const { from } = way;
    const { table, responder, puncturing, intents } = this.#parts;
    const before = table.bucket(from, this.#ctx.now);
    if (!responder.requested(message, way)) return;
    puncturing.heard(from, message.instance);
    // Whoever was named to us may have been asked where nothing reached it.
    const hasMoved = before === "introduced";
    if (!hasMoved && before !== undefined) return;
    intents.push({ kind: "opened", address: from, hasMoved, otherwise: undefined });
  }

  #bundles(message: BundlesMessage, from: Address, bytes: number): void {
    const { sync, admission, walker, profile, netState, mayAsk } = this.#parts;
    if (sync.arrived(message, from, bytes)) return;
    const { identifier, token, bundles } = message;
    const { tokens } = netState.validation;
    if (token === undefined || !tokens.accepts(from, token, this.#ctx.now)) {
      return this.#ctx.count("rejected: bundles not asked for");
    }
    admission.receive(bundles, { from, isAsked: false, arrivals: NOBODY });
    // Bundles that we asked its sender for, in answer to a sketch.
    if (identifier !== undefined) return this.#ctx.count("wanted bundles", bundles.length);
    this.#ctx.count("pushed bundles", bundles.length);
    const mayPull = profile.pullOnPush && mayAsk();
    if (mayPull && sync.activePeer === undefined) walker.pull(from, false);
  }

  /** What every part does with what is held now, before the senders hear of it. */
  #committed(written: Written[]): void {
    this.#isComparisonDue = true;
    const { sync, retention, own, policy, admission } = this.#parts;
    const bundles = written.map(({ bundle }) => bundle);
    sync.committed(bundles);
    retention.added(bundles);
    own.committed(written.filter(({ isMade }) => !isMade).map(({ bundle }) => bundle));
    const changed = bundles.map((bundle) => policy.apply(bundle)).includes(true);
    for (const bundle of bundles) this.#ctx.notify({ event: "bundle", overlay: this.hex, bundle });
    if (!changed) return;
    const { writers, unknownRequirements } = policy;
    if (writers !== "unknown") {
      const event = { event: "policy", overlay: this.hex, writers, unknownRequirements } as const;
      this.#ctx.notify(event);
    }
    if (this.#isBarred) return this.#rest();
    admission.policyChanged();
    own.acceptInvitation();
  }
}

function incomingOf(path: Path, now: number): IncomingStatus {
  const { bytesPerSecond, limit, rate, lastArrivedMs } = path;
  const { waitMs, loss } = rate;
  return { rate: bytesPerSecond, limit, waitMs, loss, lastMsAgo: now - lastArrivedMs };
}
