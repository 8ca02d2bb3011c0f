import type { Address } from "../../../wire/address.ts";
import { DEFAULT_DATAGRAM_BYTES } from "../../../wire/limits.ts";
import {
  type IntroductionRequest,
  type IntroductionResponse,
  type Message,
  UNKNOWN_NAT,
} from "../../../wire/message.ts";
import { padTo } from "../../../wire/padding.ts";
import { BARE_REQUEST_BYTES } from "../../../wire/sizes.ts";
import type { Endpoint } from "../../../node/testing/endpoint.ts";
import type { Insider } from "../../../node/testing/insider.ts";
import type { OverlayKeys, World } from "../../../node/testing/world.ts";

/**
 * Between two handshakes in a burst: the gate lets 50 datagrams a second pass from an IP that is not validated, and a
 * handshake takes two.
 */
const BURST_INTERVAL_MS = 40;
/**
 * How often an identity asks a target again: just before the 57.5 s of the requested bucket end, so that it is among
 * the oldest there, which are asked first.
 */
const REFRESH_MS = 57_000;

export interface EclipserOptions {
  world: World;
  /** The overlay under attack, of which it has the ticket. */
  overlay: OverlayKeys;
  /** The addresses it speaks from; each looks like a node of its own. */
  addresses: readonly Address[];
}

/** Somebody the attacker wants to be known by. */
interface Target {
  readonly address: Address;
  readonly identities: readonly Identity[];
  next: number;
  /** Requests still to be sent at the pace of a burst. */
  burst: number;
}

/** One address of the attacker. */
interface Identity {
  readonly address: Address;
  readonly endpoint: Endpoint;
  readonly instance: Uint8Array;
  /** By target: the token it gave us. BOUNDED: by the targets. */
  readonly tokens: Map<string, Uint8Array>;
}

/**
 * One host with many addresses that wants its victims to know nobody else. It keeps to the protocol: it validates
 * itself, answers every request at once, obeys puncture-requests; but it names only itself, and holds no bundle.
 */
export class Eclipser {
  readonly #world: World;
  readonly #insider: Insider;
  /** BOUNDED: by the addresses given. */
  readonly #identities: Identity[];
  /** BOUNDED: by the calls of `attack`. */
  readonly #targets = new Map<string, Target>();
  readonly #random;
  #named = 0;
  #active = false;

  constructor({ world, overlay, addresses }: EclipserOptions) {
    this.#world = world;
    this.#insider = world.insider(overlay, "eclipser");
    this.#random = world.random("eclipser");
    this.#identities = addresses.map((address) => this.#identity(address));
  }

  /** Makes itself known to `address` from up to `count` of its addresses, and keeps it so. */
  attack(address: Address, count: number): void {
    const first = this.#targets.size * count;
    const all = this.#identities;
    const identities = Array.from({ length: Math.min(count, all.length) }, (_, i) => {
      return all[(first + i) % all.length]!;
    });
    const target = { address, identities, next: 0, burst: identities.length };
    this.#targets.set(address.key, target);
    this.#active = true;
    this.#askNext(target);
  }

  stop(): void {
    this.#active = false;
  }

  #askNext(target: Target): void {
    if (!this.#active) return;
    const { identities } = target;
    const identity = identities[target.next++ % identities.length]!;
    this.#request(identity, target.address);
    const pause = target.burst > 0 ? BURST_INTERVAL_MS : REFRESH_MS / identities.length;
    if (target.burst > 0) target.burst--;
    this.#world.clock.at(this.#world.now + pause, { fire: () => this.#askNext(target) });
  }

  #identity(address: Address): Identity {
    const endpoint = this.#world.network.bind(address);
    const instance = this.#random.bytes(8);
    const identity = { address, endpoint, instance, tokens: new Map<string, Uint8Array>() };
    endpoint.receiver = (from, bytes) => this.#receive(identity, from, bytes);
    return identity;
  }

  #receive(identity: Identity, from: Address, bytes: Uint8Array): void {
    const decoded = this.#insider.decode(bytes);
    if ("rejected" in decoded || !this.#active) return;
    const { message } = decoded;
    switch (message.kind) {
      case "introduction-request":
        return this.#answer(identity, from, message);
      case "introduction-response":
        return this.#answered(identity, from, message);
      case "puncture-request":
        return this.#puncture(identity, message.target, message.nonce);
      case "puncture":
      case "bundles":
        return;
    }
  }

  #request(identity: Identity, to: Address): void {
    const token = identity.tokens.get(to.key);
    const request: IntroductionRequest = {
      kind: "introduction-request",
      identifier: this.#random.bytes(8),
      instance: identity.instance,
      destination: to,
      ...(token !== undefined && { token }),
      grant: this.#random.bytes(8),
      nat: UNKNOWN_NAT,
      advice: false,
    };
    this.#send(identity, to, token === undefined ? padTo(request, BARE_REQUEST_BYTES) : request);
  }

  #answered(identity: Identity, from: Address, response: IntroductionResponse): void {
    const isFirst = !identity.tokens.has(from.key);
    identity.tokens.set(from.key, response.grant.slice());
    if (response.validated) return;
    const target = this.#targets.get(from.key);
    // It knows us no more: it was started anew, and its table is empty.
    if (target !== undefined && !isFirst) target.burst = target.identities.length;
    this.#request(identity, from);
  }

  /** Names another one of us, who says hello. No larger than a bare request, as the rule for strangers demands. */
  #answer(identity: Identity, to: Address, { identifier }: IntroductionRequest): void {
    const named = this.#nextToName(identity);
    const nonce = this.#random.bytes(8);
    const response: IntroductionResponse = {
      kind: "introduction-response",
      identifier,
      instance: identity.instance,
      destination: to,
      grant: this.#random.bytes(8),
      nat: UNKNOWN_NAT,
      validated: true,
      tracker: false,
      introduction: {
        address: named.address,
        nonce,
        nat: UNKNOWN_NAT,
        startMs: 0,
        instance: nonce,
      },
      holdings: { count: 0, globalTime: 0, admitted: 0 },
    };
    this.#send(identity, to, padTo(response, BARE_REQUEST_BYTES));
    this.#puncture(named, to, nonce);
  }

  #nextToName(except: Identity): Identity {
    const all = this.#identities;
    const named = all[this.#named++ % all.length]!;
    return named === except ? all[this.#named++ % all.length]! : named;
  }

  #puncture(identity: Identity, to: Address, nonce: Uint8Array): void {
    const { instance } = identity;
    this.#send(identity, to, { kind: "puncture", nonce: nonce.slice(), instance });
  }

  #send(identity: Identity, to: Address, message: Message): void {
    const bytes = this.#insider.encode(message, { budget: DEFAULT_DATAGRAM_BYTES });
    this.#world.network.send(identity.endpoint, to, bytes);
  }
}
