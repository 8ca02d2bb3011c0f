import type { Candidate } from "../candidates/candidate.ts";
import { CandidateTable } from "../candidates/table.ts";
import type { Address } from "../wire/address.ts";
import { readBundle, type Bundle, type Draft } from "../wire/bundle.ts";
import { toHex } from "../wire/bytes.ts";
import type { BundlesMessage, Message } from "../wire/message.ts";
import { filterBytes, sketchSymbols } from "../wire/sizes.ts";
import { Admission, NOBODY } from "./admission.ts";
import { ClockBound } from "./clock.ts";
import type { Context } from "./context.ts";
import { keyring, type Keyring } from "./keyring.ts";
import type { OverlayConfig } from "./overlay-config.ts";
import { Policy } from "./policy.ts";
import type { Profile } from "./profile.ts";
import { Puncturing } from "./puncturing.ts";
import { Retention } from "./retention.ts";
import { Responder } from "./responder.ts";
import { Seeks } from "./traversal/seeks.ts";
import type { OverlayStatus, PeerStatus } from "./status.ts";
import type { BundleStore } from "./store/store.ts";
import type { Surroundings } from "./surroundings.ts";
import { Answering } from "./sync/answering.ts";
import { Epochs } from "./sync/epochs.ts";
import { Hints } from "./sync/hints.ts";
import { Push } from "./sync/push.ts";
import { Supply } from "./sync/supply.ts";
import { Sync } from "./sync/sync.ts";
import { Traversals } from "./traversal/traversals.ts";
import { Walker } from "./walker.ts";
import { Writer } from "./writer.ts";

/** Our own walking keeps some 11 contacted; the rest are those who ask us. */
const MAX_CANDIDATES = 1_024;
/** One path brings all bundles, and a second one may outlive it: more are found without searching for ports, or not at all. */
const ENOUGH_PATHS = 2;

/** Our part in one overlay: composes the parts and hands each message to the one it concerns. */
export class Overlay {
  readonly id: Uint8Array;
  readonly hex: string;
  readonly #ctx: Context;
  readonly #keys: Keyring;
  readonly #store: BundleStore;
  readonly #profile: Profile;
  readonly #table: CandidateTable;
  readonly #policy: Policy;
  readonly #retention: Retention;
  readonly #writer: Writer;
  readonly #admission: Admission;
  readonly #surroundings: Surroundings;
  readonly #seeks: Seeks;
  readonly #traversals: Traversals;
  readonly #puncturing: Puncturing;
  readonly #responder: Responder;
  readonly #walker: Walker;
  readonly #sync: Sync;
  readonly #push: Push;

