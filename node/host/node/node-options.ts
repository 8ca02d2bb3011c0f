import type { WebSocketPlace } from "../../../wire/websocket-place.ts";
import type { WebSocketListen } from "../carriers/websocket-listen.ts";
import type { MaxRate } from "../../core/max-rate.ts";
import type { LogLevel } from "../log.ts";

export interface NodeOptions {
  /** Folder of the node; by default `$XDG_DATA_HOME/dispersy` or `~/.local/share/dispersy`. Unused by a tracker. */
  home?: string;
  /** `host:port`, `[v6]:port` or `:port`. Without it, all interfaces and the port of the last run. */
  listen?: string;
  /**
   * `host:port` of trackers to begin from, besides those of the tickets, or `wss://host:port/path` where they take
   * WebSockets. Names are resolved.
   */
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
   * Whether to announce the overlays to the machines around us, and to be found by them, by default yes: whoever has no
   * ticket hears that a node is here, and nothing more.
   */
  lan?: boolean;
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
  /**
   * The largest UDP payload that is sent, in bytes, 508 to 1,472; by default 1,232. With less, peers are told to send
   * nothing larger either: bundles that do not fit neither go nor come.
   */
  datagramBytes?: number;
  /**
   * Whether receipts are written in public overlays, too, where everybody reads them; by default no. In private ones
   * they are sealed, and always written.
   */
  publicReceipts?: boolean;
  /** Take WebSockets, for nodes whose network blocks UDP. */
  ws?: {
    listen: WebSocketListen;
    /**
     * As others reach it, by a reverse proxy: tickets name it in place of our own address, and nodes are told of it.
     */
    url?: WebSocketPlace;
  };
  /** No UDP: only WebSockets to places that tickets, trackers or others name. */
  wsOnly?: boolean;
  /** A new file that gets a recording of the node, see `dispersy replay`. */
  record?: string;
  /** A new file that gets all its datagrams as a packet capture. */
  pcap?: string;
  /** A file that gets the keys of senders, with which docs/wireshark/dispersy.lua opens the datagrams of `pcap`. */
  keylog?: string;
}

/** What goes with the payloads of `put`. */
export interface PutOptions {
  /** Unix seconds from which on nobody keeps it. */
  expires?: number;
  /** Up to 32 bytes of UTF-8. */
  topic?: string;
  /** Of this node's bundles of the topic only the newest so many are kept; by default all. */
  keep?: number;
  /** Whether it asks who received it: see `Node.holding`. */
  receipt?: boolean;
}

/** Which bundles to list. */
export interface ListOptions {
  /**
   * What applications published, sealed data that cannot be opened among it; otherwise policies, grants and what the
   * program says by data of its own, such as names, too.
   */
  dataOnly?: boolean;
  /** Only so many, the newest. */
  last?: number;
  topic?: string;
  /** What an author calls itself, or the first digits of its public key, at least 6. */
  author?: string;
  /**
   * Unix milliseconds: what was written since then by its author's clock. Where that cannot be right, what came since
   * then.
   */
  since?: number;
}
