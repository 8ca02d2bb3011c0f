import { keyedHashCrypto } from "../../node/testing/crypto.ts";
import { Insider } from "../../node/testing/insider.ts";
import { SeededRandom } from "../../node/testing/random.ts";
import type { CounterName } from "../../node/core/counters.ts";
import type { Effect, EngineEvent } from "../../node/core/effects.ts";
import { Engine } from "../../node/engine/engine.ts";
import type { Input, Instant, LocalNetwork } from "../../node/core/inputs.ts";
import type { MaxRate } from "../../node/core/max-rate.ts";
import { ADAPTIVE, type Profile } from "../../node/core/profile.ts";
import type { OverlayStatus } from "../../node/core/engine-status.ts";
import { MemoryStore } from "../../node/store/memory.ts";
import { Address } from "../../wire/address.ts";
import { makeBundle, type Bundle, type Content } from "../../wire/bundle.ts";
import { toHex } from "../../wire/bytes.ts";
import { encode } from "../../wire/encode.ts";
import { overlayId } from "../../wire/identity.ts";
import { MAX_DATAGRAM_BYTES } from "../../wire/limits.ts";
import {
  UNKNOWN_NAT,
  type IntroductionRequest,
  type IntroductionResponse,
  type Message,
  type MessageKind,
} from "../../wire/message.ts";
import { padTo } from "../../wire/padding.ts";
import type { WebSocketPlace } from "../../wire/websocket-place.ts";
import { BARE_REQUEST_BYTES } from "../../wire/sizes.ts";

export const SCALE = Number(process.env["SCALE"] ?? 1);

export const crypto = keyedHashCrypto();
/** The overlay of all tests. */
export const OVERLAY_SECRET = new Uint8Array(32).fill(1);
export const OVERLAY_KEY = crypto.publicKey(OVERLAY_SECRET);
export const OVERLAY = overlayId(crypto, OVERLAY_KEY);
export const OVERLAY_HEX = toHex(OVERLAY);
/** What somebody who has the ticket makes and reads. */
export const INSIDER = new Insider({
  crypto,
  random: new SeededRandom(1, "insider"),
  overlay: OVERLAY,
  from: OVERLAY_KEY,
});

/** What the engine believes to be at: behind a NAT, in a home network. */
export const OWN_PUBLIC = at("60.0.0.1:6421");
export const OWN_LAN = at("192.168.1.5:6421");
export const GATEWAY = at("192.168.1.1:53");
const NETWORKS: LocalNetwork[] = [{ ip: OWN_LAN.ip, prefixBits: 24, gateway: GATEWAY.ip }];

/** Later than anything that fast starting does. */
export const SETTLED_MS = 60_000;

export function at(text: string): Address {
  const address = Address.parse(text);
  if (address === undefined) throw new Error(`no address: ${text}`);
  return address;
}

/** The i-th public host: each in a /16 of its own. */
export function host(index: number, port = 6_421): Address {
  return at(`${20 + (index >> 8)}.${index & 255}.1.1:${port}`);
}

export interface Sent {
  readonly to: Address;
  readonly via: number;
  readonly atMs: number;
  readonly bytes: Uint8Array;
  readonly message: Message;
  /** Absent: the system's. */
  readonly ttl?: number | undefined;
}

export interface RigOptions {
  role?: "node" | "tracker";
  seed?: number;
  profile?: Profile;
  seeds?: Address[];
  remembered?: Address[];
  store?: MemoryStore;
  networks?: LocalNetwork[];
  maxRate?: MaxRate | undefined;
  webSocket?: WebSocketPlace;
}

/** An engine with a store, and nothing else: every input and its moment come from the test. */
export class Rig {
  readonly engine: Engine;
  readonly store: MemoryStore;
  /** BOUNDED: by the test, which takes them out. */
  sent: Sent[] = [];
  readonly events: EngineEvent[] = [];
  /** Sockets opened besides the main ones. BOUNDED: by the engine, which is what tests look at. */
  readonly open = new Set<number>();
  /** Whether such can be opened. */
  opensSockets = false;
  /** The most that were open at a time. */
  mostOpen = 0;
  /** Whether events are kept. */
  keepsEvents = true;
  now = 1_000;
  readonly random: SeededRandom;
  /** Of the engine, which opens nothing sealed then. */
  readonly isTracker: boolean;
  #nextVia = 2;

