import { dispersy } from "../schema.js";
import type { BundleKind } from "./kind.ts";

const { Kind } = dispersy.Body;

/** Why nobody here reads it. */
export type Unopened = "key" | "altered" | "malformed";

/** Data as everybody of a private overlay holds it: `wire/payload-keys.ts` opens it. */
export interface SealedContent {
  kind: "sealed";
  /** The id of the payload key, 8 bytes; of another width, of none that there is. */
  key: Uint8Array;
  /** Salt, ciphertext and tag, where its author keeps to the format. */
  sealed: Uint8Array;
  /** For the moment only. */
  passing?: true;
  /** Set where somebody tried to open it. */
  unopened?: Unopened;
}

export interface ShownSealed {
  /** A sentence that says why. */
  unreadable: string;
}

/** On a terminal of 80 columns they stand on one line with what `ls` prints besides. */
const REASONS: Record<Unopened, string> = {
  key: "sealed under a key that is not here",
  altered: "sealed, but altered or badly made",
  malformed: "sealed in a form that is not known",
};

/** On the wire a kind of data. What is in it decides nothing but what is shown: see `Kind` in `dispersy.proto`. */
export const SEALED: BundleKind<SealedContent, ShownSealed> = {
  signer: "writer",
  isControl: false,
  read(body) {
    if (body.content !== "data") return "content-mismatch";
    const passing = body.kind === Kind.EPHEMERAL;
    return { kind: "sealed", key: body.key, sealed: body.data!, ...(passing && { passing }) };
  },
  write({ key, sealed, passing }) {
    return { kind: passing ? Kind.EPHEMERAL : Kind.DATA, key, data: sealed };
  },
  mistake: () => undefined,
  show: ({ unopened = "key" }) => ({ unreadable: REASONS[unopened] }),
};
