import type { Address } from "../../../wire/address.ts";
import { type Bundle, type Draft, makeBundle } from "../../../wire/bundle.ts";
import { fromHex } from "../../../wire/bytes.ts";
import type { Crypto } from "../../../wire/crypto.ts";
import { IDENTIFIER_BYTES, OVERLAY_ID_BYTES } from "../../../wire/limits.ts";
import {
  UNKNOWN_NAT,
  type Answer,
  type Holdings,
  type Introduction,
  type IntroductionRequest,
  type IntroductionResponse,
  type Message,
  type Offer,
  type WireBundle,
} from "../../../wire/message.ts";
import { padTo } from "../../../wire/padding.ts";
import { BARE_REQUEST_BYTES } from "../../../wire/sizes.ts";
import type { VirtualClock } from "../../../node/testing/clock.ts";
import { Insider } from "../../../node/testing/insider.ts";
import type { Endpoint } from "../../../node/testing/endpoint.ts";
import type { Network } from "../../../node/testing/network.ts";
import type { SeededRandom } from "../../../node/testing/random.ts";
import type { OverlayKeys } from "../../../node/testing/world.ts";

/** What one kind of hostile peer does beside looking like a node; see the other files of this folder. */
export interface Behaviour {
  /** Between two acts. */
  intervalMs: number;
  act?(): void;
  heard?(from: Address, message: Message, bytes: Uint8Array): void;
  /** Whom it names to somebody who asks. */
  introduce?(to: Address): Introduction | undefined;
  /** Where it says that it sees somebody; by default where that is. */
  sees?(to: Address): Address;
  /** What it claims to hold. */
  holdings?(to: Address): Holdings;
  /** How it answers an offer. */
  answer?(): Answer;
}

export type HostileKind = (attacker: Attacker) => Behaviour;

/** What it learnt of an honest node. */
export interface Acquaintance {
  readonly address: Address;
  /** The token that the node gave it last. */
  grant: Uint8Array;
  globalTime: number;
}

export interface AttackerOptions {
  clock: VirtualClock;
  network: Network;
  random: SeededRandom;
  crypto: Crypto;
  overlay: OverlayKeys;
  /** Its key as an author: a member's, or in an overlay of members a stranger's. */
  secret: Uint8Array;
  endpoint: Endpoint;
  /** Honest nodes that everybody knows. */
  known: readonly Address[];
  /** Addresses of people who have nothing to do with the overlay. */
  victims: readonly Address[];
  /** Whether it says that it is a tracker, to nodes that were told to begin at it. */
  tracker: boolean;
}

/** A real node asks once per step and overlay. */
const ASK_INTERVAL_MS = 2_500;
const MAX_ACQUAINTANCES = 256;

/**
 * A hostile peer: to others it looks like a node that walks, answers and gives tokens, so that it becomes a candidate;
 * its kind says what it does besides.
 */
export class Attacker {
  readonly random: SeededRandom;
  readonly crypto: Crypto;
  readonly victims: readonly Address[];
  readonly known: readonly Address[];
  readonly secret: Uint8Array;
  readonly overlayKey: Uint8Array;
  /** Honest nodes that gave it a token, by address. BOUNDED: by MAX_ACQUAINTANCES. */
  readonly acquaintances = new Map<string, Acquaintance>();
  /** What it signed with its key, rightly. BOUNDED: by the length of a run. */
  readonly made: Bundle[] = [];
  readonly #clock: VirtualClock;
  readonly #network: Network;
  readonly #endpoint: Endpoint;
  readonly #insider: Insider;
  readonly #instance: Uint8Array;
  readonly #behaviour: Behaviour;
  readonly #isTracker: boolean;
  #stopped = false;

