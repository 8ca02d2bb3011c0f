import { equalBytes } from "./bytes.ts";
import {
  IDENTIFIER_BYTES,
  MAX_BODY_BYTES,
  MAX_NUMBER,
  MAX_SENT_MS,
  mostBundles,
  PUBLIC_KEY_BYTES,
  SIGNATURE_BYTES,
  TOKEN_BYTES,
} from "./limits.ts";
import type { BundlesMessage, WireBundle } from "./message.ts";
import type { RejectionReason } from "./rejection.ts";
import type { dispersy } from "./schema.js";

/** One bad bundle rejects the datagram: nobody who follows the format sends such a one. */
export function bundlesOf(raw: dispersy.Bundles, budget: number): BundlesMessage | RejectionReason {
  const { identifier, token, authors } = raw;
  if (raw.bundles.length > mostBundles(budget)) return "bundles-too-many";
  if (authors.length > raw.bundles.length) return "authors-unused";
  const flaw = authorsFlaw(authors);
  if (flaw !== undefined) return flaw;
  const bundles: WireBundle[] = [];
  for (const fields of raw.bundles) {
    const bundle = bundleOf(fields as dispersy.Bundle, authors);
    if (typeof bundle === "string") return bundle;
    bundles.push(bundle);
  }
  const message: BundlesMessage = { kind: "bundles", bundles };
  if (identifier.length > 0) {
    if (identifier.length !== IDENTIFIER_BYTES) return "identifier-width";
    message.identifier = identifier;
  }
  if (token.length > 0) {
    if (token.length !== TOKEN_BYTES) return "token-width";
    message.token = token;
  }
  // What answers nothing has no place among the datagrams of an answer.
  if (message.identifier !== undefined && message.token === undefined) {
    if (raw.number > MAX_NUMBER || raw.sentMs >= MAX_SENT_MS) return "number-invalid";
    message.number = raw.number;
    message.sentMs = raw.sentMs;
  }
  return message;
}

function authorsFlaw(authors: Uint8Array[]): RejectionReason | undefined {
  for (let i = 0; i < authors.length; i++) {
    if (authors[i]!.length !== PUBLIC_KEY_BYTES) return "author-width";
    for (let j = 0; j < i; j++) if (equalBytes(authors[i]!, authors[j]!)) return "author-twice";
  }
  return undefined;
}

function bundleOf(raw: dispersy.Bundle, authors: Uint8Array[]): WireBundle | RejectionReason {
  const { body, signature } = raw;
  const author = authors[raw.author];
  if (author === undefined) return "author-missing";
  if (body.length === 0 || body.length > MAX_BODY_BYTES) return "body-width";
  if (signature.length !== SIGNATURE_BYTES) return "signature-width";
  return { author, body, signature };
}
