import { NO_VIA } from "../../candidates/candidate.ts";
import type { KnownPeers } from "../../candidates/known-peers.ts";
import { namerAt, type Namer } from "../../candidates/namer.ts";
import type { CandidateTable } from "../../candidates/table.ts";
import type { Opened } from "../../nat/attempt.ts";
import { isInfrastructure } from "../../nat/network.ts";
import { type DuePuncture, Punctures } from "../../nat/punctures.ts";
import { acceptsLan, mayContact, reachedAt } from "../../nat/reach.ts";
import type { Address } from "../../wire/address.ts";
import type { Introduction, Puncture, PunctureRequest } from "../../wire/message.ts";
import { LOW_TTL } from "../../nat/search/probe.ts";
import { scopeOf } from "../../wire/address-scope.ts";
import type { Context } from "../core/context.ts";
import type { NamedRefusal } from "../core/counters.ts";
import type { Intents } from "../core/intents.ts";
import type { NetState } from "../net/net-state.ts";
import { Alarm } from "../core/timers.ts";
import type { Traversals } from "./traversals.ts";
import type { Scope } from "../net/scope.ts";

/** A stranger gets three datagrams in 5 s: what only opens our own NAT leaves two for what has to follow. */
const LEAVE_AFTER_PRIMING = 2;

/** Somebody as a third party names it. */
interface Named {
  address: Address;
  lan: Address | undefined;
  instance: Uint8Array;
}

/**
 * How two nodes that were named to each other open a path: the one asked to puncture punctures, the introduced one
 * expects it and answers. What a third party names is believed only as far as `nat/reach.ts` allows.
 */
export class Puncturing {
  readonly #ctx: Context;
  readonly #scope: Scope;
  readonly #table: CandidateTable;
  readonly #netState: NetState;
  readonly #intents: Intents;
  readonly #traversals: Traversals;
  readonly #seeds: KnownPeers;
  readonly #punctures = new Punctures();
  readonly #due: Alarm;

  constructor(parts: {
    ctx: Context;
    scope: Scope;
    table: CandidateTable;
    netState: NetState;
    traversals: Traversals;
    /** Introducers that the user named. */
    seeds: KnownPeers;
    intents: Intents;
  }) {
    this.#ctx = parts.ctx;
    this.#due = new Alarm(parts.ctx.timers, "punctures", () => this.#sendDue());
    this.#scope = parts.scope;
    this.#table = parts.table;
    this.#netState = parts.netState;
    this.#intents = parts.intents;
    this.#traversals = parts.traversals;
    this.#seeds = parts.seeds;
  }

  /** `namer` introduced somebody to us: returns the addresses worth asking, the one inside our network first. */
  introduced(introduction: Introduction, from: Address, via: number): Address[] {
    const { lan, nonce, nat } = introduction;
    const address = reachedAt(introduction.address, nat);
    const targets = this.#allowed({ address, lan, instance: introduction.instance }, from);
    if (targets.length === 0) return [];
    const namer = this.#namerAt(from);
    const { now } = this.#ctx;
    for (const target of targets) {
      const candidate = this.#table.introduced(target, this.#via(target, via), now);
      if (candidate === undefined) {
        this.#ctx.count("candidate refused: group cap");
        continue;
      }
      candidate.nat = nat;
      if (namer.isTrusted || candidate.namer?.isTrusted !== true) candidate.namer = namer;
      const isExpected = this.#punctures.expect({ nonce, named: target, namer, now });
      if (!isExpected) this.#ctx.count("rejected: introduction beyond a bound");
    }
    this.#traversals.introduced({ ...introduction, address }, from);
    return targets;
  }

