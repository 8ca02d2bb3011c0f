import { constants as fileFlags, readFileSync } from "node:fs";
import { constants } from "node:os";
import type { EngineEvent } from "../core/effects.ts";
import type { AttemptRole } from "../../nat/attempt.ts";
import type { PathKind } from "../../nat/outcomes.ts";
import { toHex } from "../../wire/bytes.ts";
import { type NetcheckJson, netcheckJson } from "./netcheck-view.ts";

/** SIGHUP is what a terminal sends that closes. */
const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/**
 * From now on the first SIGINT, SIGTERM or SIGHUP resolves `stopped`, so that the node can drain; the second one ends
 * the process at once, with 128 and the signal's number. Under nohup, SIGHUP does nothing.
 */
export function onSignals(): { stopped: Promise<void> } {
  let stopping = false;
  const stopped = new Promise<void>((resolve) => {
    for (const signal of SIGNALS) {
      if (signal === "SIGHUP" && isUnderNohup()) {
        process.on(signal, () => {});
        continue;
      }
      process.on(signal, () => {
        if (stopping) process.exit(128 + constants.signals[signal]);
        stopping = true;
        resolve();
      });
    }
  });
  return { stopped };
}

/** open(2): how a file may be used, in the flags of its descriptor. */
const ACCESS_MODE = 0o3;

/**
 * Node undoes at its start what nohup does to SIGHUP. What remains to be seen, on Linux, is the standard input that GNU
 * nohup puts in a terminal's place: one that cannot be read.
 */
function isUnderNohup(): boolean {
  try {
    const [, flags = "0"] =
      /^flags:\s*([0-7]+)$/m.exec(readFileSync("/proc/self/fdinfo/0", "utf8")) ?? [];
    return (Number.parseInt(flags, 8) & ACCESS_MODE) === fileFlags.O_WRONLY;
  } catch {
    return false;
  }
}

/** Text that waits for a reader of `run --json`; past it, events are left out rather than kept in memory. */
const MAX_UNREAD_CHARACTERS = 1024 * 1024;

/** Whether whoever reads our stdout keeps up. */
export function readerKeepsUp(): boolean {
  return process.stdout.writableLength < MAX_UNREAD_CHARACTERS;
}

/** The node or tracker serves: the first line. */
export interface ReadyEvent {
  event: "ready";
  /** `address:port` of every bound socket. */
  listen: string[];
  /** Empty for a tracker. */
  overlays: { overlay: string; ticket: string }[];
}

/** What `run --json` prints: one object for each event. */
export type RunEvent =
  | ReadyEvent
  /** A bundle was committed: ours or somebody's. */
  | { event: "bundle"; overlay: string; id: string; author: string; globalTime: number }
  /** An address answered us for the first time, or again after it was lost. */
  | { event: "contacted"; overlay: string; address: string }
  | PathEvent
  /** What others agree is our public address has changed; null: they no longer agree. */
  | { event: "address"; address: string | null }
  /** The overlay's policy became known, or another one counts. */
  | {
      event: "policy";
      overlay: string;
      writers: "open" | "members";
      unknownRequirements: number;
    }
  /** Bundles by our own key came that we did not make; `again` of ours that they superseded were published once more. */
  | { event: "own-key-used"; overlay: string; found: number; again: number }
  /** Bundles of ours whose times nobody takes were published once more. */
  | { event: "written-again"; overlay: string; bundles: number }
  | NatEvent;

/** An attempt to open a path to a node that was named to us, or we to it, has ended. */
interface PathEvent {
  event: "path";
  overlay: string;
  /** Hexadecimal: the run of the other node. */
  instance: string;
  /** Where it receives; if nothing was opened, where it was named. */
  address: string;
  open: boolean;
  role: AttemptRole;
  strategy: PathKind;
  /** Datagrams that the search sent. */
  probes: number;
  /** From when it was first named. */
  ms: number;
  /** Why there is no path. */
  reason?: string;
}

/** A survey of our NAT is done. */
interface NatEvent extends NetcheckJson {
  event: "nat";
}

/** What `run --json` prints of an event; undefined for those that only concern whoever caused them. */
export function eventJson(event: EngineEvent): RunEvent | undefined {
  switch (event.event) {
    case "bundle": {
      const { id, author, header } = event.bundle;
      const { globalTime } = header;
      const { overlay } = event;
      return { event: "bundle", overlay, id: toHex(id), author: toHex(author), globalTime };
    }
    case "contacted":
      return { event: "contacted", overlay: event.overlay, address: event.address.key };
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
      return { event: "nat", ...netcheckJson(event.report) };
    case "surveying":
    case "published":
    case "refused":
      return undefined;
  }
}
