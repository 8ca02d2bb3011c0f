import { INTRODUCED_LIFETIME_MS } from "../candidates/constants.ts";
import type { Namer } from "../candidates/namer.ts";
import type { Address } from "../wire/address.ts";
import { equalBytes, toHex } from "../wire/bytes.ts";
import { PunctureTargets } from "./puncture-targets.ts";
import { type Begun, UnderWay } from "./under-way.ts";

/** When a puncture is sent after its start: again after 250 and 500 ms, as any lost datagram; three in all. */
export const PUNCTURE_TIMES_MS: readonly number[] = [0, 250, 750];
/** The longest wait for a common start: a longer one only holds memory. */
export const MAX_START_MS = 5_000;
/** A candidate is introduced for so long; a puncture that comes later opens nothing. */
export const PUNCTURE_LIFETIME_MS = INTRODUCED_LIFETIME_MS;
/** Per side: 37 a second for a whole lifetime. */
export const MAX_PUNCTURES = 1_024;
/** Of these, for namers whom the user did not name: whatever they do, there is room for trackers. */
export const MAX_PUNCTURES_FOR_STRANGERS = 768;
const BOUNDS = { max: MAX_PUNCTURES, maxOfStrangers: MAX_PUNCTURES_FOR_STRANGERS };
/** The public address and one inside the network. */
export const MAX_NAMED_PER_NONCE = 2;

/** A puncture that we send. */
interface Sending extends Begun {
  readonly nonce: Uint8Array;
  readonly targets: readonly Address[];
  readonly via: number;
  readonly startMs: number;
  /** Index into PUNCTURE_TIMES_MS of what is sent next. */
  next: number;
}

/** A puncture that we were told to expect. */
interface Expected extends Begun {
  readonly named: Address[];
  hasArrived: boolean;
  /** The unannounced port that the first puncture came from. */
  rekeyedTo: Address | undefined;
}

/** A puncture that is to be sent now. */
export interface DuePuncture {
  readonly nonce: Uint8Array;
  readonly to: Address;
  readonly via: number;
  readonly namer: Namer;
}

export interface Arrival {
  namer: Namer;
  /** The address that was announced. */
  named: Address;
  /** Whether the puncture came from another port, which takes the place of the announced one. */
  rekeyed: boolean;
  /** Whether it is the first with this nonce: only that one is answered. */
  first: boolean;
}

/**
 * Punctures under way, of both sides. Who was asked to puncture sends; who was introduced expects, and answers the
 * first one. The answer carries the sender's own nonce, which it recognises and never answers: two nodes cannot be set
 * to answer each other. BOUNDED: MAX_PUNCTURES on each side, for PUNCTURE_LIFETIME_MS; beyond it, and beyond
 * MAX_PUNCTURES_PER_TARGET, whoever named most gives way to others.
 */
export class Punctures {
  readonly #sending = new UnderWay<Sending>(BOUNDS);
  readonly #targets = new PunctureTargets<Sending>();
  readonly #expected = new UnderWay<Expected>(BOUNDS);
  #deadlineMs = Infinity;

