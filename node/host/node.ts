import type { Bundle, Draft } from "../../wire/bundle.ts";
import type { EngineEvent } from "../effects.ts";
import type { BundleRow, OverlayInfo, PeerRow, Status, TicketReach } from "./node-status.ts";

export interface NodeOptions {
  /** Folder of the node; by default `$XDG_DATA_HOME/dispersy` or `~/.local/share/dispersy`. Unused by a tracker. */
  home?: string;
  /** `host:port`, `[v6]:port` or `:port`. Without it, all interfaces and the port of the last run. */
  listen?: string;
  /** `host:port` of trackers to begin from, besides those of the tickets. Names are resolved. */
  trackers?: string[];
  profile?: "dispersy" | "adaptive";
  /** No sockets: bundles can be put and read while nobody serves the home. */
  offline?: boolean;
  /** A tracker introduces within any overlay; it has no home, store or identity. */
  role?: "node" | "tracker";
  logLevel?: LogLevel;
  /** UDP payload budget in bytes, 1,232 to 1,472. */
  datagramBytes?: number;
}

export type LogLevel = "silent" | "error" | "warn" | "info" | "debug" | "trace";

/** Of the drafts of `put`: what goes with the payload. */
export type PutOptions = Omit<Draft, "content">;

export class Node {
  static async open(_options: NodeOptions = {}): Promise<Node> {
    throw new Error("not implemented");
  }
  /** Bound sockets as `address:port`. */
  get listen(): string[] {
    throw new Error("not implemented");
  }
  get home(): string | undefined {
    throw new Error("not implemented");
  }
  /** Hexadecimal ids of the overlays taken part in. */
  get overlays(): string[] {
    throw new Error("not implemented");
  }
  /** `overlay` may be any beginning of an id that fits one overlay only, or undefined when there is only one. */
  resolve(_overlay?: string): string {
    throw new Error("not implemented");
  }
  info(_overlay?: string): OverlayInfo {
    throw new Error("not implemented");
  }
  async createOverlay(_options: { members?: boolean } = {}): Promise<OverlayInfo> {
    throw new Error("not implemented");
  }
  async join(_ticket: string): Promise<OverlayInfo> {
    throw new Error("not implemented");
  }
  async leave(_overlay: string): Promise<void> {
    throw new Error("not implemented");
  }
  async put(
    _overlay: string | undefined,
    _payloads: Uint8Array[],
    _options: PutOptions = {},
  ): Promise<Bundle[]> {
    throw new Error("not implemented");
  }
  async grant(
    _overlay: string | undefined,
    _member: Uint8Array,
    _permissions: { write: boolean; grant: boolean },
  ): Promise<Bundle> {
    throw new Error("not implemented");
  }
  async invite(_overlay?: string): Promise<string> {
    throw new Error("not implemented");
  }
  list(_overlay?: string): IterableIterator<Bundle> {
    throw new Error("not implemented");
  }
  get(_idPrefix: string, _overlay?: string): { overlay: string; bundle: Bundle } {
    throw new Error("not implemented");
  }
  subscribe(_listener: (event: EngineEvent) => void): () => void {
    throw new Error("not implemented");
  }
  status(): Status {
    throw new Error("not implemented");
  }
  peers(_overlay?: string): PeerRow[] {
    throw new Error("not implemented");
  }
  ticket(_overlay?: string): string {
    throw new Error("not implemented");
  }
  ticketReach(_overlay?: string): TicketReach {
    throw new Error("not implemented");
  }
  async close(): Promise<void> {
    throw new Error("not implemented");
  }
}

/** A bundle as people and scripts read it. */
export function bundleRow(_overlay: string, _bundle: Bundle): BundleRow {
  throw new Error("not implemented");
}