  constructor(options: AttackerOptions, kind: HostileKind) {
    this.random = options.random;
    this.crypto = options.crypto;
    this.victims = options.victims;
    this.known = options.known;
    this.secret = options.secret;
    this.overlayKey = options.overlay.key;
    this.#clock = options.clock;
    this.#network = options.network;
    this.#endpoint = options.endpoint;
    this.#insider = new Insider({
      crypto: options.crypto,
      random: options.random,
      overlay: fromHex(options.overlay.id, OVERLAY_ID_BYTES)!,
      from: options.overlay.root ?? options.overlay.key,
    });
    this.#isTracker = options.tracker;
    this.#instance = this.random.bytes(8);
    this.#behaviour = kind(this);
  }

  start(): void {
    this.#endpoint.receiver = (from, bytes) => this.#receive(from, bytes);
    this.#repeat(ASK_INTERVAL_MS, () => this.ask(this.anybody()));
    this.#repeat(this.#behaviour.intervalMs, () => this.#behaviour.act?.());
  }

  /** Goes away without a word. */
  stop(): void {
    this.#stopped = true;
    this.#endpoint.receiver = undefined;
  }

  get address(): Address {
    return this.#endpoint.address;
  }

  /** Unix milliseconds. */
  get wall(): number {
    return this.#clock.wall;
  }

  /** 8 random bytes: an identifier, a nonce, a token that nobody issued. */
  fresh(): Uint8Array {
    return this.random.bytes(IDENTIFIER_BYTES);
  }

  pick<T>(choices: readonly T[]): T {
    return choices[this.random.below(choices.length)]!;
  }

  /** An honest node: one that gave a token, where there is any. */
  anybody(): Address {
    const acquaintance = this.acquaintance();
    return acquaintance === undefined || this.random.below(4) === 0
      ? this.pick(this.known)
      : acquaintance.address;
  }

  acquaintance(): Acquaintance | undefined {
    const { size } = this.acquaintances;
    return size === 0 ? undefined : this.pick([...this.acquaintances.values()]);
  }

  send(to: Address, message: Message): void {
    this.sendBytes(to, this.#insider.encode(message));
  }

  sendBytes(to: Address, bytes: Uint8Array): void {
    this.#network.send(this.#endpoint, to, bytes);
  }

  /** Sends with a forged source. */
  spoof(from: Address, to: Address, message: Message): void {
    this.spoofBytes(from, to, this.#insider.encode(message));
  }

  spoofBytes(from: Address, to: Address, bytes: Uint8Array): void {
    this.#network.spoof(this.#endpoint, from, to, bytes);
  }

  /** Asks as a node does, with the token if it has one. */
  ask(to: Address, offer?: Offer): void {
    this.send(to, this.request(to, offer));
  }

  request(to: Address, offer?: Offer): IntroductionRequest {
    const token = this.acquaintances.get(to.key)?.grant;
    const request: IntroductionRequest = {
      ...this.bareRequest(to),
      ...(token !== undefined && { token }),
      ...(offer !== undefined && { offer }),
    };
    return token === undefined ? padTo(request, BARE_REQUEST_BYTES) : request;
  }

  /** As small as it can be. */
  bareRequest(to: Address): IntroductionRequest {
    return {
      kind: "introduction-request",
      identifier: this.fresh(),
      instance: this.#instance,
      destination: this.#behaviour.sees?.(to) ?? to,
      grant: this.fresh(),
      nat: UNKNOWN_NAT,
      advice: true,
    };
  }

  response(to: Address, identifier: Uint8Array): IntroductionResponse {
    const introduction = this.#behaviour.introduce?.(to);
    const response: IntroductionResponse = {
      kind: "introduction-response",
      identifier,
      instance: this.#instance,
      destination: this.#behaviour.sees?.(to) ?? to,
      grant: this.fresh(),
      nat: UNKNOWN_NAT,
      validated: true,
      tracker: this.#isTracker,
      ...(introduction && { introduction }),
      holdings: this.#behaviour.holdings?.(to) ?? { count: 0, globalTime: 0, admitted: 0 },
      answer: this.#behaviour.answer?.() ?? { datagrams: 0, more: false },
    };
    return introduction === undefined ? response : padTo(response, BARE_REQUEST_BYTES);
  }

  /** Pushes bundles to a node that gave a token. */
  push({ address, grant }: Acquaintance, bundles: WireBundle[]): void {
    this.send(address, { kind: "bundles", token: grant, bundles });
  }

  /** A bundle that everybody will find well signed; whether its author may write is another matter. */
  make(globalTime: number, draft?: Draft, secret = this.secret): Bundle {
    const content = { kind: "data", payload: this.random.bytes(16) } as const;
    const bundle = makeBundle(
      this.crypto,
      this.overlayKey,
      secret,
      globalTime,
      draft ?? { content },
    );
    this.made.push(bundle);
    return bundle;
  }

  #repeat(intervalMs: number, act: () => void): void {
    const again = (): void => {
      if (this.#stopped) return;
      act();
      this.#clock.at(this.#clock.now + intervalMs, { fire: again });
    };
    this.#clock.at(this.#clock.now + this.random.float() * intervalMs, { fire: again });
  }

  #receive(from: Address, bytes: Uint8Array): void {
    const decoded = this.#insider.decode(bytes);
    if ("rejected" in decoded) return;
    const { message } = decoded;
    if (message.kind === "introduction-request") {
      this.#remember(from, message.grant);
      this.send(from, this.response(from, message.identifier));
    } else if (message.kind === "introduction-response") {
      this.#remember(from, message.grant, message.holdings?.globalTime);
      if (!message.validated) this.ask(from);
    }
    this.#behaviour.heard?.(from, message, bytes);
  }

  #remember(address: Address, grant: Uint8Array, globalTime?: number): void {
    const known = this.acquaintances.get(address.key);
    if (known === undefined && this.acquaintances.size >= MAX_ACQUAINTANCES) return;
    const time = globalTime ?? known?.globalTime ?? 0;
    // A copy: it would keep the whole datagram in memory.
    const entry = { address, grant: new Uint8Array(grant), globalTime: time };
    this.acquaintances.set(address.key, entry);
  }
}
