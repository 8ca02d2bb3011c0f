import type { Address } from "../../wire/address.ts";
import { MAX_DATAGRAM_BYTES } from "../../wire/limits.ts";
import type { IntroductionResponse } from "../../wire/message.ts";
import { PADDING_SLACK_BYTES } from "../../wire/padding.ts";
import type { Context } from "../core/context.ts";
import type { Intents } from "../core/intents.ts";
import type { NetState } from "./net-state.ts";
import type { Path } from "./paths.ts";
import { Questions } from "./questions.ts";
import type { Scope } from "./scope.ts";

/** Answers of which something is lacking, before a path is tested: any line loses a datagram now and then. */
const LOST_ANSWERS = 2;
/**
 * A path is not suspected again so soon after a test: what is lost there is lost for other reasons, or its peer is
 * gone.
 */
const PAUSE_MS = 30_000;
/** Paths being tested at a time, of up to two questions each. */
const MAX_TESTED = 32;
/** Which sizes are tested at a time, in each direction. */
interface Sizes {
  toPeer?: number | undefined;
  fromPeer?: number | undefined;
}

type Asked = keyof Sizes;

interface Test {
  readonly peer: Address;
  readonly via: number;
  readonly path: Path;
  readonly sizes: Sizes;
  /** Padded questions without an outcome yet. */
  open: number;
  /** Bytes of the datagrams that answered those that were. BOUNDED: by the directions. */
  readonly came: Map<Asked, number>;
}

/**
 * Finds out how large datagrams may be on paths that lose some. A test asks something small, which shows that the peer
 * is there; and then the same in a datagram as large as we send any, and with an answer as large, at once. Padding
 * alone is lost by it. Only towards those whose tokens we have, who have ours.
 */
export class PathProbes {
  readonly #ctx: Context;
  readonly #netState: NetState;
  readonly #intents: Intents;
  readonly #questions: Questions;
  readonly #isOn: boolean;
  /** BOUNDED: by MAX_TESTED. */
  readonly #tested = new Set<Path>();

  constructor(parts: {
    ctx: Context;
    scope: Scope;
    netState: NetState;
    intents: Intents;
    isOn: boolean;
  }) {
    this.#ctx = parts.ctx;
    this.#netState = parts.netState;
    this.#intents = parts.intents;
    this.#isOn = parts.isOn;
    this.#questions = new Questions(parts.ctx, parts.scope, parts.netState);
  }

  /** Something of an answer from there did not come; `isMost`: more than a line loses. */
  lacked(peer: Address, via: number, { isMost }: { isMost: boolean }): void {
    const path = this.#netState.paths.of(peer);
    path.lostAnswers += 1;
    if (isMost || path.lostAnswers >= LOST_ANSWERS) this.suspect(peer, via);
  }

