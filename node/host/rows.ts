import type { Bundle } from "../../wire/bundle.ts";
import { toHex } from "../../wire/bytes.ts";
import type { PeerStatus } from "../status.ts";
import type { BundleRow, PeerRow } from "./node-status.ts";

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

export function peerRow(overlay: string, peer: PeerStatus): PeerRow {
  const { mapping, filtering, allocation } = peer.nat;
  return {
    overlay,
    address: peer.address.key,
    ...(peer.lan && { lan: peer.lan.key }),
    bucket: peer.bucket,
    ...(peer.heardMsAgo !== undefined && { heardMsAgo: Math.round(peer.heardMsAgo) }),
    tracker: peer.tracker,
    nat: { mapping, filtering, allocation },
  };
}
