import { namerAt } from "../../candidates/namer.ts";
import { FilteringEvidence } from "../../nat/filtering.ts";
import { LIFETIME_TESTS_S, LifetimeEvidence } from "../../nat/lifetime.ts";
import type { Address } from "../../wire/address.ts";
import type { IntroductionResponse, Message, NatSummary } from "../../wire/message.ts";
import type { Context } from "../core/context.ts";
import { DialBacks, otherPortOf } from "./dial-backs.ts";
import { Hairpin, type SeenSocket } from "./hairpin.ts";
import { Lifetimes } from "./lifetimes.ts";
import { Questions } from "../net/questions.ts";
import { Sightings } from "./sightings.ts";
import {
  hairpinVerdict,
  type ObserverReport,
  type SurveyReport,
  type SurveyStage,
} from "../core/survey-report.ts";
import type { NetState } from "../net/net-state.ts";
import type { Scope } from "../net/scope.ts";

/** Two suffice; the rest is for those that do not answer. */
const MAX_OBSERVERS = 4;
/** Each makes one mapping: enough to tell how ports are assigned when every tenth answer is lost. */
const FRESH_SOCKETS = 12;
/** When to look at the answers so far: the first path may have to be opened before the last one is in. */
const LOOKS_MS = [100, 200, 400, 800] as const;
/** Fresh sockets whose filter is tested, one per observer. */
const MAX_SUBJECTS = 3;

/**
 * Finds out what our NAT does (RFC 4787), of its own accord and within seconds: asks observers, on two ports each, how
 * they see the main socket and fresh ones, and who else reaches those. About 60 small datagrams, all to addresses that
 * the user named, but for one question to each helper. The lifetime test takes 3 minutes and is made only when asked
 * for.
 */
export class Survey {
  readonly scope: Scope;
  readonly #ctx: Context;
  readonly #netState: NetState;
  readonly #observers: ObserverReport[];
  readonly #family: 4 | 6;
  readonly #main: number;
  readonly #withLifetime: boolean;
  readonly #stage: (stage: SurveyStage) => void;
  readonly #finished: (report: SurveyReport) => void;
  readonly #learned: (nat: NatSummary) => void;
  readonly #questions: Questions;
  readonly #filtering = new FilteringEvidence();
  readonly #lifetime = new LifetimeEvidence();
  readonly #sightings = new Sightings();
  /** Fresh sockets in our hands. BOUNDED: by FRESH_SOCKETS and LIFETIME_TESTS_S. */
  #vias: number[] = [];
  /** By socket. BOUNDED: by MAX_SUBJECTS. */
  readonly #dialBacks = new Map<number, DialBacks>();
  /** Asked whether they are there. BOUNDED: by the tries of all dial-backs. */
  readonly #helpers = new Set<string>();
  readonly #pair: SeenSocket[] = [];
  #hairpin: Hairpin | undefined;
  #hairpinHeard: boolean | undefined;
  #lifetimes: Lifetimes | undefined;
  #turn = 0;
  #isOver = false;
  /** Parts not yet done. */
  #pending = 0;

