import { BUNDLES } from "./messages/bundles.ts";
import type { MessageCodec } from "./messages/codec.ts";
import { INTRODUCTION_REQUEST } from "./messages/introduction-request.ts";
import { INTRODUCTION_RESPONSE } from "./messages/introduction-response.ts";
import { NOTICE } from "./messages/notice.ts";
import { PUNCTURE } from "./messages/puncture.ts";
import { PUNCTURE_REQUEST } from "./messages/puncture-request.ts";
import type { RejectionReason } from "./rejection.ts";

export * from "./message-parts.ts";
export type { BundlesMessage } from "./messages/bundles.ts";
export type { IntroductionRequest } from "./messages/introduction-request.ts";
export type { IntroductionResponse } from "./messages/introduction-response.ts";
export type { Notice } from "./messages/notice.ts";
export type { Puncture } from "./messages/puncture.ts";
export type { PunctureRequest } from "./messages/puncture-request.ts";

const KINDS = [
  INTRODUCTION_REQUEST,
  INTRODUCTION_RESPONSE,
  PUNCTURE_REQUEST,
  PUNCTURE,
  BUNDLES,
  NOTICE,
];

/** The messages as the rest of the code sees them: plain values, every field checked by the codec. */
export type Message = Exclude<ReturnType<(typeof KINDS)[number]["read"]>, RejectionReason>;
export type MessageKind = Message["kind"];

type AnyCodec = MessageCodec<Message, object>;
const ALL = KINDS as unknown as readonly AnyCodec[];

/** Something for each kind of message. */
export function perKind<T>(make: (kind: MessageKind) => T): Record<MessageKind, T> {
  return Object.fromEntries(ALL.map(({ kind }) => [kind, make(kind)])) as Record<MessageKind, T>;
}

export const CODECS = perKind((kind) => ALL.find((codec) => codec.kind === kind)!);

/** By number of the field in `Datagram`. */
export const CODEC_OF_NUMBER: (AnyCodec | undefined)[] = [];
for (const codec of ALL) CODEC_OF_NUMBER[codec.number] = codec;
