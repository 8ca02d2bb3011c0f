import { Requests, type Outstanding } from "../../candidates/requests.ts";
import type { Address } from "../../wire/address.ts";
import type {
  DialBackRequest,
  IntroductionRequest,
  IntroductionResponse,
} from "../../wire/message.ts";
import { padTo, padWithin } from "../../wire/padding.ts";
import { BARE_REQUEST_BYTES, DIAL_BACK_REQUEST_BYTES } from "../../wire/sizes.ts";
import type { Context } from "../core/context.ts";
import type { NetState } from "./net-state.ts";
import { Alarm } from "../core/timers.ts";
import { introductionRequest } from "./introduction-request.ts";
import type { Scope } from "./scope.ts";

/**
 * Pauses after each sending, or longer on a path that takes longer: at 5 % loss each way, one question in 11,000 goes
 * unanswered.
 */
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
  /** Bytes of the datagram. */
  readonly bytes?: number | undefined;
  /** Bytes that the datagram of the answer is to have, as far as `to` sends any so large. */
  readonly responseBytes?: number | undefined;
  /** Asked before every sending, which is left out when it says no. Absent where the user vouches for `to`. */
  maySend?(): boolean;
  /** `isFirst`: it answers the first sending, so that this one was not lost. `bytes`: of the datagram. */
  answered(response: IntroductionResponse, how: { isFirst: boolean; bytes: number }): void;
  unanswered(): void;
}

interface Asked {
  readonly question: Question;
  /** Of its sendings so far, in order; those left out have none. */
  readonly identifiers: Uint8Array[];
  /** Sendings so far, those left out included. */
  attempts: number;
  /** Rings when it is to be sent again, or given up. */
  readonly pause: Alarm;
}

interface Sending extends Outstanding {
  readonly asked: Asked;
}

/**
 * Introduction-requests that are no steps of the walk: they ask how we are seen, or for one certain node, make us
 * nobody's candidate and carry no offer. Every sending has an identifier of its own.
 */
export class Questions {
  readonly #ctx: Context;
  readonly #scope: Scope;
  readonly #netState: NetState;
  readonly #sendings = new Requests<Sending>(MAX_QUESTIONS * PAUSES_MS.length);
  /** BOUNDED: by MAX_QUESTIONS. */
  readonly #open = new Set<Asked>();

  constructor(ctx: Context, scope: Scope, netState: NetState) {
    this.#ctx = ctx;
    this.#scope = scope;
    this.#netState = netState;
  }

  ask(question: Question): void {
    if (this.#open.size >= MAX_QUESTIONS) return question.unanswered();
    const pause = new Alarm(this.#ctx.timers, "question", () => this.#send(asked));
    const asked: Asked = { question, identifiers: [], attempts: 0, pause };
    this.#open.add(asked);
    this.#send(asked);
  }

  /** Whether the response, a datagram of so many bytes, answers a question; if so it was dealt with. */
  responded(from: Address, via: number, response: IntroductionResponse, bytes: number): boolean {
    const { identifier } = response;
    const sending = this.#sendings.get(identifier, from, this.#ctx.now);
    if (sending?.asked.question.via !== via) return false;
    const { question, identifiers } = sending.asked;
    this.#forget(sending.asked);
    this.#netState.validation.answeredAs(from, response.tracker);
    question.answered(response, { isFirst: sending.identifier === identifiers[0], bytes });
    return true;
  }

  /** Whether anything is asked that was not answered yet. */
  get isAsking(): boolean {
    return this.#open.size > 0;
  }

  clear(): void {
    for (const asked of this.#open) this.#forget(asked);
  }

  #send(asked: Asked): void {
    const { question, identifiers } = asked;
    const pauseMs = PAUSES_MS[asked.attempts++];
    if (pauseMs === undefined) {
      this.#forget(asked);
      return question.unanswered();
    }
    if (question.maySend?.() !== false) {
      const { to, via } = question;
      const request = this.#compose(question);
      const { identifier } = request;
      identifiers.push(identifier);
      this.#sendings.add({ identifier, to, sentMs: this.#ctx.now, asked });
      this.#scope.send(to, via, request);
    }
    const path = this.#netState.paths.known(question.to);
    asked.pause.set(this.#ctx.now + (path?.roundTrip.atLeast(pauseMs) ?? pauseMs));
  }

  #compose(question: Question): IntroductionRequest {
    const { to, token, dialBack, seek, bytes, responseBytes } = question;
    const largest = token && this.#netState.mostFrom(to);
    const request = introductionRequest(this.#ctx, this.#netState, this.#scope, to, {
      ...(token !== undefined && { token }),
      ...(dialBack !== undefined && { dialBack }),
      ...(seek !== undefined && { seek }),
      ...(largest !== undefined && { largest }),
      ...(responseBytes !== undefined && { responseBytes }),
    });
    if (bytes !== undefined) return padWithin(request, this.#scope.clearBytes(bytes));
    return padTo(request, dialBack === undefined ? BARE_REQUEST_BYTES : DIAL_BACK_REQUEST_BYTES);
  }

  #forget(asked: Asked): void {
    for (const identifier of asked.identifiers) this.#sendings.delete(identifier);
    asked.pause.cancel();
    this.#open.delete(asked);
  }
}
