import type { Address } from "../wire/address.ts";
import type { Crypto, Random } from "../wire/crypto.ts";
import type { Effect } from "./effects.ts";
import type { Input, Instant } from "./inputs.ts";
import type { NatStatus, OverlayStatus, PeerStatus } from "./status.ts";

export interface EngineOptions {
  /** A tracker introduces within any overlay and stores nothing. */
  role: "node" | "tracker";
  crypto: Crypto;
  random: Random;
  /** UDP payload budget in bytes. */
  datagramBytes?: number;
}

export class Engine {
  constructor(_options: EngineOptions) {}
  handle(_input: Input, _at: Instant): void {
    throw new Error("not implemented");
  }
  poll(): Effect | undefined {
    throw new Error("not implemented");
  }
  /** Monotonic milliseconds at which a tick is due; Infinity when nothing is planned. */
  deadline(): number {
    throw new Error("not implemented");
  }
  overlays(_at: Instant): OverlayStatus[] {
    throw new Error("not implemented");
  }
  peers(_overlay: string, _at: Instant): PeerStatus[] {
    throw new Error("not implemented");
  }
  /** Contacted peers of an overlay, the most recent first: for tickets, and to remember over a restart. */
  contacts(_overlay: string, _at: Instant): Address[] {
    throw new Error("not implemented");
  }
  nat(): NatStatus {
    throw new Error("not implemented");
  }
  /** Events counted by name; every rejection of a datagram or bundle is among them. */
  get counters(): ReadonlyMap<string, number> {
    throw new Error("not implemented");
  }
}
