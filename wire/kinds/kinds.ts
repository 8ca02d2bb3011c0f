import { dispersy } from "../schema.js";
import { DATA, type Data } from "./data-kind.ts";
import { EPHEMERAL, type Ephemeral } from "./ephemeral-kind.ts";
import { GRANT, type Grant } from "./grant-kind.ts";
import type { Body, BodyRejection, BundleKind } from "./kind.ts";
import { OPAQUE, type Opaque } from "./opaque-kind.ts";
import { POLICY, type PolicyContent } from "./policy-kind.ts";
import { RECEIPT, type ReceiptContent } from "./receipt-kind.ts";
import { SEALED, type SealedContent } from "./sealed-kind.ts";

/** What a bundle says. */
export type Content =
  Data | Ephemeral | SealedContent | PolicyContent | Grant | ReceiptContent | Opaque;

const KINDS = {
  data: DATA,
  ephemeral: EPHEMERAL,
  sealed: SEALED,
  policy: POLICY,
  grant: GRANT,
  receipt: RECEIPT,
  opaque: OPAQUE,
};

const { Kind } = dispersy.Body;
/** By number on the wire. */
const KNOWN = new Map<number, (typeof KINDS)[keyof typeof KINDS]>([
  [Kind.DATA, DATA],
  [Kind.POLICY, POLICY],
  [Kind.GRANT, GRANT],
  [Kind.RECEIPT, RECEIPT],
  [Kind.EPHEMERAL, EPHEMERAL],
]);

/** Bundles of kinds from here on are for the moment only: nobody stores them. */
export const FIRST_PASSING_KIND = 64;

/** Whether it is for the moment only. */
export function isPassing(content: Content): boolean {
  return content.kind === "ephemeral" || (content.kind === "sealed" && content.passing === true);
}

type Intersection<U> = (U extends unknown ? (each: U) => void : never) extends (
  all: infer I,
) => void
  ? I
  : never;
type AnyKind = (typeof KINDS)[keyof typeof KINDS];
/** What bundles of any kind show: each field is one kind's. */
export type ShownContent = Partial<Intersection<ReturnType<AnyKind["show"]>>>;

/** The one that the content is of. */
export function kindOf(content: Content): BundleKind<Content, ShownContent> {
  return KINDS[content.kind] as BundleKind<Content, ShownContent>;
}

export function readContent(body: Body): Content | BodyRejection {
  const isUnknown = !KNOWN.has(body.kind);
  if (body.kind < 0 || (isUnknown && body.kind >= FIRST_PASSING_KIND)) return "kind-not-stored";
  // The key's id tells sealed data from data in clear.
  const isData = body.kind === Kind.DATA || body.kind === Kind.EPHEMERAL;
  if (isData && body.key.length > 0) return SEALED.read(body);
  return (KNOWN.get(body.kind) ?? OPAQUE).read(body);
}
