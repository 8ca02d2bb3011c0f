import type { Address } from "../../wire/address.ts";
import { toHex } from "../../wire/bytes.ts";
import type { Draft } from "../../wire/bundle.ts";
import type { Crypto } from "../../wire/crypto.ts";
import { overlayId } from "../../wire/identity.ts";
import { PayloadKeys } from "../../wire/payload-keys.ts";
import type { Effect, EngineEvent } from "../core/effects.ts";
import type { Engine, EngineOptions } from "../engine/engine.ts";
import { FIRST_LINK, type Input, type Instant, type StorageRoom } from "../core/inputs.ts";
import type { OverlayConfig } from "../core/overlay-config.ts";
import { readingEvent } from "../host/store/bundle-lookup.ts";
import type { Held } from "../sets/held.ts";
import type { BundleStore } from "../store/store.ts";
import type { VirtualClock } from "./clock.ts";
import type { Disk, Write } from "./disk.ts";
import type { Endpoint } from "./endpoint.ts";
import type { Network } from "./network.ts";
import { askForPort } from "./port-mapping.ts";
import { SeededRandom } from "./random.ts";
import { SimSockets, type SocketShortage } from "./sockets.ts";
import { Wake } from "./wake.ts";

/** What a simulated node needs of an engine; tests put simpler ones in its place. */
export type EngineLike = Pick<
  Engine,
  "handle" | "poll" | "deadline" | "overlays" | "peers" | "contacts" | "nat" | "counters"
>;
export type EngineFactory = (options: EngineOptions) => EngineLike;

export type Commit = Extract<Effect, { kind: "commit" }>;

/** A store that can be written, as the host does it when a commit is due. */
export interface WritableStore extends BundleStore {
  apply(commit: Pick<Commit, "add" | "remove" | "clock" | "admitted">): void;
}

export interface Membership {
  config: OverlayConfig;
  store: WritableStore;
}

export interface SimNodeOptions {
  name: string;
  seed: string | number;
  role: EngineOptions["role"];
  crypto: Crypto;
  engine: EngineFactory;
  clock: VirtualClock;
  network: Network;
  /** The sockets; their place is what the engine calls `via`. */
  endpoints: Endpoint[];
  memberships: Membership[];
  verifyDelayMs: number;
  commitDelayMs: number;
  tuning: Pick<EngineOptions, "surveys" | "maxFlows" | "webSocket">;
  /** Whether it takes the network behind its NAT device for a LAN. */
  announces: boolean;
}

export type EventListener = (event: EngineEvent, node: SimNode) => void;

/** Linux's default receive buffer (212,992 bytes) in datagrams of 832 with their bookkeeping. */
const SOCKET_BUFFER_DATAGRAMS = 256;
const DISK_FULL = "ENOSPC: no space left on device";
/** An engine that has more to say to one input than this will never end. */
const MAX_EFFECTS_PER_INPUT = 1_000_000;

/** An engine with its sockets, its store and its sense of time: the simulation's host. */
export class SimNode {
  readonly name: string;
  readonly role: EngineOptions["role"];
  /** Survives stop, crash and start. */
  readonly memberships: readonly Membership[];
  /** What this machine's wall clock is ahead of the world's. */
  wallOffsetMs = 0;
  verifyDelayMs: number;
  commitDelayMs: number;
  /** Takes the place of `commitDelayMs`, when there is one. */
  disk: Disk | undefined;
  /** What its disk has room for; the engine knows when it was told: `measureDisk`. */
  room: StorageRoom = "ample";
  readonly #options: SimNodeOptions;
  readonly #clock: VirtualClock;
  readonly #wake: Wake;
  readonly #sockets: SimSockets;
  /** By hexadecimal overlay id. BOUNDED: by the memberships. */
  readonly #byOverlay = new Map<string, Membership>();
  /** What opens sealed bundles for a test. BOUNDED: by the memberships. */
  readonly #payloads = new Map<string, PayloadKeys>();
  /** BOUNDED: by the observers of a test. */
  readonly #listeners: EventListener[] = [];
  /** Commits begun in this run and not yet written; whether the disk will refuse them. BOUNDED: by one per overlay. */
  readonly #committing = new Map<Commit, { fails: boolean }>();
  /** What happened during a pause. BOUNDED: datagrams by SOCKET_BUFFER_DATAGRAMS, the rest by what was under way. */
  #held: (() => void)[] | undefined;
  /** What links carry away, by their number. BOUNDED: by the links of a test. */
  readonly #links = new Map<number, (bytes: Uint8Array) => void>();
  #engine: EngineLike | undefined;
  /** Counts starts; what an earlier run began is not answered in a later one. */
  #run = 0;
  #references = 0;

