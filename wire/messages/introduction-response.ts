import { Address } from "../address.ts";
import { exact } from "../decode-number.ts";
import { answerOf } from "../decode-offer.ts";
import { uint64 } from "../encode-number.ts";
import { answerFields } from "../encode-offer.ts";
import {
  FINGERPRINT_BYTES,
  INSTANCE_BYTES,
  MAX_WEB_SOCKETS,
  NONCE_BYTES,
  PROTOCOL_VERSION,
} from "../limits.ts";
import type { Answer, DialBack, Holdings, Introduction, NatSummary } from "../message-parts.ts";
import type { RejectionReason } from "../rejection.ts";
import { dispersy } from "../schema.js";
import { tellableWebSocket, toldWebSocket, type WebSocketPlace } from "../websocket-place.ts";
import type { MessageCodec } from "./codec.ts";
import {
  MAX_START_FIELD_MS,
  natFields,
  natOf,
  optionalAddress,
  walkerFlaw,
} from "./walker-fields.ts";

export interface IntroductionResponse {
  kind: "introduction-response";
  identifier: Uint8Array;
  instance: Uint8Array;
  features?: number;
  destination: Address;
  lan?: Address;
  grant: Uint8Array;
  nat: NatSummary;
  /** False: the sender could not tell that we receive at our address; ask again with the grant. */
  validated: boolean;
  /** The sender stores nothing and answers no offer. */
  tracker: boolean;
  introduction?: Introduction;
  holdings?: Holdings;
  answer?: Answer;
  dialBack?: DialBack;
  /**
   * Where its sender and others of the overlay take WebSockets, at most MAX_WEB_SOCKETS; by UDP not beside an answer.
   */
  webSockets?: WebSocketPlace[];
  /** As of a request. */
  leastBytes?: number;
}

export const INTRODUCTION_RESPONSE: MessageCodec<
  IntroductionResponse,
  dispersy.IntroductionResponse
> = {
  kind: "introduction-response",
  number: 3,
  parse: (reader, length) => dispersy.IntroductionResponse.decode(reader, length),
  read: responseOf,
  write: (overlay, message) => ({ overlay, introductionResponse: responseFields(message) }),
};

function responseOf(raw: dispersy.IntroductionResponse): IntroductionResponse | RejectionReason {
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
  if (raw.webSockets.length > MAX_WEB_SOCKETS) return "web-socket-invalid";
  for (const text of raw.webSockets) {
    const place = toldWebSocket(text);
    if (place === undefined) return "web-socket-invalid";
    (message.webSockets ??= []).push(place);
  }
  return message;
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

function holdingsOf(raw: dispersy.Holdings): Holdings | RejectionReason {
  const count = exact(raw.count);
  const globalTime = exact(raw.globalTime);
  const admitted = exact(raw.admitted);
  if (count === undefined || globalTime === undefined || admitted === undefined) {
    return "holdings-invalid";
  }
  const { fingerprint, full, control } = raw;
  const controlCount = exact(raw.controlCount);
  if (controlCount === undefined) return "holdings-invalid";
  if (!isFingerprint(fingerprint) || !isFingerprint(control)) return "fingerprint-width";
  return {
    count,
    globalTime,
    admitted,
    ...(fingerprint.length > 0 && { fingerprint }),
    ...(control.length > 0 && { control: { fingerprint: control, count: controlCount } }),
    ...(full && { full }),
  };
}

/** Or none. */
function isFingerprint({ length }: Uint8Array): boolean {
  return length === 0 || length === FINGERPRINT_BYTES;
}

function dialBackOf({ nonce, otherPort, helper }: dispersy.DialBack): DialBack | RejectionReason {
  const address = optionalAddress(helper);
  if (address === null) return "address-invalid";
  if (nonce.length !== NONCE_BYTES) return "nonce-width";
  return { nonce, otherPort, ...(address !== undefined && { helper: address }) };
}

function responseFields(message: IntroductionResponse): dispersy.IntroductionResponse.$Properties {
  const { identifier, instance, destination, lan, grant, nat, validated, tracker } = message;
  const { introduction, holdings, answer, dialBack, webSockets = [] } = message;
  return {
    identifier,
    instance,
    version: PROTOCOL_VERSION,
    destination: destination.bytes,
    lan: lan?.bytes ?? null,
    grant,
    nat: natFields(nat),
    validated,
    tracker,
    introduction: introduction === undefined ? null : introductionFields(introduction),
    holdings:
      holdings === undefined
        ? null
        : {
            count: uint64(holdings.count),
            globalTime: uint64(holdings.globalTime),
            admitted: uint64(holdings.admitted),
            fingerprint: holdings.fingerprint ?? null,
            full: holdings.full ?? null,
            control: holdings.control?.fingerprint ?? null,
            controlCount: holdings.control ? uint64(holdings.control.count) : null,
          },
    answer: answer === undefined ? null : answerFields(answer),
    dialBack: dialBack === undefined ? null : dialBackFields(dialBack),
    webSockets: webSockets.map((place) => tellableWebSocket(place)!),
  };
}

function introductionFields(introduction: Introduction): dispersy.Introduction.$Properties {
  const { address, lan, nonce, nat, startMs, instance } = introduction;
  return {
    address: address.bytes,
    lan: lan?.bytes ?? null,
    nonce,
    nat: natFields(nat),
    startMs,
    instance,
  };
}

function dialBackFields({ nonce, otherPort, helper }: DialBack): dispersy.DialBack.$Properties {
  return { nonce, otherPort, helper: helper?.bytes ?? null };
}