  /** Plans punctures to the targets, `startMs` milliseconds from now. False: refused, by a bound or a known nonce. */
  begin(request: {
    nonce: Uint8Array;
    targets: readonly Address[];
    namer: Namer;
    via: number;
    startMs: number;
    now: number;
  }): boolean {
    const { nonce, namer, via, startMs, now } = request;
    const targets = request.targets.slice(0, MAX_NAMED_PER_NONCE);
    this.#expire(now);
    const key = toHex(nonce);
    if (startMs > MAX_START_MS || this.#sending.get(key) !== undefined) return false;
    if (!this.#sending.hasRoomFor(namer)) return false;
    if (!targets.every((to) => this.#targets.hasRoomFor(namer, to))) return false;
    const sending = {
      key,
      namer,
      nonce,
      targets,
      via,
      beganMs: now,
      startMs: now + startMs,
      next: 0,
    };
    const gone = [this.#sending.add(sending), ...this.#targets.add(sending)];
    for (const other of gone) if (other !== undefined) this.#forget(other);
    this.#deadlineMs = Math.min(this.#deadlineMs, now + startMs);
    return true;
  }

  /** What is to be sent now; what was missed is not made up for. */
  due(now: number): DuePuncture[] {
    this.#expire(now);
    if (now < this.#deadlineMs) return [];
    const due: DuePuncture[] = [];
    for (const sending of this.#sending.values()) {
      if (now < nextMs(sending)) continue;
      const { nonce, via, namer } = sending;
      for (const to of sending.targets) due.push({ nonce, to, via, namer });
      while (now >= nextMs(sending)) sending.next++;
    }
    this.#plan();
    return due;
  }

  /** Monotonic ms of the next puncture; Infinity when there is none. */
  deadline(): number {
    return this.#deadlineMs;
  }

  /** Whatever came from this address shows that it reaches us: no more punctures for it. */
  heard(from: Address): void {
    for (const sending of this.#targets.of(from)) this.#stop(sending);
  }

  /** Whether this is the answer to a puncture of ours, from a target's IP. It ends the puncture and is not answered. */
  answered(nonce: Uint8Array, from: Address): boolean {
    const sending = this.#sending.get(toHex(nonce));
    if (sending?.targets.some(({ ip }) => equalBytes(ip, from.ip)) !== true) return false;
    this.#stop(sending);
    return true;
  }

  /**
   * Somebody was named to us, whose puncture will carry the nonce. Twice for one that has two addresses. False: refused
   * by a bound.
   */
  expect(expected: { nonce: Uint8Array; named: Address; namer: Namer; now: number }): boolean {
    const { nonce, named, namer, now } = expected;
    this.#expire(now);
    const key = toHex(nonce);
    const known = this.#expected.get(key);
    if (known === undefined) {
      if (!this.#expected.hasRoomFor(namer)) return false;
      const fresh = { named: [named], hasArrived: false, rekeyedTo: undefined };
      this.#expected.add({ key, namer, beganMs: now, ...fresh });
      return true;
    }
    if (known.named.length >= MAX_NAMED_PER_NONCE) return false;
    known.named.push(named);
    return true;
  }

  /**
   * A puncture came. Undefined unless it was announced and comes from an announced address, or as the first of its
   * nonce from another port of an announced IP: that port then holds, and a nonce moves a candidate only once.
   */
  arrived(puncture: { nonce: Uint8Array; from: Address; now: number }): Arrival | undefined {
    const { nonce, from, now } = puncture;
    this.#expire(now);
    const expected = this.#expected.get(toHex(nonce));
    if (expected === undefined) return undefined;
    const arrival = locate(expected, from);
    if (arrival?.rekeyed === true) expected.rekeyedTo = from;
    if (arrival !== undefined) expected.hasArrived = true;
    return arrival;
  }

  #stop(sending: Sending): void {
    if (nextMs(sending) === Infinity) return;
    sending.next = PUNCTURE_TIMES_MS.length;
    this.#plan();
  }

  /** It gave way, or lapsed. */
  #forget(sending: Sending): void {
    this.#sending.remove(sending);
    this.#targets.remove(sending);
  }

  #plan(): void {
    this.#deadlineMs = Infinity;
    for (const sending of this.#sending.values()) {
      this.#deadlineMs = Math.min(this.#deadlineMs, nextMs(sending));
    }
  }

  #expire(now: number): void {
    const lapsed = now - PUNCTURE_LIFETIME_MS;
    for (const sending of this.#sending.takeBefore(lapsed)) this.#targets.remove(sending);
    this.#expected.takeBefore(lapsed);
  }
}

function nextMs({ startMs, next }: Sending): number {
  return startMs + (PUNCTURE_TIMES_MS[next] ?? Infinity);
}

function locate(expected: Expected, from: Address): Arrival | undefined {
  const { namer } = expected;
  const first = !expected.hasArrived;
  const exact = expected.named.find(({ key }) => key === from.key);
  if (exact !== undefined) return { namer, named: exact, rekeyed: false, first };
  const sameIp = expected.named.find(({ ip }) => equalBytes(ip, from.ip));
  if (sameIp === undefined) return undefined;
  if (first) return { namer, named: sameIp, rekeyed: true, first };
  if (expected.rekeyedTo?.key !== from.key) return undefined;
  return { namer, named: sameIp, rekeyed: false, first };
}
