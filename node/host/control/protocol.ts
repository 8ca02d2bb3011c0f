import type { PipeOutcome } from "../carriers/pipe.ts";
import type { OverlayStatus } from "../../core/engine-status.ts";
import type { ExportOutcome, ImportOutcome } from "../node/node.ts";
import type { Status } from "../status/node-status.ts";
import type { ProgressEvent } from "../status/progress.ts";
import type {
  BundleRow,
  NameRow,
  DeliveryRow,
  HeldRow,
  PlaceRow,
  OverlayInfo,
  OverlayRow,
  PeerRow,
  PingRow,
} from "../status/rows.ts";

/** Its name in the home. */
export const CONTROL_SOCKET = "control.sock";

/** `all` includes what is no data of applications: policies, grants, names. The rest is as in ListOptions. */
interface Selection {
  overlay?: string;
  all?: boolean;
  topic?: string;
  author?: string;
  since?: number;
}

/**
 * What the command line and a running node say to each other: one JSON object per line, over a unix socket
 * in the home. A request is answered by any number of items and then one result, or by one error.
 */
export interface Methods {
  status: { params: Record<string, never>; item: never; result: Status };
  peers: { params: { overlay?: string }; item: never; result: PeerRow[] };
  /** Bundles in order; `last` skips all but that many. */
  ls: { params: Selection & { last?: number }; item: BundleRow; result: number };
  /** The only bundle whose hexadecimal id begins with `id`, or the newest under a topic. */
  get: {
    params: { overlay?: string; id?: string; topic?: string; author?: string };
    item: never;
    result: BundleRow;
  };
  /**
   * Bundles in the order in which they came, or with `causal` none before what it follows; then those that arrive,
   * until the connection closes, unless `follow` is false. They begin after the cursor `since`, or where the reader
   * `name` stands, or with the `last` of those held, or with all (`fromStart`). The first item says where that is. With
   * a name, `mark` says what was received.
   */
  tail: {
    params: Omit<Selection, "since"> & {
      causal?: boolean;
      since?: string;
      name?: string;
      last?: number;
      fromStart?: boolean;
      follow?: boolean;
    };
    item: DeliveryRow | PlaceRow;
    result: number;
  };
  /** The reader `name` has everything up to a cursor; answered once that is on disk. */
  mark: { params: { overlay?: string; name: string; cursor: string }; item: never; result: null };
  /** Forgets where the reader `name` stands. */
  forget: { params: { overlay?: string; name: string }; item: never; result: null };
  /** Publishes, all or nothing; answered once everything is on disk. */
  put: {
    params: {
      overlay?: string;
      payloads: string[];
      expires?: number;
      topic?: string;
      keep?: number;
      receipt?: boolean;
    };
    item: never;
    result: { id: string; globalTime: number }[];
  };
  /** What authors call themselves. */
  names: { params: { overlay?: string }; item: never; result: NameRow[] };
  /** What this node calls itself; an empty text for no name. */
  rename: {
    params: { overlay?: string; name: string };
    item: never;
    result: NameRow;
  };
  /** Sends ephemeral messages, all or none. */
  say: {
    params: { overlay?: string; payloads: string[] };
    item: never;
    result: { id: string; globalTime: number }[];
  };
  /** Ephemeral messages as they come, until the connection closes. */
  hear: {
    params: { overlay?: string; topic?: string; author?: string };
    item: BundleRow;
    result: null;
  };
  /**
   * Answered once so many other members are known to hold all of these bundles of ours, which were published with
   * `receipt`, or after `timeout` milliseconds.
   */
  held: {
    params: {
      overlay?: string;
      bundles: { id: string; globalTime: number }[];
      others: number;
      timeout: number;
    };
    item: never;
    result: HeldRow[];
  };
  grant: {
    params: { overlay?: string; member: string; write: boolean; grant: boolean };
    item: never;
    result: { id: string; globalTime: number; writers: OverlayStatus["policy"] };
  };
  /** Answered once there is a path, or none can be opened. `timeout` in seconds. */
  ping: {
    params: { overlay?: string; target: string; timeout?: number };
    item: never;
    result: PingRow;
  };
  /** Where everybody may write, it is the plain ticket. */
  invite: {
    params: { overlay?: string };
    item: never;
    result: { ticket: string; writers: OverlayStatus["policy"] };
  };
  create: { params: { members?: boolean; public?: boolean }; item: never; result: OverlayInfo };
  join: { params: { ticket: string }; item: never; result: OverlayInfo };
  /** Any beginning of its id that fits one only; answered with all of it. */
  leave: { params: { overlay: string }; item: never; result: { overlay: string } };
  /** Those that were left too. */
  overlays: { params: Record<string, never>; item: never; result: OverlayRow[] };
  /** What matters to whoever waits for an overlay, until the connection closes. */
  watch: { params: Record<string, never>; item: ProgressEvent; result: null };
  /**
   * Syncs with whoever is at the other end of the client's stream: the first item is the pipe's number, for `feed`,
   * which brings what comes; the others are what is to be written, base64, and what is waited for, in words. Answered
   * at its end.
   */
  pipe: {
    params: { overlay?: string; follow?: boolean };
    item: { pipe: number } | { bytes: string } | { note: string };
    result: PipeOutcome;
  };
  /**
   * An export of an overlay: the items are its bytes, base64. `since`: Unix milliseconds or a cursor. With `theirs` the
   * first item is a number for `feed`, which brings an export of the one who shall get this one.
   */
  export: {
    params: { overlay?: string; since?: number; sinceCursor?: string; theirs?: boolean };
    item: { pipe: number } | { bytes: string };
    result: ExportOutcome;
  };
  /** Takes in an export: the first item is a number for `feed`, which brings it; the others say how much came. */
  import: {
    params: { overlay?: string };
    item: { pipe: number } | { bundles: number };
    result: ImportOutcome;
  };
  /**
   * What came for a pipe, an export or an import, base64; without bytes, its end. Answered when there is room for more.
   */
  feed: { params: { pipe: number; bytes?: string }; item: never; result: null };
  /** Ends the node as SIGTERM does, also where there are no signals or its process is in another namespace. */
  stop: { params: Record<string, never>; item: never; result: null };
}

export type Method = keyof Methods;

export type Reply =
  | { id: number; item: unknown }
  | { id: number; result: unknown }
  | { id: number; error: { code: number; message: string; hint: string } };

/** Longest line, in characters. A batch of 512 payloads of 928 bytes in base64 takes 640,000. */
export const MAX_LINE_CHARACTERS = 1024 * 1024;
/** Payloads of one `put`, so that a line holds them. */
export const MAX_PUT_PAYLOADS = 512;
/** Connections served at a time; a further one is closed at once. */
export const MAX_CONNECTIONS = 64;
/** Requests of one connection that are worked on at a time. */
export const MAX_REQUESTS = 16;
/** Bytes that wait for a client that does not read; past it, the connection is closed. */
export const MAX_UNSENT_BYTES = 8 * 1024 * 1024;
