import { Address } from "./address.ts";
import { answerOf, offerOf } from "./decode-offer.ts";
import { exact } from "./decode-number.ts";
import {
  FINGERPRINT_BYTES,
  IDENTIFIER_BYTES,
  INSTANCE_BYTES,
  MAX_DIAL_BACK_S,
  MIN_MAPPED_PORT,
  NONCE_BYTES,
  OLDEST_PROTOCOL_VERSION,
  PROTOCOL_VERSION,
  TOKEN_BYTES,
} from "./limits.ts";
import { ALLOCATIONS, FILTERINGS, MAPPINGS, UNKNOWN_NAT } from "./message.ts";
import type {
  DialBack,
  Holdings,
  Introduction,
  IntroductionRequest,
  IntroductionResponse,
  NatSummary,
  Puncture,
  PunctureRequest,
} from "./message.ts";
import type { RejectionReason } from "./rejection.ts";
import type { dispersy } from "./schema.js";

/** What the field may say: both sides forget an introduction long before. What is obeyed is less (nat/punctures.ts). */
export const MAX_START_FIELD_MS = 60_000;
const MAX_PORT = 65_535;
/** A difference of two ports, the shorter way round. */
const MAX_PORT_DELTA = 32_768;

export function requestOf(
  raw: dispersy.IntroductionRequest,
): IntroductionRequest | RejectionReason {
  const flaw = walkerFlaw(raw);
  if (flaw !== undefined) return flaw;
  const destination = Address.ofBytes(raw.destination);
  const lan = optionalAddress(raw.lan);
  if (destination === undefined || lan === null) return "address-invalid";
  const nat = natOf(raw.nat);
  if (nat === undefined) return "nat-invalid";
  const { identifier, instance, grant, token, advice } = raw;
  const kind = "introduction-request";
  const message: IntroductionRequest = {
    kind,
    identifier,
    instance,
    destination,
    grant,
    nat,
    advice,
  };
  if (raw.features !== 0) message.features = raw.features;
  if (lan !== undefined) message.lan = lan;
  if (token.length > 0) {
    if (token.length !== TOKEN_BYTES) return "token-width";
    message.token = token;
  }
  if (raw.offer != null) {
    const offer = offerOf(raw.offer);
    if (typeof offer === "string") return offer;
    if (offer !== undefined) message.offer = offer;
  }
  if (raw.rate > 0) message.rate = raw.rate;
  if (raw.seek.length > 0) {
    if (raw.seek.length !== INSTANCE_BYTES) return "instance-width";
    message.seek = raw.seek;
  }
  if (raw.dialBack != null) {
    const { afterS } = raw.dialBack as dispersy.DialBackRequest;
    if (afterS > MAX_DIAL_BACK_S) return "dial-back-invalid";
    message.dialBack = { afterS };
  }
  return message;
}

export function responseOf(
  raw: dispersy.IntroductionResponse,
): IntroductionResponse | RejectionReason {
  const flaw = walkerFlaw(raw);
  if (flaw !== undefined) return flaw;
  const destination = Address.ofBytes(raw.destination);
  const lan = optionalAddress(raw.lan);
  if (destination === undefined || lan === null) return "address-invalid";
  const nat = natOf(raw.nat);
  if (nat === undefined) return "nat-invalid";
  const message: IntroductionResponse = {
    kind: "introduction-response",
    identifier: raw.identifier,
    instance: raw.instance,
    destination,
    grant: raw.grant,
    nat,
    validated: raw.validated,
    tracker: raw.tracker,
  };
  if (raw.features !== 0) message.features = raw.features;
  if (lan !== undefined) message.lan = lan;
  if (raw.introduction != null) {
    const introduction = introductionOf(raw.introduction as dispersy.Introduction);
    if (typeof introduction === "string") return introduction;
    message.introduction = introduction;
  }
  if (raw.holdings != null) {
    const holdings = holdingsOf(raw.holdings as dispersy.Holdings);
    if (typeof holdings === "string") return holdings;
    message.holdings = holdings;
  }
  if (raw.answer != null) {
    const answer = answerOf(raw.answer as dispersy.Answer);
    if (typeof answer === "string") return answer;
    message.answer = answer;
  }
  if (raw.dialBack != null) {
    const dialBack = dialBackOf(raw.dialBack as dispersy.DialBack);
    if (typeof dialBack === "string") return dialBack;
    message.dialBack = dialBack;
  }
  return message;
}

