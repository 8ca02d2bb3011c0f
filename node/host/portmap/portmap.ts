import { setTimeout as sleep } from "node:timers/promises";
import { Address } from "../../../wire/address.ts";
import type { Random } from "../../../wire/crypto.ts";
import { MIN_MAPPED_PORT } from "../../../wire/limits.ts";
import { scopeOf } from "../../../wire/address-scope.ts";
import { messageOf } from "../errors.ts";
import type { Log } from "../log.ts";
import { discover } from "./discover.ts";
import { type Lease, type Mapper, PACE, type Pace, type PortmapProtocol } from "./mapper.ts";
import type { Place } from "./router-place.ts";

/** Two hours: a mapping that nobody takes back does not stay for long. RFC 6886 section 3.3 recommends as much. */
const LEASE_S = 7_200;
/** Closing the last socket takes a moment beyond the goodbye. */
const CLOSE_SLACK_MS = 250;

export interface PortMappingOptions {
  log: Log;
  random: Random;
  /** PCP_NONCE_BYTES bytes that nobody else knows; the same over restarts, see Home. */
  nonce: Uint8Array;
  /** A router forwards `address` to the socket `via`; undefined: no longer. */
  onChange: (via: number, address: Address | undefined) => void;
  pace?: Pace;
}

/** What `status` tells. */
export interface PortMappingState {
  protocol: PortmapProtocol;
  address: Address;
  /** Seconds for which the router still grants it. */
  lifetimeS: number;
}

interface Held {
  mapper: Mapper;
  external: Address;
  /** Monotonic milliseconds. */
  endsAt: number;
  renewAt: number;
}

/** Keeps one port of the router mapped to our socket: finds it, renews it, notices when it is lost, gives it back. */
export class PortMapping {
  readonly #log: Log;
  readonly #random: Random;
  readonly #nonce: Uint8Array;
  readonly #onChange: PortMappingOptions["onChange"];
  readonly #pace: Pace;
  #place: Place | undefined;
  #held: Held | undefined;
  #run: { stop: AbortController; ended: Promise<void> } | undefined;
  /** Ends the current pause. */
  #wake: (() => void) | undefined;
  #isDoubtful = false;

  constructor({ log, random, nonce, onChange, pace = PACE }: PortMappingOptions) {
    this.#log = log;
    this.#random = random;
    this.#nonce = nonce;
    this.#onChange = onChange;
    this.#pace = pace;
  }

  get state(): PortMappingState | undefined {
    if (this.#held === undefined) return undefined;
    const { mapper, external, endsAt } = this.#held;
    const lifetimeS = Math.max(0, Math.round((endsAt - performance.now()) / 1_000));
    return { protocol: mapper.protocol, address: external, lifetimeS };
  }

  /**
   * Our place in the network, at the start and whenever it may have changed; undefined where nothing is to be mapped.
   */
  update(place: Place | undefined): void {
    if (keyOf(place) === keyOf(this.#place)) return;
    this.#place = place;
    const before = this.#stop();
    if (place === undefined) return;
    const stop = new AbortController();
    this.#run = { stop, ended: before.then(() => this.#keepMapped(place, stop.signal)) };
  }

  /** The machine slept: what is left of the lease is unknown, so it is renewed now. */
  revalidate(): void {
    this.#isDoubtful = true;
    this.#wake?.();
  }

  /** Gives the mapping back. Resolves within a second, whatever the router does. */
  async close(): Promise<void> {
    this.#place = undefined;
    const limitMs = this.#pace.goodbyeMs + CLOSE_SLACK_MS;
    await Promise.race([this.#stop(), sleep(limitMs, undefined, { ref: false })]);
  }

  async #stop(): Promise<void> {
    const run = this.#run;
    this.#run = undefined;
    run?.stop.abort();
    this.#wake?.();
    await run?.ended;
  }

  async #keepMapped(place: Place, signal: AbortSignal): Promise<void> {
    let pauseMs = this.#pace.retryMs;
    while (!signal.aborted) {
      const hadOne = await this.#holdOne(place, signal).catch((error: unknown) => {
        this.#log.debug("no port mapping", { error: messageOf(error) });
        return false;
      });
      pauseMs = hadOne ? this.#pace.retryMs : Math.min(pauseMs * 2, this.#pace.maxRetryMs);
      await this.#pause(pauseMs, signal);
    }
  }

  /** Until it is lost or given up. False: there was none to be had. */
  async #holdOne(place: Place, signal: AbortSignal): Promise<boolean> {
    const { mappers, close } = await discover(
      place,
      { log: this.#log, random: this.#random, nonce: this.#nonce, pace: this.#pace },
      signal,
    );
    try {
      const port = Math.max(MIN_MAPPED_PORT, place.internal.port);
      for await (const mapper of mappers) {
        if (signal.aborted) break;
        const lease = await this.#lease(mapper, Address.of("0.0.0.0", port)!);
        if (typeof lease === "string") continue;
        await this.#hold(place.via, mapper, lease, signal);
        return true;
      }
      return false;
    } finally {
      await close();
    }
  }

  async #hold(via: number, mapper: Mapper, first: Lease, signal: AbortSignal): Promise<void> {
    let held = this.#holds(via, mapper, first);
    this.#isDoubtful = false;
    try {
      for (;;) {
        const due = await this.#untilDue(held, signal);
        if (due === "stopped") return;
        const lease = await this.#lease(mapper, held.external);
        if (typeof lease !== "string") held = this.#holds(via, mapper, lease);
        else if (lease === "none" && due === "expiring" && performance.now() < held.endsAt) {
          held.renewAt = this.#renewAt(held.endsAt);
        } else return;
      }
    } finally {
      this.#held = undefined;
      this.#onChange(via, undefined);
      this.#log.info("the port mapping is given up", { address: held.external.key });
      await mapper.unmap(held.external);
    }
  }