  /** Something large that was sent there several times was not answered, or came from there and was not whole. */
  suspect(peer: Address, via: number): void {
    const path = this.#netState.paths.of(peer);
    // What is no UDP has no routers on its way that lose what is large.
    if (this.#netState.transports.linkTo(peer) !== undefined) return;
    if (this.#ctx.now - path.testedMs < PAUSE_MS) return;
    const toPeer = Math.min(path.toPeer.limit, this.#most(via));
    const fromPeer = Math.min(path.fromPeer.limit, MAX_DATAGRAM_BYTES);
    this.#test(peer, via, { toPeer, fromPeer });
  }

  /** Goes on with the search for the sizes of a path that is used, where one is due. */
  keepUp(peer: Address, via: number): void {
    const path = this.#netState.paths.known(peer);
    if (path === undefined) return;
    const { now } = this.#ctx;
    this.#test(peer, via, {
      toPeer: path.toPeer.nextTest(this.#most(via), now),
      fromPeer: path.fromPeer.nextTest(MAX_DATAGRAM_BYTES, now),
    });
  }

  /** Whether the response, a datagram of so many bytes, answers a test; if so it was dealt with. */
  responded(from: Address, via: number, response: IntroductionResponse, bytes: number): boolean {
    return this.#questions.responded(from, via, response, bytes);
  }

  clear(): void {
    this.#questions.clear();
    for (const path of this.#tested) path.isTested = false;
    this.#tested.clear();
  }

  /** Bytes of the largest datagram that we send. */
  #most(via: number): number {
    return Math.min(MAX_DATAGRAM_BYTES, this.#netState.transports.budget(via));
  }

  #test(peer: Address, via: number, sizes: Sizes): void {
    const path = this.#netState.paths.of(peer);
    const token = this.#netState.validation.grantFrom(peer, this.#ctx.now);
    const { toPeer, fromPeer } = sizes;
    if (toPeer === undefined && fromPeer === undefined) return;
    const isFull = this.#tested.size >= MAX_TESTED;
    if (!this.#isOn || path.isTested || token === undefined || isFull) return;
    path.isTested = true;
    this.#tested.add(path);
    this.#ctx.count("path tested for its size");
    const ended = (isThere: boolean): void => {
      const test = { peer, via, path, sizes, open: 0, came: new Map() };
      if (isThere) this.#askPadded(test, token);
      else this.#close(test);
    };
    this.#questions.ask({
      to: peer,
      via,
      token,
      answered: () => ended(true),
      unanswered: () => ended(false),
    });
  }

  /** The peer is there, and what is small arrives. */
  #askPadded(test: Test, token: Uint8Array): void {
    const { peer, via, sizes } = test;
    const { toPeer, fromPeer } = sizes;
    const asked: Asked[] = [];
    if (toPeer !== undefined) asked.push("toPeer");
    if (fromPeer !== undefined) asked.push("fromPeer");
    test.open = asked.length;
    for (const direction of asked) {
      this.#questions.ask({
        to: peer,
        via,
        token,
        ...(direction === "toPeer" ? { bytes: toPeer } : { responseBytes: fromPeer }),
        answered: (_, { bytes }) => this.#ended(test, direction, bytes),
        unanswered: () => this.#ended(test, direction, undefined),
      });
    }
  }

  #ended(test: Test, direction: Asked, bytes: number | undefined): void {
    if (bytes !== undefined) test.came.set(direction, bytes);
    test.open -= 1;
    if (test.open > 0) return;
    this.#close(test);
    this.#judge(test);
  }

  /** Also of a peer that is gone, which says nothing of the path, and is not to be asked again at once. */
  #close({ path }: Test): void {
    path.isTested = false;
    path.testedMs = this.#ctx.now;
    this.#tested.delete(path);
  }

  #judge({ peer, via, path, sizes, came }: Test): void {
    const { now } = this.#ctx;
    const before = [path.toPeer.limit, path.fromPeer.limit];
    const { toPeer, fromPeer } = sizes;
    if (toPeer !== undefined) {
      const isMost = toPeer >= this.#most(via);
      if (came.has("toPeer")) path.toPeer.passed(toPeer - PADDING_SLACK_BYTES, isMost, now);
      else path.toPeer.failed(toPeer, now);
    }
    if (fromPeer !== undefined) {
      const bytes = came.get("fromPeer");
      // Smaller than asked for: its sender sends none that are larger.
      const isMost = fromPeer >= MAX_DATAGRAM_BYTES || bytes! + PADDING_SLACK_BYTES < fromPeer;
      if (bytes !== undefined) path.fromPeer.passed(Math.min(bytes, fromPeer), isMost, now);
      else path.fromPeer.failed(fromPeer, now);
    }
    path.lostAnswers = 0;
    const after = [path.toPeer.limit, path.fromPeer.limit];
    if (after.some((limit, at) => limit < before[at]!)) {
      this.#ctx.count("path takes small datagrams only");
    }
    if (after.some((limit, at) => limit !== before[at]))
      this.#intents.push({ kind: "resized", peer });
    this.keepUp(peer, via);
  }
}