  constructor(options: SimNodeOptions) {
    this.#options = options;
    this.name = options.name;
    this.role = options.role;
    const random = new SeededRandom(options.seed, `sockets/${options.name}`);
    this.#sockets = new SimSockets(options.network, options.endpoints, random, options);
    this.memberships = options.memberships;
    this.verifyDelayMs = options.verifyDelayMs;
    this.commitDelayMs = options.commitDelayMs;
    this.#clock = options.clock;
    this.#wake = new Wake(options.clock, () => this.handle({ kind: "tick" }));
    for (const membership of options.memberships) {
      const { key, root } = membership.config;
      const id = toHex(overlayId(options.crypto, key));
      this.#byOverlay.set(id, membership);
      this.#payloads.set(id, new PayloadKeys(options.crypto, key, root));
    }
  }

  /** The sockets that it always has. */
  get endpoints(): readonly Endpoint[] {
    return this.#sockets.main;
  }

  get running(): boolean {
    return this.#engine !== undefined;
  }

  /** The engine of the current run. Throws when the node is stopped. */
  get engine(): EngineLike {
    if (this.#engine === undefined) throw new Error(`${this.name} is stopped`);
    return this.#engine;
  }

  /** Hexadecimal ids of its overlays, in the order of joining. */
  get overlays(): string[] {
    return [...this.#byOverlay.keys()];
  }

  /** Where others reach it without a NAT. Throws when it is behind one. */
  get publicAddress(): Address {
    const { address, lan } = this.endpoints[0]!;
    if (lan !== undefined) throw new Error(`${this.name} is behind a NAT`);
    return address;
  }

  get instant(): Instant {
    return { now: this.#clock.now, wall: this.#clock.wall + this.wallOffsetMs };
  }

  /** What opens the sealed bundles of one of its overlays. */
  payloads(overlay: string): PayloadKeys {
    return this.#payloads.get(overlay)!;
  }

  onEvent(listener: EventListener): void {
    this.#listeners.push(listener);
  }

  /** Starts, or starts again with the same stores and a new stream of random numbers. */
  start(): void {
    if (this.#engine !== undefined) throw new Error(`${this.name} is running`);
    const { seed, crypto, role, engine, tuning } = this.#options;
    const random = new SeededRandom(seed, `node/${this.name}/${++this.#run}`);
    this.#engine = engine({ role, crypto, random, ...tuning });
    this.#sockets.listen(
      (from, via, bytes) => this.handle({ kind: "datagram", from, via, bytes }),
      (from, bytes) => this.handle({ kind: "announcement", from, bytes }),
    );
    this.networkChanged();
    if (this.room !== "ample") this.measureDisk();
    const mapped = (via: number, address: Address): void => {
      this.#later(0, () => this.handle({ kind: "mapped", via, address }));
    };
    askForPort(this.#sockets, { seed, mapped });
    for (const { config, store } of this.memberships) {
      takeBack(store);
      this.handle({ kind: "join", overlay: config, store });
    }
  }

  /** Ends in order: commits under way are written, contacts are remembered for the next start. */
  stop(): void {
    const { engine } = this;
    for (const [overlay, { config, store }] of this.#byOverlay) {
      for (const [commit, { fails }] of this.#committing) {
        if (commit.overlay === overlay && !fails) store.apply(commit);
      }
      config.remembered = engine.contacts(overlay);
    }
    this.#end();
  }

  /** Ends at once: commits under way are lost, unless the disk says otherwise; none is kept in part. */
  crash(): void {
    for (const [commit, { fails }] of this.#committing) {
      const isKept = !fails && this.disk?.survives() === true;
      if (isKept) this.#byOverlay.get(commit.overlay)!.store.apply(commit);
    }
    this.#end();
  }

  /** Holds back all inputs, as SIGSTOP does; datagrams beyond the socket's buffer are lost. */
  pause(): void {
    this.#held ??= [];
  }

  /** Goes on: what was held back happens now, in order, and then whatever is due. */
  resume(): void {
    const held = this.#held ?? [];
    this.#held = undefined;
    for (const happen of held) if (this.running) happen();
    if (this.running) this.handle({ kind: "tick" });
  }

  get paused(): boolean {
    return this.#held !== undefined;
  }

  /** Tells the engine of its networks, at first or because an address has changed. */
  networkChanged(): void {
    this.handle(this.#sockets.networkInput());
  }

  /** A link is up; it is until the node ends or the link is removed. */
  addLink(link: Extract<Input, { kind: "link" }>, send: (bytes: Uint8Array) => void): void {
    this.#links.set(link.via, send);
    this.handle(link);
  }

  removeLink(via: number): void {
    if (this.#links.delete(via) && this.running) this.handle({ kind: "unlink", via });
  }

  /** Tells the engine what its disk has room for. */
  measureDisk(): void {
    this.handle({ kind: "storage", room: this.room });
  }

  /** Its host has no file descriptors left; undefined: has enough again. */
  set shortage(shortage: SocketShortage | undefined) {
    this.#sockets.shortage = shortage;
  }

  get shortage(): SocketShortage | undefined {
    return this.#sockets.shortage;
  }

  /** Whether a commit is under way: its store is not to be touched then. */
  get isCommitting(): boolean {
    return this.#committing.size > 0;
  }

  #end(): void {
    this.#engine = undefined;
    this.#held = undefined;
    this.#committing.clear();
    this.#wake.cancel();
    this.#links.clear();
    this.#sockets.end();
  }

  /** Signs and publishes drafts in an overlay, the first by default. Returns the event's reference. */
  publish(drafts: Draft[], overlay = this.overlays[0]!): number {
    const reference = ++this.#references;
    this.handle({ kind: "publish", overlay, reference, drafts });
    return reference;
  }

  /** Feeds the engine one input and does what it wants done. */
  handle(input: Input): void {
    if (this.#held !== undefined) return this.#hold(this.#held, input);
    const { engine } = this;
    engine.handle(input, this.instant);
    for (let effects = 0; ; effects++) {
      if (effects > MAX_EFFECTS_PER_INPUT) throw new Error(`${this.name} never ends`);
      const effect = engine.poll();
      if (effect === undefined) break;
      this.#execute(effect);
      if (this.#engine !== engine) return;
    }
    this.#wake.arm(engine.deadline());
  }

  #hold(held: (() => void)[], input: Input): void {
    if (input.kind === "tick") return;
    const isDatagram = input.kind === "datagram" || input.kind === "announcement";
    if (isDatagram && held.length >= SOCKET_BUFFER_DATAGRAMS) return;
    held.push(() => {
      const isGone = input.kind === "datagram" && this.#sockets.at(input.via) === undefined;
      if (!isGone) this.handle(input);
    });
  }

  #execute(effect: Effect): void {
    switch (effect.kind) {
      case "send":
        if (effect.via >= FIRST_LINK) return this.#links.get(effect.via)?.(effect.bytes);
        return this.#sockets.send(effect);
      case "announce":
        return this.#sockets.announce(effect.bytes);
      case "open":
        return this.#open(effect);
      case "close":
        return this.#sockets.close(effect.via);
      case "verify":
        return this.#verify(effect);
      case "commit":
        return this.#commit(effect);
      case "notify":
        return this.#notify(effect.event);
    }
  }

  #notify(event: EngineEvent): void {
    if (this.#listeners.length === 0) return;
    const read = readingEvent(event, (overlay) => this.#payloads.get(overlay));
    for (const listener of this.#listeners) listener(read, this);
  }

  #open({ job, family, count }: Extract<Effect, { kind: "open" }>): void {
    const via = this.#sockets.open(family, count);
    this.#later(0, () => this.handle({ kind: "opened", job, via }));
  }

  #verify({ overlay, job, checks }: Extract<Effect, { kind: "verify" }>): void {
    const { crypto } = this.#options;
    const valid = checks.map((check) =>
      crypto.verify(check.signature, check.message, check.publicKey),
    );
    this.#later(this.verifyDelayMs, () => this.handle({ kind: "verified", overlay, job, valid }));
  }

  #commit(commit: Commit): void {
    const { overlay, batch } = commit;
    const membership = this.#byOverlay.get(overlay);
    if (membership === undefined) throw new Error(`${this.name} is not in overlay ${overlay}`);
    const write: Write = this.disk?.write() ?? { delayMs: this.commitDelayMs };
    const { delayMs } = write;
    const failure = this.room === "none" ? DISK_FULL : write.failure;
    this.#committing.set(commit, { fails: failure !== undefined });
    this.#later(delayMs, () => {
      this.#committing.delete(commit);
      if (failure !== undefined) {
        return this.handle({ kind: "commit-failed", overlay, batch, reason: failure });
      }
      membership.store.apply(commit);
      this.handle({ kind: "committed", overlay, batch });
    });
  }

  /** Answers through the queue, so that no input arrives while another is handled. */
  #later(delayMs: number, answer: () => void): void {
    const run = this.#run;
    this.#clock.at(this.#clock.now + delayMs, {
      fire: () => {
        if (this.#run !== run || !this.running) return;
        if (this.#held === undefined) answer();
        else this.#held.push(answer);
      },
    });
  }
}

/** A store that is opened has nothing set aside: see BundleStore. */
function takeBack(store: WritableStore): void {
  const aside: Held[] = [];
  store.aside.ascend(0, (globalTime, w0, w1, w2, w3) => {
    aside.push({ globalTime, w0, w1, w2, w3 });
    return true;
  });
  for (const held of aside) store.setAside(held, false);
}
