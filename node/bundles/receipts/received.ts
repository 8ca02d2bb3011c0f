import type { Bundle } from "../../../wire/bundle.ts";
import { toHex } from "../../../wire/bytes.ts";
import {
  authorPrefix,
  encodeReceipt,
  type ReceiptEntry,
} from "../../../wire/kinds/receipt-kind.ts";
import type { EpochKey } from "../../sets/epoch.ts";
import { type Held, heldOf, placeKey } from "../../sets/held.ts";
import { Sequence } from "./sequence.ts";

/** Of which something is said; where more ask, those whose bundles came last. 1 KiB each. */
const MAX_AUTHORS = 1_024;

interface Author {
  readonly prefix: string;
  readonly sequence: Sequence;
}

/** What we hold of the bundles by others that ask for a receipt, and what of it is not said yet. */
export class Received {
  readonly #key: EpochKey;
  /** By hexadecimal key; of whom nothing was said for longest comes first. BOUNDED: by MAX_AUTHORS. */
  readonly #authors = new Map<string, Author>();
  /** Of whom there is something new. BOUNDED: by the authors. */
  readonly #news = new Set<string>();
  /** Those that may have to go, by place. BOUNDED: by what is held. */
  readonly #limited = new Map<string, { author: string; sequence: number }>();

  constructor(key: EpochKey) {
    this.#key = key;
  }

  get hasNews(): boolean {
    return this.#news.size > 0;
  }

  add({ author, header, id }: Bundle): void {
    const { receipt, globalTime, expires, topic } = header;
    if (receipt === undefined) return;
    const [hex, held] = [toHex(author), heldOf(globalTime, id)];
    this.#author(hex, author).sequence.add(receipt, held);
    this.#news.add(hex);
    if (expires === undefined && topic === undefined) return;
    this.#limited.set(placeKey(held), { author: hex, sequence: receipt });
  }

  /** These are not kept any longer. */
  remove(gone: readonly Held[]): void {
    for (const held of gone) {
      const key = placeKey(held);
      const known = this.#limited.get(key);
      if (known === undefined) continue;
      this.#limited.delete(key);
      this.#authors.get(known.author)?.sequence.remove(known.sequence, held);
      this.#news.add(known.author);
    }
  }

  /** Somebody holds just what we hold. */
  settle(): void {
    for (const { sequence } of this.#authors.values()) sequence.settle();
  }

  /** An encoded receipt, which says first what is new; undefined where there is nothing to say at all. */
  encode(): { data: Uint8Array; said: () => void } | undefined {
    if (this.#authors.size === 0) return undefined;
    const inOrder = [...this.#authors.keys()].sort(
      (a, b) => Number(this.#news.has(b)) - Number(this.#news.has(a)),
    );
    const { data, included } = encodeReceipt(inOrder.map((hex) => this.#entry(hex)));
    const authors = inOrder.slice(0, included);
    // Whatever is said of all is said in one order, so that the same is the same.
    const isWhole = included === inOrder.length;
    const whole = isWhole ? this.#inOrderOfKeys() : data;
    return { data: whole, said: () => this.#said(authors) };
  }

  #inOrderOfKeys(): Uint8Array {
    const keys = [...this.#authors.keys()].sort();
    return encodeReceipt(keys.map((hex) => this.#entry(hex))).data;
  }

  #entry(hex: string): ReceiptEntry {
    const { prefix, sequence } = this.#authors.get(hex)!;
    const { through, gaps, check } = sequence;
    return { author: prefix, through, gaps, check };
  }

  #said(authors: string[]): void {
    for (const hex of authors) {
      this.#news.delete(hex);
      const author = this.#authors.get(hex);
      if (author === undefined) continue;
      this.#authors.delete(hex);
      this.#authors.set(hex, author);
    }
  }

  #author(hex: string, key: Uint8Array): Author {
    const known = this.#authors.get(hex);
    if (known !== undefined) return known;
    for (const oldest of this.#authors.keys()) {
      if (this.#authors.size < MAX_AUTHORS) break;
      this.#authors.delete(oldest);
      this.#news.delete(oldest);
    }
    const author = { prefix: authorPrefix(key), sequence: new Sequence(this.#key) };
    this.#authors.set(hex, author);
    return author;
  }
}
