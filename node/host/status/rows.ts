import type { OutcomeRow } from "../../../nat/outcomes.ts";
import { type Bundle, kindOf } from "../../../wire/bundle.ts";
import { toHex } from "../../../wire/bytes.ts";
import type { PeerStatus } from "../../core/status.ts";
import type { BundleRow, OutcomeText, PeerRow } from "./node-status.ts";

/** A bundle as people and scripts read it. */
export function bundleRow(overlay: string, { id, author, header }: Bundle): BundleRow {
  const { content, globalTime, expires } = header;
  return {
    id: toHex(id),
    overlay,
    author: toHex(author),
    globalTime,
    kind: content.kind,
    ...kindOf(content).show(content),
    ...(expires !== undefined && { expires }),
  };
}

/** The quantiles are those of the newest times. */
export function outcomeText({ ms, ...row }: OutcomeRow): OutcomeText {
  const sorted = [...ms].sort((a, b) => a - b);
  const at = (share: number): number | null =>
    sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? null;
  return { ...row, p50Ms: at(0.5), p95Ms: at(0.95) };
}

export function peerRow(overlay: string, peer: PeerStatus): PeerRow {
  const { mapping, filtering, allocation } = peer.nat;
  return {
    overlay,
    address: peer.address.key,
    ...(peer.lan && { lan: peer.lan.key }),
    bucket: peer.bucket,
    ...(peer.instance !== undefined && { instance: peer.instance }),
    ...(peer.rttMs !== undefined && { rttMs: Math.round(peer.rttMs * 10) / 10 }),
    ...(peer.heardMsAgo !== undefined && { heardMsAgo: Math.round(peer.heardMsAgo) }),
    tracker: peer.tracker,
    nat: { mapping, filtering, allocation },
  };
}
