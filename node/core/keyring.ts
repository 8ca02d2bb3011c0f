import type { Crypto } from "../../wire/crypto.ts";
import type { OverlayConfig } from "./overlay-config.ts";

export interface KeyPair {
  /** 32 bytes. */
  secretKey: Uint8Array;
  /** 32 bytes. */
  publicKey: Uint8Array;
}

/** The keys a node has in one overlay, public halves derived once. */
export interface Keyring {
  /** The overlay's public key. */
  key: Uint8Array;
  member: KeyPair;
  /** Only the founder's node has it. */
  founder?: KeyPair;
  invitation?: KeyPair;
}

export function keyring(crypto: Crypto, config: OverlayConfig): Keyring {
  const pair = (secretKey: Uint8Array): KeyPair => {
    return { secretKey, publicKey: crypto.publicKey(secretKey) };
  };
  return {
    key: config.key,
    member: pair(config.memberSecret),
    ...(config.overlaySecret && { founder: pair(config.overlaySecret) }),
    ...(config.invitation && { invitation: pair(config.invitation) }),
  };
}
