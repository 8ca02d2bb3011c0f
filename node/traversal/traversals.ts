import type { KnownPeers } from "../../candidates/known-peers.ts";
import type { CandidateTable } from "../../candidates/table.ts";
import {
  type Attempt,
  type AttemptRole,
  type Naming,
  type Opened,
  VOUCHERS_NEEDED,
} from "../../nat/attempt.ts";
import type { BurstOutcome } from "../../nat/burst-budget.ts";
import { takesAllFlows } from "../../nat/plan.ts";
import { MAX_START_MS } from "../../nat/punctures.ts";
import { isClassified, mayBePlain, strategyFor } from "../../nat/strategy.ts";
import type { Address } from "../../wire/address.ts";
import { fromHex, toHex } from "../../wire/bytes.ts";
import { INSTANCE_BYTES } from "../../wire/limits.ts";
import type { Introduction, NatSummary, PunctureRequest } from "../../wire/message.ts";
import { Attempts, isPlaceOf } from "./attempts.ts";
import type { Context } from "../core/context.ts";
import type { Intent, Intents } from "../core/intents.ts";
import { KeptSockets } from "./kept-sockets.ts";
import { report } from "./report.ts";
import { Search } from "./search.ts";
import type { Seeks } from "./seeks.ts";
import type { NetState } from "../net/net-state.ts";
import type { Scope } from "../net/scope.ts";

/**
 * One path brings all bundles, and a second one may outlive it: more are found without searching for ports, or not at
 * all.
 */
const ENOUGH_PATHS = 2;
/**
 * With the common start: a plain puncture has opened by then what it can, on a path of 100 ms, unless something was
 * lost.
 */
const PLAIN_MS = 400;
/** The same where a search may be needed or not: a plain puncture has opened the path by then, on one of 50 ms. */
const UNTESTED_MS = 150;
/** A node that has just started learns within this time what its NAT does; before, it could only choose wrongly. */
const SURVEY_MS = 1_000;
const LOOK_MS = 50;
/** Introductions to one node that we ask for: the first may be lost, the second brings a search. */
const MAX_SEEKS = 5;
/** Nothing can be hoped for, but what is known of the NATs may be wrong: the last plain puncture gets its chance. */
const HOPELESS_MS = 3_000;
/** Seeds asked at a time for one more introduction of the same node: one more than needed, for one that is gone. */
const MAX_WITNESSES = VOUCHERS_NEEDED + 1;

/** What is done about every node that was named to us, or we to it, until there is a path between us. */
export class Traversals {
  readonly #ctx: Context;
  readonly #scope: Scope;
  readonly #table: CandidateTable;
  readonly #netState: NetState;
  readonly #seeks: Seeks;
  readonly #seeds: KnownPeers;
  readonly #intents: Intents;
  readonly #attempts: Attempts;
  readonly #kept: KeptSockets;
  #search: Search | undefined;

  constructor(parts: {
    ctx: Context;
    scope: Scope;
    table: CandidateTable;
    netState: NetState;
    seeks: Seeks;
    /** Introducers that the user named. */
    seeds: KnownPeers;
    intents: Intents;
  }) {
    this.#ctx = parts.ctx;
    this.#scope = parts.scope;
    this.#table = parts.table;
    this.#netState = parts.netState;
    this.#seeks = parts.seeks;
    this.#seeds = parts.seeds;
    this.#intents = parts.intents;
    this.#attempts = new Attempts(parts.ctx, parts.table);
    this.#kept = new KeptSockets(parts.ctx, parts.table, parts.netState.sockets);
  }

  /** Somebody was named to us, at an address that we may contact. */
  introduced(introduction: Introduction, namer: Address): void {
    const attempt = this.#named("asking", introduction.address, introduction, namer, false);
    if (attempt?.phase === "named") this.#considerLater(attempt, introduction.startMs);
  }

