import type { Liveness } from "../../candidates/liveness.ts";
import type { OutcomeRow } from "../../nat/outcomes.ts";
import { DEFAULT_MAX_FLOWS } from "../../nat/plan.ts";
import type { Address } from "../../wire/address.ts";
import { toHex } from "../../wire/bytes.ts";
import type { Crypto, Random } from "../../wire/crypto.ts";
import {
  decode,
  decodeOpened,
  type Decoded,
  isAddressedTo,
  overlayIdAt,
} from "../../wire/decode.ts";
import { overlayId } from "../../wire/identity.ts";
import { DEFAULT_DATAGRAM_BYTES } from "../../wire/limits.ts";
import { type Message, perKind } from "../../wire/message.ts";
import type { Rejection } from "../../wire/rejection.ts";
import { isSealed as hasSeal } from "../../wire/sealed.ts";
import type { WebSocketPlace } from "../../wire/websocket-place.ts";
import { Context } from "../core/context.ts";
import type { CounterName, Counters } from "../core/counters.ts";
import type { Effect } from "../core/effects.ts";
import { Gate } from "./gate.ts";
import type { Input, Instant } from "../core/inputs.ts";
import type { MaxRate } from "../core/max-rate.ts";
import { Overlay } from "./overlay.ts";
import type { KeptTopic } from "../bundles/retention.ts";
import type { Holding } from "../bundles/receipts/receipts.ts";
import { Storage } from "../bundles/storage.ts";
import type {
  CandidateCounts,
  LanStatus,
  NatStatus,
  OverlayStatus,
  PeerStatus,
  PlaceStatus,
} from "../core/engine-status.ts";
import type { Held } from "../sets/held.ts";
import { Lan } from "../net/lan.ts";
import { Greetings } from "../net/greetings.ts";
import { NetState } from "../net/net-state.ts";
import type { Link } from "../net/transports.ts";
import { type NamedObservers, Surveying } from "../survey/surveying.ts";
import { Tracker } from "./tracker-role.ts";

export interface EngineOptions {
  /** A tracker introduces within any overlay and stores nothing. */
  role: "node" | "tracker";
  crypto: Crypto;
  random: Random;
  /** UDP payload budget in bytes. */
  datagramBytes?: number;
  /** Whether to find out, of its own accord, what the NAT here does; by default no. */
  surveys?: boolean;
  /** Mappings that one search for a path may fill our own NAT's table with at a time; by default DEFAULT_MAX_FLOWS. */
  maxFlows?: number;
  /** Of a node's bundles, in bytes per second; by default no limit. */
  maxRate?: MaxRate;
  /** Where it takes WebSockets, if others are to be told: see `tellableWebSocket`. */
  webSocket?: WebSocketPlace;
  /** Whether a tracker asks nobody to puncture whose NAT lets in anybody; by default yes. */
  sparesPunctures?: boolean;
  /** The latest that the wall clock told in earlier runs, Unix milliseconds: what had expired by then stays away. */
  latestWallMs?: number;
}

/** Made once, since a text put together for every datagram would be hashed for every datagram. */
const RECEIVED = perKind((kind) => `received ${kind}` as const);

/**
 * The protocol as a synchronous state machine: **handle one input, drain all effects with poll(), then wait until
 * deadline() or the next input.** It never reads a clock, never waits and touches nothing but its own state.
 */
export class Engine {
  readonly #ctx: Context;
  readonly #netState: NetState;
  readonly #gate = new Gate();
  readonly #tracker: Tracker | undefined;
  /** By hexadecimal overlay id. BOUNDED: by what the user joins. */
  readonly #overlays = new Map<string, Overlay>();
  readonly #surveying: Surveying;
  readonly #storage: Storage;
  readonly #lan: Lan;
  readonly #greetings: Greetings;

