import type { LanStatus } from "../../core/engine-status.ts";
import { ANNOUNCEMENT_PORT, type LanListening } from "../net/lan-discovery.ts";

/** How it is with the machines around us. Plain JSON. */
export interface LanText extends LanStatus {
  /** Interfaces on which the node announces itself; empty where none is in a LAN. */
  interfaces: string[];
  /** A sentence about why others cannot be heard; null: nothing is wrong here. */
  problem: string | null;
}

/** `listening`: undefined where no LAN is wanted. */
export function lanText(listening: LanListening | undefined, status: LanStatus): LanText | null {
  if (listening === undefined) return null;
  const { announcesMs, heardMsAgo, hearsItself } = status;
  const rounded = (ms: number | null): number | null => (ms === null ? null : Math.round(ms));
  return {
    interfaces: listening.interfaces,
    announcesMs: rounded(announcesMs),
    heardMsAgo: rounded(heardMsAgo),
    hearsItself,
    problem: listening.problem ?? null,
  };
}

/** Two announcements of everybody: who is there was heard by then, unless something is wrong. */
const LONG_ENOUGH_MS = 60_000;

/** The first four announcements are made, and what this machine sends to all comes back to it within milliseconds. */
const SOON_MS = 3_000;

/** Where machines of a LAN do not hear each other, for people: what may be wrong here, and elsewhere. */
export function whyNobody({ hearsItself, announcesMs }: LanText): string | undefined {
  if (announcesMs === null || announcesMs < SOON_MS) return undefined;
  if (!hearsItself)
    return `a firewall of this machine drops UDP port ${ANNOUNCEMENT_PORT}, it seems`;
  if (announcesMs < LONG_ENOUGH_MS) return undefined;
  return (
    `no other node runs here, or a firewall drops UDP port ${ANNOUNCEMENT_PORT}, ` +
    "or the access point isolates its clients from each other"
  );
}