  /** We are to open our NAT for somebody who was named to us. */
  requested(request: PunctureRequest, namer: Address): void {
    const attempt = this.#named("asked", request.target, request, namer, request.sought);
    if (attempt === undefined || !request.sought || !this.#seeds.has(namer)) return;
    if (this.#search?.attempt === attempt) return this.#search.sampled(namer);
    if (attempt.phase !== "named") return;
    // The other side tries hard. Perhaps what another introducer told us of it was lost, or is out of date.
    if (!attempt.isVouchedFor) return this.#considerLater(attempt, request.startMs);
    // It asked from its main socket: a sample is still to come.
    attempt.sample = undefined;
    this.#begin(attempt, namer, true);
  }

  /** A puncture that a search hit upon. Returns whether it was one; then its sender is being asked. */
  hit(from: Address, via: number, nonce: Uint8Array): boolean {
    const search = this.#search;
    if (search?.attempt.matches(nonce, from) !== true) return false;
    if (search.attempt.phase === "hit") return true;
    // Where it was named it never was, for us; those addresses only take its own place.
    for (const named of search.attempt.addresses) {
      if (named.key !== from.key && this.#table.bucket(named, this.#ctx.now) === "introduced") {
        this.#table.remove(named);
      }
    }
    if (this.#table.introduced(from, via, this.#ctx.now) === undefined) {
      this.#ctx.count("candidate refused: group cap");
      return true;
    }
    this.#ctx.count("search hit");
    search.hit();
    this.#intents.push({ kind: "ask", address: from });
    return true;
  }

  /** Somebody showed that it receives what we send: the path is open. */
  heard(from: Address, instance: Uint8Array): void {
    const attempts = this.#attempts.underWay(toHex(instance));
    const attempt = attempts.find((each) => isPlaceOf(each, from));
    if (attempt === undefined) return;
    // One path is enough: what is done in the other family ends.
    for (const other of attempts) if (other !== attempt) this.#drop(other);
    const isAsked = attempt.phase === "hit";
    this.#report(attempt, from);
    if (this.#search?.attempt !== attempt) return;
    const candidate = this.#table.get(from);
    if (candidate !== undefined) candidate.wasSearched = true;
    this.#endSearch("opened");
    // Its address may be one where it was asked in vain a moment ago, and so not due.
    if (!isAsked) this.#intents.push({ kind: "ask", address: from });
  }

  /** How the path to a run of a node was opened; undefined where none had to be. */
  opened(from: Address, instance: Uint8Array): Opened | undefined {
    const attempt = this.#attempts.get(toHex(instance), from.family);
    return attempt !== undefined && isPlaceOf(attempt, from) ? attempt.opened : undefined;
  }

  #drop(attempt: Attempt): void {
    attempt.phase = "over";
    if (this.#search?.attempt === attempt) this.#endSearch("unused");
  }

  /** The user wants a path to this node: whoever can is asked to introduce us, and every effort is made. */
  demand(instance: string): void {
    const underWay = this.#attempts.underWay(instance);
    for (const attempt of underWay) attempt.demanded = true;
    if (underWay.length === 0) this.#attempts.delete(instance);
    for (const introducer of this.#seeds.addresses) this.#seek(instance, introducer, true);
  }

  /** An introduction that we sought, which has been taken note of as any: perhaps it is enough for a search. */
  found({ introduction, introducer, demanded }: Extract<Intent, { kind: "found" }>): void {
    const attempt = this.#attempts.get(toHex(introduction.instance), introducer.family);
    if (attempt?.phase !== "named") return;
    attempt.demanded ||= demanded;
    if (!attempt.isVouchedFor) return;
    if (this.#isEarly(attempt, attempt.nat)) return this.#considerLater(attempt, LOOK_MS);
    this.#begin(attempt, introducer);
  }

  clear(): void {
    if (this.#search !== undefined) this.#endSearch("unused");
    this.#attempts.clear();
  }

  #named(
    role: AttemptRole,
    address: Address,
    said: Introduction | PunctureRequest,
    namer: Address,
    sought: boolean,
  ): Attempt | undefined {
    const voucher = this.#seeds.has(namer) ? namer : undefined;
    const naming: Naming = { address, nat: said.nat, nonce: said.nonce, voucher, sought };
    const instance = toHex(said.instance);
    return this.#attempts.named(instance, role, naming, namer, this.#search?.attempt);
  }

  /** Whether it may be known in a moment what a NAT does. */
  #isEarly({ namedMs }: Attempt, nat: NatSummary): boolean {
    return !isClassified(nat) && this.#ctx.now < namedMs + SURVEY_MS;
  }

  /** One plan per attempt, however often it is named. */
  #considerLater(attempt: Attempt, afterMs: number): void {
    if (attempt.isAwaited) return;
    attempt.isAwaited = true;
    this.#ctx.timers.plan("traversal", this.#ctx.now + Math.min(afterMs, MAX_START_MS), () => {
      attempt.isAwaited = false;
      this.#considerSeeking(attempt);
    });
  }

  #isWorthwhile({ demanded }: Attempt): boolean {
    return demanded || this.#table.counts(this.#ctx.now).contacted < ENOUGH_PATHS;
  }

