import type { Address } from "../../wire/address.ts";
import { equalBytes } from "../../wire/bytes.ts";
import type { IntroductionResponse } from "../../wire/message.ts";
import type { Context } from "../core/context.ts";
import type { NetState } from "./net-state.ts";
import { Questions } from "./questions.ts";

/**
 * Fetches tokens from places that the user named, in the name of no overlay, while the host still opens the first one:
 * an introducer introduces nobody before it saw that we receive where we send from, and that round trip need not wait
 * for the disk.
 */
export class Greetings {
  readonly #ctx: Context;
  readonly #netState: NetState;
  readonly #questions: Questions;
  readonly #granted: (by: Address) => void;

  /** `granted`: a place gave us a token. */
  constructor(ctx: Context, netState: NetState, granted: (by: Address) => void) {
    this.#ctx = ctx;
    this.#netState = netState;
    this.#questions = new Questions(ctx, netState.noOverlay, netState);
    this.#granted = granted;
  }

  greet(addresses: readonly Address[]): void {
    for (const to of addresses) {
      if (this.#netState.isSelf(to)) continue;
      const via = this.#netState.socketTo(to);
      this.#questions.ask({
        to,
        via,
        answered: (response) => this.#answered(to, via, response),
        // Every overlay asks it all the same.
        unanswered: () => {},
      });
    }
  }

  /** The network changed: answers would tell of the old one. */
  clear(): void {
    this.#questions.clear();
  }

  /** Whether datagrams of this overlay may answer a greeting. */
  concerns(overlay: Uint8Array | undefined): boolean {
    if (overlay === undefined || !this.#questions.isAsking) return false;
    return equalBytes(overlay, this.#netState.noOverlay.id);
  }

  /** Whether the response answers one; if so it was dealt with. */
  responded(from: Address, via: number, response: IntroductionResponse, bytes: number): boolean {
    return this.#questions.responded(from, via, response, bytes);
  }

  #answered(from: Address, via: number, { destination, grant }: IntroductionResponse): void {
    const { validation } = this.#netState;
    validation.validated(from, this.#ctx.now);
    validation.granted(from, grant, this.#ctx.now);
    this.#netState.seenAs(from, destination, via, true);
    this.#granted(from);
  }
}
