import type { SignatureCheck } from "../../core/effects.ts";
import type { Effect, EngineEvent } from "../../core/effects.ts";
import type { Engine } from "../../engine/engine.ts";
import { FIRST_LINK, type Input } from "../../core/inputs.ts";
import type { EngineObserver } from "../../record/engine-observer.ts";
import { instant } from "../clock.ts";
import { codeOf, messageOf } from "../errors.ts";
import type { Links } from "../carriers/links.ts";
import type { Log } from "../log.ts";
import type { Commit } from "../store/overlay-store.ts";
import type { UdpSockets } from "../net/udp.ts";
import { Verifier } from "../verify/verifier.ts";

/** What a driver needs of the world. */
export interface DriverPorts {
  engine: Engine;
  log: Log;
  check: (checks: readonly SignatureCheck[]) => Promise<boolean[]>;
  /** The store of an overlay that the engine was told to join. */
  store: (overlay: string) => { commit(commit: Commit): Promise<void> };
  links: Pick<Links, "send">;
  /** Undefined when offline: datagrams are dropped. */
  sockets: () => UdpSockets | undefined;
  /** Sends to all in our LANs; absent where there are none. */
  announce?: (bytes: Uint8Array) => void;
  notify: (event: EngineEvent) => void;
  /** Who looks on: recordings, captures, the log. */
  observers?: readonly EngineObserver[];
  /** A commit ended; `failed`: the disk refused it. */
  written?: (failed: boolean) => void;
}

/** A disk that refuses to write. */
export interface StoreFailure {
  /** A sentence for people. */
  reason: string;
  /** The system's name for it, such as ENOSPC. */
  code: string | undefined;
  /** Unix milliseconds of the first commit that failed so. */
  sinceMs: number;
}

/** setTimeout takes no longer delay (2^31 - 1 ms); longer ones are armed again. */
const MAX_TIMER_MS = 0x7fff_ffff;

/** The loop around an engine: input, effects, next deadline. */
export class Driver {
  readonly #ports: DriverPorts;
  readonly #verifier: Verifier;
  /** BOUNDED: by what the effects of one input cause at once; empty between two turns. */
  readonly #inputs: Input[] = [];
  #running = false;
  #closed = false;
  #timer: NodeJS.Timeout | undefined;
  #armedFor = Number.POSITIVE_INFINITY;
  /** BOUNDED: one per overlay. */
  readonly #commits = new Set<Promise<void>>();
  #storeFailure: StoreFailure | undefined;
  #defects = 0;

  constructor(ports: DriverPorts) {
    this.#ports = ports;
    this.#verifier = new Verifier(ports.check);
  }

  /** Why the last commit failed; undefined once one succeeded again. */
  get storeFailure(): StoreFailure | undefined {
    return this.#storeFailure;
  }

  /** Exceptions out of the engine: defects, of which none should exist. */
  get defects(): number {
    return this.#defects;
  }

  /** Feeds one input and carries out all effects. An input caused by an effect waits for its turn. */
  input(input: Input): void {
    if (this.#closed) return;
    this.#inputs.push(input);
    if (this.#running) return;
    this.#running = true;
    try {
      for (let next = this.#inputs.shift(); next !== undefined; next = this.#inputs.shift()) {
        this.#step(next);
      }
    } finally {
      this.#running = false;
    }
    this.#arm();
  }

  /** Resolves when no commit is under way. */
  async idle(): Promise<void> {
    while (this.#commits.size > 0) await Promise.all(this.#commits);
  }

  /** Resolves when all commits under way are on disk or failed; further inputs are ignored. */
  async close(): Promise<void> {
    await this.idle();
    this.#closed = true;
    clearTimeout(this.#timer);
  }

  #step(input: Input): void {
    const { engine, observers = [] } = this.#ports;
    const at = instant();
    for (const observer of observers) observer.input(input, at);
    try {
      engine.handle(input, at);
    } catch (error) {
      // One datagram that hits a defect shall not take the node down with it.
      this.#defect(error, input.kind);
    }
    for (let effect = engine.poll(); effect !== undefined; effect = engine.poll()) {
      for (const observer of observers) observer.effect(effect, at);
      this.#execute(effect);
    }
    for (const observer of observers) observer.drained?.();
  }

  #execute(effect: Effect): void {
    switch (effect.kind) {
      case "send":
        if (effect.via >= FIRST_LINK) return this.#ports.links.send(effect.via, effect.bytes);
        return this.#ports.sockets()?.send(effect.to, effect.via, effect.bytes, effect.ttl);
      case "announce":
        return this.#ports.announce?.(effect.bytes);
      case "open":
        return this.#open(effect);
      case "close":
        return this.#ports.sockets()?.release(effect.via);
      case "verify":
        return this.#verify(effect);
      case "commit":
        return this.#commit(effect);
      case "notify":
        try {
          return this.#ports.notify(effect.event);
        } catch (error) {
          return this.#defect(error, effect.event.event);
        }
    }
  }

  #verify({ overlay, job, checks }: Extract<Effect, { kind: "verify" }>): void {
    this.#verifier.add(checks, (valid) => this.input({ kind: "verified", overlay, job, valid }));
  }

  #open({ job, family, count }: Extract<Effect, { kind: "open" }>): void {
    const opened = this.#ports.sockets()?.open(family, count) ?? Promise.resolve([]);
    void opened.then((via) => this.input({ kind: "opened", job, via }));
  }

  #commit(effect: Extract<Effect, { kind: "commit" }>): void {
    const { overlay, batch } = effect;
    const finished = this.#write(effect).then((reason) => {
      this.#commits.delete(finished);
      this.#ports.written?.(reason !== undefined);
      if (reason === undefined) this.input({ kind: "committed", overlay, batch });
      else this.input({ kind: "commit-failed", overlay, batch, reason });
    });
    this.#commits.add(finished);
  }

  /** Why it failed, or undefined. */
  async #write(effect: Extract<Effect, { kind: "commit" }>): Promise<string | undefined> {
    try {
      await this.#ports.store(effect.overlay).commit(effect);
      if (this.#storeFailure !== undefined) this.#ports.log.info("bundles are stored again");
      this.#storeFailure = undefined;
      return undefined;
    } catch (error) {
      const reason = messageOf(error);
      if (this.#storeFailure?.reason !== reason) {
        this.#ports.log.error("bundles cannot be stored", { reason });
        this.#storeFailure = { reason, code: codeOf(error), sinceMs: instant().wall };
      }
      return reason;
    }
  }

  #defect(error: unknown, input: string): void {
    this.#defects++;
    const stack = error instanceof Error ? error.stack : undefined;
    this.#ports.log.error("defect: an input was dropped", {
      input,
      error: messageOf(error),
      stack: stack?.split("\n").slice(1, 3).join(" "),
    });
  }

  #arm(): void {
    const deadline = this.#ports.engine.deadline();
    if (deadline === this.#armedFor || this.#closed) return;
    clearTimeout(this.#timer);
    this.#armedFor = deadline;
    if (deadline === Number.POSITIVE_INFINITY) return;
    const delay = Math.min(MAX_TIMER_MS, Math.max(1, Math.ceil(deadline - instant().now)));
    this.#timer = setTimeout(() => {
      this.#armedFor = Number.POSITIVE_INFINITY;
      this.input({ kind: "tick" });
    }, delay);
  }
}
