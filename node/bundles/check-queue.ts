import { FairShare, type SharePlace } from "../../candidates/fair-share.ts";
import type { Address } from "../../wire/address.ts";
import { shareGroup } from "../../wire/address-scope.ts";
import { Doubts } from "./doubts.ts";

/**
 * What we asked for comes first; what others push gets a part of the turns. What comes from a subscriber who lately
 * sent bad signatures is taken by itself, a little at a time.
 */
export type Lane = (typeof LANES)[number];
const LANES = ["asked", "pushed", "doubtful"] as const;

/** Bundles that wait, at most: with bodies of 1.3 kB some 12 MiB. The first holds what one path has under way. */
const MAX_WAITING: Readonly<Record<Lane, number>> = { asked: 8_192, pushed: 1_024, doubtful: 256 };
/** Every so many turns are for what was pushed: an endless answer must not keep new bundles waiting. */
const TURNS_PER_PUSHED = 8;

/** Whether what waits in lane `a` is taken before what comes to lane `b`. */
export function isSooner(a: Lane, b: Lane): boolean {
  return LANES.indexOf(a) < LANES.indexOf(b);
}

/** Something to be checked, and who sent it. */
export interface Sent {
  readonly from: Address;
  readonly isAsked: boolean;
}

interface Waiting<T> {
  readonly lane: Lane;
  readonly item: T;
  place: SharePlace<Waiting<T>> | undefined;
}

/**
 * What waits for its signature to be checked. Senders' address groups take turns, so that a flood delays nobody but
 * itself; in a full lane whoever has most waiting gives way. BOUNDED: by MAX_WAITING.
 */
export class CheckQueue<T extends Sent> {
  readonly #lanes: Readonly<Record<Lane, FairShare<Waiting<T>>>> = {
    asked: new FairShare(),
    pushed: new FairShare(),
    doubtful: new FairShare(),
  };
  readonly #doubts = new Doubts();
  #turns = 0;

  laneOf({ from, isAsked }: Sent, now: number): Lane {
    if (this.doubts(from, now)) return "doubtful";
    return isAsked ? "asked" : "pushed";
  }

  hasRoomFor(sent: Sent, now: number): boolean {
    const lane = this.laneOf(sent, now);
    const share = this.#lanes[lane];
    return share.size < MAX_WAITING[lane] || share.givesWayTo(sharer(lane, sent)) !== undefined;
  }

  /** There must be room. Returns what gave way. */
  add(item: T, now: number): T | undefined {
    const lane = this.laneOf(item, now);
    const share = this.#lanes[lane];
    const name = sharer(lane, item);
    const gone = share.size < MAX_WAITING[lane] ? undefined : share.givesWayTo(name);
    if (gone !== undefined) share.remove(gone.place!);
    const waiting: Waiting<T> = { lane, item, place: undefined };
    waiting.place = share.add(waiting, name);
    return gone?.item;
  }

  /** What is to be checked next; nothing of who is doubted. */
  next(): T | undefined {
    const isPushedFirst = ++this.#turns % TURNS_PER_PUSHED === 0;
    const lanes: readonly Lane[] = isPushedFirst ? ["pushed", "asked"] : ["asked", "pushed"];
    const lane = lanes.find((name) => this.#lanes[name].size > 0);
    return lane && this.#take(lane);
  }

  /** The same of those who are doubted. */
  nextDoubtful(): T | undefined {
    return this.#take("doubtful");
  }

  get hasDoubtful(): boolean {
    return this.#lanes.doubtful.size > 0;
  }

  /** Whether signatures from there were bad lately. */
  doubts(from: Address, now: number): boolean {
    return this.#doubts.concern(from, now);
  }

  /** A signature from there was bad. */
  wasBad(from: Address, now: number): void {
    this.#doubts.raise(from, now);
  }

  #take(lane: Lane): T | undefined {
    const waiting = this.#lanes[lane].next();
    if (waiting === undefined) return undefined;
    this.#lanes[lane].remove(waiting.place!);
    return waiting.item;
  }
}

/** Behind one doubtful NAT there may be honest ones: each address of it has a turn. */
function sharer(lane: Lane, { from }: Sent): string {
  return lane === "doubtful" ? from.key : shareGroup(from);
}
