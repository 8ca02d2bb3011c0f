import { Address } from "../address.ts";
import { offerOf } from "../decode-offer.ts";
import { offerFields } from "../encode-offer.ts";
import { INSTANCE_BYTES, MAX_DIAL_BACK_S, PROTOCOL_VERSION, TOKEN_BYTES } from "../limits.ts";
import type { DialBackRequest, NatSummary, Offer } from "../message-parts.ts";
import type { RejectionReason } from "../rejection.ts";
import { dispersy } from "../schema.js";
import { tellableWebSocket, toldWebSocket, type WebSocketPlace } from "../websocket-place.ts";
import type { MessageCodec } from "./codec.ts";
import { natFields, natOf, optionalAddress, walkerFlaw } from "./walker-fields.ts";

export interface IntroductionRequest {
  kind: "introduction-request";
  /** 8 random bytes, repeated by the response. */
  identifier: Uint8Array;
  /** 8 random bytes, one per run of a node. */
  instance: Uint8Array;
  /** Bit set of optional abilities that the sender has; absent for none. Version 1 defines none, so we have none. */
  features?: number;
  /** How the sender sees the receiver. */
  destination: Address;
  /** The sender inside its own network. */
  lan?: Address;
  /** 8 bytes the receiver gave earlier: shows that the sender receives at its address. */
  token?: Uint8Array;
  /** 8 bytes that the receiver may show later. */
  grant: Uint8Array;
  nat: NatSummary;
  /** Whether the sender wants to be introduced to somebody. */
  advice: boolean;
  offer?: Offer;
  /** Bytes in a second at which answers are to leave, earlier ones included; absent: nothing is known. */
  rate?: number;
  /** Bytes: larger datagrams from the receiver do not reach the sender by this path; absent: nothing shows that. */
  largest?: number;
  /** Bytes that the response is to be padded to, as far as its sender's datagrams go. */
  responseBytes?: number;
  /** 8 bytes: the instance that the sender wants to be introduced to, and to nobody else. */
  seek?: Uint8Array;
  /** The sender asks an observer for datagrams that show what its NAT lets in. */
  dialBack?: DialBackRequest;
  /** Where the sender takes WebSockets; not beside an offer. */
  webSocket?: WebSocketPlace;
  /** Zeroes are appended until the datagram is so long, see `wire/padding.ts`. The decoder leaves it out. */
  leastBytes?: number;
}

export const INTRODUCTION_REQUEST: MessageCodec<IntroductionRequest, dispersy.IntroductionRequest> =
  {
    kind: "introduction-request",
    number: 2,
    parse: (reader, length) => dispersy.IntroductionRequest.decode(reader, length),
    read: requestOf,
    write: (overlay, message) => ({ overlay, introductionRequest: requestFields(message) }),
  };

function requestOf(raw: dispersy.IntroductionRequest): IntroductionRequest | RejectionReason {
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
  if (raw.largest > 0) message.largest = raw.largest;
  if (raw.responseBytes > 0) message.responseBytes = raw.responseBytes;
  if (raw.seek.length > 0) {
    if (raw.seek.length !== INSTANCE_BYTES) return "instance-width";
    message.seek = raw.seek;
  }
  if (raw.dialBack != null) {
    const { afterS } = raw.dialBack as dispersy.DialBackRequest;
    if (afterS > MAX_DIAL_BACK_S) return "dial-back-invalid";
    message.dialBack = { afterS };
  }
  if (raw.webSocket !== "") {
    const place = toldWebSocket(raw.webSocket);
    if (place === undefined) return "web-socket-invalid";
    message.webSocket = place;
  }
  return message;
}

function requestFields(message: IntroductionRequest): dispersy.IntroductionRequest.$Properties {
  const { identifier, instance, destination, lan, token, grant, nat, advice, offer, seek } =
    message;
  return {
    identifier,
    instance,
    version: PROTOCOL_VERSION,
    destination: destination.bytes,
    lan: lan?.bytes ?? null,
    token: token ?? null,
    grant,
    nat: natFields(nat),
    advice,
    offer: offer === undefined ? null : offerFields(offer),
    rate: message.rate ?? null,
    largest: message.largest ?? null,
    responseBytes: message.responseBytes ?? null,
    seek: seek ?? null,
    dialBack: message.dialBack ?? null,
    webSocket: message.webSocket === undefined ? null : tellableWebSocket(message.webSocket)!,
  };
}
