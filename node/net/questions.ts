import type { Address } from "../../wire/address.ts";
import { toHex } from "../../wire/bytes.ts";
import type {
  DialBackRequest,
  IntroductionRequest,
  IntroductionResponse,
} from "../../wire/message.ts";
import { padTo } from "../../wire/padding.ts";
import { BARE_REQUEST_BYTES, DIAL_BACK_REQUEST_BYTES } from "../../wire/sizes.ts";
import type { Context } from "../core/context.ts";
import type { NetState } from "./net-state.ts";
import type { Timer } from "../core/timers.ts";
import type { Scope } from "./scope.ts";

/** Pauses after each sending: at 5 % loss each way, one question in 11,000 goes unanswered. */
const PAUSES_MS = [250, 500, 1_000, 1_000] as const;
/** A survey asks some 50 things at once. */
const MAX_QUESTIONS = 128;

export interface Question {
  readonly to: Address;
  readonly via: number;
  /** What `to` gave to this socket's address: shows that we receive there. */
  readonly token?: Uint8Array | undefined;
  readonly dialBack?: DialBackRequest | undefined;
  /** The instance to be introduced to. */
  readonly seek?: Uint8Array | undefined;
  /** Asked before every sending, which is left out when it says no. Absent where the user vouches for `to`. */
  maySend?(): boolean;
  /** `isFirst`: it answers the first sending, so that this one was not lost. `bytes`: of the datagram. */
  answered(response: IntroductionResponse, how: { isFirst: boolean; bytes: number }): void;
  unanswered(): void;
}

interface Asked {
  readonly question: Question;
  /** Sendings so far, those left out included. */
  attempts: number;
  /** Hexadecimal identifiers of all its sendings, in order. */
  readonly identifiers: string[];
  timer: Timer | undefined;
}

/**
 * Introduction-requests that are no steps of the walk: they ask how we are seen, or for one certain node, make us
 * nobody's candidate and carry no offer. Every sending has an identifier of its own.
 */
export class Questions {
  readonly #ctx: Context;
  readonly #scope: Scope;
  readonly #netState: NetState;
  /** By identifier. BOUNDED: by MAX_QUESTIONS and the sendings of each, for the sum of PAUSES_MS. */
  readonly #asked = new Map<string, Asked>();
  /** BOUNDED: by MAX_QUESTIONS. */
  readonly #open = new Set<Asked>();

  constructor(ctx: Context, scope: Scope, netState: NetState) {
    this.#ctx = ctx;
    this.#scope = scope;
    this.#netState = netState;
  }

  ask(question: Question): void {
    if (this.#open.size >= MAX_QUESTIONS) return question.unanswered();
    const asked: Asked = { question, attempts: 0, identifiers: [], timer: undefined };
    this.#open.add(asked);
    this.#send(asked);
  }

  /** Whether the response, a datagram of so many bytes, answers a question; if so it was dealt with. */
  responded(from: Address, via: number, response: IntroductionResponse, bytes: number): boolean {
    const identifier = toHex(response.identifier);
    const asked = this.#asked.get(identifier);
    if (asked === undefined) return false;
    const { question, identifiers } = asked;
    if (question.to.key !== from.key || question.via !== via) return false;
    this.#forget(asked);
    question.answered(response, { isFirst: identifier === identifiers[0], bytes });
    return true;
  }

  clear(): void {
    for (const asked of this.#open) this.#forget(asked);
  }

  #send(asked: Asked): void {
    const { question, identifiers } = asked;
    const pause = PAUSES_MS[asked.attempts++];
    if (pause === undefined) {
      this.#forget(asked);
      return question.unanswered();
    }
    if (question.maySend?.() !== false) {
      const request = this.#compose(question);
      const identifier = toHex(request.identifier);
      identifiers.push(identifier);
      this.#asked.set(identifier, asked);
      this.#scope.send(question.to, question.via, request);
    }
    asked.timer = this.#ctx.timers.plan("question", this.#ctx.now + pause, () => this.#send(asked));
  }

  #compose({ to, token, dialBack, seek }: Question): IntroductionRequest {
    const request: IntroductionRequest = {
      kind: "introduction-request",
      identifier: this.#ctx.random.bytes(8),
      instance: this.#ctx.instance,
      destination: to,
      ...(token !== undefined && { token }),
      grant: this.#netState.validation.tokens.issue(to, this.#ctx.now),
      nat: this.#netState.nat(to.family),
      advice: false,
      ...(dialBack !== undefined && { dialBack }),
      ...(seek !== undefined && { seek }),
    };
    return padTo(request, dialBack === undefined ? BARE_REQUEST_BYTES : DIAL_BACK_REQUEST_BYTES);
  }

  #forget(asked: Asked): void {
    for (const identifier of asked.identifiers) this.#asked.delete(identifier);
    if (asked.timer !== undefined) asked.timer.cancelled = true;
    this.#open.delete(asked);
  }
}