  constructor({
    role = "node",
    seed = 1,
    profile = ADAPTIVE,
    seeds = [],
    remembered = [],
    store = new MemoryStore(),
    networks = NETWORKS,
    maxRate = {},
    webSocket,
  }: RigOptions = {}) {
    this.store = store;
    this.isTracker = role === "tracker";
    this.random = new SeededRandom(seed, "attacker");
    const own = { maxRate, ...(webSocket && { webSocket }) };
    this.engine = new Engine({ role, crypto, random: new SeededRandom(seed, "engine"), ...own });
    const ports = ([4, 6] as const).map((family, via) => ({ via, family, port: 6_421 }));
    this.handle({ kind: "network", networks, ports });
    if (role === "tracker") return;
    const overlay = {
      key: OVERLAY_KEY,
      memberSecret: new Uint8Array(32).fill(2),
      seeds,
      remembered,
      profile,
    };
    this.handle({ kind: "join", overlay, store });
  }

  get instant(): Instant {
    return { now: this.now, wall: 1_800_000_000_000 + this.now };
  }

  /** Feeds one input, does all that the engine wants done, and returns what it sent. */
  handle(input: Input): Sent[] {
    const before = this.sent.length;
    const inputs = [input];
    for (let next = inputs.shift(); next !== undefined; next = inputs.shift()) {
      this.engine.handle(next, this.instant);
      for (let effect = this.engine.poll(); effect !== undefined; effect = this.engine.poll()) {
        const result = this.#execute(effect);
        if (result !== undefined) inputs.push(result);
      }
    }
    return this.sent.slice(before);
  }

  feed(from: Address, bytes: Uint8Array): Sent[] {
    return this.handle({ kind: "datagram", from, via: from.family === 4 ? 0 : 1, bytes });
  }

  say(from: Address, message: Message, overlay = OVERLAY): Sent[] {
    if (overlay !== OVERLAY) return this.feed(from, encode(overlay, message, MAX_DATAGRAM_BYTES));
    return this.feed(from, INSIDER.encode(message, { isToTracker: this.isTracker }));
  }

  /** Lets that much virtual time pass, with every deadline in it served. */
  pass(ms: number): Sent[] {
    const before = this.sent.length;
    const until = this.now + ms;
    for (let next = this.engine.deadline(); next <= until; next = this.engine.deadline()) {
      this.now = Math.max(this.now, next);
      this.handle({ kind: "tick" });
    }
    this.now = until;
    this.handle({ kind: "tick" });
    return this.sent.slice(before);
  }

  count(name: CounterName): number {
    return this.engine.counters.get(name) ?? 0;
  }

  get status(): OverlayStatus {
    return this.engine.overlays()[0]!;
  }

  /** All that an input may not change: everything the engine shows, but for counters. */
  state(): unknown {
    const peers = this.engine.peers(OVERLAY_HEX);
    return {
      status: this.status,
      peers: peers.map(({ address, ...rest }) => ({ address: address.key, ...rest })),
      nat: this.engine.nat(),
      clock: this.store.clock,
      held: this.store.index.size,
      deadline: this.engine.deadline(),
    };
  }

  /** The last message of a kind that was sent to an address. */
  last<K extends MessageKind>(kind: K, to: Address): Extract<Message, { kind: K }> | undefined {
    const found = this.sent.findLast((sent) => {
      return sent.message.kind === kind && sent.to.key === to.key;
    });
    return found?.message as Extract<Message, { kind: K }> | undefined;
  }

  /** The token that the engine gave an address, obtained as any honest peer would. */
  tokenFor(from: Address): Uint8Array {
    const known = this.last("introduction-response", from);
    if (known !== undefined) return known.grant;
    this.say(from, bareRequest());
    return this.last("introduction-response", from)!.grant;
  }

