import type { LocalNetwork } from "../../nat/network.ts";
import type { Address } from "../../wire/address.ts";
import type { Draft } from "../../wire/bundle.ts";
import type { WireBundle } from "../../wire/message.ts";
import type { OverlayConfig } from "./overlay-config.ts";
import type { BundleStore } from "../store/store.ts";

export type { LocalNetwork };

/** When an input happened. Lifetimes go by the monotonic clock; wall time decides only over expiry. */
export interface Instant {
  /** Monotonic milliseconds. */
  now: number;
  /** Unix milliseconds. */
  wall: number;
}

/**
 * What there is room for, as the host measures it: for everything; below the disk's floor, for what its user writes and
 * for control bundles; where memory is short, for what its user writes; for nothing at all.
 */
export type StorageRoom = "ample" | "reserve" | "own" | "none";

/** A socket, or whatever else datagrams travel by, as the network input tells it. */
export interface Port {
  via: number;
  family: 4 | 6;
  port: number;
  /**
   * Bytes of one datagram, at most; no less than the engine's budget of a UDP payload, which it is by default, and no
   * more than 16 KiB.
   */
  budget?: number;
}

/** Links are numbered from here on: no socket has such a number. */
export const FIRST_LINK = 2 ** 24;

/** Everything that can happen to an engine. */
export type Input =
  /** A datagram came in. `via` is the number of the local socket; an answer leaves by the same. */
  | { kind: "datagram"; from: Address; via: number; bytes: Uint8Array }
  /** A node announced itself to all in a local network, from this address as we see it. */
  | { kind: "announcement"; from: Address; bytes: Uint8Array }
  /** The deadline that the engine named has come. */
  | { kind: "tick" }
  /** Take part in an overlay, whose bundles are in `store`. */
  | { kind: "join"; overlay: OverlayConfig; store: BundleStore }
  | { kind: "leave"; overlay: string }
  /** More addresses to begin from (a name was resolved), and `gone`: silent ones that no name stands for any more. */
  | { kind: "seeds"; overlay: string; addresses: Address[]; gone?: Address[] }
  /**
   * Fetch tokens from introducers that the user named, before there is an overlay in which they are asked for anything.
   */
  | { kind: "greet"; addresses: Address[] }
  /** Open a path to this run of a node (16 hexadecimal digits); answered by a `path` event, unless nobody knows it. */
  | { kind: "ping"; overlay: string; instance: string }
  /** Sign and publish; answered by a `published` or `refused` event with the same reference. */
  | { kind: "publish"; overlay: string; reference: number; drafts: Draft[] }
  /**
   * Bundles that the user brought, as from a file: they are admitted as those that others send. `from` stands for where
   * they come from, as the address of a link does. Answered by an `imported` event with the same reference once all are
   * on disk or refused: whoever waits for it before the next portion has none refused for want of room.
   */
  | { kind: "import"; overlay: string; reference: number; from: Address; bundles: WireBundle[] }
  /** A verify effect is done: one verdict per check, in order. */
  | { kind: "verified"; overlay: string; job: number; valid: boolean[] }
  /** A commit effect is done: its bundles are on disk and in the index. */
  | { kind: "committed"; overlay: string; batch: number }
  /** A commit effect failed: nothing of it is on disk. `reason` is one for its user to read, with the system's code. */
  | { kind: "commit-failed"; overlay: string; batch: number; reason: string }
  /** What the disk has room for: whenever that changes, and when room came after a commit that failed. */
  | { kind: "storage"; room: StorageRoom }
  /** An open effect is done: the numbers of the sockets, fewer or none when the system refuses. */
  | { kind: "opened"; job: number; via: number[] }
  /** A router forwards what comes to this address to the socket; undefined: it no longer does. */
  | { kind: "mapped"; via: number; address: Address | undefined }
  /** Our networks and ports, at the start and whenever they change. */
  | {
      kind: "network";
      /**
       * Where neighbours are likely to reach us comes first: our address there is named to those who may share our LAN.
       */
      networks: LocalNetwork[];
      ports: Port[];
    }
  /**
   * Find out what our NAT does by asking observers: first ports of trackers; the next port is their second one. In the
   * name of an overlay, whose nodes may then help, or of none. Answered by `surveying` and `surveyed` events. A survey
   * under way is ended.
   */
  | { kind: "survey"; observers: Address[]; overlay?: string; lifetime: boolean }
  /** A tracker's: other trackers that help it to show nodes what their NAT lets in; `gone` as with seeds. */
  | { kind: "partners"; addresses: Address[]; gone?: Address[] }
  /**
   * A link is up: what carries datagrams to one peer and is not UDP, such as a WebSocket or a pipe. `via` is its
   * number, from FIRST_LINK on and used once, `address` what stands for its other end (`linkAddress` in
   * wire/address-scope.ts), `budget` bytes of one datagram at most, as with ports. `isNamed`: our user named the other
   * end, which is asked at once; else we wait to be asked. `isHeard`: we dialled it, but only heard of it: asked at
   * once, and trusted like anybody. `overlays`: in which ones, hexadecimal; by default in all.
   */
  | {
      kind: "link";
      via: number;
      address: Address;
      budget: number;
      isNamed: boolean;
      isHeard?: boolean;
      overlays?: string[];
    }
  /** A link is down. */
  | { kind: "unlink"; via: number }
  /** The process slept or the clock jumped: NAT mappings and candidates are gone. */
  | { kind: "resumed" };
