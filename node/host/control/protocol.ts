import type { OverlayStatus } from "../../core/engine-status.ts";
import type { Status } from "../status/node-status.ts";
import type { ProgressEvent } from "../status/progress.ts";
import type { BundleRow, OverlayInfo, OverlayRow, PeerRow, PingRow } from "../status/rows.ts";

/** Its name in the home. */
export const CONTROL_SOCKET = "control.sock";

/**
 * What the command line and a running node say to each other: one JSON object per line, over a unix socket
 * in the home. A request is answered by any number of items and then one result, or by one error.
 */
export interface Methods {
  status: { params: Record<string, never>; item: never; result: Status };
  peers: { params: { overlay?: string }; item: never; result: PeerRow[] };
  /** Bundles in order. `all` includes policies and grants; `last` skips all but that many. */
  ls: {
    params: { overlay?: string; all?: boolean; last?: number };
    item: BundleRow;
    result: number;
  };
  /** The only bundle whose hexadecimal id begins with `id`. */
  get: { params: { overlay?: string; id: string }; item: never; result: BundleRow };
  /** Bundles as they arrive, until the connection closes; `last` of those held come first. */
  tail: {
    params: { overlay?: string; all?: boolean; last?: number };
    item: BundleRow;
    result: number;
  };
  /** Publishes, all or nothing; answered once everything is on disk. */
  put: {
    params: { overlay?: string; payloads: string[]; expires?: number };
    item: never;
    result: { id: string; globalTime: number }[];
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
  /** Ends the node as SIGTERM does, also where there are no signals or its process is in another namespace. */
  stop: { params: Record<string, never>; item: never; result: null };
}

export type Method = keyof Methods;

export type Reply =
  | { id: number; item: unknown }
  | { id: number; result: unknown }
  | { id: number; error: { code: number; message: string; hint: string } };

/** Longest line, in characters. A batch of 512 payloads of 960 bytes in base64 takes 660,000. */
export const MAX_LINE_CHARACTERS = 1024 * 1024;
/** Payloads of one `put`, so that a line holds them. */
export const MAX_PUT_PAYLOADS = 512;
/** Connections served at a time; a further one is closed at once. */
export const MAX_CONNECTIONS = 64;
/** Requests of one connection that are worked on at a time. */
export const MAX_REQUESTS = 16;
/** Bytes that wait for a client that does not read; past it, the connection is closed. */
export const MAX_UNSENT_BYTES = 8 * 1024 * 1024;