/** What is wrong with the fields that requests and responses share. */
function walkerFlaw(
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

function dialBackOf({ nonce, otherPort, helper }: dispersy.DialBack): DialBack | RejectionReason {
  const address = optionalAddress(helper);
  if (address === null) return "address-invalid";
  if (nonce.length !== NONCE_BYTES) return "nonce-width";
  return { nonce, otherPort, ...(address !== undefined && { helper: address }) };
}

function introductionOf(raw: dispersy.Introduction): Introduction | RejectionReason {
  const address = Address.ofBytes(raw.address);
  const lan = optionalAddress(raw.lan);
  if (address === undefined || lan === null) return "address-invalid";
  if (raw.nonce.length !== NONCE_BYTES) return "nonce-width";
  const nat = natOf(raw.nat);
  if (nat === undefined) return "nat-invalid";
  if (raw.startMs > MAX_START_FIELD_MS) return "start-invalid";
  const { nonce, startMs, instance } = raw;
  if (instance.length !== INSTANCE_BYTES) return "instance-width";
  const introduction: Introduction = { address, nonce, nat, startMs, instance };
  if (lan !== undefined) introduction.lan = lan;
  return introduction;
}

export function punctureRequestOf(
  raw: dispersy.PunctureRequest,
): PunctureRequest | RejectionReason {
  const { token, nonce, startMs, instance, sought } = raw;
  if (instance.length !== INSTANCE_BYTES) return "instance-width";
  if (token.length !== TOKEN_BYTES) return "token-width";
  if (nonce.length !== NONCE_BYTES) return "nonce-width";
  const target = Address.ofBytes(raw.target);
  const lan = optionalAddress(raw.lan);
  if (target === undefined || lan === null) return "address-invalid";
  const nat = natOf(raw.nat);
  if (nat === undefined) return "nat-invalid";
  if (startMs > MAX_START_FIELD_MS) return "start-invalid";
  const message: PunctureRequest = {
    kind: "puncture-request",
    token,
    nonce,
    target,
    nat,
    startMs,
    instance,
    sought,
  };
  if (lan !== undefined) message.lan = lan;
  return message;
}

export function punctureOf({ nonce, instance }: dispersy.Puncture): Puncture | RejectionReason {
  if (nonce.length !== NONCE_BYTES) return "nonce-width";
  if (instance.length !== INSTANCE_BYTES) return "instance-width";
  return { kind: "puncture", nonce, instance };
}

/** Undefined when absent, null when it is no address. */
function optionalAddress(bytes: Uint8Array | null | undefined): Address | null | undefined {
  if (bytes == null || bytes.length === 0) return undefined;
  return Address.ofBytes(bytes) ?? null;
}

/** Undefined when a port cannot be one; a word that a newer version may know is "unknown" to us. */
function natOf(fields: dispersy.NatSummary.$Properties | null | undefined): NatSummary | undefined {
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

function holdingsOf(raw: dispersy.Holdings): Holdings | RejectionReason {
  const count = exact(raw.count);
  const globalTime = exact(raw.globalTime);
  const admitted = exact(raw.admitted);
  if (count === undefined || globalTime === undefined || admitted === undefined) {
    return "holdings-invalid";
  }
  const { fingerprint, full } = raw;
  const holdings = { count, globalTime, admitted, ...(full && { full }) };
  if (fingerprint.length === 0) return holdings;
  if (fingerprint.length !== FINGERPRINT_BYTES) return "fingerprint-width";
  return { ...holdings, fingerprint };
}
