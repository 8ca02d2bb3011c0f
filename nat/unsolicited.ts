import type { Namer } from "../candidates/namer.ts";
import { SharedQuota } from "../candidates/shared-quota.ts";
import type { Address } from "../wire/address.ts";
import { subscriber } from "../wire/address-scope.ts";

/** Datagrams to one IPv4 address or IPv6 /64, whatever the ports, in UNSOLICITED_WINDOW_MS. */
export const MAX_UNSOLICITED_PER_TARGET = 3;
export const UNSOLICITED_WINDOW_MS = 5_000;
/** To all targets together: some 800 a second, more than any honest introducer can cause. */
export const MAX_UNSOLICITED = 4_096;
/** Of these, for namers whom the user did not name: whatever they do, 200 a second are left for trackers. */
export const MAX_UNSOLICITED_FOR_STRANGERS = 3_072;
/**
 * Of these to neighbours in our own subnets, once for strangers and once more for those whom the user named. Linux
 * keeps what is sent to a neighbour that does not exist for 3 s, until it gives up looking for it, and counts some 768
 * bytes for a small datagram against the socket's 208 KiB: 277 of them hold up everything that we send.
 */
export const MAX_UNSOLICITED_TO_NEIGHBOURS = 64;
/** Who named a target so lately names it habitually. */
const HABIT_MS = 30_000;

interface Sent {
  target: string;
  namer: Namer;
  isNeighbour: boolean;
  atMs: number;
}

/** What those namers may cause that the user named, or all others. */
class Quotas {
  readonly #all: SharedQuota;
  readonly #neighbours = new SharedQuota(MAX_UNSOLICITED_TO_NEIGHBOURS);

  constructor(max: number) {
    this.#all = new SharedQuota(max);
  }

  take({ namer: { group }, isNeighbour }: Sent): boolean {
    if (isNeighbour && !this.#neighbours.hasRoomFor(group)) return false;
    if (!this.#all.take(group)) return false;
    return !isNeighbour || this.#neighbours.take(group);
  }

  release({ namer: { group }, isNeighbour }: Sent): void {
    this.#all.release(group);
    if (isNeighbour) this.#neighbours.release(group);
  }
}

/**
 * Counts what is sent to addresses that somebody else named and whose holders have not proved themselves, so that no
 * number of namers can aim us at a victim, nor use up what others need to reach it. A sliding window. BOUNDED: by
 * MAX_UNSOLICITED datagrams per window, remembered for HABIT_MS.
 */
export class UnsolicitedBudget {
  readonly #isNeighbour: (ip: Uint8Array) => boolean;
  readonly #strangers = new Quotas(MAX_UNSOLICITED_FOR_STRANGERS);
  readonly #trusted = new Quotas(MAX_UNSOLICITED);
  /** Oldest first: those before #gone are forgotten, those before #past left the window. */
  #sent: Sent[] = [];
  #past = 0;
  #gone = 0;
  readonly #byTarget = new Map<string, Sent[]>();

  /** `isNeighbour`: whether an IP lies in one of our own subnets, so that it may be nobody's and hold up the others. */
  constructor(isNeighbour: (ip: Uint8Array) => boolean = () => false) {
    this.#isNeighbour = isNeighbour;
  }

  /** Whether one more may be sent there on this namer's word, and `leave` after it; if so, it counts as sent. */
  allow(address: Address, namer: Namer, now: number, leave = 0): boolean {
    this.#expire(now);
    const target = subscriber(address);
    const sent = this.#byTarget.get(target) ?? [];
    if (this.#sent.length - this.#past >= MAX_UNSOLICITED) return false;
    const one = { target, namer, isNeighbour: this.#isNeighbour(address.ip), atMs: now };
    if (!mayReach(sent, namer, now, leave) || !this.#quotas(namer).take(one)) return false;
    this.#sent.push(one);
    sent.push(one);
    this.#byTarget.set(target, sent);
    return true;
  }

  #quotas({ isTrusted }: Namer): Quotas {
    return isTrusted ? this.#trusted : this.#strangers;
  }

  #expire(now: number): void {
    for (; this.#past < this.#sent.length; this.#past++) {
      const one = this.#sent[this.#past]!;
      if (now < one.atMs + UNSOLICITED_WINDOW_MS) break;
      this.#quotas(one.namer).release(one);
    }
    for (; this.#gone < this.#past; this.#gone++) {
      const { target, atMs } = this.#sent[this.#gone]!;
      if (now < atMs + HABIT_MS) break;
      const left = this.#byTarget.get(target)!;
      // All are in one order, so it is this one.
      left.shift();
      if (left.length === 0) this.#byTarget.delete(target);
    }
    if (this.#gone * 2 <= this.#sent.length) return;
    this.#sent = this.#sent.slice(this.#gone);
    this.#past -= this.#gone;
    this.#gone = 0;
  }
}

/**
 * Whoever names a target habitually gets one datagram of a window. The last one is for whom the user named, unless a
 * stranger is the only one of late and no habitual one. One is what it takes to open a path.
 */
function mayReach(sent: readonly Sent[], namer: Namer, now: number, leave: number): boolean {
  const isRecent = ({ atMs }: Sent): boolean => now < atMs + UNSOLICITED_WINDOW_MS;
  const recent = sent.filter(isRecent).length;
  if (recent + leave >= MAX_UNSOLICITED_PER_TARGET) return false;
  if (namer.isTrusted) return true;
  const strangers = sent.filter((one) => !one.namer.isTrusted);
  const own = strangers.filter((one) => one.namer.group === namer.group);
  const isHabit = !own.every(isRecent);
  if (isHabit && own.some(isRecent)) return false;
  const isAlone = own.length === strangers.length;
  return (isAlone && !isHabit) || recent + 1 < MAX_UNSOLICITED_PER_TARGET;
}
