import type { Address } from "../../wire/address.ts";

/** What a part of an overlay wants done by another part, which it does not know. */
export type Intent =
  /** Ask the peer for bundles, with the next offer. */
  | { kind: "offer"; peer: Address }
  /** Ask another peer what it holds; where there is none, `otherwise` gets the next offer. */
  | { kind: "askElsewhere"; otherwise: Address }
  /** A peer holds just what we hold. */
  | { kind: "shared" };

/** In order. BOUNDED: the overlay settles them at the end of each input. */
export type Intents = Intent[];
