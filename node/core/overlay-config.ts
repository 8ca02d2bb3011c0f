import type { Address } from "../../wire/address.ts";
import type { Profile } from "./profile.ts";

/** What a node needs to take part in an overlay. */
export interface OverlayConfig {
  /** 32 bytes: the overlay's Ed25519 public key. */
  key: Uint8Array;
  /** 32 bytes: the secret key we write with here. */
  memberSecret: Uint8Array;
  /** 32 bytes: the overlay's own secret key; only its founder has it. */
  overlaySecret?: Uint8Array;
  /** 32 bytes: what the members of a private overlay share, and a public one has not. */
  root?: Uint8Array;
  /** 32 bytes: the secret key of an invitation, with which we grant ourselves. */
  invitation?: Uint8Array;
  /**
   * Whether receipts are written where they are not sealed: in a public overlay. Everybody who has its ticket reads
   * them.
   */
  publicReceipts?: boolean;
  /** Where to begin: trackers and nodes of the ticket and the command line, trusted by the user. */
  seeds: Address[];
  /** Peers of an earlier run, and those that a ticket only heard of: asked first, trusted like anybody. */
  remembered: Address[];
  profile: Profile;
}
