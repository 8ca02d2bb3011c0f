import type { Candidate } from "../../candidates/candidate.ts";
import type { CandidateTable } from "../../candidates/table.ts";
import type { Validation } from "../../candidates/validation.ts";
import type { Address } from "../../wire/address.ts";
import { MAX_NAMED } from "../../wire/limits.ts";
import type { IdsOffer } from "../../wire/message.ts";
import type { CausalOrder, Missing } from "../bundles/causal-order.ts";
import type { Context } from "../core/context.ts";
import type { Intents } from "../core/intents.ts";
import { Alarm } from "../core/timers.ts";
import { compareHeld, placeKey } from "../sets/held.ts";
import type { FingerprintCompare } from "./fingerprint-compare.ts";
import type { Session } from "./sync-session.ts";

/** What was only overtaken on its way comes by itself. */
const FIRST_ASK_MS = 100;
/** While an answer is under way, it may bring them: under load nearly everything is missing for half a second. */
const BUSY_ASK_MS = 1_000;
/** Until it is asked for again, doubled each time: another peer each time, and six in a minute. */
const AGAIN_MS = 1_000;
/** How often to look for what is due, and the least time between two requests, each of which asks for MAX_NAMED. */
const LOOK_MS = 1_000;
const PACE_MS = 200;
/**
 * Until then it may be on its way to those who lack it as well: within one step everybody that it can reach has been
 * told of it.
 */
const ON_ITS_WAY_MS = 5_000;
/** Contacts that lack it, of more: it is nowhere near. */
const ENOUGH = 8;

/** What else there is to do. */
interface Situation {
  /** Whether an offer is under way. */
  isBusy: boolean;
  /** Whether a request for ancestors may be sent now. */
  mayAsk: boolean;
}

/**
 * The search for bundles that others follow and that are not held: asked for by name, all that are known together, of
 * one peer after the other. One that said that it lacks them is not asked for them again. They are given up when
 * everybody in touch with us shows that it lacks them.
 */
export class Ancestors {
  readonly #ctx: Context;
  readonly #table: CandidateTable;
  readonly #validation: Validation;
  readonly #causal: CausalOrder;
  readonly #hints: FingerprintCompare;
  readonly #intents: Intents;
  readonly #look: Alarm;
  #askedMs = -Infinity;

  constructor(parts: {
    ctx: Context;
    table: CandidateTable;
    validation: Validation;
    causal: CausalOrder;
    hints: FingerprintCompare;
    intents: Intents;
  }) {
    this.#ctx = parts.ctx;
    this.#table = parts.table;
    this.#validation = parts.validation;
    this.#causal = parts.causal;
    this.#hints = parts.hints;
    this.#intents = parts.intents;
    this.#look = new Alarm(parts.ctx.timers, "ancestors", () => {
      this.#intents.push({ kind: "ancestors" });
    });
  }

  /** Bundles were committed: some that they follow may be missing. */
  committed(): void {
    if (this.#causal.missing.size === 0) return this.#look.cancel();
    this.#lookBy(this.#ctx.now + FIRST_ASK_MS);
  }

  stop(): void {
    this.#look.cancel();
  }

  /** Whom to ask now, and for which of them, if anybody; gives up what nobody has. */
  next({ isBusy, mayAsk }: Situation): { peer: Address; offer: IdsOffer } | undefined {
    const { now } = this.#ctx;
    this.#giveUp();
    const { missing } = this.#causal;
    if (missing.size === 0) return undefined;
    this.#lookBy(now + LOOK_MS);
    if (!mayAsk || now < this.#askedMs + PACE_MS) return undefined;
    const youngest = now - (isBusy ? BUSY_ASK_MS : FIRST_ASK_MS);
    const due = [...missing.values()].filter(({ askMs, sinceMs }) => {
      return askMs <= now && sinceMs <= youngest;
    });
    const peer = this.#peerFor(due);
    if (peer === undefined) return undefined;
    const asked = fairly(due.filter(({ lackedBy }) => lackedBy?.has(peer.key) !== true));
    for (const each of asked) each.askMs = now + AGAIN_MS * 2 ** each.asked++;
    this.#askedMs = now;
    this.#ctx.count("ancestors asked for", asked.length);
    const places = asked.map(({ held }) => held).sort(compareHeld);
    return { peer, offer: { kind: "ids", places } };
  }

  /** The end of a request: what did not come of a whole answer, its peer lacks. */
  ended({ offer, peer, answer, hasCome }: Session): void {
    if (offer.kind !== "ids") return;
    const { missing } = this.#causal;
    const isWhole = answer !== undefined && !answer.more && hasCome;
    for (const held of offer.places) {
      const still = missing.get(placeKey(held));
      if (isWhole && still !== undefined) (still.lackedBy ??= new Set()).add(peer.key);
    }
    if (missing.size > 0) this.#lookBy(this.#askedMs + PACE_MS);
  }

  #lookBy(ms: number): void {
    if (ms < this.#look.at) this.#look.set(Math.max(ms, this.#ctx.now));
  }

  #giveUp(): void {
    const { now } = this.#ctx;
    const contacts = this.#holders("contacted");
    if (contacts.length === 0) return;
    const equal = contacts.filter((contact) => this.#hints.relation(contact) === "same");
    for (const missing of this.#causal.missing.values()) {
      if (now - missing.sinceMs < ON_ITS_WAY_MS) continue;
      const { lackedBy } = missing;
      const others = contacts.filter((contact) => {
        return !equal.includes(contact) && lackedBy?.has(contact.address.key) === true;
      });
      const lacking = equal.length + others.length;
      if (lacking >= Math.min(contacts.length, ENOUGH)) this.#causal.lost(missing);
    }
  }

  /** Whoever did not say yet that it lacks most of them, drawn anew each time. */
  #peerFor(due: readonly Missing[]): Address | undefined {
    if (due.length === 0) return undefined;
    const { now } = this.#ctx;
    const peers = [...this.#holders("contacted"), ...this.#holders("requested")]
      .map(({ address }) => address)
      .filter((address) => this.#validation.grantFrom(address, now) !== undefined)
      .map((address) => ({
        address,
        may: due.filter(({ lackedBy }) => lackedBy?.has(address.key) !== true).length,
      }));
    const most = Math.max(0, ...peers.map(({ may }) => may));
    const best = peers.filter(({ may }) => may > 0 && may === most);
    return best.length === 0 ? undefined : best[this.#ctx.random.below(best.length)]!.address;
  }

  #holders(bucket: "contacted" | "requested"): Candidate[] {
    return this.#table.list(bucket, this.#ctx.now).filter(({ storesNothing }) => !storesNothing);
  }
}

/** MAX_NAMED of them: each author whose bundles wait in turn, the newest first. */
function fairly(due: readonly Missing[]): Missing[] {
  const byAuthor = new Map<string, Missing[]>();
  for (const missing of due) {
    const author = missing.followers.find(({ isOver }) => !isOver)?.author;
    if (author === undefined) continue;
    const own = byAuthor.get(author);
    if (own === undefined) byAuthor.set(author, [missing]);
    else own.push(missing);
  }
  const taken: Missing[] = [];
  while (taken.length < MAX_NAMED && byAuthor.size > 0) {
    for (const [author, own] of byAuthor) {
      if (taken.length < MAX_NAMED) taken.push(own.pop()!);
      if (own.length === 0) byAuthor.delete(author);
    }
  }
  return taken;
}
