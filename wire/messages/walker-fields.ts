import { Address } from "../address.ts";
import {
  IDENTIFIER_BYTES,
  INSTANCE_BYTES,
  MIN_MAPPED_PORT,
  OLDEST_PROTOCOL_VERSION,
  PROTOCOL_VERSION,
  TOKEN_BYTES,
} from "../limits.ts";
import {
  ALLOCATIONS,
  FILTERINGS,
  MAPPINGS,
  type NatSummary,
  UNKNOWN_NAT,
} from "../message-parts.ts";
import type { RejectionReason } from "../rejection.ts";
import type { dispersy } from "../schema.js";

/** What the field may say: both sides forget an introduction long before. What is obeyed is less (nat/punctures.ts). */
export const MAX_START_FIELD_MS = 60_000;
const MAX_PORT = 65_535;
/** A difference of two ports, the shorter way round. */
const MAX_PORT_DELTA = 32_768;

/** What is wrong with the fields that requests and responses share. */
export function walkerFlaw(
  raw: dispersy.IntroductionRequest | dispersy.IntroductionResponse,
): RejectionReason | undefined {
  // Absent where somebody speaks one version only.
  const oldest = raw.oldestVersion === 0 ? raw.version : raw.oldestVersion;
  if (oldest > PROTOCOL_VERSION || raw.version < OLDEST_PROTOCOL_VERSION) {
    return "version-unsupported";
  }
  if (raw.identifier.length !== IDENTIFIER_BYTES) return "identifier-width";
  if (raw.instance.length !== INSTANCE_BYTES) return "instance-width";
  if (raw.grant.length !== TOKEN_BYTES) return "grant-width";
  return undefined;
}

/** Undefined when absent, null when it is no address. */
export function optionalAddress(bytes: Uint8Array | null | undefined): Address | null | undefined {
  if (bytes == null || bytes.length === 0) return undefined;
  return Address.ofBytes(bytes) ?? null;
}

export function natFields(nat: NatSummary): dispersy.NatSummary.$Properties {
  return {
    mapping: MAPPINGS.indexOf(nat.mapping),
    filtering: FILTERINGS.indexOf(nat.filtering),
    allocation: ALLOCATIONS.indexOf(nat.allocation),
    portDelta: nat.portDelta,
    portLow: nat.portLow,
    portHigh: nat.portHigh,
    mappedPort: nat.mappedPort,
  };
}

/** Undefined when a port cannot be one; a word that a newer version may know is "unknown" to us. */
export function natOf(
  fields: dispersy.NatSummary.$Properties | null | undefined,
): NatSummary | undefined {
  if (fields == null) return UNKNOWN_NAT;
  const raw = fields as dispersy.NatSummary;
  if (raw.portLow > MAX_PORT || raw.portHigh > MAX_PORT) return undefined;
  if (Math.abs(raw.portDelta) > MAX_PORT_DELTA) return undefined;
  if (raw.mappedPort !== 0 && !isMappable(raw.mappedPort)) return undefined;
  return {
    mapping: MAPPINGS[raw.mapping] ?? "unknown",
    filtering: FILTERINGS[raw.filtering] ?? "unknown",
    allocation: ALLOCATIONS[raw.allocation] ?? "unknown",
    portDelta: raw.portDelta,
    portLow: raw.portLow,
    portHigh: raw.portHigh,
    mappedPort: raw.mappedPort,
  };
}

function isMappable(port: number): boolean {
  return port >= MIN_MAPPED_PORT && port <= MAX_PORT;
}
