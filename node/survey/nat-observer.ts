import { namerAt, type Namer } from "../../candidates/namer.ts";
import { SharedQuota } from "../../candidates/shared-quota.ts";
import type { CandidateTable } from "../../candidates/table.ts";
import { UnsolicitedBudget } from "../../nat/unsolicited.ts";
import type { Address } from "../../wire/address.ts";
import type { DialBack, IntroductionRequest, PunctureRequest } from "../../wire/message.ts";
import { subscriber } from "../../wire/address-scope.ts";
import { DIAL_BACK_REQUEST_BYTES } from "../../wire/sizes.ts";
import type { Context } from "../core/context.ts";
import type { Partners } from "./partners.ts";
import { responseTo } from "../net/response.ts";
import type { NetState } from "../net/net-state.ts";
import type { Scope } from "../net/scope.ts";

/** Late answers under way: a lifetime test asks an observer for 6, so 680 at a time in 180 s. */
const MAX_LATE = 4_096;
/** Two lifetime tests of one subscriber. */
const MAX_LATE_PER_SUBSCRIBER = 12;
/** Looked at to find a helper: only the asker's own neighbours and who gave no token are passed over. */
const MAX_TURNS = 8;

/** A helper that we may ask to puncture: we reach it, and it gave us a token. */
interface Helper {
  scope: Scope;
  address: Address;
  via: number;
  token: Uint8Array;
}

/**
 * Shows nodes what their NAT lets in: a tracker's part in RFC 5780's tests. Whoever asks has shown that it receives at
 * the very address it sent from, has sent more than all that comes of it, and gets at most 3 small datagrams per
 * subscriber in 5 s from us, and as many from the helper. Nobody else can be named: an observer cannot be aimed at a
 * third party.
 */
export class Observer {
  readonly #ctx: Context;
  readonly #netState: NetState;
  readonly #partners: Partners;
  readonly #budget = new UnsolicitedBudget();
  /** Late answers under way. BOUNDED: by MAX_LATE, shared out among address groups. */
  readonly #late = new SharedQuota(MAX_LATE);
  /** The same, per subscriber. BOUNDED: by MAX_LATE. */
  readonly #lateOf = new Map<string, number>();

  constructor(ctx: Context, netState: NetState, partners: Partners) {
    this.#ctx = ctx;
    this.#netState = netState;
    this.#partners = partners;
  }

  /**
   * Answers a request for a dial-back. `table`: whom we know in its overlay. False: it shows no token of ours, so it is
   * to be answered as any stranger's request.
   */
  asked(
    request: IntroductionRequest,
    from: Address,
    via: number,
    asker: { scope: Scope; bytes: number; table: CandidateTable | undefined },
  ): boolean {
    const { now } = this.#ctx;
    const { token, dialBack } = request;
    const { tokens } = this.#netState.validation;
    if (token === undefined || !tokens.accepts(from, token, now)) return false;
    const { scope, bytes, table } = asker;
    const nonce = this.#ctx.random.bytes(8);
    const isLarge = bytes >= DIAL_BACK_REQUEST_BYTES;
    if (!isLarge) this.#ctx.count("rejected: request for a dial-back too small");
    const undertaken = !isLarge
      ? undefined
      : dialBack!.afterS > 0
        ? this.#answerLate(scope, from, via, nonce, dialBack!.afterS)
        : this.#dialBack({ scope, from, via, nonce, request, table });
    const ctx = this.#ctx;
    const netState = this.#netState;
    scope.send(from, via, {
      ...responseTo(from, request, { ctx, netState, scope, tracker: true }),
      validated: true,
      ...(undertaken && { dialBack: undertaken }),
    });
    return true;
  }

  #dialBack(dial: {
    scope: Scope;
    from: Address;
    via: number;
    nonce: Uint8Array;
    request: IntroductionRequest;
    table: CandidateTable | undefined;
  }): DialBack | undefined {
    const { scope, from, via, nonce, request, table } = dial;
    if (!this.#budget.allow(from, ownName(from), this.#ctx.now)) {
      this.#ctx.count("dial-back refused: too many");
      return undefined;
    }
    const other = this.#netState.otherSocket(from.family, via);
    if (other !== undefined) this.#puncture(scope, from, other, nonce);
    const helper = this.#helper(scope, from, table);
    if (helper !== undefined) this.#ask(helper, from, request, nonce);
    return { nonce, otherPort: other !== undefined, ...(helper && { helper: helper.address }) };
  }

  #answerLate(
    scope: Scope,
    from: Address,
    via: number,
    nonce: Uint8Array,
    afterS: number,
  ): DialBack | undefined {
    const line = subscriber(from);
    const { group } = ownName(from);
    const ofLine = this.#lateOf.get(line) ?? 0;
    if (ofLine >= MAX_LATE_PER_SUBSCRIBER || !this.#late.take(group)) {
      this.#ctx.count("late answer refused: too many");
      return undefined;
    }
    this.#lateOf.set(line, ofLine + 1);
    this.#ctx.timers.plan("late answer", this.#ctx.now + afterS * 1_000, () => {
      const left = this.#lateOf.get(line)! - 1;
      if (left > 0) this.#lateOf.set(line, left);
      else this.#lateOf.delete(line);
      this.#late.release(group);
      const isAllowed = this.#budget.allow(from, ownName(from), this.#ctx.now);
      if (isAllowed) this.#puncture(scope, from, via, nonce);
    });
    return { nonce, otherPort: false };
  }

  #puncture(scope: Scope, to: Address, via: number, nonce: Uint8Array): void {
    scope.send(to, via, { kind: "puncture", nonce, instance: scope.instance.bytes });
  }

  /** Another observer, which is always there, else somebody of the same overlay; at an IP that is not the asker's. */
  #helper(scope: Scope, asker: Address, table: CandidateTable | undefined): Helper | undefined {
    const partner = this.#partners.choose(asker);
    if (partner !== undefined) return partner;
    const { now, random } = this.#ctx;
    const rotation = table?.rotation("requested", asker, now);
    for (let turns = Math.min(rotation?.turnsForAll ?? 0, MAX_TURNS); turns > 0; turns--) {
      const { address, via } = rotation!.next(random)!;
      const token = this.#netState.validation.grantFrom(address, now);
      if (token === undefined || address.host === asker.host) continue;
      if (!this.#netState.punctureLimit.take(address, asker, now)) continue;
      return { scope, address, via, token };
    }
    return undefined;
  }

  #ask(
    { scope, address, via, token }: Helper,
    target: Address,
    { nat, instance }: IntroductionRequest,
    nonce: Uint8Array,
  ): void {
    const request: PunctureRequest = {
      kind: "puncture-request",
      token,
      nonce,
      target,
      nat,
      startMs: 0,
      instance,
      sought: false,
    };
    scope.send(address, via, request);
  }
}

/** Whoever has shown that it receives there names itself, so nobody is the worse for it. */
function ownName(asker: Address): Namer {
  return namerAt(asker, true);
}
