import type { Effect } from "../../node/core/effects.ts";
import type { Input, Instant } from "../../node/core/inputs.ts";
import type { EngineFactory, EngineLike } from "../../node/testing/node.ts";
import { Engine } from "../../node/engine/engine.ts";
import { WrappedEngine } from "./wrapped-engine.ts";

/** What work takes of one processor, in virtual milliseconds. */
export interface WorkCost {
  /** Each datagram that is taken in or sent out. */
  datagramMs: number;
  /** Each bundle that is checked, or signed, and written. */
  bundleMs: number;
  /** Each commit, besides its bundles. */
  commitMs: number;
}

/** What the processors of a world did. */
export interface Work {
  busyMs: number;
  /** Datagrams that found the socket's buffer full. */
  lost: number;
}

/** Linux's default receive buffer (212,992 bytes) in datagrams of 832 with their bookkeeping. */
const SOCKET_BUFFER_DATAGRAMS = 256;

/** Engines that each have one processor: whatever comes while it is at work waits its turn. */
export function withProcessors(
  cost: WorkCost,
  work: Work,
  make: EngineFactory = (parts) => new Engine(parts),
): EngineFactory {
  return (options) => new Processor(make(options), cost, work);
}

class Processor extends WrappedEngine {
  readonly #cost: WorkCost;
  readonly #work: Work;
  /** BOUNDED: datagrams by SOCKET_BUFFER_DATAGRAMS, the rest by what the node itself began. */
  readonly #waiting: Input[] = [];
  #waitingDatagrams = 0;
  /** When it has done what it began. */
  #freeMs = 0;

  constructor(engine: EngineLike, cost: WorkCost, work: Work) {
    super(engine);
    this.#cost = cost;
    this.#work = work;
  }

  override handle(input: Input, at: Instant): void {
    const isBusy = at.now < this.#freeMs;
    if (input.kind !== "tick") {
      if (isBusy || this.#waiting.length > 0) this.#wait(input);
      else this.#begin(input, at);
    } else if (!isBusy) this.#begin(this.#next() ?? input, at);
  }

  override poll(): Effect | undefined {
    const effect = this.engine.poll();
    if (effect?.kind === "send") this.#charge(this.#cost.datagramMs);
    if (effect?.kind === "verify") this.#charge(this.#cost.bundleMs * effect.checks.length);
    if (effect?.kind === "commit") this.#charge(this.#cost.commitMs);
    return effect;
  }

  override deadline(): number {
    if (this.#waiting.length > 0) return this.#freeMs;
    return Math.max(this.#freeMs, this.engine.deadline());
  }

  #wait(input: Input): void {
    if (input.kind === "datagram" && this.#waitingDatagrams++ >= SOCKET_BUFFER_DATAGRAMS) {
      this.#waitingDatagrams--;
      this.#work.lost++;
    } else this.#waiting.push(input);
  }

  #next(): Input | undefined {
    const next = this.#waiting.shift();
    if (next?.kind === "datagram") this.#waitingDatagrams--;
    return next;
  }

  #begin(input: Input, at: Instant): void {
    this.#freeMs = at.now;
    if (input.kind === "datagram") this.#charge(this.#cost.datagramMs);
    if (input.kind === "publish") this.#charge(this.#cost.bundleMs * input.drafts.length);
    this.engine.handle(input, at);
  }

  #charge(ms: number): void {
    this.#freeMs += ms;
    this.#work.busyMs += ms;
  }
}
