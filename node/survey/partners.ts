import { type Liveness, LivenessRecord } from "../../candidates/liveness.ts";
import { namerAt } from "../../candidates/namer.ts";
import { Requests, type Outstanding } from "../../candidates/requests.ts";
import { PUNCTURE_TIMES_MS } from "../../nat/punctures.ts";
import { mayContact } from "../../nat/reach.ts";
import type { Address } from "../../wire/address.ts";
import type {
  IntroductionRequest,
  IntroductionResponse,
  PunctureRequest,
} from "../../wire/message.ts";
import { padTo } from "../../wire/padding.ts";
import { BARE_REQUEST_BYTES } from "../../wire/sizes.ts";
import type { Context } from "../core/context.ts";
import type { NetState } from "../net/net-state.ts";
import type { Scope } from "../net/scope.ts";

/** Keeps tokens fresh, and a firewall open between two observers. */
const ASK_INTERVAL_MS = 25_000;
/** One that did not answer is asked again so soon: it may be starting. */
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
  readonly #requests = new Requests<Outstanding>(4 * MAX_PARTNERS);
  #turn = 0;

  constructor(ctx: Context, netState: NetState) {
    this.#ctx = ctx;
    this.#netState = netState;
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

  responded(from: Address, response: IntroductionResponse): void {
    const { now } = this.#ctx;
    const partner = this.#partners.get(from.key);
    const asked = this.#requests.match(response.identifier, from, now);
    if (partner === undefined || asked === undefined) {
      return this.#ctx.count("rejected: response not asked for");
    }
    const { validation } = this.#netState;
    validation.validated(from, now);
    validation.granted(from, response.grant, now);
    partner.answeredMs = now;
    partner.liveness.answered();
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
      return this.#ctx.count("rejected: named address: special range");
    }
    // A copy: it would keep the whole datagram in memory.
    const kept = new Uint8Array(nonce);
    const puncture = (): boolean => {
      const isAllowed = unsolicited.allow(target, namerAt(from, true), this.#ctx.now);
      const { instance } = this.#ctx;
      const message = { kind: "puncture", nonce: kept, instance } as const;
      if (isAllowed) this.#netState.noOverlay.send(target, via, message);
      return isAllowed;
    };
    if (!puncture()) return this.#ctx.count("puncture held back: unsolicited");
    for (const delay of PUNCTURE_TIMES_MS.slice(1))
      this.#ctx.timers.plan("dial-back puncture", now + delay, puncture);
  }

  #keepAlive(partner: Partner): void {
    const { now } = this.#ctx;
    // It was removed, and perhaps named once more since.
    if (this.#partners.get(partner.address.key) !== partner) return;
    this.#requests.expired(now);
    this.#ask(partner);
    partner.liveness.asked(now);
    const isAlive = now - partner.answeredMs <= ALIVE_MS;
    const interval = isAlive ? ASK_INTERVAL_MS : RETRY_INTERVAL_MS;
    this.#ctx.timers.plan("partner", now + interval, () => this.#keepAlive(partner));
  }

  #ask({ address }: Partner): void {
    const { validation } = this.#netState;
    const request: IntroductionRequest = {
      kind: "introduction-request",
      identifier: this.#ctx.random.bytes(8),
      instance: this.#ctx.instance,
      destination: address,
      grant: validation.tokens.issue(address, this.#ctx.now),
      nat: this.#netState.nat(address.family),
      advice: false,
    };
    const via = this.#netState.mainSocket(address.family);
    this.#netState.noOverlay.send(address, via, padTo(request, BARE_REQUEST_BYTES));
    this.#requests.add({ identifier: request.identifier, to: address, sentMs: this.#ctx.now });
  }
}
