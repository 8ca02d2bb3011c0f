import type { Candidate } from "../../candidates/candidate.ts";
import type { Liveness } from "../../candidates/liveness.ts";
import { CandidateTable } from "../../candidates/table.ts";
import type { Address } from "../../wire/address.ts";
import { readBundle, type Bundle, type Draft } from "../../wire/bundle.ts";
import { toHex } from "../../wire/bytes.ts";
import type { BundlesMessage, Message, WireBundle } from "../../wire/message.ts";
import { filterBytes, sketchSymbols } from "../../wire/sizes.ts";
import { Admission, NOBODY } from "../bundles/admission.ts";
import { ClockBound } from "../bundles/clock-bound.ts";
import type { Context } from "../core/context.ts";
import type { Intent, Intents } from "../core/intents.ts";
import { keyring, type Keyring } from "../core/keyring.ts";
import type { OverlayConfig } from "../core/overlay-config.ts";
import { OwnBundles } from "../bundles/own-bundles.ts";
import { Policy } from "../bundles/policy.ts";
import type { Profile } from "../core/profile.ts";
import { Puncturing } from "../traversal/puncturing.ts";
import { Retention } from "../bundles/retention.ts";
import { Responder } from "../walk/responder.ts";
import { Seeks } from "../traversal/seeks.ts";
import type { OverlayStatus, PeerStatus } from "../core/status.ts";
import type { Storage } from "../bundles/storage.ts";
import type { Held } from "../sets/held.ts";
import type { BundleStore } from "../store/store.ts";
import type { NetState } from "../net/net-state.ts";
import type { Scope } from "../net/scope.ts";
import { Answering } from "../sync/answering.ts";
import { Epochs } from "../sync/epochs.ts";
import { FingerprintCompare } from "../sync/fingerprint-compare.ts";
import { Push } from "../sync/push.ts";
import { Supply } from "../sync/supply.ts";
import { Sync } from "../sync/sync.ts";
import type { Timer } from "../core/timers.ts";
import { Traversals } from "../traversal/traversals.ts";
import { Walker } from "../walk/walker.ts";
import { Writer } from "../bundles/writer.ts";

/** Our own walking keeps some 11 contacted; the rest are those who ask us. */
const MAX_CANDIDATES = 1_024;
/**
 * One path brings all bundles, and a second one may outlive it: more are found without searching for ports, or not at
 * all.
 */
const ENOUGH_PATHS = 2;
/** Asked at once when the disk takes more again: one is enough, and some may be gone. */
const CATCH_UP_CONTACTS = 4;
/** Until the next portion of long work: the event loop serves everybody else before. */
const PORTION_MS = 1;
/** Bundles of an earlier run that are read and parsed at a time: 2 to 4 ms. */
const READ_AT_ONCE = 128;

/** Our part in one overlay: composes the parts and hands each message to the one it concerns. */
export class Overlay {
  readonly id: Uint8Array;
  readonly hex: string;
  /** What its datagrams are made and sent with. */
  readonly scope: Scope;
  readonly #ctx: Context;
  readonly #keys: Keyring;
  readonly #store: BundleStore;
  readonly #profile: Profile;
  readonly #table: CandidateTable;
  readonly #policy: Policy;
  readonly #clock: ClockBound;
  readonly #retention: Retention;
  readonly #writer: Writer;
  readonly #own: OwnBundles;
  readonly #admission: Admission;
  readonly #netState: NetState;
  readonly #storage: Storage;
  readonly #seeks: Seeks;
  readonly #traversals: Traversals;
  readonly #puncturing: Puncturing;
  readonly #responder: Responder;
  readonly #walker: Walker;
  readonly #intents: Intents = [];
  readonly #sync: Sync;
  readonly #push: Push;
  readonly #hints: FingerprintCompare;
  readonly #epochs: Epochs;
  /** While what an earlier run left is being read. */
  #reading: Timer | undefined;
  /** What is to be published after that. BOUNDED: by what a user asks for in that second. */
  readonly #early: { reference: number; drafts: Draft[] }[] = [];
  #isKeepingUp = false;

