import { fromHex, toHex } from "../bytes.ts";
import { FINGERPRINT_BYTES } from "../limits.ts";
import { dispersy } from "../schema.js";
import { numberOf, uint64 } from "../uint64.ts";
import type { BundleKind } from "./kind.ts";

/** First and last sequence of a stretch. */
export type Stretch = readonly [from: number, to: number];

/** What somebody holds of one author's bundles that ask for a receipt. */
export interface ReceiptEntry {
  /** Hexadecimal: the first 8 bytes of the author's key. */
  author: string;
  /** All up to this sequence are held, but for the gaps; 0: none. */
  through: number;
  /** Ascending, none touching another. */
  gaps: readonly Stretch[];
  /** 8 bytes: names those that are held. */
  check: Uint8Array;
}

export interface Receipt {
  entries: readonly ReceiptEntry[];
  /** Of authors that are not named nothing is said; otherwise nothing of theirs is held. */
  isPartial: boolean;
}

/** A receipt as it is held: `data` is an encoded Receipt; where there is a `key`, sealed under that one. */
export interface ReceiptContent {
  kind: "receipt";
  data: Uint8Array;
  /** The id of the payload key, 8 bytes. */
  key?: Uint8Array;
}

export interface ShownReceipt {
  /** What its author holds of whom; absent where it cannot be read. */
  holds?: { author: string; through: number; gaps: Stretch[] }[];
}

/** The topic of all receipts: the newest of each member is kept. */
export const RECEIPT_TOPIC = "dispersy:receipt";
export const AUTHOR_PREFIX_BYTES = 8;
/** Of one author: more are a member that has just begun to catch up, of which nothing needs to be said yet. */
export const MAX_GAPS = 32;
/** An encoded receipt: a body has room for it beside its topic and a parent. */
export const MAX_RECEIPT_BYTES = 880;
/** Tag and value of `partial`. */
const PARTIAL_BYTES = 2;

/** The beginning of an author's key, as receipts name it. */
export function authorPrefix(author: Uint8Array): string {
  return toHex(author.subarray(0, AUTHOR_PREFIX_BYTES));
}

/** Encodes as many of the entries as have room, the first ones; `included` of them. */
export function encodeReceipt(entries: readonly ReceiptEntry[]): {
  data: Uint8Array;
  included: number;
} {
  const fields: ReturnType<typeof entryFields>[] = [];
  let room = MAX_RECEIPT_BYTES - PARTIAL_BYTES;
  for (const entry of entries) {
    const field = entryFields(entry);
    room -= dispersy.Receipt.encode({ entries: [field] }).finish().length;
    if (room < 0) break;
    fields.push(field);
  }
  const partial = fields.length < entries.length;
  const data = dispersy.Receipt.encode({ entries: fields, ...(partial && { partial }) }).finish();
  return { data, included: fields.length };
}

function entryFields(entry: ReceiptEntry) {
  let after = 0;
  const gaps = entry.gaps.flatMap(([from, to]) => {
    const pair = [uint64(from - after - 1), uint64(to - from + 1)];
    after = to;
    return pair;
  });
  const author = fromHex(entry.author, AUTHOR_PREFIX_BYTES)!;
  return { author, through: uint64(entry.through), gaps, check: entry.check };
}

/** Undefined for what is none. Entries that make no sense are left out: they say nothing. */
export function decodeReceipt(data: Uint8Array): Receipt | undefined {
  try {
    const { entries, partial } = dispersy.Receipt.decode(data);
    return { entries: entries.flatMap((entry) => readEntry(entry) ?? []), isPartial: partial };
  } catch {
    return undefined;
  }
}

function readEntry(fields: dispersy.Receipt.Entry.$Properties): ReceiptEntry | undefined {
  // The decoder leaves nothing out.
  const { author, through, gaps, check } = fields as dispersy.Receipt.Entry;
  if (author.length !== AUTHOR_PREFIX_BYTES || check.length !== FINGERPRINT_BYTES) return undefined;
  const last = numberOf(through) ?? 0;
  const stretches: Stretch[] = [];
  if (gaps.length > 2 * MAX_GAPS || gaps.length % 2 !== 0) return undefined;
  let after = 0;
  for (let i = 0; i < gaps.length; i += 2) {
    const from = after + gaps[i]!.toNumber() + 1;
    const to = from + gaps[i + 1]!.toNumber() - 1;
    if (to < from || to > last) return undefined;
    stretches.push([from, to]);
    after = to;
  }
  return { author: toHex(author), through: last, gaps: stretches, check };
}

/** What stands in it decides nothing but what is known of its author: it is held whatever it is. */
export const RECEIPT: BundleKind<ReceiptContent, ShownReceipt> = {
  signer: "writer",
  isControl: false,
  read(body) {
    const data = body.content === "data" ? body.data! : new Uint8Array(0);
    return { kind: "receipt", data, ...(body.key.length > 0 && { key: body.key }) };
  },
  write({ data, key }) {
    return { kind: dispersy.Body.Kind.RECEIPT, data, ...(key && { key }) };
  },
  mistake: () => undefined,
  show({ data, key }) {
    const receipt = key === undefined ? decodeReceipt(data) : undefined;
    const holds = receipt?.entries.map(({ author, through, gaps }) => ({
      author,
      through,
      gaps: [...gaps],
    }));
    return holds === undefined ? {} : { holds };
  },
};
