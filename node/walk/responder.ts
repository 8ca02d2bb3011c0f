import { Introducer, type MayMeet } from "../../candidates/introduction.ts";
import { letsInAnybody, strategyFor } from "../../nat/strategy.ts";
import type { Candidate } from "../../candidates/candidate.ts";
import type { CandidateTable } from "../../candidates/table.ts";
import type { Address } from "../../wire/address.ts";
import { fromHex, toHex } from "../../wire/bytes.ts";
import { INSTANCE_BYTES } from "../../wire/limits.ts";
import type {
  Answer,
  Introduction,
  IntroductionRequest,
  IntroductionResponse,
  PunctureRequest,
} from "../../wire/message.ts";
import { encodedBytes } from "../../wire/encode.ts";
import { padWithin } from "../../wire/padding.ts";
import { BARE_REQUEST_BYTES } from "../../wire/sizes.ts";
import { updateFromPeer } from "./update-from-peer.ts";
import type { Context } from "../core/context.ts";
import { responseTo, responseToStranger } from "../net/response.ts";
import type { NetState } from "../net/net-state.ts";
import type { Answering } from "../sync/answering.ts";
import type { Scope } from "../net/scope.ts";
import type { Way } from "../net/way.ts";
import { hasRoomForPlaces, type WebSockets } from "./web-sockets.ts";

/**
 * Until the introduced one punctures, counted from what names both to each other. Some routers accept a datagram that
 * comes too early, and then give the answer to its sender another port. So the requester asks at once, which opens its
 * NAT, and the introduced one at once opens its own by a datagram that gets no further. Of two nodes at distances a and
 * b from the introducer, and c from each other, |a - b| <= c: the question does not come too early. Nor does the
 * puncture, with so much to spare for routes that are no triangle, and busy machines.
 */
const PUNCTURE_START_MS = 100;

/** The answering side of the walk: introduces, and answers offers, for those who receive where they send from. */
export class Responder {
  readonly #ctx: Context;
  readonly #scope: Scope;
  readonly #table: CandidateTable;
  readonly #netState: NetState;
  readonly #webSockets: WebSockets;
  readonly #answering: Answering | undefined;
  readonly #introducer: Introducer;
  readonly #sparesPunctures: boolean;

  constructor(parts: {
    ctx: Context;
    scope: Scope;
    table: CandidateTable;
    netState: NetState;
    webSockets: WebSockets;
    /** Absent in a tracker, which stores nothing. */
    answering?: Answering;
    /** Whether nobody is asked to puncture whose NAT lets in anybody. */
    sparesPunctures?: boolean;
  }) {
    this.#ctx = parts.ctx;
    this.#scope = parts.scope;
    this.#table = parts.table;
    this.#netState = parts.netState;
    this.#webSockets = parts.webSockets;
    this.#answering = parts.answering;
    this.#sparesPunctures = parts.sparesPunctures ?? false;
    const mayMeet: MayMeet = (a, b) => strategyFor(a, b) !== undefined;
    this.#introducer = new Introducer(mayMeet, parts.ctx.random);
  }

