import type { PeerStatus } from "../../core/engine-status.ts";

/** Three repetitions of a question, and an answer to the last one from the other side of the world. */
const OWED_MS = 3_000;
/** One may have left; two that are silent and nobody who answers are a network that lets nothing through. */
const ENOUGH = 2;

/**
 * Whether UDP has ceased to lead to these, who were all in touch: several owe us an answer, or the only one, and since
 * they were asked nobody answered; requests of theirs may still come in. Contacts lapse by themselves only 10 s after
 * each was asked, which takes up to 38 s.
 */
export function isUdpSilent(peers: readonly PeerStatus[]): boolean {
  const owed = peers.flatMap(({ owesMs = 0 }) => (owesMs >= OWED_MS ? [owesMs] : []));
  const enough = Math.min(ENOUGH, peers.length);
  const sinceMs = owed.sort((a, b) => a - b)[enough - 1];
  return sinceMs !== undefined && peers.every((peer) => answeredMsAgo(peer) > sinceMs);
}

function answeredMsAgo({ answeredMsAgo: told = Infinity, incoming }: PeerStatus): number {
  return Math.min(told, incoming?.lastMsAgo ?? Infinity);
}
