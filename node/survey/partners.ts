import { type Liveness, LivenessRecord } from "../../candidates/liveness.ts";
import { namerAt } from "../../candidates/namer.ts";
import { PUNCTURE_TIMES_MS } from "../../nat/punctures.ts";
import { mayContact } from "../../nat/reach.ts";
import type { Address } from "../../wire/address.ts";
import type { IntroductionResponse, PunctureRequest } from "../../wire/message.ts";
import type { Context } from "../core/context.ts";
import type { NetState } from "../net/net-state.ts";
import { Questions } from "../net/questions.ts";
import type { Scope } from "../net/scope.ts";

/** Keeps tokens fresh, and a firewall open between two observers. */
const ASK_INTERVAL_MS = 25_000;
/** The pause after a question that nobody answered: it may be starting. */
const RETRY_INTERVAL_MS = 2_000;
/** Two intervals and some: one that answered so lately is there. */
const ALIVE_MS = 60_000;
/** More than anybody runs. */
const MAX_PARTNERS = 16;

interface Partner {
  readonly address: Address;
  readonly liveness: LivenessRecord;
  answeredMs: number;
}

/**
 * The other trackers that the user named. Each helps the others to show nodes what their NAT lets in: asked by one of
 * them, it sends a node that it never heard of three punctures. BOUNDED: by MAX_PARTNERS.
 */
export class Partners {
  readonly #ctx: Context;
  readonly #netState: NetState;
  /** By address. BOUNDED: by MAX_PARTNERS. */
  readonly #partners = new Map<string, Partner>();
  readonly #questions: Questions;
  #turn = 0;

  constructor(ctx: Context, netState: NetState) {
    this.#ctx = ctx;
    this.#netState = netState;
    this.#questions = new Questions(ctx, netState.noOverlay, netState);
  }

  add(addresses: readonly Address[]): void {
    for (const address of addresses) {
      if (this.#partners.has(address.key) || this.#partners.size >= MAX_PARTNERS) continue;
      const partner = { address, liveness: new LivenessRecord(), answeredMs: -Infinity };
      this.#partners.set(address.key, partner);
      this.#keepAlive(partner);
    }
  }

  remove(addresses: readonly Address[]): void {
    for (const { key } of addresses) this.#partners.delete(key);
  }

  /** Whether a partner answers. */
  liveness({ key }: Address): Liveness {
    return this.#partners.get(key)?.liveness.at(this.#ctx.now) ?? "unknown";
  }

  /** One that can puncture the target from another IP, in turn. */
  choose(
    target: Address,
  ): { scope: Scope; address: Address; via: number; token: Uint8Array } | undefined {
    const { now } = this.#ctx;
    const able = [...this.#partners.values()].flatMap(({ address, answeredMs }) => {
      const token = this.#netState.validation.grantFrom(address, now);
      const isAble = address.family === target.family && address.host !== target.host;
      if (!isAble || token === undefined || now - answeredMs > ALIVE_MS) return [];
      const via = this.#netState.mainSocket(address.family);
      return [{ scope: this.#netState.noOverlay, address, via, token }];
    });
    return able[this.#turn++ % able.length];
  }

  /** A response came, a datagram of so many bytes. */
  responded(from: Address, via: number, response: IntroductionResponse, bytes: number): void {
    if (this.#questions.responded(from, via, response, bytes)) return;
    this.#ctx.count("rejected: response not asked for");
  }

  /** A partner asks us to puncture somebody that asked it for that. */
  requested(from: Address, via: number, { token, nonce, target }: PunctureRequest): void {
    const { now } = this.#ctx;
    const { validation, unsolicited } = this.#netState;
    if (!this.#partners.has(from.key)) {
      return this.#ctx.count("rejected: puncture-request from nobody we know");
    }
    if (!validation.tokens.accepts(from, token, now)) {
      return this.#ctx.count("rejected: puncture-request without our token");
    }
    if (!mayContact(target, from) || this.#netState.isSelf(target)) {
      return this.#ctx.countAbout("rejected: named address: special range", target);
    }
    // A copy: it would keep the whole datagram in memory.
    const kept = new Uint8Array(nonce);
    const puncture = (): boolean => {
      const isAllowed = unsolicited.allow(target, namerAt(from, true), this.#ctx.now);
      const { noOverlay } = this.#netState;
      const instance = noOverlay.instance.bytes;
      if (isAllowed) noOverlay.send(target, via, { kind: "puncture", nonce: kept, instance });
      return isAllowed;
    };
    if (!puncture()) return this.#ctx.countAbout("puncture held back: unsolicited", target);
    for (const delay of PUNCTURE_TIMES_MS.slice(1))
      this.#ctx.timers.plan("dial-back puncture", now + delay, puncture);
  }

  /** Asks, and once there is an answer or none to be had, asks again in time. */
  #keepAlive(partner: Partner): void {
    const { address, liveness } = partner;
    // It was removed, and perhaps named once more since.
    const isPartner = (): boolean => this.#partners.get(address.key) === partner;
    if (!isPartner()) return;
    const again = (afterMs: number): void => {
      this.#ctx.timers.plan("partner", this.#ctx.now + afterMs, () => this.#keepAlive(partner));
    };
    liveness.asked(this.#ctx.now);
    this.#questions.ask({
      to: address,
      via: this.#netState.mainSocket(address.family),
      maySend: isPartner,
      answered: ({ grant }) => {
        this.#answered(partner, grant);
        again(ASK_INTERVAL_MS);
      },
      unanswered: () => again(RETRY_INTERVAL_MS),
    });
  }

  #answered(partner: Partner, grant: Uint8Array): void {
    const { now } = this.#ctx;
    const { validation } = this.#netState;
    validation.validated(partner.address, now);
    validation.granted(partner.address, grant, now);
    partner.answeredMs = now;
    partner.liveness.answered();
  }
}
