import { BoundedMap } from "../../../candidates/bounded-map.ts";
import type { Receipt, ReceiptEntry } from "../../../wire/kinds/receipt-kind.ts";
import { compareHeld, type Held } from "../../sets/held.ts";
import { type Asked, covers, type OwnAsked } from "./own-asked.ts";

/** Whose receipts are kept: those heard of last. */
const MAX_MEMBERS = 1_024;
/** Receipts in turn that may say nothing of us, where not all authors have room in one. */
const MAX_SILENCES = 8;

/** Bundles of ours that a member came to hold, and that it says it has lost. */
interface Change {
  gained: Asked[];
  lost: Asked[];
}

const NO_CHANGE: Change = { gained: [], lost: [] };

interface Member {
  /** Of its newest receipt. */
  place: Held;
  /** What it says of us. */
  entry: ReceiptEntry | undefined;
  /** Whether it holds just what it says, by its sum and ours. */
  isProven: boolean;
  silences: number;
}

/**
 * Who holds our bundles that ask for a receipt, as each member's newest receipt says. What a receipt proved stays
 * proved until the member's next one, also when we let go of some of them.
 */
export class Holders {
  readonly #own: OwnAsked;
  /** Hexadecimal, as receipts name us. */
  readonly #us: string;
  /** By hexadecimal key. BOUNDED: by MAX_MEMBERS. */
  readonly #members = new BoundedMap<string, Member>(MAX_MEMBERS);

  constructor(own: OwnAsked, us: string) {
    this.#own = own;
    this.#us = us;
  }

  /** Members whose receipts are known. */
  get size(): number {
    return this.#members.size;
  }

  /** A member's receipt came. Returns which of ours it is newly known to hold, and not known to hold any more. */
  heard(member: string, place: Held, { entries, isPartial }: Receipt): Change {
    const before = this.#members.get(member);
    if (before !== undefined && compareHeld(before.place, place) > 0) return NO_CHANGE;
    const entry = entries.find(({ author }) => author === this.#us);
    const silences = entry === undefined ? (before?.silences ?? 0) + 1 : 0;
    const isKept = entry === undefined && isPartial && silences <= MAX_SILENCES;
    const said = isKept ? before?.entry : entry;
    const isProven = isKept
      ? before?.isProven === true
      : entry !== undefined && this.#own.proves(entry);
    const now = { place, entry: said, isProven, silences };
    this.#members.set(member, now);
    return this.#change(before, now);
  }

  /** One of ours came that may stand where members speak of another one. */
  added({ sequence }: Asked): void {
    for (const member of this.#members.values()) {
      const { entry } = member;
      if (entry !== undefined && covers(entry, sequence)) member.isProven = this.#own.proves(entry);
    }
  }

  /** Hexadecimal keys of those who hold it. */
  of({ sequence }: Asked): string[] {
    return [...this.#members.keys()].filter((key) => holds(this.#members.get(key), sequence));
  }

  isHeld({ sequence }: Asked): boolean {
    return this.#members.values().some((member) => holds(member, sequence));
  }

  #change(before: Member | undefined, now: Member): Change {
    if (!now.isProven && before?.isProven !== true) return NO_CHANGE;
    const change: Change = { gained: [], lost: [] };
    for (const asked of this.#own.all) {
      const [was, is] = [holds(before, asked.sequence), holds(now, asked.sequence)];
      if (was !== is) (is ? change.gained : change.lost).push(asked);
    }
    return change;
  }
}

function holds(member: Member | undefined, sequence: number): boolean {
  return (
    member !== undefined &&
    member.isProven &&
    member.entry !== undefined &&
    covers(member.entry, sequence)
  );
}
