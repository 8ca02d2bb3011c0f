import type { Address } from "../../wire/address.ts";
import { equalBytes } from "../../wire/bytes.ts";
import type { Introduction, IntroductionResponse } from "../../wire/message.ts";
import type { Context } from "../core/context.ts";
import { type Question, Questions } from "../net/questions.ts";
import type { NetState } from "../net/net-state.ts";
import type { Scope } from "../net/scope.ts";

export interface Sought {
  /** Somebody validated, or named by the user. */
  introducer: Address;
  /** The socket it leaves by: a fresh one shows the introducer, and by it the other side, a fresh port. */
  via: number;
  /** 8 bytes. */
  instance: Uint8Array;
  /** What the introducer says, in so many bytes; undefined when it does not know the instance, or does not answer. */
  done(introduction: Introduction | undefined, bytes: number): void;
}

/**
 * Questions for one certain node. They are no steps of the walk: from a socket that is nobody's address for long, they
 * make neither side a candidate of the other, and no vote on our address.
 */
export class Seeks {
  readonly #ctx: Context;
  readonly #netState: NetState;
  readonly #questions: Questions;

  constructor(parts: { ctx: Context; scope: Scope; netState: NetState }) {
    this.#ctx = parts.ctx;
    this.#netState = parts.netState;
    this.#questions = new Questions(parts.ctx, parts.scope, parts.netState);
  }

  /** From a fresh socket the introducer first has to be asked for a token: it answers strangers nothing else. */
  seek(sought: Sought): void {
    const { introducer, via } = sought;
    const isMain = via === this.#netState.mainSocket(introducer.family);
    const { validation } = this.#netState;
    const token = isMain ? validation.grantFrom(introducer, this.#ctx.now) : undefined;
    this.#ask(sought, token, (response, how) => {
      if (response.validated) return told(sought, response, how);
      const grant = new Uint8Array(response.grant);
      this.#ask(sought, grant, (second, secondHow) => told(sought, second, secondHow));
    });
  }

  /** Whether the response answers a seek; if so it was dealt with. */
  responded(from: Address, via: number, response: IntroductionResponse, bytes: number): boolean {
    return this.#questions.responded(from, via, response, bytes);
  }

  clear(): void {
    this.#questions.clear();
  }

  #ask(sought: Sought, token: Uint8Array | undefined, answered: Question["answered"]): void {
    const { introducer: to, via, instance } = sought;
    const seek = token === undefined ? undefined : instance;
    const unanswered = (): void => sought.done(undefined, 0);
    this.#questions.ask({ to, via, token, seek, answered, unanswered });
  }
}

function told(
  { instance, done }: Sought,
  { introduction }: IntroductionResponse,
  { bytes }: { bytes: number },
): void {
  const isRight = introduction !== undefined && equalBytes(introduction.instance, instance);
  done(isRight ? introduction : undefined, bytes);
}