  /** The address proves itself, and becomes a candidate. */
  validate(from: Address, fields: Partial<IntroductionRequest> = {}): Uint8Array {
    const token = this.tokenFor(from);
    this.say(from, { ...bareRequest(), token, ...fields });
    return token;
  }

  /** Answers the last request that the engine sent to an address, padded as an honest introducer does it. */
  answer(from: Address, fields: Partial<IntroductionResponse> = {}): Sent[] {
    const request = this.last("introduction-request", from);
    if (request === undefined) throw new Error(`nothing was asked of ${from.key}`);
    const response = { ...responseTo(request.identifier), ...fields };
    return this.say(from, padTo(response, BARE_REQUEST_BYTES));
  }

  #openSockets(job: number, count: number): Input {
    const via = Array.from({ length: count }, () => this.#nextVia++);
    for (const number of via) this.open.add(number);
    this.mostOpen = Math.max(this.mostOpen, this.open.size);
    return { kind: "opened", job, via };
  }

  #execute(effect: Effect): Input | undefined {
    switch (effect.kind) {
      case "send": {
        const { to, via, bytes, ttl } = effect;
        const decoded = INSIDER.decode(bytes);
        if ("rejected" in decoded) throw new Error(`sent rubbish: ${decoded.rejected}`);
        this.sent.push({ to, via, bytes, ttl, atMs: this.now, message: decoded.message });
        return undefined;
      }
      case "verify": {
        const valid = effect.checks.map(({ signature, message, publicKey }) => {
          return crypto.verify(signature, message, publicKey);
        });
        return { kind: "verified", overlay: effect.overlay, job: effect.job, valid };
      }
      case "commit":
        this.store.apply(effect);
        return { kind: "committed", overlay: effect.overlay, batch: effect.batch };
      case "open":
        return this.opensSockets ? this.#openSockets(effect.job, effect.count) : undefined;
      case "close":
        for (const via of effect.via) this.open.delete(via);
        return undefined;
      case "notify":
        if (this.keepsEvents) this.events.push(effect.event);
        return undefined;
    }
  }
}

let drawn = 0;
/** Eight bytes that nobody used before. */
export function fresh(): Uint8Array {
  const bytes = new Uint8Array(8).fill(0xee);
  new DataView(bytes.buffer).setUint32(0, ++drawn);
  return bytes;
}

/** A request without token or offer, of the size that everybody sends. */
export function bareRequest(): IntroductionRequest {
  const request: IntroductionRequest = {
    kind: "introduction-request",
    identifier: fresh(),
    instance: fresh(),
    destination: OWN_PUBLIC,
    grant: fresh(),
    nat: UNKNOWN_NAT,
    advice: true,
  };
  return padTo(request, BARE_REQUEST_BYTES);
}

export function responseTo(identifier: Uint8Array): IntroductionResponse {
  return {
    kind: "introduction-response",
    identifier,
    instance: fresh(),
    destination: OWN_PUBLIC,
    grant: fresh(),
    nat: UNKNOWN_NAT,
    validated: true,
    tracker: false,
  };
}

/** A bundle of the overlay; by its founder unless somebody else is named. */
export function bundle(
  globalTime: number,
  content: Content = { kind: "data", payload: fresh() },
  secret: Uint8Array = OVERLAY_SECRET,
): Bundle {
  return makeBundle(crypto, OVERLAY_KEY, secret, globalTime, { content });
}

export function policy(writers: "open" | "members", globalTime = 1): Bundle {
  return bundle(globalTime, { kind: "policy", writers });
}

/** A store that holds these. */
export function storeOf(bundles: readonly Bundle[]): MemoryStore {
  const store = new MemoryStore();
  const clock = bundles.reduce((time, { header }) => Math.max(time, header.globalTime), 0);
  store.apply({ add: bundles, remove: [], clock, admitted: bundles.length });
  return store;
}
