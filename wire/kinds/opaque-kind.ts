import type { BundleKind } from "./kind.ts";

/** A kind that this version does not know: held, offered and served like data, and never looked into. */
export interface Opaque {
  kind: "opaque";
  /** Its number on the wire. */
  number: number;
}

export const OPAQUE: BundleKind<Opaque, { number: number }> = {
  signer: "writer",
  isControl: false,
  read: (body) => ({ kind: "opaque", number: body.kind }),
  write: ({ number }) => ({ kind: number }),
  mistake: ({ number }) => `bundles of kind ${number} cannot be published by this version`,
  show: ({ number }) => ({ number }),
};