  constructor(parts: {
    ctx: Context;
    id: Uint8Array;
    config: OverlayConfig;
    store: BundleStore;
    netState: NetState;
    /** Of the disk that all overlays share. */
    storage: Storage;
    /** A tracker that the user named has answered. */
    trackerAnswered: () => void;
  }) {
    const { ctx, config, store, netState, storage } = parts;
    const { profile } = config;
    this.id = parts.id;
    this.hex = toHex(parts.id);
    this.#ctx = ctx;
    this.#keys = keyring(ctx.crypto, config);
    this.#store = store;
    this.#profile = profile;
    this.#netState = netState;
    this.#storage = storage;
    this.scope = netState.scope(parts.id);
    const scope = this.scope;
    const table = new CandidateTable({
      maxCandidates: MAX_CANDIDATES,
      groupCaps: profile.groupCaps,
      ownNetwork: netState.isOwnNetwork,
      eligibleDelayMs: () => netState.visitDelayMs,
    });
    this.#table = table;
    const policy = new Policy(config.key);
    this.#policy = policy;
    const drop = (held: Held[]): void => {
      this.#writer.drop(held);
      this.#own.dropped(held);
    };
    const retention = new Retention(ctx, drop, (held, isAside) => store.setAside(held, isAside));
    this.#retention = retention;
    const clock = new ClockBound(store, table, config.overlaySecret !== undefined);
    this.#clock = clock;
    this.#writer = new Writer({
      ctx,
      overlay: this.hex,
      keys: this.#keys,
      store,
      storage,
      policy,
      clock,
      isKept: (bundle) => retention.refuses(bundle) !== "superseded",
      committed: (bundles, received) => this.#committed(bundles, received),
    });
    this.#own = new OwnBundles({
      ctx,
      overlay: this.hex,
      keys: this.#keys,
      store,
      clock,
      retention,
      writer: this.#writer,
      push: (bundles) => this.#push.push(bundles),
    });
    this.#admission = new Admission({
      ctx,
      overlay: this.hex,
      overlayKey: config.key,
      store,
      storage,
      policy,
      clock,
      retention,
      writer: this.#writer,
    });
    this.#seeks = new Seeks({ ctx, scope, netState });
    this.#traversals = new Traversals({
      ctx,
      scope,
      table,
      netState,
      seeks: this.#seeks,
      seeds: () => this.#walker.seeds(),
      isWanted: () => table.counts(ctx.now).contacted < ENOUGH_PATHS,
      ask: (address) => this.#walker.askNow(address),
      met: (introduction, namer, size) => this.#walker.introduced(introduction, namer, size),
    });
    this.#puncturing = new Puncturing({
      ctx,
      scope,
      table,
      netState,
      traversals: this.#traversals,
      isNamed: (address) => this.#walker.isSeed(address),
      opened: (address, hasMoved) => this.#walker.askIfFast(address, hasMoved),
    });
    const { validation } = netState;
    const mayAsk = (): boolean => this.#mayAsk();
    const epochs = new Epochs(ctx, config.key);
    this.#epochs = epochs;
    const hints = new FingerprintCompare({ epochs, store, profile });
    this.#hints = hints;
    this.#responder = new Responder({
      ctx,
      scope,
      table,
      netState,
      answering: new Answering({
        ctx,
        scope,
        store,
        clock,
        mayAsk,
        profile,
        hints,
        epochs,
        work: netState.work,
      }),
    });
    this.#walker = new Walker({
      ctx,
      scope,
      profile,
      table,
      netState,
      puncturing: this.#puncturing,
      seeds: config.seeds,
      remembered: config.remembered,
      trackerAnswered: parts.trackerAnswered,
    });
    this.#sync = new Sync({
      ctx,
      profile,
      filterBytes: filterBytes(ctx.datagramBytes),
      datagramBytes: (peer) => {
        const via = table.get(peer)?.via ?? netState.mainSocket(peer.family);
        return netState.transports.accepts(via);
      },
      symbols: sketchSymbols(ctx.datagramBytes),
      epochs,
      store,
      mayAsk,
      table,
      clock,
      admission: this.#admission,
      hints,
      supply: new Supply({ ctx, scope, table, validation, store, profile, epochs }),
      intents: this.#intents,
    });
    this.#push = new Push({ ctx, scope, table, validation, profile });
  }

  start(): void {
    this.#beginSummaries();
    this.#readWatched(this.#store.watched()[Symbol.iterator]());
  }

  stop(): void {
    if (this.#reading !== undefined) this.#reading.cancelled = true;
    this.#walker.stop();
    this.scope.dropQueued();
    this.#forgetPaths();
    this.#sync.reset();
    this.#admission.stop();
  }

  changeSeeds(added: Address[], gone: Address[]): void {
    this.#walker.removeSeeds(gone);
    if (!this.#isBarred) this.#walker.addSeeds(added);
  }

  /** Whether somebody whom the user named answers. */
  liveness(address: Address): Liveness {
    return this.#walker.liveness(address);
  }

  /** Whether the overlay requires of who takes part what this version does not know. */
  get #isBarred(): boolean {
    return this.#policy.unknownRequirements !== 0;
  }

  /** The network changed or we slept: paths are gone, so begin again. */
  restart(): void {
    if (this.#isBarred || this.#reading !== undefined) return;
    this.#sync.reset();
    this.scope.dropQueued();
    this.#forgetPaths();
    this.#table.reset(this.#ctx.now);
    if (this.#reading === undefined) this.#walker.hurry();
  }

  receive(message: Message, from: Address, via: number, bytes: number): void {
    if (this.#isBarred) return this.#ctx.count("rejected: overlay requires a newer version");
    if (this.#reading !== undefined) return this.#ctx.count("dropped: the overlay is being read");
    switch (message.kind) {
      case "introduction-request": {
        const before = this.#table.bucket(from, this.#ctx.now);
        const isKnown = this.#responder.requested(from, via, message, bytes);
        if (!isKnown) return;
        this.#puncturing.heard(from, message.instance);
        // Whoever was named to us may have been asked where nothing reached it.
        const isMet = before === "introduced";
        if (isMet || before === undefined) this.#walker.askIfFast(from, isMet);
        return;
      }
      case "introduction-response":
        if (this.#seeks.responded(from, via, message, bytes)) return;
        return this.#walker.responded(from, via, message, bytes);
      case "puncture-request":
        return this.#puncturing.requested(from, via, message);
      case "puncture":
        return this.#puncturing.arrived(from, via, message);
      case "bundles":
        return this.#bundles(message, from);
    }
  }

  /** Those whom the user named, trackers first; IPv4's before IPv6's. */
  namedObservers(): { addresses: Address[]; trackers: number } {
    const named = this.#table.list("tracker", this.#ctx.now);
    const order = ({ address, storesNothing }: Candidate): number =>
      address.family + (storesNothing ? 0 : 1);
    return {
      addresses: named.sort((a, b) => order(a) - order(b)).map(({ address }) => address),
      trackers: named.filter(({ storesNothing }) => storesNothing).length,
    };
  }

  /** Tells introducers what is known of our NAT by now. */
  announce(): void {
    this.#walker.announce();
  }

  /** Opens a path to a node, by every introducer that the user named. */
  ping(instance: string): void {
    this.#traversals.demand(instance);
  }

  publish(reference: number, drafts: Draft[]): void {
    if (this.#reading !== undefined) return void this.#early.push({ reference, drafts });
    const overlay = this.hex;
    const refusal = this.#writer.publish(drafts, (bundles, failure) => {
      if (failure !== undefined) {
        return this.#ctx.notify({ event: "refused", overlay, reference, reason: failure });
      }
      this.#ctx.notify({ event: "published", overlay, reference, bundles });
      this.#own.published(bundles);
      this.#push.push(bundles);
    });
    if (refusal !== undefined) {
      this.#ctx.notify({ event: "refused", overlay, reference, reason: refusal });
    }
  }

  verified(job: number, valid: boolean[]): void {
    this.#admission.verified(job, valid);
  }

  /** The end of a commit; `failure`: why nothing of it is on disk. */
  commitEnded(batch: number, failure?: string): void {
    this.#writer.commitEnded(batch, failure);
  }

  /** The disk takes more again: what was refused meanwhile is asked for at once. */
  catchUp(): void {
    this.#sync.beginAgain();
    this.#acceptInvitation();
    for (const contact of this.contacts().slice(0, CATCH_UP_CONTACTS)) {
      this.#walker.pull(contact, false);
    }
  }

  /** The end of an input: what it collected goes to disk together, and time has done its part. */
  settle(): void {
    const intents = this.#intents;
    for (let next = intents.shift(); next !== undefined; next = intents.shift()) this.#settle(next);
    this.#writer.flush();
    this.#table.expire(this.#ctx.now);
    this.#keepUp();
  }

  #settle(intent: Intent): void {
    switch (intent.kind) {
      case "offer":
        return this.#walker.pull(intent.peer, true);
      case "askElsewhere":
        if (!this.#walker.pullElsewhere()) this.#walker.pull(intent.otherwise, true);
        return;
      case "shared":
        return this.#own.shared();
    }
  }

  status(): OverlayStatus {
    const { key, member } = this.#keys;
    return {
      overlay: this.hex,
      key: toHex(key),
      member: toHex(member.publicKey),
      policy: this.#policy.writers,
      mayWrite: this.#policy.mayWrite(member.publicKey),
      unknownRequirements: this.#policy.unknownRequirements,
      bundles: this.#store.index.size + this.#store.aside.size,
      globalTime: this.#clock.time(this.#ctx.now),
      candidates: this.#table.counts(this.#ctx.now),
      syncing: this.#sync.activePeer !== undefined,
      ownKeyUsed: this.#own.unknown,
    };
  }

  peers(): PeerStatus[] {
    const { now } = this.#ctx;
    return this.#table.all(now).map(({ candidate, bucket }) => {
      const heardMs = Math.max(candidate.lastAnsweredMs, candidate.lastRequestedMs);
      return {
        address: candidate.address,
        ...(candidate.lan && { lan: candidate.lan }),
        bucket,
        ...(candidate.instance !== undefined && { instance: candidate.instance }),
        ...(candidate.rttMs !== undefined && { rttMs: candidate.rttMs }),
        ...(heardMs > -Infinity && { heardMsAgo: now - heardMs }),
        tracker: candidate.storesNothing,
        nat: candidate.nat,
      };
    });
  }

  /** Contacted peers, the most recently heard first. */
  contacts(): Address[] {
    const contacted = this.#table.list("contacted", this.#ctx.now);
    return contacted.map(({ address }) => address).reverse();
  }

  /**
   * Whether others are asked for bundles: also below the disk's floor until the policy is known, without which our user
   * cannot write.
   */
  #mayAsk(): boolean {
    const needsPolicy = this.#policy.writers === "unknown";
    return this.#storage.asks || (needsPolicy && this.#storage.takesControl);
  }

  /**
   * What takes longest for a large set begins at once: who asks before its sketch is whole asks with a filter, which
   * tells little of a small difference. One after the other, since each takes a turn of the event loop.
   */
  #beginSummaries(): void {
    this.#hints.fingerprint();
    if (!this.#profile.sketches || this.#store.index.size === 0) return;
    this.#ctx.timers.plan("summaries", this.#ctx.now + PORTION_MS, () => {
      this.#store.index.sketch(this.#epochs.sketchKey(this.#epochs.now));
    });
  }

  /** Fingerprints and sketches of a large set are made anew in portions, with the rest of our work in between. */
  #keepUp(): void {
    const { index } = this.#store;
    if (this.#isKeepingUp || !index.isBehind) return;
    this.#isKeepingUp = true;
    this.#ctx.timers.plan("keep up", this.#ctx.now + PORTION_MS, () => {
      this.#isKeepingUp = false;
      index.keepUp();
    });
  }

  #forgetPaths(): void {
    this.#traversals.clear();
    this.#seeks.clear();
  }

  #bundles(message: BundlesMessage, from: Address): void {
    if (this.#sync.arrived(message, from)) return;
    const { identifier, token, bundles } = message;
    const { tokens } = this.#netState.validation;
    if (token === undefined || !tokens.accepts(from, token, this.#ctx.now)) {
      return this.#ctx.count("rejected: bundles not asked for");
    }
    this.#admission.receive(bundles, { from, isAsked: false, arrivals: NOBODY });
    // Bundles that we asked its sender for, in answer to a sketch.
    if (identifier !== undefined) return this.#ctx.count("wanted bundles", bundles.length);
    this.#ctx.count("pushed bundles", bundles.length);
    const mayPull = this.#profile.pullOnPush && this.#mayAsk();
    if (mayPull && this.#sync.activePeer === undefined) {
      this.#walker.pull(from, false);
    }
  }

  #committed(bundles: Bundle[], received: Bundle[]): void {
    this.#sync.committed(bundles);
    this.#retention.added(bundles);
    this.#own.committed(received);
    const changed = bundles.map((bundle) => this.#policy.apply(bundle)).includes(true);
    for (const bundle of bundles) this.#ctx.notify({ event: "bundle", overlay: this.hex, bundle });
    if (!changed) return;
    const { writers, unknownRequirements } = this.#policy;
    if (writers !== "unknown") {
      const event = { event: "policy", overlay: this.hex, writers, unknownRequirements } as const;
      this.#ctx.notify(event);
    }
    if (this.#isBarred) return this.stop();
    this.#admission.policyChanged();
    this.#acceptInvitation();
  }

  /** Whoever holds an invitation grants itself the permission to write, as soon as the invitation counts. */
  #acceptInvitation(): void {
    const { member, invitation } = this.#keys;
    if (invitation === undefined || this.#policy.writers !== "members") return;
    if (this.#policy.mayWrite(member.publicKey)) return;
    if (!this.#policy.mayGrant(invitation.publicKey)) return;
    const grant = { kind: "grant", member: member.publicKey, write: true, grant: false } as const;
    this.#writer.publish([{ content: grant }], (bundles, failure) => {
      if (failure === undefined) this.#push.push(bundles);
    });
  }

  /**
   * What an earlier run left: who may write, and what is not kept for ever. Portion by portion where it is much, and
   * only then our part begins. The policy is in the first one, since everything else here comes after it in time.
   */
  #readWatched(watched: Iterator<WireBundle>): void {
    const bundles: Bundle[] = [];
    let next = watched.next();
    for (let i = 1; next.done !== true; i++) {
      const bundle = readBundle(this.#ctx.crypto, this.#keys.key, next.value);
      if (!("rejected" in bundle)) bundles.push(bundle);
      if (i === READ_AT_ONCE) break;
      next = watched.next();
    }
    for (const bundle of bundles) this.#policy.apply(bundle);
    this.#retention.added(bundles);
    const at = this.#ctx.now + PORTION_MS;
    this.#reading =
      next.done === true
        ? undefined
        : this.#ctx.timers.plan("read", at, () => this.#readWatched(watched));
    if (next.done === true) this.#begin();
  }

  #begin(): void {
    if (!this.#isBarred) {
      this.#own.start();
      this.#walker.start(this.#sync);
      this.#acceptInvitation();
    }
    for (const { reference, drafts } of this.#early.splice(0)) this.publish(reference, drafts);
  }
}
