import { toHex } from "../../wire/bytes.ts";
import type {
  IncomingStatus,
  NarrowPath,
  OverlayStatus,
  PeerStatus,
} from "../core/engine-status.ts";
import type { Path } from "../net/paths.ts";
import type { Parts } from "./parts.ts";

/** What an overlay's parts say of themselves; what it is called, and what it told last, it knows itself. */
export function overlayStatus(
  parts: Parts,
  now: number,
): Omit<OverlayStatus, "overlay" | "upToDate"> {
  const { keys, payloads, policy, table, clock, sync, own, store, receipts, scope } = parts;
  const { admission, writer } = parts;
  const fingerprint = store.index.fingerprint(parts.epochs.fingerprintKey());
  const { key, member } = keys;
  return {
    key: toHex(key),
    member: toHex(member.publicKey),
    instance: toHex(scope.instance.bytes),
    ...(fingerprint && { fingerprint: toHex(fingerprint.bytes) }),
    policy: policy.writers,
    private: payloads.isPrivate,
    ...(policy.writers !== "unknown" && { policyPrivate: policy.isPrivate }),
    ...(policy.keep !== undefined && { policyKeep: policy.keep }),
    mayWrite: policy.mayWrite(member.publicKey),
    unknownRequirements: policy.unknownRequirements,
    bundles: store.index.size + store.aside.size,
    arriving: admission.unchecked + writer.underWay,
    peersHold: sync.highestCountSeen(),
    globalTime: clock.time(now),
    candidates: table.counts(now),
    syncing: sync.activePeer !== undefined,
    elsewhere: receipts.elsewhere,
    ownKeyUsed: own.unknown,
    narrowPaths: narrowPaths(parts, now),
    lan: parts.lanPeers.status(),
  };
}

function narrowPaths({ table, hints, netState }: Parts, now: number): NarrowPath[] {
  const { paths, transports } = netState;
  return table.list("contacted", now).flatMap((candidate): NarrowPath[] => {
    const { toPeer = 0, fromPeer = 0 } = paths.known(candidate.address)?.withheld ?? {};
    if (toPeer + fromPeer === 0 || hints.relation(candidate) === "same") return [];
    const to = Math.min(paths.mostTo(candidate.address), transports.budget(candidate.via));
    const from = netState.mostFrom(candidate.address);
    const address = candidate.address.key;
    return [
      ...(toPeer > 0 ? [{ address, direction: "to", bytes: to, withheld: toPeer } as const] : []),
      ...(fromPeer > 0 && from !== undefined
        ? [{ address, direction: "from", bytes: from, withheld: fromPeer } as const]
        : []),
    ];
  });
}

export function peerStatuses({ table, netState }: Parts, now: number): PeerStatus[] {
  return table.all(now).map(({ candidate, bucket }) => {
    const heardMs = Math.max(candidate.lastAnsweredMs, candidate.lastRequestedMs);
    const { lastAskedMs, lastAnsweredMs } = candidate;
    const path = netState.paths.known(candidate.address);
    const rttMs = path?.roundTrip.smoothedMs;
    return {
      address: candidate.address,
      ...(candidate.lan && { lan: candidate.lan }),
      bucket,
      ...(candidate.instance !== undefined && { instance: candidate.instance }),
      ...(rttMs !== undefined && { rttMs }),
      ...(path !== undefined && path.rate.delivered > 0 && { incoming: incomingOf(path, now) }),
      ...(heardMs > -Infinity && { heardMsAgo: now - heardMs }),
      ...(lastAnsweredMs > -Infinity && { answeredMsAgo: now - lastAnsweredMs }),
      ...(lastAskedMs > lastAnsweredMs && { owesMs: now - lastAskedMs }),
      tracker: candidate.storesNothing,
      nat: candidate.nat,
    };
  });
}

function incomingOf(path: Path, now: number): IncomingStatus {
  const { bytesPerSecond, limit, rate, lastArrivedMs } = path;
  const { waitMs, loss } = rate;
  return { rate: bytesPerSecond, limit, waitMs, loss, lastMsAgo: now - lastArrivedMs };
}