  /**
   * Answers; returns true when the requester is validated, and so a candidate. At a node only who seals its requests
   * can become one: nobody else is introduced, or told of anybody.
   */
  requested(request: IntroductionRequest, { from, via, bytes, isSealed }: Way): boolean {
    const { now } = this.#ctx;
    const { validation } = this.#netState;
    const { token } = request;
    const mayAsk = isSealed || this.#answering === undefined;
    if (!mayAsk || token === undefined || !validation.tokens.accepts(from, token, now)) {
      this.#answerStranger(from, via, request, bytes);
      return false;
    }
    // Only now: everybody we talk to knows our instance, and could name others' addresses ours by a forged source.
    if (this.#scope.instance.isOurs(request.instance)) {
      this.#netState.meetSelf(from);
      return false;
    }
    validation.validated(from, now);
    validation.granted(from, request.grant, now);
    this.#netState.punctureLimit.earned(from, now);
    if (request.seek !== undefined) {
      this.#answerSeeker(from, via, request, request.seek);
      return false;
    }
    this.#netState.seenAs(from, request.destination, via);
    const requester = this.#table.requested(from, via, now);
    if (requester === undefined) this.#ctx.count("candidate refused: group cap");
    else updateFromPeer(this.#table, requester, request, now);
    this.#netState.paths.takes(from, request.largest);
    this.#webSockets.requested(request, from);
    const answer = this.#answerKnown(from, via, request);
    // What it has that others are sending is not settled by its sketch.
    const settles = request.offer?.kind === "sketch" && answer?.coming === undefined;
    if (requester !== undefined && settles) requester.sketchedMs = now;
    return true;
  }

  /** No introduction, no bundles, nothing larger than the question: only how to come back. */
  #answerStranger(from: Address, via: number, request: IntroductionRequest, bytes: number): void {
    const response = responseToStranger(from, request, this.#answerer);
    if (encodedBytes(response) > bytes) {
      return this.#ctx.count("rejected: request too small to answer");
    }
    this.#scope.send(from, via, response);
  }

  /** Returns what it says about the offer, if there is one. */
  #answerKnown(from: Address, via: number, request: IntroductionRequest): Answer | undefined {
    const introduced = request.advice ? this.#choose(from, request) : undefined;
    const nonce = this.#ctx.random.bytes(8);
    const reply =
      request.offer && this.#answering?.answer(request.offer, request.identifier, from, via);
    const response = responseTo(from, request, this.#answerer);
    if (introduced) this.#name(introduced, response, nonce);
    if (this.#answering) response.holdings = this.#answering.holdings();
    if (reply) response.answer = reply.answer;
    const places = hasRoomForPlaces(from, response) ? this.#webSockets.toTell(request) : [];
    if (places.length > 0) response.webSockets = places;
    this.#scope.send(from, via, this.#padded(response, request, via));
    if (introduced) this.#requestPuncture(introduced, from, request, nonce);
    if (request.rate !== undefined) this.#scope.pace(from, request.rate);
    if (reply) this.#scope.queue(from, via, reply.datagrams);
    return reply?.answer;
  }

  /** As large as the request wants it, to see whether that arrives: its sender receives where it sends from. */
  #padded(
    response: IntroductionResponse,
    { responseBytes }: IntroductionRequest,
    via: number,
  ): IntroductionResponse {
    if (responseBytes === undefined || response.introduction !== undefined) return response;
    return padWithin(
      response,
      Math.min(this.#scope.clearBytes(responseBytes), this.#scope.budget(via)),
    );
  }

  /** Whom to introduce: nobody who was asked too often to puncture for others. */
  #choose(from: Address, request: IntroductionRequest): Candidate | undefined {
    const { now } = this.#ctx;
    const { punctureLimit } = this.#netState;
    const requester = {
      address: from,
      nat: request.nat,
      instance: toHex(request.instance),
      isFree: ({ address }: Candidate) => punctureLimit.allows(address, from, now),
    };
    const chosen = this.#introducer.choose(this.#table, requester, now);
    if (chosen !== undefined) punctureLimit.take(chosen.address, from, now);
    return chosen;
  }

  /**
   * Introduces somebody to the one it asked for, perhaps from a socket opened for this: so it is no candidate there,
   * and what is sent is no larger than the request and the introduction themselves.
   */
  #answerSeeker(
    from: Address,
    via: number,
    request: IntroductionRequest,
    instance: Uint8Array,
  ): void {
    const seeker = this.#table.get(from);
    if (seeker !== undefined) seeker.nat = request.nat;
    const sought = this.#table.sameInstance(toHex(instance), from, this.#ctx.now);
    const isThere = sought !== undefined && sought.address.family === from.family;
    const { punctureLimit } = this.#netState;
    const mayName = isThere && punctureLimit.take(sought.address, from, this.#ctx.now);
    if (isThere && !mayName) this.#ctx.count("introduction held back: asked too often");
    const nonce = this.#ctx.random.bytes(8);
    const response = responseTo(from, request, this.#answerer);
    if (mayName) this.#name(sought, response, nonce);
    this.#scope.send(from, via, response);
    if (mayName) this.#requestPuncture(sought, from, request, nonce);
  }

  get #answerer(): Parameters<typeof responseTo>[2] {
    const tracker = this.#answering === undefined;
    return { ctx: this.#ctx, netState: this.#netState, scope: this.#scope, tracker };
  }

  /** Asks the introduced one to open its NAT for the requester, at the address that we observed. */
  #requestPuncture(
    introduced: Candidate,
    requester: Address,
    { lan, nat, instance, seek }: IntroductionRequest,
    nonce: Uint8Array,
  ): void {
    const { now } = this.#ctx;
    const isSought = seek !== undefined;
    if (!isSought && this.#needsNoPuncture(introduced, requester)) {
      return this.#ctx.count("puncture not requested: lets in anybody");
    }
    const token = this.#netState.validation.grantFrom(introduced.address, now);
    if (token === undefined) {
      return this.#ctx.countAbout("puncture not requested: no token", introduced.address);
    }
    const shared = lan !== undefined && introduced.address.isAtSameIp(requester);
    const request: PunctureRequest = {
      kind: "puncture-request",
      token,
      nonce,
      target: requester,
      ...(shared && { lan }),
      nat,
      startMs: PUNCTURE_START_MS,
      instance,
      sought: isSought,
    };
    this.#scope.send(introduced.address, introduced.via, request);
  }

  /**
   * It says so itself, and of itself alone: if it lies nobody reaches it, as if it did not puncture. Whoever did not
   * get through seeks it, and then it is asked. Neighbours may have to meet inside.
   */
  #needsNoPuncture({ address, nat }: Candidate, requester: Address): boolean {
    return this.#sparesPunctures && letsInAnybody(nat) && !address.isAtSameIp(requester);
  }

  /** Puts the introduction into the response, which is as large then as the first request that it may lead to. */
  #name(introduced: Candidate, response: IntroductionResponse, nonce: Uint8Array): void {
    const { address, lan, nat } = introduced;
    const shared = lan !== undefined && address.isAtSameIp(response.destination);
    const instance = fromHex(introduced.instance!, INSTANCE_BYTES)!;
    const named: Introduction = { address, nonce, nat, startMs: PUNCTURE_START_MS, instance };
    if (shared) named.lan = lan;
    response.introduction = named;
    response.leastBytes = BARE_REQUEST_BYTES;
    this.#ctx.count("introductions made");
  }
}
