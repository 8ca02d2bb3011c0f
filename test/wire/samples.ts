import { Address } from "../../wire/address.ts";
import { encode } from "../../wire/encode.ts";
import {
  ELEMENT_BYTES,
  MAX_BODY_BYTES,
  MAX_DATAGRAM_BYTES,
  MAX_GLOBAL_TIME,
  MAX_NAMED,
  MAX_RANGES,
  MAX_SYMBOLS,
  MAX_WANTED,
  MAX_WEB_SOCKET_BYTES,
  MAX_WEB_SOCKETS,
  NOTICE_ID_BYTES,
  POSITION_ID_BYTES,
  SYMBOL_BYTES,
} from "../../wire/limits.ts";
import type {
  BundlesMessage,
  IntroductionRequest,
  IntroductionResponse,
  Message,
  NatSummary,
  Notice,
  Position,
  Puncture,
  PunctureRequest,
  WireBundle,
} from "../../wire/message.ts";

/** The largest message of every kind. */

export const OVERLAY = filled(20, 0xaa);

export function filled(length: number, value: number): Uint8Array {
  return new Uint8Array(length).fill(value);
}

const far = Address.of("2001:db8::1", 65_535)!;
const near = Address.of("fd00::1", 65_535)!;

const NAT: NatSummary = {
  mapping: "address-and-port-dependent",
  filtering: "address-and-port-dependent",
  allocation: "random",
  portDelta: -32_768,
  portLow: 65_535,
  portHigh: 65_535,
  mappedPort: 65_535,
};

export const BARE_REQUEST: IntroductionRequest = {
  kind: "introduction-request",
  identifier: filled(8, 1),
  instance: filled(8, 2),
  destination: far,
  lan: near,
  grant: filled(8, 4),
  nat: NAT,
  advice: true,
};

export const TOKEN_REQUEST: IntroductionRequest = {
  ...BARE_REQUEST,
  token: filled(8, 3),
  rate: 2 ** 32 - 1,
};

/** Over a path that does not take all sizes, and to learn which. */
export const SIZED_REQUEST: IntroductionRequest = {
  ...TOKEN_REQUEST,
  largest: MAX_DATAGRAM_BYTES,
  responseBytes: MAX_DATAGRAM_BYTES,
};

const SUBSET = {
  low: MAX_GLOBAL_TIME,
  high: MAX_GLOBAL_TIME,
  modulo: 65_535,
  offset: 65_534,
  idBits: 16,
  idPrefix: 65_535,
};

export function requestWithFilter(filterLength: number): IntroductionRequest {
  const filter = filled(filterLength, 0x55);
  const offer = {
    kind: "bloom" as const,
    subset: SUBSET,
    functions: 16,
    salt: filled(8, 5),
    filter,
  };
  return { ...TOKEN_REQUEST, offer };
}

export function requestWithSketch(symbols: number): IntroductionRequest {
  const offer = {
    kind: "sketch" as const,
    subset: SUBSET,
    epoch: 2 ** 32 - 1,
    count: MAX_GLOBAL_TIME,
    symbols: filled(symbols * SYMBOL_BYTES, 0x55),
  };
  return { ...TOKEN_REQUEST, offer };
}

export const CURSOR_REQUEST: IntroductionRequest = {
  ...TOKEN_REQUEST,
  offer: {
    kind: "cursor",
    subset: { ...SUBSET, lane: "control" },
    ranges: Array.from({ length: MAX_RANGES }, (_, i) => {
      const place = (globalTime: number): Position => {
        return { globalTime, id: filled(POSITION_ID_BYTES, 9) };
      };
      return {
        from: place(MAX_GLOBAL_TIME - 2 * (MAX_RANGES - i)),
        before: place(MAX_GLOBAL_TIME - 2 * (MAX_RANGES - i) + 1),
      };
    }),
    bytes: 2 ** 32 - 1,
  },
};

export const IDS_REQUEST: IntroductionRequest = {
  ...TOKEN_REQUEST,
  offer: {
    kind: "ids",
    places: Array.from({ length: MAX_NAMED }, (_, i) => {
      const word = 2 ** 32 - 1;
      return { globalTime: MAX_GLOBAL_TIME - MAX_NAMED + i, w0: word, w1: word, w2: word, w3: i };
    }),
  },
};

export const UNVALIDATED_RESPONSE: IntroductionResponse = {
  kind: "introduction-response",
  identifier: filled(8, 1),
  instance: filled(8, 2),
  destination: far,
  lan: near,
  grant: filled(8, 4),
  nat: NAT,
  validated: false,
  tracker: true,
};

