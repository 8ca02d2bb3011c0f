import type { OutcomeRow } from "../../nat/outcomes.ts";
import type { Bundle } from "../../wire/bundle.ts";
import { toHex } from "../../wire/bytes.ts";
import type { PeerStatus } from "../status.ts";
import type { BundleRow, OutcomeText, PeerRow } from "./node-status.ts";

/** A bundle as people and scripts read it. */
export function bundleRow(overlay: string, bundle: Bundle): BundleRow {
  const { content, globalTime, expires } = bundle.header;
  const row: BundleRow = {
    id: toHex(bundle.id),
    overlay,
    author: toHex(bundle.author),
    globalTime,
    kind: content.kind,
  };
  if (content.kind === "data") Object.assign(row, payloadOf(content.payload));
  if (content.kind === "policy") row.writers = content.writers;
  if (content.kind === "grant") {
    const { member, write, grant } = content;
    Object.assign(row, { grantee: toHex(member), write, grant });
  }
  if (expires !== undefined) row.expires = expires;
  return row;
}

const strictUtf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

function payloadOf(payload: Uint8Array): Pick<BundleRow, "payload" | "payloadBase64"> {
  try {
    return { payload: strictUtf8.decode(payload) };
  } catch {
    return { payloadBase64: Buffer.from(payload).toString("base64") };
  }
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
