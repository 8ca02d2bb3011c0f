import type { Attempt } from "../../nat/attempt.ts";
import { type Plan, planOf, roundsOf } from "../../nat/plan.ts";
import { FIRST_PORT, LOW_TTL, MAIN_SOCKET, type Probe } from "../../nat/search/probe.ts";
import { type Strategy, strategyFor } from "../../nat/strategy.ts";
import type { Address } from "../../wire/address.ts";
import { compareBytes, fromHex } from "../../wire/bytes.ts";
import { INSTANCE_BYTES } from "../../wire/limits.ts";
import type { Context } from "../core/context.ts";
import type { Seeks } from "./seeks.ts";
import type { NetState } from "../net/net-state.ts";
import type { Timer } from "../core/timers.ts";
import type { Scope } from "../net/scope.ts";

/** How long the other side's sample may take: it opens a socket and asks an introducer, twice if a datagram is lost. */
const SAMPLE_WAIT_MS = 1_500;
/** A new sample that comes so late means that the other side has begun again. */
const RESTART_AFTER_MS = 300;
/** After the last probe, until it can have been answered. */
const LAST_ANSWER_MS = 500;
/** Whoever was hit by a probe asks its sender, and searches on if nothing comes of it. */
const HIT_WAIT_MS = 1_500;
/** What is left when these have failed: it needs to know nothing but that one side's ports are any. */
const INSTEAD: Partial<Record<Strategy, Strategy>> = {
  prediction: "birthday",
  "block-search": "birthday",
};

/** Carries out the strategies of one attempt, one after another, until its path is open or none is left. */
export class Search {
  readonly attempt: Attempt;
  readonly #ctx: Context;
  readonly #scope: Scope;
  readonly #netState: NetState;
  readonly #seeks: Seeks;
  readonly #maxFlows: number;
  readonly #failed: (reason: string) => void;
  #introducer: Address;
  /** Times that each strategy was begun. */
  readonly #rounds = new Map<Strategy, number>();
  #plan: Plan | undefined;
  #probes: Iterator<Probe> | undefined;
  #startedMs = 0;
  #timer: Timer | undefined;
  /** When the last probe was due: a late one does not delay the rest. */
  #dueMs = 0;
  /** BOUNDED: by what the plans ask for. */
  #sockets: number[] = [];
  /** Those of the current plan. */
  #current: number[] = [];
  #isOver = false;

  constructor(parts: {
    ctx: Context;
    scope: Scope;
    netState: NetState;
    seeks: Seeks;
    attempt: Attempt;
    /** Who shall tell the other side of our samples. */
    introducer: Address;
    maxFlows: number;
    /** No strategy is left. */
    failed: (reason: string) => void;
  }) {
    this.#ctx = parts.ctx;
    this.#scope = parts.scope;
    this.#netState = parts.netState;
    this.#seeks = parts.seeks;
    this.attempt = parts.attempt;
    this.#introducer = parts.introducer;
    this.#maxFlows = parts.maxFlows;
    this.#failed = parts.failed;
  }

  begin(strategy: Strategy): void {
    const { attempt } = this;
    this.#rest();
    this.#rounds.set(strategy, this.#begun(strategy) + 1);
    attempt.strategy = strategy;
    attempt.phase = "preparing";
    const own = this.#netState.nat(attempt.address.family);
    const plan = planOf(strategy, {
      own,
      peer: attempt.nat,
      round: this.#begun(strategy),
      isFirst: compareBytes(this.#scope.instance.bytes, bytesOf(attempt.instance)) < 0,
      maxFlows: this.#maxFlows,
      random: this.#ctx.random,
    });
    this.#plan = plan;
    this.#current = [];
    if (plan.sockets === 0) return this.#prepared();
    this.#netState.sockets.open(attempt.address.family, plan.sockets, (vias) => {
      if (this.#isOver || this.#plan !== plan) return this.#netState.sockets.close(vias);
      this.#sockets.push(...vias);
      this.#current = vias;
      if (vias.length === 0) this.#failed("this machine opens no further sockets");
      else this.#prepared();
    });
  }

