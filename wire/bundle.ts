import type { WireBundle } from "./message.ts";

/** What a bundle says, apart from who says it. */
export interface Draft {
  content: Content;
  /** Unix time in seconds from which on nobody keeps it. */
  expires?: number;
  /** 32-byte ids of bundles that this one follows. */
  parents?: Uint8Array[];
  /** With `keep`: only the newest `keep` bundles of this author and topic are kept. */
  topic?: { name: Uint8Array; keep: number };
}

export type Content =
  | { kind: "data"; payload: Uint8Array }
  | { kind: "policy"; writers: "open" | "members" }
  | { kind: "grant"; member: Uint8Array; write: boolean; grant: boolean }
  /** A kind that this version does not know; carried on unread. */
  | { kind: "receipt" };

export interface Header extends Draft {
  /** Lamport time, 1 to 2^53 - 1. */
  globalTime: number;
}

/** A bundle whose header was read. Its signature may still be unchecked. */
export interface Bundle extends WireBundle {
  /** 32 bytes: SHA-256 over domain, overlay key, author key and body; the signature is not part of it. */
  id: Uint8Array;
  header: Header;
}
