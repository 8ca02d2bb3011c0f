import type { EngineEvent } from "../core/effects.ts";
import type { AttemptRole } from "../../nat/attempt.ts";
import type { PathKind } from "../../nat/outcomes.ts";
import { toHex } from "../../wire/bytes.ts";
import type { ProgressEvent } from "../host/status/progress.ts";
import { netcheckJson, type NetcheckJson } from "./netcheck-view.ts";

/** The node or tracker serves: the first line. */
export interface ReadyEvent {
  event: "ready";
  /** `address:port` of every bound socket. */
  listen: string[];
  /** Empty for a tracker. */
  overlays: { overlay: string; ticket: string }[];
  /** `address:port` where WebSockets are taken. */
  webSockets?: string;
  /** `address:port` where metrics are served. */
  metrics?: string;
}

/** What `dispersy run --json` prints: one object per line. */
export type RunEvent =
  | ReadyEvent
  | ProgressEvent
  /** A bundle was stored: ours or somebody's. Ids and authors are 64 hexadecimal digits. */
  | { event: "bundle"; overlay: string; id: string; author: string; globalTime: number }
  /** An attempt to open a path has ended; see the event of the engine. */
  | {
      event: "path";
      overlay: string;
      instance: string;
      address: string;
      open: boolean;
      role: AttemptRole;
      strategy: PathKind;
      probes: number;
      ms: number;
      reason?: string;
    }
  /** Our public address changed; null: unknown. */
  | { event: "address"; address: string | null }
  /** It is known by now what our NAT does. */
  | ({ event: "nat" } & NetcheckJson)
  /** The overlay's policy became known, or another one counts. */
  | {
      event: "policy";
      overlay: string;
      writers: "open" | "members";
      unknownRequirements: number;
    }
  /**
   * Bundles by our own key came that we did not make; `again` of ours that they superseded were published once more.
   */
  | { event: "own-key-used"; overlay: string; found: number; again: number }
  /** Bundles of ours whose times nobody takes were published once more. */
  | { event: "written-again"; overlay: string; bundles: number };

/**
 * What is printed of an event of the engine; undefined for those that only concern whoever caused them, and for those
 * that a ProgressEvent tells better.
 */
export function runEvent(event: EngineEvent): RunEvent | undefined {
  switch (event.event) {
    case "bundle": {
      const { id, author, header } = event.bundle;
      const { globalTime } = header;
      const { overlay } = event;
      return { event: "bundle", overlay, id: toHex(id), author: toHex(author), globalTime };
    }
    case "path": {
      const { address, ms, ...rest } = event;
      return { ...rest, address: address.key, ms: Math.round(ms) };
    }
    case "address":
      return { event: "address", address: event.address?.key ?? null };
    case "policy":
    case "own-key-used":
    case "written-again":
      return event;
    case "surveyed":
      return { event: "nat", ...netcheckJson({ ...event.report, doubled: [] }) };
    case "delivered":
    case "contacted":
    case "alone":
    case "up-to-date":
    case "surveying":
    case "published":
    case "refused":
      return undefined;
  }
}