  constructor(parts: {
    ctx: Context;
    netState: NetState;
    /** In whose name we ask: observers may then ask its nodes to help. */
    scope: Scope;
    /** First ports of observers; those of the first one's family count. An observer's second port is the next one. */
    observers: readonly Address[];
    lifetime: boolean;
    stage: (stage: SurveyStage) => void;
    finished: (report: SurveyReport) => void;
    /** What is known by now, perhaps the same again. */
    learned: (nat: NatSummary) => void;
  }) {
    this.scope = parts.scope;
    this.#ctx = parts.ctx;
    this.#netState = parts.netState;
    this.#family = parts.observers[0]?.family ?? 4;
    this.#observers = parts.observers
      .filter(({ family }) => family === this.#family)
      .slice(0, MAX_OBSERVERS)
      .map((address) => ({ address, answered: false, otherPort: false, helper: false }));
    this.#main = parts.netState.mainSocket(this.#family);
    this.#withLifetime = parts.lifetime;
    this.#stage = parts.stage;
    this.#finished = parts.finished;
    this.#learned = parts.learned;
    this.#questions = new Questions(parts.ctx, parts.scope, parts.netState);
  }

  start(): void {
    this.#stage("asking");
    this.#pending++;
    for (const observer of this.#observers) this.#askMain(observer, observer.address, false);
    for (const observer of this.#observers) {
      const { address } = observer;
      if (address.port < 65_535) this.#askMain(observer, address.withPort(address.port + 1), true);
    }
    this.#pending++;
    this.#open(FRESH_SOCKETS, (vias) => {
      vias.forEach((via, i) => this.#askFresh(via, i));
      this.#settle();
    });
    this.#settle();
    for (const afterMs of LOOKS_MS) {
      this.#ctx.timers.plan("survey", this.#ctx.now + afterMs, () => {
        if (!this.#isOver) this.#learn();
      });
    }
  }

  /** Whether the message belongs to the survey; if so it was dealt with. */
  received(message: Message, from: Address, via: number, bytes: number): boolean {
    if (message.kind === "introduction-response") {
      const isAnswer = this.#questions.responded(from, via, message, bytes);
      return isAnswer || this.#vias.includes(via);
    }
    if (!this.#vias.includes(via)) return false;
    if (message.kind !== "puncture") return true;
    this.#hairpin?.punctured(message.nonce);
    this.#lifetimes?.punctured(via, message.nonce);
    this.#dialBacks.get(via)?.punctured(from);
    return true;
  }

  /** Gives everything back; nothing is reported any more. */
  stop(): void {
    this.#isOver = true;
    this.#questions.clear();
    this.#hairpin?.stop();
    this.#lifetimes?.stop();
    for (const dialBacks of this.#dialBacks.values()) dialBacks.stop();
    this.#netState.sockets.close(this.#vias);
    this.#vias = [];
  }

  #open(count: number, then: (vias: number[]) => void): void {
    this.#netState.sockets.open(this.#family, count, (vias) => {
      if (this.#isOver) return this.#netState.sockets.close(vias);
      this.#vias.push(...vias);
      then(vias);
    });
  }

