import { checkDraft, decodeBody, type Draft, encodeBody, type Header } from "./body.ts";
import { allocate, utf8 } from "./bytes.ts";
import type { Crypto } from "./crypto.ts";
import type { BodyRejection } from "./kinds/kind.ts";
import { MAX_BODY_BYTES, MAX_GLOBAL_TIME, PUBLIC_KEY_BYTES, SIGNATURE_BYTES } from "./limits.ts";
import type { WireBundle } from "./message.ts";

export { checkDraft, draftBytes } from "./body.ts";
export type { Draft, Header } from "./body.ts";
export type { BodyRejection } from "./kinds/kind.ts";
export { textOf } from "./kinds/data-kind.ts";
export { type Content, isPassing, kindOf, type ShownContent } from "./kinds/kinds.ts";

/** A bundle whose header was read. Its signature may still be unchecked. */
export interface Bundle extends WireBundle {
  /** 32 bytes: SHA-256 over domain, overlay key, author key and body; the signature is not part of it. */
  id: Uint8Array;
  header: Header;
  /** What its author signed; `author` and `body` are views of it. */
  signed: Uint8Array;
  /** The id for maps and sets: 16 characters of 16 bits each. */
  key: string;
}

/** Why a bundle cannot be read; the signature is judged elsewhere. */
export interface BundleRejection {
  rejected: BodyRejection | "author-malformed" | "signature-malformed";
}

/** No signature of another version, and none made for another purpose, is ever one of a bundle. */
const BUNDLE_DOMAIN = utf8("dispersy bundle 1\0");
/** Where author and body stand in the signed bytes. */
const AUTHOR_OFFSET = BUNDLE_DOMAIN.length + PUBLIC_KEY_BYTES;
const BODY_OFFSET = AUTHOR_OFFSET + PUBLIC_KEY_BYTES;

/**
 * What an author signs: domain and version, the overlay's 32-byte key, the author's 32-byte key, and the body
 * exactly as received. Both keys have a fixed width, so no two triples give the same bytes.
 */
export function signedBytes(
  overlayKey: Uint8Array,
  author: Uint8Array,
  body: Uint8Array,
): Uint8Array {
  const signed = allocate(BODY_OFFSET + body.length);
  signed.set(BUNDLE_DOMAIN);
  signed.set(overlayKey, BUNDLE_DOMAIN.length);
  signed.set(author, AUTHOR_OFFSET);
  signed.set(body, BODY_OFFSET);
  return signed;
}

/** The 32-byte name of a bundle: SHA-256 over what is signed. */
export function bundleId(
  crypto: Crypto,
  overlayKey: Uint8Array,
  author: Uint8Array,
  body: Uint8Array,
): Uint8Array {
  return crypto.hash(signedBytes(overlayKey, author, body));
}

/**
 * A new, signed bundle. Throws a RangeError for a draft that `checkDraft` has something against and for a
 * global time outside 1 to 2^53 - 1.
 */
export function makeBundle(
  crypto: Crypto,
  overlayKey: Uint8Array,
  authorSecret: Uint8Array,
  globalTime: number,
  draft: Draft,
): Bundle {
  const mistake = checkDraft(draft) ?? timeMistake(globalTime);
  if (mistake !== undefined) throw new RangeError(mistake);
  const author = crypto.publicKey(authorSecret);
  const body = encodeBody(globalTime, draft);
  const signature = crypto.sign(signedBytes(overlayKey, author, body), authorSecret);
  const bundle = readBundle(crypto, overlayKey, { author, body, signature });
  if ("rejected" in bundle) throw new RangeError(`nobody would read this: ${bundle.rejected}`);
  return bundle;
}

function timeMistake(globalTime: number): string | undefined {
  const inRange = Number.isInteger(globalTime) && globalTime >= 1 && globalTime <= MAX_GLOBAL_TIME;
  return inRange
    ? undefined
    : `the global time must be a whole number from 1 to ${MAX_GLOBAL_TIME}`;
}

/**
 * Reads a received or stored bundle. Does not check its signature. The result shares no memory with `wire`: it
 * outlives the datagram that it came in, and one copy serves the hash and all of its byte strings.
 */
export function readBundle(
  crypto: Crypto,
  overlayKey: Uint8Array,
  wire: WireBundle,
): Bundle | BundleRejection {
  if (wire.author.length !== PUBLIC_KEY_BYTES) return { rejected: "author-malformed" };
  if (wire.signature.length !== SIGNATURE_BYTES) return { rejected: "signature-malformed" };
  if (wire.body.length > MAX_BODY_BYTES) return { rejected: "body-too-large" };
  const signed = signedBytes(overlayKey, wire.author, wire.body);
  const body = signed.subarray(BODY_OFFSET);
  const header = decodeBody(body);
  if (typeof header === "string") return { rejected: header };
  const id = crypto.hash(signed);
  return {
    author: signed.subarray(AUTHOR_OFFSET, BODY_OFFSET),
    body,
    signature: new Uint8Array(wire.signature),
    id,
    header,
    signed,
    key: keyOf(id),
  };
}

/** Said at length: a list of characters costs more than the rest of reading a bundle's id. */
function keyOf(id: Uint8Array): string {
  const at = (i: number): number => (id[2 * i]! << 8) | id[2 * i + 1]!;
  // prettier-ignore
  return String.fromCharCode(
    at(0), at(1), at(2), at(3), at(4), at(5), at(6), at(7),
    at(8), at(9), at(10), at(11), at(12), at(13), at(14), at(15),
  );
}