  /** The other side asked for us from a fresh socket: its newest port is known. */
  sampled(introducer: Address): void {
    this.#introducer = introducer;
    const { phase, strategy } = this.attempt;
    if (this.#plan?.needsSample !== true || this.attempt.sample === undefined) return;
    const isWaiting = phase === "preparing" && this.#timer !== undefined;
    if (isWaiting) return this.#run();
    const isLate = phase === "searching" && this.#ctx.now - this.#startedMs > RESTART_AFTER_MS;
    if (isLate && this.#mayBegin(strategy)) this.begin(strategy);
  }

  /** A probe came: its sender is being asked, and if that opens nothing, the search goes on. */
  hit(): void {
    this.attempt.phase = "hit";
    this.#wait(HIT_WAIT_MS, () => {
      this.attempt.phase = "searching";
      this.#dueMs = this.#ctx.now;
      this.#next(this.#probes?.next());
    });
  }

  /** Ends it; the sockets that it opened are the caller's to close, or to keep. */
  end(): number[] {
    this.#isOver = true;
    this.#rest();
    const sockets = this.#sockets;
    this.#sockets = [];
    return sockets;
  }

  #prepared(): void {
    if (this.#plan!.givesSample) this.#giveSample();
    else this.#run();
  }

  #giveSample(): void {
    const plan = this.#plan;
    const introducer = this.#introducer;
    this.#seeks.seek({
      introducer,
      via: this.#current[0]!,
      instance: bytesOf(this.attempt.instance),
      done: (introduction) => {
        if (this.#isOver || this.#plan !== plan) return;
        // What the other side was told with our sample is what its probes carry from now on.
        if (introduction !== undefined) {
          const { address, nat, nonce } = introduction;
          this.attempt.namedAgain({ address, nat, nonce, voucher: introducer, sought: false });
        }
        this.#run();
      },
    });
  }

  #run(): void {
    const { attempt } = this;
    const plan = this.#plan!;
    const { sample } = attempt;
    if (plan.needsSample && sample === undefined) {
      return this.#wait(SAMPLE_WAIT_MS, () => this.#exhausted());
    }
    attempt.sample = undefined;
    attempt.phase = "searching";
    this.#startedMs = this.#ctx.now;
    this.#dueMs = this.#ctx.now;
    this.#probes = plan.probes((plan.needsSample ? sample! : attempt.address).port);
    this.#next(this.#probes.next());
  }

  #next(result: IteratorResult<Probe> | undefined): void {
    if (result === undefined || result.done === true) {
      return this.#wait(LAST_ANSWER_MS, () => this.#exhausted());
    }
    const probe = result.value;
    this.#dueMs += probe.afterMs;
    this.#wait(this.#dueMs - this.#ctx.now, () => {
      this.#send(probe);
      this.#next(this.#probes!.next());
    });
  }

  #send({ socket, port, priming }: Probe): void {
    const { attempt } = this;
    const { address, nonce } = attempt;
    const via =
      socket === MAIN_SOCKET
        ? this.#netState.mainSocket(address.family)
        : this.#current[socket % this.#current.length];
    // Whoever is named below that is no NAT's mapping, and perhaps a name server.
    if (via === undefined || port < FIRST_PORT) return;
    const to = address.withPort(port);
    const instance = this.#scope.instance.bytes;
    attempt.probes++;
    const puncture = { kind: "puncture", nonce, instance } as const;
    this.#scope.send(to, via, puncture, priming ? LOW_TTL : undefined);
  }

  #exhausted(): void {
    const { strategy, nat, address } = this.attempt;
    // More may be known of the two NATs by now.
    const best = strategyFor(this.#netState.nat(address.family), nat);
    const choices = [best, strategy, INSTEAD[strategy]];
    const next = choices.find((of) => of !== undefined && this.#mayBegin(of));
    if (next !== undefined) return this.begin(next);
    this.#failed(`${this.attempt.probes} datagrams opened no path`);
  }

  #mayBegin(strategy: Strategy): boolean {
    const own = this.#netState.nat(this.attempt.address.family);
    return this.#begun(strategy) < roundsOf(strategy, own);
  }

  /** Times until now. */
  #begun(strategy: Strategy): number {
    return this.#rounds.get(strategy) ?? 0;
  }

  #wait(afterMs: number, run: () => void): void {
    this.#rest();
    this.#timer = this.#ctx.timers.plan("search", this.#ctx.now + afterMs, () => {
      this.#timer = undefined;
      run();
    });
  }

  #rest(): void {
    if (this.#timer !== undefined) this.#timer.cancelled = true;
    this.#timer = undefined;
  }
}

function bytesOf(instance: string): Uint8Array {
  return fromHex(instance, INSTANCE_BYTES)!;
}