  constructor(parts: {
    ctx: Context;
    id: Uint8Array;
    config: OverlayConfig;
    store: BundleStore;
    surroundings: Surroundings;
    nextJob: () => number;
    /** A tracker that the user named has answered. */
    trackerAnswered: () => void;
  }) {
    const { ctx, config, store, surroundings } = parts;
    const { profile } = config;
    this.id = parts.id;
    this.hex = toHex(parts.id);
    this.#ctx = ctx;
    this.#keys = keyring(ctx.crypto, config);
    this.#store = store;
    this.#profile = profile;
    this.#surroundings = surroundings;
    const overlay = this.id;
    const table = new CandidateTable({
      maxCandidates: MAX_CANDIDATES,
      groupCaps: profile.groupCaps,
      ownNetwork: surroundings.isOwnNetwork,
      eligibleDelayMs: () => surroundings.visitDelayMs,
    });
    this.#table = table;
    const policy = new Policy(config.key);
    this.#policy = policy;
    const retention = new Retention(ctx, (held) => this.#writer.drop(held));
    this.#retention = retention;
    const clock = new ClockBound(store, table);
    this.#writer = new Writer({
      ctx,
      overlay: this.hex,
      keys: this.#keys,
      store,
      policy,
      committed: (bundles) => this.#committed(bundles),
    });
    this.#admission = new Admission({
      ctx,
      overlayKey: config.key,
      store,
      policy,
      clock,
      retention,
      writer: this.#writer,
      nextJob: parts.nextJob,
    });
    this.#seeks = new Seeks({ ctx, overlay, surroundings });
    this.#traversals = new Traversals({
      ctx,
      overlay,
      table,
      surroundings,
      seeks: this.#seeks,
      seeds: () => this.#walker.seeds(),
      isWanted: () => table.counts(ctx.now).contacted < ENOUGH_PATHS,
      ask: (address) => this.#walker.askNow(address),
      met: (introduction, namer, size) => this.#walker.introduced(introduction, namer, size),
    });
    this.#puncturing = new Puncturing({
      ctx,
      overlay,
      table,
      surroundings,
      traversals: this.#traversals,
      isNamed: (address) => this.#walker.isSeed(address),
      opened: (address, hasMoved) => this.#walker.askIfFast(address, hasMoved),
    });
    const { validation } = surroundings;
    const epochs = new Epochs(ctx, config.key);
    const hints = new Hints({ epochs, store, profile });
    this.#responder = new Responder({
      ctx,
      overlay,
      table,
      surroundings,
      answering: new Answering({ ctx, store, profile, hints, epochs }),
    });
    this.#walker = new Walker({
      ctx,
      overlay,
      profile,
      table,
      surroundings,
      puncturing: this.#puncturing,
      seeds: config.seeds,
      remembered: config.remembered,
      trackerAnswered: parts.trackerAnswered,
    });
    this.#sync = new Sync({
      ctx,
      profile,
      filterBytes: filterBytes(ctx.datagramBytes),
      symbols: sketchSymbols(ctx.datagramBytes),
      epochs,
      store,
      table,
      clock,
      admission: this.#admission,
      hints,
      supply: new Supply({ ctx, overlay, table, validation, store, profile, epochs }),
      offerTo: (peer) => this.#walker.pull(peer, true),
      askElsewhere: () => this.#walker.pullElsewhere(),
    });
    this.#push = new Push({ ctx, overlay, table, validation, profile });
  }

  start(): void {
    this.#readWatched();
    this.#walker.start(this.#sync);
    this.#acceptInvitation();
  }

  stop(): void {
    this.#walker.stop();
    this.#forgetPaths();
    this.#sync.reset();
    this.#admission.stop();
  }

  addSeeds(addresses: Address[]): void {
    this.#walker.addSeeds(addresses);
  }

  /** The network changed or we slept: paths are gone, so begin again. */
  restart(): void {
    this.#sync.reset();
    this.#forgetPaths();
    this.#table.reset(this.#ctx.now);
    this.#walker.hurry();
  }

  receive(message: Message, from: Address, via: number, bytes: number): void {
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
    const overlay = this.hex;
    const refusal = this.#writer.publish(drafts, (bundles, stored) => {
      if (!stored) {
        const reason = "the bundles could not be written to disk";
        return this.#ctx.notify({ event: "refused", overlay, reference, reason });
      }
      this.#ctx.notify({ event: "published", overlay, reference, bundles });
      this.#push.push(bundles);
    });
    if (refusal !== undefined) {
      this.#ctx.notify({ event: "refused", overlay, reference, reason: refusal });
    }
  }

  verified(job: number, valid: boolean[]): boolean {
    return this.#admission.verified(job, valid);
  }

  commitEnded(batch: number, stored: boolean): void {
    this.#writer.commitEnded(batch, stored);
  }

  /** The end of an input: what it collected goes to disk together. */
  flush(): void {
    this.#writer.flush();
  }

  status(): OverlayStatus {
    const { key, member } = this.#keys;
    return {
      overlay: this.hex,
      key: toHex(key),
      member: toHex(member.publicKey),
      policy: this.#policy.writers,
      mayWrite: this.#policy.mayWrite(member.publicKey),
      bundles: this.#store.index.size,
      globalTime: this.#store.clock,
      candidates: this.#table.counts(this.#ctx.now),
      syncing: this.#sync.activePeer !== undefined,
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

  #forgetPaths(): void {
    this.#traversals.clear();
    this.#seeks.clear();
  }

  #bundles(message: BundlesMessage, from: Address): void {
    if (this.#sync.arrived(message, from)) return;
    const { identifier, token, bundles } = message;
    const { tokens } = this.#surroundings.validation;
    if (token === undefined || !tokens.accepts(from, token, this.#ctx.now)) {
      return this.#ctx.count("rejected: bundles not asked for");
    }
    this.#admission.receive(bundles, { from, isAsked: false, arrivals: NOBODY });
    // Bundles that we asked its sender for, in answer to a sketch.
    if (identifier !== undefined) return this.#ctx.count("wanted bundles", bundles.length);
    this.#ctx.count("pushed bundles", bundles.length);
    if (this.#profile.pullOnPush && this.#sync.activePeer === undefined) {
      this.#walker.pull(from, false);
    }
  }

  #committed(bundles: Bundle[]): void {
    this.#sync.committed(bundles);
    this.#retention.added(bundles);
    const changed = bundles.map((bundle) => this.#policy.apply(bundle)).includes(true);
    for (const bundle of bundles) this.#ctx.notify({ event: "bundle", overlay: this.hex, bundle });
    if (!changed) return;
    const { writers } = this.#policy;
    if (writers !== "unknown") this.#ctx.notify({ event: "policy", overlay: this.hex, writers });
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
    this.#writer.publish([{ content: grant }], (bundles) => this.#push.push(bundles));
  }

  /** What an earlier run left: who may write, and what is not kept for ever. */
  #readWatched(): void {
    const { crypto } = this.#ctx;
    const read = this.#store.watched().map((wire) => readBundle(crypto, this.#keys.key, wire));
    const bundles = read.flatMap((bundle) => ("rejected" in bundle ? [] : [bundle]));
    for (const bundle of bundles) this.#policy.apply(bundle);
    this.#retention.added(bundles);
  }
}