/** The longest that may be told. */
export const WEB_SOCKET = {
  host: `${"n".repeat(60)}.example`,
  port: 65_535,
  path: `/${"p".repeat(MAX_WEB_SOCKET_BYTES - 75)}`,
  tls: true,
};

export const WEB_SOCKET_REQUEST: IntroductionRequest = { ...TOKEN_REQUEST, webSocket: WEB_SOCKET };

export const RESPONSE: IntroductionResponse = {
  ...UNVALIDATED_RESPONSE,
  validated: true,
  introduction: {
    address: far,
    lan: near,
    nonce: filled(8, 6),
    nat: NAT,
    startMs: 60_000,
    instance: filled(8, 2),
  },
  holdings: {
    count: MAX_GLOBAL_TIME,
    globalTime: MAX_GLOBAL_TIME,
    admitted: MAX_GLOBAL_TIME,
    fingerprint: filled(8, 7),
    control: { fingerprint: filled(8, 8), count: MAX_GLOBAL_TIME },
    full: true,
  },
  answer: {
    datagrams: 2 ** 32 - 1,
    more: true,
    wanted: filled(MAX_WANTED * ELEMENT_BYTES, 3),
    coming: MAX_SYMBOLS,
    undecoded: 2 ** 32 - 1,
    reached: { globalTime: MAX_GLOBAL_TIME, id: filled(POSITION_ID_BYTES, 9) },
    withheld: 2 ** 32 - 1,
  },
};

const { answer: _, ...WITHOUT_ANSWER } = RESPONSE;
export const WEB_SOCKET_RESPONSE: IntroductionResponse = {
  ...WITHOUT_ANSWER,
  webSockets: Array.from({ length: MAX_WEB_SOCKETS }, () => WEB_SOCKET),
};

export const DIAL_BACK_REQUEST: IntroductionRequest = {
  ...TOKEN_REQUEST,
  dialBack: { afterS: 180 },
};

export const DIAL_BACK_RESPONSE: IntroductionResponse = {
  ...UNVALIDATED_RESPONSE,
  validated: true,
  dialBack: { nonce: filled(8, 6), otherPort: true, helper: far },
};

export const PUNCTURE_REQUEST: PunctureRequest = {
  kind: "puncture-request",
  token: filled(8, 3),
  nonce: filled(8, 6),
  target: far,
  lan: near,
  nat: NAT,
  startMs: 60_000,
  instance: filled(8, 2),
  sought: true,
};

export const PUNCTURE: Puncture = { kind: "puncture", nonce: filled(8, 6), instance: filled(8, 2) };

/** `names`: of bundles, in all. */
export function notice(names: number): Notice {
  const third = Math.floor(names / 3);
  const few = (length: number, value: number): Uint8Array[] =>
    Array.from({ length }, () => filled(NOTICE_ID_BYTES, value));
  const token = filled(8, 3);
  return {
    kind: "notice",
    token,
    have: few(names - 2 * third, 4),
    got: few(third, 5),
    want: few(third, 6),
  };
}

export function wireBundle(bodyLength: number, author = 9): WireBundle {
  const body = filled(bodyLength, 0x42);
  return { author: filled(32, author), body, signature: filled(64, 8) };
}

export function bundlesOf(...bundles: WireBundle[]): BundlesMessage {
  return { kind: "bundles", identifier: filled(8, 1), token: filled(8, 3), bundles };
}

export const SAMPLES: Message[] = [
  BARE_REQUEST,
  requestWithFilter(300),
  requestWithSketch(30),
  CURSOR_REQUEST,
  SIZED_REQUEST,
  IDS_REQUEST,
  DIAL_BACK_REQUEST,
  RESPONSE,
  DIAL_BACK_RESPONSE,
  WEB_SOCKET_REQUEST,
  WEB_SOCKET_RESPONSE,
  PUNCTURE_REQUEST,
  PUNCTURE,
  bundlesOf(wireBundle(30), wireBundle(70, 10), wireBundle(5)),
  bundlesOf(wireBundle(MAX_BODY_BYTES)),
  notice(5),
  {
    kind: "bundles",
    identifier: filled(8, 1),
    number: 200,
    sentMs: 60_000,
    bundles: [wireBundle(30)],
  },
];

export function encoded(message: Message): Uint8Array {
  return encode(OVERLAY, message);
}
