import type { Address } from "../wire/address.ts";
import { equalBytes } from "../wire/bytes.ts";
import type { Crypto, Random } from "../wire/crypto.ts";
import { BoundedMap } from "./bounded-map.ts";
import { SECRET_LIFETIME_MS, Tokens } from "./tokens.ts";

/** As long as a token can live: whoever showed one then could still show it. */
export const VALIDATED_LIFETIME_MS = 2 * SECRET_LIFETIME_MS;
/** A token is good for at least as long as its issuer keeps one secret. */
export const GRANT_LIFETIME_MS = SECRET_LIFETIME_MS;

interface Peer {
  validatedMs: number;
  grant: Uint8Array | undefined;
  grantedMs: number;
  isTracker: boolean;
}

/**
 * Which addresses are known to receive what we send there, and the tokens they gave us. Shared by all overlays of a
 * socket. To be called only for an address that answered a request of ours or showed our token: a forged source must
 * not add state. BOUNDED: by maxPeers, least recently heard first; whoever is forgotten validates itself anew with its
 * next datagram.
 */
export class Validation {
  readonly tokens: Tokens;
  /** By address. */
  readonly #peers: BoundedMap<string, Peer>;

  constructor(options: { crypto: Crypto; random: Random; maxPeers: number }) {
    this.tokens = new Tokens(options.crypto, options.random);
    this.#peers = new BoundedMap(options.maxPeers);
  }

  /** Whether it returned our identifier or our token within VALIDATED_LIFETIME_MS. */
  isValidated(address: Address, now: number): boolean {
    const peer = this.#peers.get(address.key);
    return peer !== undefined && now < peer.validatedMs + VALIDATED_LIFETIME_MS;
  }

  /** It returned our identifier or our token. */
  validated(address: Address, now: number): void {
    this.#heard(address).validatedMs = now;
  }

  /** What it gave us to show to it, while that is good. */
  grantFrom(address: Address, now: number): Uint8Array | undefined {
    const peer = this.#peers.get(address.key);
    return peer !== undefined && now < peer.grantedMs + GRANT_LIFETIME_MS ? peer.grant : undefined;
  }

  /** It gave us a token. The caller has seen that it is validated, or that this is the answer to our own request. */
  granted(address: Address, token: Uint8Array, now: number): void {
    const peer = this.#heard(address);
    // A copy: it would keep the whole datagram in memory.
    if (!peer.grant || !equalBytes(peer.grant, token)) peer.grant = new Uint8Array(token);
    peer.grantedMs = now;
  }

  /** What it gave us is of no use: it does not answer those who show it. */
  lost(address: Address): void {
    const peer = this.#peers.get(address.key);
    if (peer !== undefined) peer.grant = undefined;
  }

  /** It answered a request of ours, and said whether it is a tracker. */
  answeredAs(address: Address, isTracker: boolean): void {
    this.#heard(address).isTracker = isTracker;
  }

  /** Whether it said so. */
  isTracker(address: Address): boolean {
    return this.#peers.get(address.key)?.isTracker === true;
  }

  #heard(address: Address): Peer {
    const known = this.#peers.use(address.key);
    if (known !== undefined) return known;
    const peer = {
      validatedMs: -Infinity,
      grant: undefined,
      grantedMs: -Infinity,
      isTracker: false,
    };
    this.#peers.set(address.key, peer);
    return peer;
  }
}
