import type { Draft } from "../../../wire/bundle.ts";
import type { MaxRate } from "../../core/max-rate.ts";
import type { LogLevel } from "../log.ts";

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
  /** With `offline`: nothing is written, for a home on a read-only filesystem. Publishing fails. */
  readOnly?: boolean;
  /** A tracker introduces within any overlay; it has no home, store or identity. */
  role?: "node" | "tracker";
  logLevel?: LogLevel;
  /** Whether to ask the router for a port, by default yes; a tracker does not. */
  portmap?: boolean;
  /**
   * Mappings that one search for a path may fill our own NAT's table with at a time, 1 to 4,096; by default 256. Two
   * sides whose NATs both draw ports from small blocks meet in one of four tries with 256, nearly always with 1,100.
   */
  maxFlows?: number;
  /**
   * Bytes that shall stay free on the home's filesystem: below, no more bundles of others are taken. By default a
   * twentieth of it, at most 256 MiB.
   */
  minFreeBytes?: number;
  /** What bundles may take of the line, from 32,000 bytes per second on; by default no limit. */
  maxRate?: MaxRate;
  /** UDP payload budget in bytes, 1,232 to 1,472. */
  datagramBytes?: number;
  /** A new file that gets a recording of the node, see `dispersy replay`. */
  record?: string;
  /** A new file that gets all its datagrams as a packet capture. */
  pcap?: string;
  /** A file that gets the keys of senders, with which docs/wireshark/dispersy.lua opens the datagrams of `pcap`. */
  keylog?: string;
}

/** Of the drafts of `put`: what goes with the payload. */
export type PutOptions = Omit<Draft, "content">;