  /** The plain puncture had its time. */
  #considerSeeking(attempt: Attempt): void {
    if (attempt.phase !== "named" || !this.#isWorthwhile(attempt)) return;
    const own = this.#netState.nat(attempt.address.family);
    if (this.#isEarly(attempt, own)) return this.#considerLater(attempt, LOOK_MS);
    const strategy = strategyFor(own, attempt.nat);
    const untestedMs = mayBePlain(own, attempt.nat) ? UNTESTED_MS : 0;
    const plainMs = strategy === "puncture" ? PLAIN_MS : untestedMs;
    if (this.#ctx.now < attempt.namedMs + plainMs) return this.#considerLater(attempt, LOOK_MS);
    if (strategy === undefined) {
      // By a seek the other side learns what our NAT does: it could know less than we, and search in vain.
      if (attempt.seeks === 0) this.#seekOfSeeds(attempt);
      const reason = "both NATs give every destination another port, and neither can be guessed";
      return this.#giveUpLater(attempt, reason);
    }
    // Whom we seek would search alone.
    if (this.#netState.bursts.pauses(attempt.address, this.#ctx.now)) {
      this.#ctx.countAbout("search held back: in vain a while ago", attempt.address);
      if (!attempt.demanded) return;
      return this.#giveUpLater(attempt, "it was tried in vain a while ago, and not yet again");
    }
    if (attempt.seeks >= MAX_SEEKS) {
      const reason = attempt.isVouchedFor
        ? "the other side does not answer"
        : "no second tracker in another network vouches for the other side";
      return this.#giveUpLater(attempt, reason);
    }
    this.#seekOfSeeds(attempt);
  }

  #seekOfSeeds(attempt: Attempt): void {
    attempt.seeks++;
    // Those who do not vouch yet come first. The others are asked as well: the other side needs them as much as we do.
    const seeds = this.#seeds.addresses
      .filter(({ family }) => family === attempt.address.family)
      .sort((a, b) => Number(attempt.hasVoucher(a)) - Number(attempt.hasVoucher(b)));
    for (const seed of seeds.slice(0, MAX_WITNESSES)) {
      this.#seek(attempt.instance, seed, attempt.demanded);
    }
  }

  #giveUpLater(attempt: Attempt, reason: string): void {
    attempt.isAwaited = true;
    this.#ctx.timers.plan("hopeless", this.#ctx.now + HOPELESS_MS, () => {
      if (attempt.phase === "named") this.#report(attempt, undefined, reason);
    });
  }

  #seek(instance: string, introducer: Address, demanded: boolean): void {
    this.#seeks.seek({
      introducer,
      via: this.#netState.mainSocket(introducer.family),
      instance: fromHex(instance, INSTANCE_BYTES)!,
      done: (introduction, bytes) => {
        if (introduction === undefined) return;
        this.#intents.push({ kind: "found", introduction, introducer, bytes, demanded });
      },
    });
  }

  #begin(attempt: Attempt, introducer: Address, isAsked = false): void {
    const own = this.#netState.nat(attempt.address.family);
    const strategy = strategyFor(own, attempt.nat);
    if (strategy === undefined) return;
    const { bursts } = this.#netState;
    if (this.#search !== undefined || !bursts.begin(attempt.address, this.#ctx.now, isAsked)) {
      return this.#ctx.countAbout(
        "search held back: one at a time, few to one address",
        attempt.address,
      );
    }
    this.#ctx.count(`searches: ${strategy}`);
    this.#search = new Search({
      ctx: this.#ctx,
      scope: this.#scope,
      netState: this.#netState,
      seeks: this.#seeks,
      attempt,
      introducer,
      maxFlows: this.#netState.maxFlows,
      failed: (reason) => {
        this.#report(attempt, undefined, reason);
        // Without the other side's part nothing was sent, and nothing is learnt.
        if (attempt.probes === 0) return this.#endSearch("unused");
        this.#endSearch(takesAllFlows(attempt.strategy) ? "spent" : "failed");
      },
    });
    this.#search.begin(strategy);
  }

  #endSearch(outcome: BurstOutcome): void {
    const sockets = this.#search!.end();
    this.#search = undefined;
    this.#netState.bursts.end(outcome, this.#ctx.now);
    if (outcome === "opened") this.#kept.keep(sockets);
    else this.#netState.sockets.close(sockets);
  }

  #report(attempt: Attempt, opened: Address | undefined, reason?: string): void {
    const [ctx, scope, netState] = [this.#ctx, this.#scope, this.#netState];
    report(attempt, { opened, reason }, { ctx, scope, netState });
  }
}
