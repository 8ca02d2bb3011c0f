import { Address } from "../address.ts";
import { INSTANCE_BYTES, NONCE_BYTES, TOKEN_BYTES } from "../limits.ts";
import type { NatSummary } from "../message-parts.ts";
import type { RejectionReason } from "../rejection.ts";
import { dispersy } from "../schema.js";
import type { MessageCodec } from "./codec.ts";
import { MAX_START_FIELD_MS, natFields, natOf, optionalAddress } from "./walker-fields.ts";

export interface PunctureRequest {
  kind: "puncture-request";
  /** 8 bytes the receiver gave the sender earlier. */
  token: Uint8Array;
  nonce: Uint8Array;
  target: Address;
  lan?: Address;
  nat: NatSummary;
  startMs: number;
  /** 8 bytes: the run of the node at the target. */
  instance: Uint8Array;
  /** Whether the node at the target asked for the receiver and nobody else. */
  sought: boolean;
}

export const PUNCTURE_REQUEST: MessageCodec<PunctureRequest, dispersy.PunctureRequest> = {
  kind: "puncture-request",
  number: 4,
  parse: (reader, length) => dispersy.PunctureRequest.decode(reader, length),
  read: punctureRequestOf,
  write: (overlay, message) => ({ overlay, punctureRequest: punctureRequestFields(message) }),
};

function punctureRequestOf(raw: dispersy.PunctureRequest): PunctureRequest | RejectionReason {
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

function punctureRequestFields(message: PunctureRequest): dispersy.PunctureRequest.$Properties {
  const { token, nonce, target, lan, nat, startMs, instance, sought } = message;
  return {
    token,
    nonce,
    target: target.bytes,
    lan: lan?.bytes ?? null,
    nat: natFields(nat),
    startMs,
    instance,
    sought,
  };
}
