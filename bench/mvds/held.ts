import { capacityOf, functionsOf, BloomFilter } from "../../node/sync/filter/bloom.ts";
import { SALT_BYTES } from "../../wire/limits.ts";
import type { Random } from "../../wire/crypto.ts";
import type { Message } from "./message.ts";
import type { Available } from "./payload.ts";

export interface Held {
  /** Hexadecimal. */
  key: string;
  id: Uint8Array;
  message: Message;
  /** Hexadecimal. */
  group: string;
  /** Whether its author is this node. */
  isOwn: boolean;
}

type Words = readonly [number, number, number, number];

/** Room that a filter has in a datagram: the numbers beside it take at most 60 bytes. */
const MOST_FILTER_BYTES = 1_100;

/** The messages of a node, and filters over them. */
export class HeldMessages {
  /** By key, in the order of arrival. BOUNDED: by what the groups write. */
  readonly #held = new Map<string, { held: Held; words: Words }>();

  get(key: string): Held | undefined {
    return this.#held.get(key)?.held;
  }

  has(key: string): boolean {
    return this.#held.has(key);
  }

  add(held: Held): void {
    const view = new DataView(held.id.buffer, held.id.byteOffset);
    const word = (i: number): number => view.getInt32(4 * i, true);
    this.#held.set(held.key, { held, words: [word(0), word(1), word(2), word(3)] });
  }

  /**
   * A filter over what is held of the groups: all of it, or, where that does not go into a datagram, every
   * `modulo`-th time from a random one on.
   */
  available(groups: ReadonlySet<string>, falsePositiveRate: number, random: Random): Available {
    const mine = [...this.#held.values()].filter(({ held }) => groups.has(held.group));
    const most = capacityOf(MOST_FILTER_BYTES * 8, falsePositiveRate);
    const modulo = Math.max(1, Math.ceil(mine.length / most));
    const offset = random.below(modulo);
    const subset = { low: 0, high: Number.MAX_SAFE_INTEGER, modulo, offset };
    const inside = modulo === 1 ? mine : mine.filter(({ held }) => isIn(held, subset));
    const bits = Math.ceil((inside.length * -Math.log(falsePositiveRate)) / Math.LN2 ** 2);
    const filterBytes = Math.min(MOST_FILTER_BYTES, Math.max(1, Math.ceil(bits / 8)));
    const capacity = Math.max(1, Math.min(inside.length, most));
    const functions = functionsOf(filterBytes * 8, capacity);
    const salt = random.bytes(SALT_BYTES);
    const filter = new BloomFilter(new Uint8Array(filterBytes), functions, salt);
    for (const { words } of inside) filter.add(...words);
    return { ...subset, functions, salt, filter: filter.bytes };
  }

  /** Told of each message of these groups that the filter is about: whether it may be in it, or certainly is not. */
  compare(
    groups: ReadonlySet<string>,
    available: Available,
    tell: (held: Held, maybe: boolean) => void,
  ): void {
    const { filter: bytes, functions, salt, modulo } = available;
    if (bytes.length === 0 || functions === 0 || modulo === 0 || salt.length !== SALT_BYTES) return;
    const filter = new BloomFilter(bytes, functions, salt);
    for (const { held, words } of this.#held.values()) {
      if (groups.has(held.group) && isIn(held, available)) tell(held, filter.has(...words));
    }
  }
}

function isIn(
  { message }: Held,
  { low, high, modulo, offset }: Omit<Available, "filter" | "functions" | "salt">,
): boolean {
  const { timestamp } = message;
  return timestamp >= low && timestamp <= high && (timestamp + offset) % modulo === 0;
}