  constructor(options: EngineOptions) {
    const { role, crypto, random, datagramBytes = DEFAULT_DATAGRAM_BYTES, surveys } = options;
    const { maxFlows = DEFAULT_MAX_FLOWS, maxRate = {}, latestWallMs, webSocket } = options;
    this.#ctx = new Context({ crypto, random, datagramBytes, latestWallMs });
    this.#netState = new NetState(this.#ctx, {
      maxFlows,
      maxRate,
      ...(webSocket && { webSocket }),
    });
    this.#storage = new Storage(this.#ctx);
    this.#lan = new Lan(this.#ctx, this.#netState);
    this.#greetings = new Greetings(this.#ctx, this.#netState, (by) => this.#granted(by));
    this.#surveying = new Surveying({
      ctx: this.#ctx,
      netState: this.#netState,
      named: surveys === true ? () => this.#namedObservers() : undefined,
      classified: () => this.#announce(),
    });
    if (role === "tracker") {
      this.#tracker = new Tracker(this.#ctx, this.#netState, options.sparesPunctures ?? true);
      this.#tracker.start();
    }
  }

  /** Takes in one input. The effects of the one before must have been drained. */
  handle(input: Input, at: Instant): void {
    if (!this.#ctx.isDrained) throw new Error("effects of the previous input were not drained");
    this.#ctx.advance(at);
    this.#ctx.timers.run(at.now);
    this.#dispatch(input);
    for (const overlay of this.#overlays.values()) overlay.settle();
    this.#netState.settle();
  }

  /** The next thing to do; undefined when all effects are drained. */
  poll(): Effect | undefined {
    const effect = this.#ctx.take();
    if (effect?.kind === "send" && this.#tracker === undefined) this.#netState.sent(effect.to);
    return effect;
  }

  /** Monotonic milliseconds at which a tick is due; Infinity when nothing is planned. */
  deadline(): number {
    return this.#ctx.timers.deadline();
  }

  /* Questions change nothing, and are answered as of the last input. */

  overlays(): OverlayStatus[] {
    return [...this.#overlays.values()].map((overlay) => overlay.status());
  }

  /** Who holds a bundle of ours that asks for a receipt; undefined for all others. */
  holding(overlay: string, place: Held): Holding | undefined {
    return this.#overlays.get(overlay)?.holding(place);
  }

  peers(overlay: string): PeerStatus[] {
    return this.#overlays.get(overlay)?.peers() ?? [];
  }

  /** Whether somebody at the address has shown that it belongs to an overlay; to a tracker, that it is there. */
  takesPart(address: Address): boolean {
    if (this.#tracker !== undefined) return this.#tracker.knows(address);
    return [...this.#overlays.values()].some((overlay) => overlay.knows(address));
  }

  /** What an overlay keeps by author and topic; undefined while what an earlier run left is being read. */
  topics(overlay: string): ReadonlyMap<string, KeptTopic> | undefined {
    const known = this.#overlays.get(overlay);
    return known === undefined ? new Map() : known.topics();
  }

  /** Where an overlay begins from, and what came of asking there: whom the user named comes first. */
  places(overlay: string): PlaceStatus[] {
    return this.#overlays.get(overlay)?.places() ?? [];
  }

  /** Contacted peers of an overlay, the most recent first: for tickets, and to remember over a restart. */
  contacts(overlay: string): Address[] {
    return this.#overlays.get(overlay)?.contacts() ?? [];
  }

  /** Where nodes of an overlay take WebSockets, as they say: nobody vouches for it. The best first. */
  webSockets(overlay: string): WebSocketPlace[] {
    return this.#overlays.get(overlay)?.webSockets ?? [];
  }

  /** Whether somebody whom the user named answers: in an overlay, or to a tracker as its partner. */
  liveness(address: Address, overlay?: string): Liveness {
    const named = overlay === undefined ? this.#tracker?.partners : this.#overlays.get(overlay);
    return named?.liveness(address) ?? "unknown";
  }

  /** What a tracker serves: candidates per overlay. */
  served(): Map<string, CandidateCounts> {
    return this.#tracker?.counts() ?? new Map<string, CandidateCounts>();
  }

  /** How attempts to open paths ended, per pair of NAT classes. */
  outcomes(): OutcomeRow[] {
    return this.#netState.outcomes.rows();
  }

  nat(): NatStatus {
    const families = [4, 6] as const;
    const addresses = families.map((family) => this.#netState.publicAddress(family));
    const mapped = families.map((family) => this.#netState.mappedAddress(family));
    const family = addresses[0] === undefined && addresses[1] !== undefined ? 6 : 4;
    return {
      summary: this.#netState.describeNat(family),
      addresses: addresses.filter((address) => address !== undefined),
      possible: families.flatMap((each) => this.#netState.possibleAddresses(each)),
      mapped: mapped.filter((address) => address !== undefined),
    };
  }

  /** What is known of the machines around us; whom of an overlay that is, each overlay says. */
  lan(): LanStatus {
    return this.#lan.status();
  }

  /** What was planned and ran at the last input, by name: why the engine woke. */
  get woke(): readonly string[] {
    return this.#ctx.timers.woke;
  }

  /** What the last input counted about addresses that are not its sender's. */
  get about(): ReadonlyMap<CounterName, Address> {
    return this.#ctx.about;
  }

  /** Events counted by name; every rejection of a datagram or bundle is among them. */
  get counters(): Counters {
    return this.#ctx.counters;
  }

  #dispatch(input: Input): void {
    switch (input.kind) {
      case "datagram":
        return this.#receive(input.from, input.via, input.bytes);
      case "announcement":
        return this.#lan.heard(input.from, input.bytes);
      case "tick":
        return;
      case "join":
        return this.#join(input);
      case "leave":
        this.#overlays.get(input.overlay)?.stop();
        this.#overlays.delete(input.overlay);
        return;
      case "seeds":
        return this.#overlays.get(input.overlay)?.changeSeeds(input.addresses, input.gone ?? []);
      case "greet":
        return this.#greetings.greet(input.addresses);
      case "ping":
        return this.#overlays.get(input.overlay)?.ping(input.instance);
      case "publish":
        return this.#publish(input);
      case "import":
        return this.#import(input);
      case "verified":
        return this.#overlays.get(input.overlay)?.verified(input.job, input.valid);
      case "opened":
        return this.#netState.sockets.opened(input.job, input.via);
      case "committed":
        return this.#overlays.get(input.overlay)?.commitEnded(input.batch);
      case "commit-failed":
        return this.#overlays.get(input.overlay)?.commitEnded(input.batch, input.reason);
      case "storage":
        return this.#storage.measured(input.room);
      case "survey":
        return this.#survey(input);
      case "partners":
        this.#tracker?.partners.remove(input.gone ?? []);
        return this.#tracker?.partners.add(input.addresses);
      case "mapped":
        return this.#mapped(input);
      case "network":
        return this.#networked(input);
      case "link":
        return this.#linked(input);
      case "unlink":
        return this.#unlinked(input.via);
      case "resumed":
        this.#surveying.restart();
        this.#netState.forget();
        this.#lan.hurry();
        return this.#restart();
    }
  }

  #networked({ networks, ports }: Extract<Input, { kind: "network" }>): void {
    const hasMoved = this.#netState.setNetworks(networks, ports);
    this.#lan.networksChanged();
    if (!hasMoved) return;
    this.#surveying.restart();
    this.#restart();
  }

  #linked(link: Link): void {
    this.#netState.transports.linked(link);
    for (const overlay of this.#overlays.values()) overlay.linked(link);
  }

  #unlinked(via: number): void {
    const link = this.#netState.transports.unlinked(via);
    if (link === undefined) return;
    for (const overlay of this.#overlays.values()) overlay.unlinked(link);
  }

  /** Introducers that were told of a NAT without the port would tell others to search, or that it is in vain. */
  #mapped({ via, address }: Extract<Input, { kind: "mapped" }>): void {
    const told = this.#netState.nat(4).mappedPort;
    this.#netState.setMapped(via, address);
    if (this.#netState.nat(4).mappedPort !== told) this.#announce();
  }

  /** All introducers hear what is known of us by now. */
  #announce(): void {
    for (const overlay of this.#overlays.values()) overlay.announce();
  }

  #receive(from: Address, via: number, bytes: Uint8Array): void {
    const isValidated = this.#netState.validation.isValidated(from, this.#ctx.now);
    const most = this.#netState.transports.accepts(via);
    const refusal = this.#gate.refuses(bytes, from, isValidated, this.#ctx.now, most);
    if (refusal !== undefined) return this.#ctx.count(refusal);
    const overlay = this.#addressed(bytes);
    // Nearly always an overlay's: then nobody else asks for its id.
    const id = overlay?.id ?? overlayIdAt(bytes);
    const isSurveyed = this.#surveying.concerns(id);
    const isGreeting = overlay === undefined && this.#greetings.concerns(id);
    const isAwaited = isSurveyed || isGreeting;
    if (overlay === undefined && !isAwaited && this.#tracker === undefined) {
      return this.#ctx.count("gate: overlay");
    }
    const isSealed = hasSeal(bytes);
    const message = isSealed
      ? this.#opened(overlay, bytes, from, { isValidated, most })
      : this.#decoded(decode(bytes, most));
    if (message === undefined) return;
    if (this.#tracker === undefined) this.#netState.reached(from, via);
    if (isSurveyed && this.#surveying.received(message, from, via, bytes.length)) return;
    if (isGreeting && this.#greeted(message, from, via, bytes.length)) return;
    const way = { from, via, bytes: bytes.length, isSealed };
    if (overlay !== undefined) overlay.receive(message, way);
    else this.#tracker?.receive(id!, message, from, via, bytes.length);
  }

  #greeted(message: Message, from: Address, via: number, bytes: number): boolean {
    if (message.kind !== "introduction-response") return false;
    return this.#greetings.responded(from, via, message, bytes);
  }

  /** A place that the user named gave us a token: whoever waits for one there goes on. */
  #granted(by: Address): void {
    for (const overlay of this.#overlays.values()) overlay.granted(by);
  }

  /** The message that is sealed in a datagram; undefined when there is none for us, which was counted. */
  #opened(
    overlay: Overlay | undefined,
    bytes: Uint8Array,
    from: Address,
    { isValidated, most }: { isValidated: boolean; most: number },
  ): Message | undefined {
    if (overlay === undefined) {
      this.#ctx.count("rejected: sealed");
      return undefined;
    }
    const opened = overlay.scope.open(bytes, from, isValidated);
    if (typeof opened !== "string") return this.#decoded(decodeOpened(overlay.id, opened, most));
    this.#ctx.count(opened);
    return undefined;
  }

  #decoded(decoded: Decoded | Rejection): Message | undefined {
    if ("rejected" in decoded) {
      this.#ctx.count(`rejected: ${decoded.rejected}`);
      return undefined;
    }
    this.#ctx.count(RECEIVED[decoded.message.kind]);
    return decoded.message;
  }

  #addressed(bytes: Uint8Array): Overlay | undefined {
    // They are few, and to write the id as text takes longer than to look at each.
    for (const overlay of this.#overlays.values()) {
      if (isAddressedTo(overlay.id, bytes)) return overlay;
    }
    return undefined;
  }

  #join({ overlay: config, store }: Extract<Input, { kind: "join" }>): void {
    const id = overlayId(this.#ctx.crypto, config.key);
    if (this.#overlays.has(toHex(id))) return;
    const overlay = new Overlay({
      ctx: this.#ctx,
      id,
      config,
      store,
      netState: this.#netState,
      storage: this.#storage,
      surveying: this.#surveying,
      lan: this.#lan,
    });
    this.#overlays.set(overlay.hex, overlay);
    overlay.start();
    for (const link of this.#netState.transports.links) overlay.linked(link);
  }

  #publish({ overlay, reference, drafts }: Extract<Input, { kind: "publish" }>): void {
    const joined = this.#overlays.get(overlay);
    if (joined !== undefined) return joined.publish(reference, drafts);
    const reason = "this node has not joined the overlay";
    this.#ctx.notify({ event: "refused", overlay, reference, reason });
  }

  #import(brought: Extract<Input, { kind: "import" }>): void {
    const { overlay, reference } = brought;
    const joined = this.#overlays.get(overlay);
    if (joined !== undefined) return joined.bring(brought);
    const failure = "this node has not joined the overlay";
    this.#ctx.notify({ event: "imported", overlay, reference, fates: [], failure });
  }

  #survey({ observers, overlay, lifetime }: Extract<Input, { kind: "survey" }>): void {
    const inNameOf = overlay === undefined ? undefined : this.#overlays.get(overlay)?.scope;
    this.#surveying.begin({ scope: inNameOf, addresses: observers }, lifetime);
  }

  /** Whom the user named, in the first overlay where one of them answered as a tracker; IPv4's first. */
  #namedObservers(): NamedObservers | undefined {
    for (const overlay of this.#overlays.values()) {
      const named = overlay.namedObservers();
      if (named.trackers > 0) return { ...named, scope: overlay.scope };
    }
    return undefined;
  }

  #restart(): void {
    this.#greetings.clear();
    for (const overlay of this.#overlays.values()) overlay.restart();
  }
}
