import { dispersy } from "../schema.js";
import type { BundleKind } from "./kind.ts";

/** Why nobody here reads it. */
export type Unopened = "key" | "altered" | "malformed";

/** Data as everybody of a private overlay holds it: `wire/payload-keys.ts` opens it. */
export interface SealedContent {
  kind: "sealed";
  /** The id of the payload key, 8 bytes; of another width, of none that there is. */
  key: Uint8Array;
  /** Salt, ciphertext and tag, where its author keeps to the format. */
  sealed: Uint8Array;
  /** Set where somebody tried to open it. */
  unopened?: Unopened;
}

export interface ShownSealed {
  /** A sentence that says why. */
  unreadable: string;
}

const REASONS: Record<Unopened, string> = {
  key: "sealed under a key that this node does not have",
  altered: "sealed, and not under the key that it names: altered, or badly made",
  malformed: "sealed, and what its author sealed is in no known form",
};

/** On the wire a kind of data. What is in it decides nothing but what is shown: see `Kind` in `dispersy.proto`. */
export const SEALED: BundleKind<SealedContent, ShownSealed> = {
  signer: "writer",
  isControl: false,
  read(body) {
    if (body.content !== "data") return "content-mismatch";
    return { kind: "sealed", key: body.key, sealed: body.data! };
  },
  write({ key, sealed }) {
    return { kind: dispersy.Body.Kind.DATA, key, data: sealed };
  },
  mistake: () => undefined,
  show: ({ unopened = "key" }) => ({ unreadable: REASONS[unopened] }),
};
