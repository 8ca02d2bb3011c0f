import { LIFETIME_TESTS_S, type LifetimeEvidence } from "../../nat/lifetime.ts";
import type { Address } from "../../wire/address.ts";
import { toHex } from "../../wire/bytes.ts";
import type { Context } from "../core/context.ts";
import type { Questions } from "../net/questions.ts";
import type { Timer } from "../core/timers.ts";

/** One late answer may be lost, two hardly ever. */
const OBSERVERS_PER_TEST = 2;
/** Beyond the idle time, for the way of the answer. */
const WAIT_MS = 3_000;

/** One idle time on one socket. */
interface Test {
  readonly seconds: number;
  readonly via: number;
  /** Nonces that are to come, hexadecimal. BOUNDED: by OBSERVERS_PER_TEST. */
  readonly awaited: Set<string>;
  isConfirmed: boolean;
}

/** The lifetime test: a socket per idle time, on which nothing is sent once the observers have been asked. */
export class Lifetimes {
  readonly #ctx: Context;
  readonly #questions: Questions;
  readonly #evidence: LifetimeEvidence;
  readonly #done: () => void;
  /** BOUNDED: by LIFETIME_TESTS_S. */
  readonly #tests: Test[];
  readonly #timers: Timer[] = [];

  /** `vias`: fresh sockets, one per test. */
  constructor(parts: {
    ctx: Context;
    questions: Questions;
    evidence: LifetimeEvidence;
    vias: readonly number[];
    observers: readonly Address[];
    done: () => void;
  }) {
    this.#ctx = parts.ctx;
    this.#questions = parts.questions;
    this.#evidence = parts.evidence;
    this.#done = parts.done;
    this.#tests = LIFETIME_TESTS_S.slice(0, parts.vias.length).map((seconds, i) => ({
      seconds,
      via: parts.vias[i]!,
      awaited: new Set(),
      isConfirmed: false,
    }));
    for (const test of this.#tests) {
      for (const observer of parts.observers.slice(0, OBSERVERS_PER_TEST)) {
        this.#ask(test, observer, undefined);
      }
      const dueMs = test.seconds * 1_000 + WAIT_MS;
      this.#timers.push(
        this.#ctx.timers.plan("lifetime", this.#ctx.now + dueMs, () => this.#judge(test)),
      );
    }
  }

  /** A puncture came to a socket of ours: perhaps a late answer. */
  punctured(via: number, nonce: Uint8Array): void {
    const test = this.#tests.find((candidate) => candidate.via === via);
    if (test?.awaited.has(toHex(nonce)) !== true) return;
    test.isConfirmed = true;
    this.#evidence.confirmed(test.seconds);
  }

  stop(): void {
    for (const timer of this.#timers) timer.cancelled = true;
  }

  /** First without a token, which the answer brings. */
  #ask(test: Test, observer: Address, token: Uint8Array | undefined): void {
    this.#questions.ask({
      to: observer,
      via: test.via,
      token,
      ...(token !== undefined && { dialBack: { afterS: test.seconds } }),
      answered: ({ dialBack, grant }) => {
        if (token === undefined) this.#ask(test, observer, new Uint8Array(grant));
        else if (dialBack !== undefined) test.awaited.add(toHex(dialBack.nonce));
      },
      unanswered: () => {},
    });
  }

  #judge(test: Test): void {
    const isCertain = test.awaited.size >= OBSERVERS_PER_TEST;
    if (isCertain && !test.isConfirmed) this.#evidence.unheard(test.seconds);
    if (test === this.#tests.at(-1)) this.#done();
  }
}
