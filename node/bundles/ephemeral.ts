import type { Address } from "../../wire/address.ts";
import { type Bundle, type Draft, isPassing } from "../../wire/bundle.ts";
import { toHex } from "../../wire/bytes.ts";
import { TokenBuckets } from "../../nat/token-buckets.ts";
import type { Context } from "../core/context.ts";
import type { BundleRefusal } from "../core/counters.ts";
import type { Intents } from "../core/intents.ts";
import type { Policy } from "./policy.ts";
import type { Writer } from "./writer.ts";

/** For the moment: a message says when it ends, and may not live for longer. */
const MAX_LIFE_S = 60;
/** What clocks may differ by. */
const SKEW_S = 30;
/** From the first sight of a message until nobody takes it any more: its life, and twice what clocks differ by. */
const REMEMBERED_MS = (MAX_LIFE_S + 2 * SKEW_S) * 1_000;
/** Of each of two generations: 270 messages a second, 4 MiB. Of more, what may have been forgotten is refused. */
const MAX_REMEMBERED = 32_768;
/** Of one author, whichever way they come. */
const OF_AUTHOR = { perSecond: 20, burst: 40, most: 4_096 };
/** Bytes of bodies from one address, before anything costs more than a hash. */
const OF_SENDER = { perSecond: 8 * 1024, burst: 16 * 1024, most: 4_096 };

/**
 * Messages for the moment: signed by who may write, shown and sent on at first sight, and stored nowhere. Nobody counts
 * them, offers them, or says that they came.
 */
export class Ephemeral {
  readonly #ctx: Context;
  readonly #policy: Policy;
  readonly #writer: Writer;
  readonly #intents: Intents;
  readonly #isOn: boolean;
  /** Ids of the last REMEMBERED_MS at least, the newer generation first. BOUNDED: each by MAX_REMEMBERED. */
  #seen: [Set<string>, Set<string>] = [new Set(), new Set()];
  #seenSinceMs = -Infinity;
  /** What was seen before is forgotten. */
  #forgottenMs = -Infinity;
  readonly #ofAuthor = new TokenBuckets(OF_AUTHOR);
  readonly #ofSender = new TokenBuckets(OF_SENDER);

  constructor(parts: {
    ctx: Context;
    policy: Policy;
    writer: Writer;
    intents: Intents;
    /** Whether the profile has them. */
    isOn: boolean;
  }) {
    this.#ctx = parts.ctx;
    this.#policy = parts.policy;
    this.#writer = parts.writer;
    this.#intents = parts.intents;
    this.#isOn = parts.isOn;
  }

  /** What the user says now; or why it cannot, in one sentence. */
  publish(drafts: readonly Draft[]): Bundle[] | string {
    if (!this.#isOn) return "this profile has no ephemeral messages: use the adaptive one";
    if (!drafts.every(({ content }) => isPassing(content))) {
      return "what is kept and what is ephemeral have to be published apart";
    }
    const nowS = Math.floor(this.#ctx.wall / 1_000);
    const lives = (expires: number) => expires > nowS && expires <= nowS + MAX_LIFE_S;
    if (drafts.some(({ expires }) => expires !== undefined && !lives(expires))) {
      return `an ephemeral message ends within ${MAX_LIFE_S} seconds: leave the expiry out, or publish what is kept`;
    }
    const bundles = this.#writer.sign(
      drafts.map((draft) => ({ ...draft, expires: draft.expires ?? nowS + MAX_LIFE_S })),
    );
    if (typeof bundles === "string") return bundles;
    const { now } = this.#ctx;
    const author = bundles[0] && toHex(bundles[0].author);
    if (author !== undefined && this.#ofAuthor.available(author, now) < bundles.length) {
      return `others take ${OF_AUTHOR.perSecond} ephemeral messages of one author a second: publish fewer`;
    }
    for (const bundle of bundles) this.#pass(bundle, undefined);
    return bundles;
  }

  /**
   * Why a message that came is not even checked. What was seen is known by its id, before any signature is looked at.
   */
  refuses(
    bundle: Bundle,
    { from, isAsked }: { from: Address; isAsked: boolean },
  ): BundleRefusal | undefined {
    const { now } = this.#ctx;
    // Nobody asks for what nobody keeps.
    if (!this.#isOn || isAsked) return "kind-not-stored";
    if (!this.#isOfNow(bundle)) return "ephemeral-expiry";
    const refusal = this.#refusesAgain(bundle);
    if (refusal !== undefined) return refusal;
    if (this.#ofSender.available(from.key, now) <= 0) return "ephemeral-rate";
    this.#ofSender.spend(from.key, bundle.body.length, now);
    return this.#policy.judge(bundle) === "admit" ? undefined : "policy";
  }

  /** Its signature is right: it is shown and sent on, unless that is refused. */
  accept(bundle: Bundle, from: Address): BundleRefusal | undefined {
    const refusal = this.#refusesAgain(bundle);
    if (refusal !== undefined) return refusal;
    if (this.#ofAuthor.available(toHex(bundle.author), this.#ctx.now) < 1) return "ephemeral-rate";
    this.#pass(bundle, from);
    return undefined;
  }

  #pass(bundle: Bundle, from: Address | undefined): void {
    this.#ofAuthor.spend(toHex(bundle.author), 1, this.#ctx.now);
    this.#remember(bundle);
    this.#intents.push({ kind: "ephemeral", bundle, from });
  }

  #isOfNow(bundle: Bundle): boolean {
    const aheadS = this.#aheadS(bundle);
    return aheadS > -SKEW_S && aheadS <= MAX_LIFE_S + SKEW_S;
  }

  #aheadS({ header: { expires = 0 } }: Bundle): number {
    return expires - this.#ctx.wall / 1_000;
  }

  /** What came before, or may have come when so many came that it is forgotten. */
  #refusesAgain(bundle: Bundle): BundleRefusal | undefined {
    if (this.#seen.some((ids) => ids.has(bundle.key))) return "duplicate";
    const firstTakenMs = (this.#aheadS(bundle) - MAX_LIFE_S - SKEW_S) * 1_000 + this.#ctx.now;
    return firstTakenMs < this.#forgottenMs ? "ephemeral-rate" : undefined;
  }

  #remember({ key }: Bundle): void {
    const { now } = this.#ctx;
    const [newer] = this.#seen;
    if (newer.size >= MAX_REMEMBERED || now >= this.#seenSinceMs + REMEMBERED_MS) {
      this.#seen = [new Set(), newer];
      this.#forgottenMs = this.#seenSinceMs;
      this.#seenSinceMs = now;
    }
    this.#seen[0].add(key);
  }
}