  /** Waits until the mapping has to be asked for again. */
  async #untilDue(held: Held, signal: AbortSignal): Promise<"expiring" | "lost" | "stopped"> {
    for (;;) {
      const leftMs = Math.max(0, held.renewAt - performance.now());
      await this.#pause(Math.min(this.#pace.pollMs, leftMs), signal);
      if (signal.aborted) return "stopped";
      if (this.#isDoubtful || performance.now() >= held.renewAt) {
        this.#isDoubtful = false;
        return "expiring";
      }
      if ((await held.mapper.has(held.external)) === false) {
        const { protocol } = held.mapper;
        this.#log.info("the router no longer maps our port to us", { protocol });
        return "lost";
      }
    }
  }

  /** Asks for a mapping; one that nobody outside can use is taken back. */
  async #lease(mapper: Mapper, suggested: Address): Promise<Lease | "none" | "useless"> {
    const { protocol } = mapper;
    const lease = await mapper.map(LEASE_S, suggested);
    if (lease === undefined) return "none";
    const { external } = lease;
    if (scopeOf(external.ip) === "global" && external.port >= MIN_MAPPED_PORT) return lease;
    const address = external.key;
    this.#log.info("the router's port mapping does not reach the Internet", { protocol, address });
    await mapper.unmap(external);
    return "useless";
  }

  #holds(via: number, mapper: Mapper, { external, lifetimeS }: Lease): Held {
    const endsAt = performance.now() + lifetimeS * 1_000;
    const before = this.#held?.external.key;
    this.#held = { mapper, external, endsAt, renewAt: this.#renewAt(endsAt) };
    if (external.key === before) return this.#held;
    const { protocol } = mapper;
    this.#log.info("a port is mapped to us", { protocol, address: external.key, lifetimeS });
    this.#onChange(via, external);
    return this.#held;
  }

  /** Half of what is left (RFC 6886 section 3.3, RFC 6887 section 11.2.1). */
  #renewAt(endsAt: number): number {
    const now = performance.now();
    return now + Math.max(this.#pace.leastRenewMs, (endsAt - now) / 2);
  }

  #pause(ms: number, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.#wake?.(), ms).unref();
      this.#wake = () => {
        clearTimeout(timer);
        this.#wake = undefined;
        resolve();
      };
    });
  }
}

function keyOf(place: Place | undefined): string {
  return place === undefined ? "" : `${place.via} ${place.internal.key} ${place.server.key}`;
}
