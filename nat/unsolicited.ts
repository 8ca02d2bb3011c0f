import type { Namer } from "../candidates/namer.ts";
import { SharedQuota } from "../candidates/shared-quota.ts";
import type { Address } from "../wire/address.ts";
import { subscriber } from "../wire/scope.ts";

/** Datagrams to one IPv4 address or IPv6 /64, whatever the ports, in UNSOLICITED_WINDOW_MS. */
export const MAX_UNSOLICITED_PER_TARGET = 3;
export const UNSOLICITED_WINDOW_MS = 5_000;
/** To all targets together: some 800 a second, more than any honest introducer can cause. */
export const MAX_UNSOLICITED = 4_096;
/** Of these, for namers whom the user did not name: whatever they do, 200 a second are left for trackers. */
export const MAX_UNSOLICITED_FOR_STRANGERS = 3_072;
/** Who named a target so lately names it habitually. */
const HABIT_MS = 30_000;

interface Sent {
  target: string;
  namer: Namer;
  atMs: number;
}

/**
 * Counts what is sent to addresses that somebody else named and whose holders have not proved themselves, so that no
 * number of namers can aim us at a victim, nor use up what others need to reach it. A sliding window. BOUNDED: by
 * MAX_UNSOLICITED datagrams per window, remembered for HABIT_MS.
 */
export class UnsolicitedBudget {
  readonly #strangers = new SharedQuota(MAX_UNSOLICITED_FOR_STRANGERS);
  readonly #trusted = new SharedQuota(MAX_UNSOLICITED);
  /** Oldest first: those before #gone are forgotten, those before #past left the window. */
  #sent: Sent[] = [];
  #past = 0;
  #gone = 0;
  readonly #byTarget = new Map<string, Sent[]>();

  /** Whether one more may be sent there on this namer's word, and `leave` after it; if so, it counts as sent. */
  allow(address: Address, namer: Namer, now: number, leave = 0): boolean {
    this.#expire(now);
    const target = subscriber(address);
    const sent = this.#byTarget.get(target) ?? [];
    if (this.#sent.length - this.#past >= MAX_UNSOLICITED) return false;
    if (!mayReach(sent, namer, now, leave) || !this.#quota(namer).take(namer.group)) return false;
    const one = { target, namer, atMs: now };
    this.#sent.push(one);
    sent.push(one);
    this.#byTarget.set(target, sent);
    return true;
  }

  #quota({ isTrusted }: Namer): SharedQuota {
    return isTrusted ? this.#trusted : this.#strangers;
  }

  #expire(now: number): void {
    for (; this.#past < this.#sent.length; this.#past++) {
      const { namer, atMs } = this.#sent[this.#past]!;
      if (now < atMs + UNSOLICITED_WINDOW_MS) break;
      this.#quota(namer).release(namer.group);
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
