import type { Candidate } from "../../candidates/candidate.ts";
import type { Liveness } from "../../candidates/liveness.ts";
import type { Address } from "../../wire/address.ts";
import type { Bundle, Draft } from "../../wire/bundle.ts";
import type { Input } from "../core/inputs.ts";
import { isLink } from "../../wire/address-scope.ts";
import {
  type BundlesMessage,
  type IntroductionRequest,
  type Message,
  type Notice,
  perKind,
} from "../../wire/message.ts";
import { type Fate, NOBODY } from "../bundles/admission.ts";
import type { Holding } from "../bundles/receipts/receipts.ts";
import type { KeptTopic } from "../bundles/retention.ts";
import type { Written } from "../bundles/writer.ts";
import type { WebSocketPlace } from "../../wire/websocket-place.ts";
import type { Context } from "../core/context.ts";
import type { Intent } from "../core/intents.ts";
import { Alarm } from "../core/timers.ts";
import type { OverlayStatus, PeerStatus, PlaceStatus } from "../core/engine-status.ts";
import type { Held } from "../sets/held.ts";
import type { Scope } from "../net/scope.ts";
import type { Link } from "../net/transports.ts";
import type { Announced, Lan } from "../net/lan.ts";
import { hadToBeSealed } from "../net/secrecy.ts";
import type { Way } from "../net/way.ts";
import type { Contact } from "../sync/fresh/notices.ts";
import { overlayStatus, peerStatuses } from "./overlay-status.ts";
import { type Foundation, type Parts, partsOf } from "./parts.ts";

/** Asked at once when the disk takes more again: one is enough, and some may be gone. */
const CATCH_UP_CONTACTS = 4;
/** Until the next portion of long work: the event loop serves everybody else before. */
const PORTION_MS = 1;