  /**
   * Opens our own NATs for somebody who asks us at once, or whom we ask later, by a datagram of few hops: what it sends
   * would otherwise come unannounced, and some routers that accept it then give what we send another port. Where there
   * is no NAT there is nothing to open. `from`: who named it.
   */
  prime(nonce: Uint8Array, to: Address, via: number, from: Address): void {
    const { now } = this.#ctx;
    const { mapping } = this.#netState.nat(to.family);
    if (mapping === "none" || scopeOf(to.ip) !== "global") return;
    if (this.#netState.isProven(to, now)) return;
    const { unsolicited } = this.#netState;
    if (!unsolicited.allow(to, this.#namerAt(from), now, LEAVE_AFTER_PRIMING)) return;
    const instance = this.#scope.instance.bytes;
    this.#scope.send(to, via, { kind: "puncture", nonce, instance }, LOW_TTL);
  }

  /** Somebody asks us to puncture. */
  requested(from: Address, via: number, request: PunctureRequest): void {
    const { now } = this.#ctx;
    const { validation } = this.#netState;
    if (!validation.tokens.accepts(from, request.token, now)) {
      return this.#ctx.count("rejected: puncture-request without our token");
    }
    const bucket = this.#table.bucket(from, now);
    // Who was only named to us may be anybody.
    if (bucket === undefined || bucket === "introduced") {
      return this.#ctx.count("rejected: puncture-request from nobody we know");
    }
    const target = reachedAt(request.target, request.nat);
    const { lan, instance } = request;
    const targets = this.#allowed({ address: target, lan, instance }, from);
    if (targets.length === 0) return;
    // A copy: it would keep the whole datagram in memory.
    const nonce = new Uint8Array(request.nonce);
    const namer = this.#namerAt(from);
    // Where there is no NAT there is nothing to spoil.
    const startMs = request.nat.mapping === "none" ? 0 : request.startMs;
    const isBegun = this.#punctures.begin({ nonce, targets, namer, via, startMs, now });
    if (!isBegun) this.#ctx.count("rejected: puncture-request beyond a bound");
    // Also then: others may have had us puncture for it more often than is worth anything.
    this.#traversals.requested({ ...request, target }, from);
    if (!isBegun) return;
    if (startMs > 0) for (const to of targets) this.prime(nonce, to, via, from);
    this.#sendDue();
  }

  /** A puncture came in: for us as the introduced side, or as the answer to ours. */
  arrived(from: Address, via: number, { nonce }: Puncture): void {
    const { now } = this.#ctx;
    if (this.#traversals.hit(from, via, nonce)) return;
    if (this.#punctures.answered(nonce, from)) return this.#ctx.count("puncture answered");
    const met = this.#punctures.arrived({ nonce, from, now });
    if (met === undefined) return this.#ctx.count("rejected: puncture not expected");
    if (met.rekeyed) {
      this.#ctx.count("puncture re-keyed a port");
      this.#rekey(met.named, from);
    }
    const candidate = this.#table.introduced(from, via, now);
    if (candidate === undefined) return this.#ctx.count("candidate refused: group cap");
    candidate.namer ??= met.namer;
    // A request opens the path as well as a puncture, and both count against what a stranger gets.
    const otherwise = met.first ? { nonce, to: from, via, namer: met.namer } : undefined;
    this.#intents.push({ kind: "opened", address: from, hasMoved: met.rekeyed, otherwise });
  }

  /** A node that receives what we send was heard from an address: its path is open. */
  heard(from: Address, instance: Uint8Array): void {
    this.#punctures.heard(from);
    this.#traversals.heard(from, instance);
  }

  /** How the path to a run of a node was opened; undefined where none had to be. */
  opened(from: Address, instance: Uint8Array): Opened | undefined {
    return this.#traversals.opened(from, instance);
  }

  #rekey(named: Address, from: Address): void {
    const isKnown = this.#table.get(from) !== undefined;
    const candidate = this.#table.rekey(named, from);
    // Where it was asked it never was.
    if (candidate !== undefined && !isKnown) candidate.lastAskedMs = -Infinity;
  }

  #allowed({ address, lan, instance }: Named, namer: Address): Address[] {
    if (address.family !== namer.family) return this.#refuse("family", address);
    if (!mayContact(address, namer)) return this.#refuse("special range", address);
    const isSelf = this.#scope.instance.isOurs(instance) || this.#netState.isSelf(address);
    if (isSelf) return this.#refuse("ourselves", address);
    const ownPublic = this.#netState.publicAddress(address.family);
    const { networks } = this.#netState;
    const isShared = isInfrastructure(networks, address.ip);
    if (isShared) return this.#refuse("gateway or whole subnet", address);
    if (lan === undefined) return [address];
    if (!acceptsLan({ lan, named: address, ownPublic, networks })) {
      this.#ctx.countAbout("rejected: lan address", lan);
      return [address];
    }
    return [lan, address];
  }

  /** Whoever was heard by a socket of a search is reached by that one, and by no other. */
  #via(target: Address, otherwise: number): number {
    const via = this.#table.get(target)?.via ?? NO_VIA;
    return via === NO_VIA || this.#netState.isMainSocket(via) ? otherwise : via;
  }

  #refuse(reason: NamedRefusal, address: Address): [] {
    this.#ctx.countAbout(`rejected: named address: ${reason}`, address);
    return [];
  }

  #sendDue(): void {
    for (const due of this.#punctures.due(this.#ctx.now)) this.puncture(due);
    this.#due.set(this.#punctures.deadline());
  }

  #namerAt(from: Address): Namer {
    return namerAt(from, this.#seeds.has(from));
  }

  /** Sends a puncture, as far as strangers may be sent one. */
  puncture({ nonce, to, via, namer }: DuePuncture): void {
    const { now } = this.#ctx;
    const { unsolicited } = this.#netState;
    if (!this.#netState.isProven(to, now) && !unsolicited.allow(to, namer, now)) {
      return this.#ctx.countAbout("puncture held back: unsolicited", to);
    }
    const instance = this.#scope.instance.bytes;
    this.#scope.send(to, via, { kind: "puncture", nonce, instance });
  }
}
