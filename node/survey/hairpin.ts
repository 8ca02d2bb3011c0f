import { OURSELVES } from "../../candidates/namer.ts";
import type { Address } from "../../wire/address.ts";
import { equalBytes } from "../../wire/bytes.ts";
import type { Context } from "../core/context.ts";
import type { NetState } from "../net/net-state.ts";
import type { Scope } from "../net/scope.ts";

/** The first opens the sender's own filter for the second. */
const TIMES_MS = [0, 200, 400] as const;
const WAIT_MS = 1_000;

/** A socket of ours and the address that an observer sees. */
export interface SeenSocket {
  readonly via: number;
  readonly seen: Address;
}

/**
 * Whether our NAT brings two sockets behind it together by their outside addresses (RFC 4787 REQ-9). They send to each
 * other in turn. `done` is told true when one hears the other, false when not.
 */
export class Hairpin {
  readonly #nonce: Uint8Array;
  readonly #done: (heard: boolean) => void;
  #isOver = false;

  constructor(parts: {
    ctx: Context;
    netState: NetState;
    scope: Scope;
    pair: readonly [SeenSocket, SeenSocket];
    done: (heard: boolean) => void;
  }) {
    const { ctx, netState, scope, pair } = parts;
    this.#done = parts.done;
    this.#nonce = ctx.random.bytes(8);
    const nonce = this.#nonce;
    TIMES_MS.forEach((delay, i) => {
      const [from, to] = i % 2 === 0 ? pair : [pair[1], pair[0]];
      ctx.timers.plan("hairpin", ctx.now + delay, () => {
        if (this.#isOver || !netState.unsolicited.allow(to.seen, OURSELVES, ctx.now)) return;
        scope.send(to.seen, from.via, { kind: "puncture", nonce, instance: scope.instance.bytes });
      });
    });
    ctx.timers.plan("hairpin end", ctx.now + WAIT_MS, () => this.#end(false));
  }

  /** A puncture came to a socket of ours. */
  punctured(nonce: Uint8Array): void {
    if (equalBytes(nonce, this.#nonce)) this.#end(true);
  }

  stop(): void {
    this.#isOver = true;
  }

  #end(heard: boolean): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#done(heard);
  }
}