const NEWER_VERSION = "the overlay requires a newer version of this program";

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
  readonly #lan: Lan;
  /** As what the machines around us hear of it. */
  readonly #announced: Announced;
  /** Not before what an earlier run left is read. */
  #hasBegun = false;
  /** What is to be done then. BOUNDED: by what a user asks for in that second. */
  readonly #early: (() => void)[] = [];
  #isKeepingUp = false;
  /** Whether the disk took what others would send, at the end of the last input. */
  #didDiskTake: boolean;
  /** Whether anybody was in touch with us then. */
  #hadContacts = false;
  #wasUpToDate = false;
  /** Whether the current input changed what we hold, or what is known of what others hold. */
  #isComparisonDue = false;

  constructor(foundation: Foundation) {
    const { ctx, id, storage, lan } = foundation;
    this.id = id;
    this.#ctx = ctx;
    this.#didDiskTake = storage.asks;
    this.#parts = partsOf(foundation);
    this.#reading = new Alarm(ctx.timers, "read", () => this.#read());
    this.scope = this.#parts.scope;
    this.hex = this.scope.hex;
    this.#lan = lan;
    const { carry, lanPeers } = this.#parts;
    this.#announced = { carry, heard: (from) => lanPeers.heard(from) };
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
    this.#parts.causal.stop();
  }

  changeSeeds(added: Address[], gone: Address[]): void {
    this.#parts.walker.removeSeeds(gone);
    if (!this.#isBarred) this.#parts.walker.addSeeds(added);
  }

  /** Whom our user named by a link is asked; by others we are asked. */
  linked({ address, isNamed, isHeard, overlays = [this.hex] }: Link): void {
    if (!overlays.includes(this.hex)) return;
    if (isNamed) this.changeSeeds([address], []);
    else if (isHeard === true && !this.#isBarred) this.#parts.walker.meet(address);
  }

  unlinked({ address }: Link): void {
    const { walker, table } = this.#parts;
    walker.removeSeeds([address]);
    walker.forget(address);
    table.remove(address);
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
    this.#parts.lanPeers.clear();
    table.clear(this.#ctx.now);
    walker.hurry();
  }

  receive(message: Message, { from, via, bytes, isSealed }: Way): void {
    const isNamed = this.#parts.netState.isNamed(from);
    if (!isSealed && hadToBeSealed(message, isNamed)) {
      return this.#ctx.count(NOT_SEALED[message.kind]);
    }
    if (this.#isBarred) return this.#ctx.count("rejected: overlay requires a newer version");
    if (!this.#hasBegun) return this.#ctx.count("dropped: the overlay is being read");
    const { seeks, probes, walker, puncturing } = this.#parts;
    switch (message.kind) {
      case "introduction-request":
        return this.#requested(message, { from, via, bytes, isSealed });
      case "introduction-response":
        this.#isComparisonDue = true;
        if (seeks.responded(from, via, message, bytes)) return;
        if (probes.responded(from, via, message, bytes)) return;
        return walker.responded(message, { from, via, bytes, isSealed });
      case "puncture-request":
        return puncturing.requested(from, via, message);
      case "puncture":
        return puncturing.arrived(from, via, message);
      case "bundles":
        return this.#bundles(message, { from, via, bytes, isSealed });
      case "notice":
        return this.#noticed(message, { address: from, via });
    }
  }

  /** Those whom the user named, trackers first; IPv4's before IPv6's. */
  namedObservers(): { addresses: Address[]; trackers: number } {
    const trackers = this.#parts.table.list("tracker", this.#ctx.now);
    const named = trackers.filter(({ address }) => !isLink(address));
    const order = ({ address, storesNothing }: Candidate): number =>
      address.family + (storesNothing ? 0 : 1);
    return {
      addresses: named.sort((a, b) => order(a) - order(b)).map(({ address }) => address),
      trackers: named.filter(({ storesNothing }) => storesNothing).length,
    };
  }

  /** It gave us a token outside of this overlay. */
  granted(by: Address): void {
    this.#parts.walker.granted(by);
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
    this.#early.push(() => this.publish(reference, drafts));
  }

  /** Takes in what the user brought. */
  bring(brought: Extract<Input, { kind: "import" }>): void {
    if (!this.#hasBegun) return void this.#early.push(() => this.bring(brought));
    if (this.#isBarred) return this.#parts.brought.refuse(brought, NEWER_VERSION);
    this.#parts.brought.take(brought);
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
    const { intents, own, writer, table, fresh } = this.#parts;
    this.#considerDisk();
    for (let next = intents.shift(); next !== undefined; next = intents.shift()) this.#settle(next);
    own.settle();
    writer.flush();
    fresh.settle();
    table.expire(this.#ctx.now);
    this.#tellContacts();
    this.#keepUp();
  }

  /** What whoever waits for a sync wants to know: that nobody is there any more, and that nothing is missing. */
  #tellContacts(): void {
    const { table, sync } = this.#parts;
    const hasContacts = table.count("contacted", this.#ctx.now) > 0;
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

  /** The four loops of an overlay: walk and sync, puncturing and walk, writing and forgetting, reading and sync. */
  #settle(intent: Intent): void {
    const { sync, walker, puncturing, traversals, own, writer, fresh } = this.#parts;
    const { heads, causal, receipts } = this.#parts;
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
      case "ancestors": {
        const next = sync.nextNamed();
        if (next !== undefined) walker.pullNamed(next.peer, next.offer);
        return;
      }
      case "drop":
        writer.drop(intent.held);
        receipts.dropped(intent.held);
        heads?.drop(intent.held);
        causal.dropped(intent.held);
        return own.dropped(intent.held);
      case "push":
        return fresh.push(intent.bundles);
      case "resized":
        sync.resized(intent.peer);
        return walker.pull(intent.peer, true);
      case "ephemeral":
        return this.#sendOn(intent.bundle, intent.from);
      case "shared":
        receipts.shared();
        return own.shared();
    }
  }

  status(): OverlayStatus {
    return {
      ...overlayStatus(this.#parts, this.#ctx.now),
      overlay: this.hex,
      upToDate: this.#wasUpToDate,
    };
  }

  /** What is kept by topic; undefined while what an earlier run left is being read. */
  topics(): ReadonlyMap<string, KeptTopic> | undefined {
    return this.#hasBegun ? this.#parts.retention.topics : undefined;
  }

  /** Who holds a bundle of ours that asks for a receipt. */
  holding(place: Held): Holding | undefined {
    return this.#parts.receipts.holding(place);
  }

  get webSockets(): WebSocketPlace[] {
    return this.#parts.webSockets.places;
  }

  places(): PlaceStatus[] {
    return this.#parts.walker.places();
  }

  peers(): PeerStatus[] {
    return peerStatuses(this.#parts, this.#ctx.now);
  }

  /** Contacted peers, the most recently heard first. */
  contacts(): Address[] {
    const contacted = this.#parts.table.list("contacted", this.#ctx.now);
    return contacted.map(({ address }) => address).reverse();
  }

  /** Whether it has asked or answered us, with the ticket. */
  knows(address: Address): boolean {
    const bucket = this.#parts.table.bucket(address, this.#ctx.now);
    return bucket === "contacted" || bucket === "requested";
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
    this.#parts.fresh.start();
    if (!this.#isBarred) {
      this.#parts.own.start();
      this.#parts.receipts.start();
      this.#parts.walker.start();
      if (this.#parts.profile.lan) this.#lan.join(this.#announced);
      this.#parts.own.acceptInvitation();
    }
    for (const work of this.#early.splice(0)) work();
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
    if (this.#isKeepingUp || !(control.isBehind || index.isBehind)) return;
    const behind = control.isBehind ? control : index;
    this.#isKeepingUp = true;
    this.#ctx.timers.plan("keep up", this.#ctx.now + PORTION_MS, () => {
      this.#isKeepingUp = false;
      behind.keepUp();
    });
  }

  /** Asks nobody any more; what is held is looked after as before. */
  #rest(): void {
    this.#lan.leave(this.#announced);
    this.#parts.walker.stop();
    this.#parts.sync.reset();
    this.#parts.admission.stop();
    this.#parts.brought.stop(NEWER_VERSION);
    this.#parts.receipts.stop();
    this.#parts.ancestors.stop();
    this.#forgetPaths();
  }

  #forgetPaths(): void {
    this.scope.dropQueued();
    this.#parts.fresh.reset();
    this.#parts.traversals.clear();
    this.#parts.seeks.clear();
    this.#parts.probes.clear();
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

  #bundles(message: BundlesMessage, { from, via, bytes }: Way): void {
    const { sync, admission, walker, profile, fresh, mayAsk } = this.#parts;
    if (sync.arrived(message, from, bytes)) return;
    const { identifier, token, bundles } = message;
    if (!this.#accepts(token, from)) return this.#ctx.count("rejected: bundles not asked for");
    let calls = false;
    const hears = (bundle: Bundle, fate: Fate): void => {
      calls ||= fate !== "held" && fresh.callsForOffer(bundle.header.globalTime);
      fresh.came(bundle, { address: from, via }, fate);
    };
    admission.receive(bundles, { from, isAsked: false, arrivals: NOBODY, hears });
    // Bundles that we asked its sender for, in answer to a sketch.
    if (identifier !== undefined) return this.#ctx.count("wanted bundles", bundles.length);
    this.#ctx.count("pushed bundles", bundles.length);
    const mayPull = profile.pullOnPush && calls && mayAsk();
    if (mayPull && sync.activePeer === undefined) walker.pull(from, false);
  }

  #noticed(message: Notice, from: Contact): void {
    if (this.#accepts(message.token, from.address)) return this.#parts.fresh.noticed(message, from);
    this.#ctx.count("rejected: notice without our token");
  }

  /** Whether it is what we gave to this address. */
  #accepts(token: Uint8Array | undefined, from: Address): boolean {
    const { tokens } = this.#parts.netState.validation;
    return token !== undefined && tokens.accepts(from, token, this.#ctx.now);
  }

  #sendOn(bundle: Bundle, from: Address | undefined): void {
    const isReceipt = this.#parts.receipts.passed(bundle);
    if (!isReceipt) this.#ctx.notify({ event: "ephemeral", overlay: this.hex, bundle });
    this.#parts.fresh.sendOn(bundle, from);
  }

  /** What every part does with what is held now, before the senders hear of it. */
  #committed(written: Written[]): void {
    this.#isComparisonDue = true;
    const { sync, retention, own, policy, admission, causal, ancestors } = this.#parts;
    const { fresh, receipts } = this.#parts;
    const bundles = written.map(({ bundle }) => bundle);
    sync.committed(bundles);
    fresh.committed(written);
    retention.added(bundles);
    own.committed(written.filter(({ isMade }) => !isMade).map(({ bundle }) => bundle));
    const changed = bundles.map((bundle) => policy.apply(bundle)).includes(true);
    for (const bundle of bundles) this.#ctx.notify({ event: "bundle", overlay: this.hex, bundle });
    causal.committed(bundles);
    ancestors.committed();
    receipts.committed(written);
    if (!changed) return;
    const { writers, unknownRequirements } = policy;
    if (writers !== "unknown") {
      const event = { event: "policy", overlay: this.hex, writers, unknownRequirements } as const;
      this.#ctx.notify(event);
    }
    if (this.#isBarred) return this.#rest();
    admission.policyChanged();
    own.acceptInvitation();
    receipts.policyChanged();
  }
}
