import type { Address } from "../wire/address.ts";
import { equalBytes, toHex } from "../wire/bytes.ts";
import type { Introduction, IntroductionRequest, IntroductionResponse } from "../wire/message.ts";
import { BARE_REQUEST_BYTES, padTo } from "../wire/sizes.ts";
import type { Context } from "./context.ts";
import type { Surroundings } from "./surroundings.ts";
import type { Timer } from "./timers.ts";

/** A path is opened within a second or two, or by another strategy. */
const TIMEOUT_MS = 3_000;
const RETRANSMIT_DELAYS_MS = [200, 400, 800] as const;
const MAX_SEEKS = 32;

export interface Sought {
  /** Somebody validated, or named by the user. */
  introducer: Address;
  /** The socket it leaves by: a fresh one shows the introducer, and by it the other side, a fresh port. */
  via: number;
  /** 8 bytes. */
  instance: Uint8Array;
  /** What the introducer says; undefined when it does not know the instance, or does not answer. */
  done(introduction: Introduction | undefined, bytes: number): void;
}

interface Seek extends Sought {
  readonly identifier: Uint8Array;
  readonly isSecond: boolean;
  timer: Timer | undefined;
}

/**
 * Introduction-requests for one certain node. They are no steps of the walk: from a socket that is nobody's address for long,
 * they make neither side a candidate of the other, and no vote on our address.
 */
export class Seeks {
  readonly #ctx: Context;
  readonly #overlay: Uint8Array;
  readonly #surroundings: Surroundings;
  /** By hexadecimal identifier. BOUNDED: by MAX_SEEKS, for TIMEOUT_MS. */
  readonly #seeks = new Map<string, Seek>();

  constructor(parts: { ctx: Context; overlay: Uint8Array; surroundings: Surroundings }) {
    this.#ctx = parts.ctx;
    this.#overlay = parts.overlay;
    this.#surroundings = parts.surroundings;
  }

  seek(sought: Sought): void {
    const isMain = sought.via === this.#surroundings.mainSocket(sought.introducer.family);
    const known = this.#surroundings.validation.grantFrom(sought.introducer, this.#ctx.now);
    this.#send(sought, isMain ? known : undefined, false);
  }

  /** Whether the response answers a seek; if so it was dealt with. */
  responded(from: Address, via: number, response: IntroductionResponse, bytes: number): boolean {
    const key = toHex(response.identifier);
    const seek = this.#seeks.get(key);
    if (seek === undefined || seek.introducer.key !== from.key || seek.via !== via) return false;
    this.#forget(key, seek);
    const { introduction, grant } = response;
    if (response.validated) {
      const isRight =
        introduction !== undefined && equalBytes(introduction.instance, seek.instance);
      seek.done(isRight ? introduction : undefined, bytes);
    } else if (seek.isSecond) seek.done(undefined, bytes);
    else this.#send(seek, new Uint8Array(grant), true);
    return true;
  }

  clear(): void {
    for (const [key, seek] of this.#seeks) this.#forget(key, seek);
  }

  #send(sought: Sought, token: Uint8Array | undefined, isSecond: boolean): void {
    if (this.#seeks.size >= MAX_SEEKS) return sought.done(undefined, 0);
    const { introducer: to, via } = sought;
    const request = this.#compose(sought, token);
    const bytes = this.#ctx.send(this.#overlay, to, via, request);
    const { identifier } = request;
    const seek: Seek = { ...sought, identifier, isSecond, timer: undefined };
    this.#seeks.set(toHex(identifier), seek);
    this.#wait(seek, bytes, 0, this.#ctx.now + TIMEOUT_MS);
  }

  /** Without a token it only asks for one: the introducer answers strangers nothing else. */
  #compose(
    { introducer: to, instance: seek }: Sought,
    token: Uint8Array | undefined,
  ): IntroductionRequest {
    const request: IntroductionRequest = {
      kind: "introduction-request",
      identifier: this.#ctx.random.bytes(8),
      instance: this.#ctx.instance,
      destination: to,
      grant: this.#surroundings.validation.tokens.issue(to, this.#ctx.now),
      nat: this.#surroundings.nat(to.family),
      advice: false,
      ...(token !== undefined && { token, seek }),
      padding: 0,
    };
    return token === undefined ? padTo(request, BARE_REQUEST_BYTES) : request;
  }

  #wait(seek: Seek, bytes: Uint8Array, attempt: number, untilMs: number): void {
    const { now } = this.#ctx;
    const at = Math.min(now + (RETRANSMIT_DELAYS_MS[attempt] ?? TIMEOUT_MS), untilMs);
    seek.timer = this.#ctx.timers.plan(at, () => {
      if (this.#ctx.now >= untilMs) {
        this.#forget(toHex(seek.identifier), seek);
        return seek.done(undefined, 0);
      }
      this.#ctx.emit({ kind: "send", to: seek.introducer, via: seek.via, bytes });
      this.#wait(seek, bytes, attempt + 1, untilMs);
    });
  }

  #forget(key: string, { timer }: Seek): void {
    this.#seeks.delete(key);
    if (timer !== undefined) timer.cancelled = true;
  }
}
