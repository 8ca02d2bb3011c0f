import type { Log } from "../log.ts";
import { OTHER_OPEN_FILES, RAISE_OPEN_FILES, openFilesLimit } from "../open-files.ts";
import { MAX_OPENED_SOCKETS } from "./udp.ts";

/**
 * How many sockets searches may have open beside our own: so many that all else still finds room under the limit of
 * this process. Warns once when that is fewer than they could use. A tracker searches nothing.
 */
export function socketRoom(log: Log, role: "node" | "tracker", limit = openFilesLimit()): number {
  if (limit === undefined) return MAX_OPENED_SOCKETS;
  const wanted = OTHER_OPEN_FILES + (role === "node" ? MAX_OPENED_SOCKETS : 0);
  if (limit < wanted) {
    const effect = role === "node" ? "searches for paths through NATs take fewer" : "some may fail";
    log.warn(`this process may open few files and sockets, so ${effect}. ${RAISE_OPEN_FILES}`, {
      limit,
      wanted,
    });
  }
  return Math.max(0, Math.min(MAX_OPENED_SOCKETS, limit - OTHER_OPEN_FILES));
}