  #askMain(observer: ObserverReport, to: Address, isOther: boolean): void {
    this.#pending++;
    this.#questions.ask({
      to,
      via: this.#main,
      answered: ({ destination }) => {
        observer.answered = true;
        if (isOther) observer.otherPort = true;
        this.#filtering.alive(isOther ? otherPortOf(to) : to.host);
        this.#netState.seenAs(to, destination, this.#main, true);
        // It may be an old mapping: its port says nothing of the order of new ones.
        const local = this.#netState.mainPort(this.#family);
        this.#sightings.add(destination, { via: this.#main, local });
        this.#settle();
      },
      unanswered: () => this.#settle(),
    });
  }

  /** One question from one socket: a mapping of its own, and a filter that has seen one address only. */
  #askFresh(via: number, index: number): void {
    const observer = this.#observers[index % this.#observers.length];
    if (observer === undefined) return;
    const turn = ++this.#turn;
    this.#pending++;
    this.#questions.ask({
      to: observer.address,
      via,
      answered: (response, { isFirst }) => {
        observer.answered = true;
        this.#sightings.add(response.destination, { via, turn: isFirst ? turn : undefined });
        this.#useFresh(via, index, observer, response);
        this.#settle();
      },
      unanswered: () => this.#settle(),
    });
  }

  #useFresh(
    via: number,
    index: number,
    observer: ObserverReport,
    response: IntroductionResponse,
  ): void {
    if (index < Math.min(MAX_SUBJECTS, this.#observers.length)) {
      this.#testFilter(via, observer, response);
    } else if (index >= MAX_SUBJECTS && this.#pair.length < 2) {
      this.#pair.push({ via, seen: response.destination });
      if (this.#pair.length === 2) this.#testHairpin(this.#pair as [SeenSocket, SeenSocket]);
    }
  }

  #testFilter(
    via: number,
    observer: ObserverReport,
    { destination: seen, grant }: IntroductionResponse,
  ): void {
    this.#pending++;
    this.#stage("filtering");
    const dialBacks = new DialBacks({
      ctx: this.#ctx,
      questions: this.#questions,
      evidence: this.#filtering,
      subject: { via, observer: observer.address, seen, token: new Uint8Array(grant) },
      met: (helper) => {
        observer.helper = true;
        this.#askHelper(helper, observer.address);
      },
      done: () => {
        for (const others of this.#dialBacks.values()) others.look();
        this.#settle();
      },
    });
    this.#dialBacks.set(via, dialBacks);
  }

  /** Whether it is there at all: asked from the main socket, whose filter is not under test. */
  #askHelper(helper: Address, observer: Address): void {
    const { unsolicited } = this.#netState;
    const namer = namerAt(observer, true);
    if (this.#helpers.has(helper.key)) return;
    this.#helpers.add(helper.key);
    if (this.#observers.some(({ address }) => address.key === helper.key)) return;
    this.#questions.ask({
      to: helper,
      via: this.#main,
      maySend: () => unsolicited.allow(helper, namer, this.#ctx.now),
      answered: () => this.#filtering.alive(helper.host),
      unanswered: () => {},
    });
  }

  #testHairpin(pair: readonly [SeenSocket, SeenSocket]): void {
    const [{ seen: a }, { seen: b }] = pair;
    // Whoever tells us an address could name a victim's: only where others agree.
    const own = this.#netState.publicAddress(this.#family)?.host;
    if (a.host !== own || b.host !== own || this.#netState.isOwnIp(a.ip)) return;
    this.#pending++;
    this.#hairpin = new Hairpin({
      ctx: this.#ctx,
      netState: this.#netState,
      scope: this.scope,
      pair,
      done: (heard) => {
        this.#hairpinHeard = heard;
        this.#settle();
      },
    });
  }

  /** One part is done. After the last one comes the lifetime test, where it is wanted, and then the report. */
  #settle(): void {
    if (--this.#pending > 0) return;
    const answered = this.#observers.filter((observer) => observer.answered);
    this.#learn();
    if (!this.#withLifetime || this.#lifetimes !== undefined || answered.length === 0) {
      return this.#report();
    }
    this.#stage("lifetime");
    this.#pending++;
    this.#open(LIFETIME_TESTS_S.length, (vias) => {
      this.#lifetimes = new Lifetimes({
        ctx: this.#ctx,
        questions: this.#questions,
        evidence: this.#lifetime,
        vias,
        observers: answered.map(({ address }) => address),
        done: () => this.#settle(),
      });
      if (vias.length === 0) this.#settle();
    });
  }

  #report(): void {
    const nat = this.#netState.nat(this.#family);
    const address = this.#netState.publicAddress(this.#family);
    const isUnheard = !this.#observers.some(({ answered }) => answered);
    const hosts = new Set(this.#observers.map((observer) => observer.address.host));
    const { keepAliveMs, longestS, brokenS } = this.#lifetime;
    if (longestS !== undefined || brokenS !== undefined) this.#netState.keepAlive(keepAliveMs);
    const report: SurveyReport = {
      family: this.#family,
      nat,
      address,
      hosts: [...this.#sightings.hosts],
      udp: isUnheard ? (hosts.size >= 2 ? false : undefined) : true,
      hairpin: hairpinVerdict(nat, this.#hairpinHeard),
      ...(this.#lifetimes && { lifetime: { keepAliveMs, longestS, brokenS } }),
      observers: this.#observers,
    };
    this.stop();
    this.#finished(report);
  }

  /** Known at once, not only after the lifetime test. */
  #learn(): void {
    const filtering = this.#filtering.verdict();
    this.#netState.learned(this.#family, { ...this.#sightings.allocation(), filtering });
    this.#learned(this.#netState.nat(this.#family));
  }
}
