import * as fc from "fast-check";
import { Address } from "../../wire/address.ts";
import {
  ELEMENT_BYTES,
  MAX_BODY_BYTES,
  MAX_FUNCTIONS,
  MAX_GLOBAL_TIME,
  MAX_MODULO,
  MAX_NAMED,
  MAX_NOTICED,
  MAX_NUMBER,
  MAX_SENT_MS,
  MAX_SYMBOLS,
  MAX_WANTED,
  NOTICE_ID_BYTES,
  POSITION_ID_BYTES,
  SYMBOL_BYTES,
} from "../../wire/limits.ts";
import type {
  Answer,
  BloomOffer,
  BundlesMessage,
  CursorOffer,
  IdsOffer,
  Introduction,
  IntroductionRequest,
  IntroductionResponse,
  NatSummary,
  Notice,
  Position,
  Puncture,
  PunctureRequest,
  Range,
  SketchOffer,
  Subset,
} from "../../wire/message.ts";
import { ALLOCATIONS, FILTERINGS, MAPPINGS } from "../../wire/message.ts";
import type { WebSocketPlace } from "../../wire/websocket-place.ts";

import { comparePlaces } from "../../wire/places.ts";

/** Valid messages of every kind, edge values included. */

/** Objects as everybody makes them, so that they compare as equal. */
const PLAIN = { noNullPrototype: true };

export const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
export const overlayId = bytes(20);

export const port = fc.integer({ min: 1, max: 65_535 });

/** Addresses as the wire carries them: anything but port 0 and IPv4 in IPv6. */
export const address: fc.Arbitrary<Address> = fc
  .tuple(fc.oneof(bytes(4), bytes(16)), port)
  .map(([ip, p]) => Address.ofBytes(new Uint8Array([...ip, p >> 8, p & 255])))
  .filter((a) => a !== undefined);

const anyPort = fc.integer({ min: 0, max: 65_535 });
const exact = fc.oneof(fc.integer({ min: 0, max: 300 }), fc.maxSafeNat());

export const nat: fc.Arbitrary<NatSummary> = fc.record(
  {
    mapping: fc.constantFrom(...MAPPINGS),
    filtering: fc.constantFrom(...FILTERINGS),
    allocation: fc.constantFrom(...ALLOCATIONS),
    portDelta: fc.integer({ min: -32_768, max: 32_768 }),
    portLow: anyPort,
    portHigh: anyPort,
    mappedPort: fc.oneof(fc.constant(0), fc.integer({ min: 1_024, max: 65_535 })),
  },
  PLAIN,
);

export const subset: fc.Arbitrary<Subset> = fc
  .record({
    low: fc.oneof(fc.integer({ min: 1, max: 300 }), fc.integer({ min: 1, max: MAX_GLOBAL_TIME })),
    span: fc.oneof(fc.constant(Infinity), fc.nat(), fc.maxSafeNat()),
    modulo: fc.integer({ min: 1, max: MAX_MODULO }),
    offset: fc.nat(MAX_MODULO),
    idBits: fc.integer({ min: 0, max: 16 }),
    idPrefix: fc.nat(65_535),
    isControl: fc.boolean(),
  })
  .map(({ low, span, modulo, offset, idBits, idPrefix, isControl }) => ({
    low,
    high: span === Infinity ? Infinity : Math.min(low + span, MAX_GLOBAL_TIME),
    modulo,
    offset: offset % modulo,
    idBits,
    idPrefix: idPrefix % 2 ** idBits,
    ...(isControl && { lane: "control" as const }),
  }));

const bloom: fc.Arbitrary<BloomOffer> = fc.record(
  {
    kind: fc.constant("bloom" as const),
    subset,
    functions: fc.integer({ min: 1, max: MAX_FUNCTIONS }),
    salt: bytes(8),
    filter: fc.uint8Array({ minLength: 1, maxLength: 900 }),
  },
  PLAIN,
);

const sketch: fc.Arbitrary<SketchOffer> = fc.record(
  {
    kind: fc.constant("sketch" as const),
    subset,
    epoch: fc.nat(2 ** 32 - 1),
    count: exact,
    symbols: fc.integer({ min: 1, max: 90 }).chain((n) => bytes(n * SYMBOL_BYTES)),
  },
  PLAIN,
);

const position = (globalTime: number): fc.Arbitrary<Position> => {
  return fc.record({ globalTime: fc.constant(globalTime), id: bytes(POSITION_ID_BYTES) }, PLAIN);
};

/** Ascending times, two of each range; the last one may have no end. */
const ranges: fc.Arbitrary<Range[]> = fc
  .tuple(fc.uniqueArray(fc.integer({ min: 1 }), { minLength: 2, maxLength: 32 }), fc.boolean())
  .chain(([times, isOpen]) => {
    times.sort((a, b) => a - b);
    const count = times.length >> 1;
    const range = (i: number): fc.Arbitrary<Range> => {
      const isLast = i === count - 1;
      const before = isLast && isOpen ? fc.constant(undefined) : position(times[2 * i + 1]!);
      return fc.record({ from: position(times[2 * i]!), before }, PLAIN);
    };
    return fc.tuple(...Array.from({ length: count }, (_, i) => range(i)));
  });

const cursor: fc.Arbitrary<CursorOffer> = fc.record(
  {
    kind: fc.constant("cursor" as const),
    subset,
    ranges,
    bytes: fc.nat(2 ** 32 - 1),
  },
  PLAIN,
);

const word = fc.nat(2 ** 32 - 1);

const ids: fc.Arbitrary<IdsOffer> = fc.record(
  {
    kind: fc.constant("ids" as const),
    places: fc
      .uniqueArray(
        fc.record(
          {
            globalTime: fc.oneof(
              fc.integer({ min: 1, max: 9 }),
              fc.maxSafeNat().map((n) => n || 1),
            ),
            w0: fc.oneof(fc.nat(2), word),
            w1: word,
            w2: word,
            w3: fc.oneof(fc.nat(2), word),
          },
          PLAIN,
        ),
        { minLength: 1, maxLength: MAX_NAMED, comparator: (a, b) => comparePlaces(a, b) === 0 },
      )
      .map((places) => places.sort(comparePlaces)),
  },
  PLAIN,
);

const answer: fc.Arbitrary<Answer> = fc.record(
  {
    datagrams: fc.nat(2 ** 32 - 1),
    more: fc.boolean(),
    wanted: fc.integer({ min: 1, max: MAX_WANTED }).chain((n) => bytes(n * ELEMENT_BYTES)),
    coming: fc.integer({ min: 1, max: MAX_SYMBOLS }),
    undecoded: fc.integer({ min: 1, max: 2 ** 32 - 1 }),
    withheld: fc.integer({ min: 1, max: 2 ** 32 - 1 }),
    reached: fc.record(
      { globalTime: fc.integer({ min: 1, max: MAX_GLOBAL_TIME }), id: bytes(POSITION_ID_BYTES) },
      PLAIN,
    ),
  },
  { ...PLAIN, requiredKeys: ["datagrams", "more"] },
);

const startMs = fc.integer({ min: 0, max: 60_000 });

export const bareRequest: fc.Arbitrary<IntroductionRequest> = fc.record(
  {
    kind: fc.constant("introduction-request" as const),
    identifier: bytes(8),
    instance: bytes(8),
    destination: address,
    lan: address,
    grant: bytes(8),
    nat,
    advice: fc.boolean(),
  },
  {
    ...PLAIN,
    requiredKeys: ["kind", "identifier", "instance", "destination", "grant", "nat", "advice"],
  },
);

const webSocket: fc.Arbitrary<WebSocketPlace> = fc.record(
  {
    host: fc.constantFrom("example.org", "a.b-c.example", "192.0.2.1", "2a0a:1::2"),
    port: fc.oneof(fc.constant(443), fc.integer({ min: 1_024, max: 65_535 })),
    path: fc.constantFrom("/", "/dispersy", `/${"p".repeat(60)}`),
    tls: fc.constant(true),
  },
  PLAIN,
);

export const request: fc.Arbitrary<IntroductionRequest> = fc
  .tuple(
    bareRequest,
    fc.record(
      {
        token: bytes(8),
        offer: fc.oneof(bloom, sketch, cursor, ids),
        seek: bytes(8),
        largest: fc.integer({ min: 1, max: 2 ** 32 - 1 }),
        responseBytes: fc.integer({ min: 1, max: 2 ** 32 - 1 }),
        dialBack: fc.record({ afterS: fc.nat(180) }, PLAIN),
        webSocket,
      },
      { ...PLAIN, requiredKeys: [] },
    ),
  )
  .map(([bare, more]) => ({ ...bare, ...more }));

const introduction: fc.Arbitrary<Introduction> = fc.record(
  { address, lan: address, nonce: bytes(8), nat, startMs, instance: bytes(8) },
  { ...PLAIN, requiredKeys: ["address", "nonce", "nat", "startMs", "instance"] },
);

/** What goes to an address not validated. */
export const unvalidatedResponse: fc.Arbitrary<IntroductionResponse> = fc.record(
  {
    kind: fc.constant("introduction-response" as const),
    identifier: bytes(8),
    instance: bytes(8),
    destination: address,
    lan: address,
    grant: bytes(8),
    nat,
    validated: fc.constant(false),
    tracker: fc.boolean(),
  },
  {
    ...PLAIN,
    requiredKeys: [
      "kind",
      "identifier",
      "instance",
      "destination",
      "grant",
      "nat",
      "validated",
      "tracker",
    ],
  },
);

export const response: fc.Arbitrary<IntroductionResponse> = fc
  .tuple(
    unvalidatedResponse,
    fc.record(
      {
        validated: fc.boolean(),
        introduction,
        holdings: fc.record(
          {
            count: exact,
            globalTime: exact,
            admitted: exact,
            fingerprint: bytes(8),
            control: fc.record({ fingerprint: bytes(8), count: exact }, PLAIN),
            full: fc.constant(true),
          },
          { ...PLAIN, requiredKeys: ["count", "globalTime", "admitted"] },
        ),
        answer,
        webSockets: fc.array(webSocket, { minLength: 1, maxLength: 2 }),
      },
      { ...PLAIN, requiredKeys: ["validated"] },
    ),
  )
  .map(([bare, more]) => {
    const { webSockets: _, ...rest } = more;
    // By UDP never together.
    return { ...bare, ...(more.answer === undefined ? more : rest) };
  });

/** An observer's answer: it introduces nobody. */
export const dialBackResponse: fc.Arbitrary<IntroductionResponse> = fc
  .tuple(
    unvalidatedResponse,
    fc.record(
      { nonce: bytes(8), otherPort: fc.boolean(), helper: address },
      { ...PLAIN, requiredKeys: ["nonce", "otherPort"] },
    ),
  )
  .map(([bare, dialBack]) => ({ ...bare, validated: true, dialBack }));

export const namingResponse: fc.Arbitrary<IntroductionResponse> = fc
  .tuple(response, introduction)
  .map(([message, named]) => ({ ...message, introduction: named }));

export const punctureRequest: fc.Arbitrary<PunctureRequest> = fc.record(
  {
    kind: fc.constant("puncture-request" as const),
    token: bytes(8),
    nonce: bytes(8),
    target: address,
    lan: address,
    nat,
    startMs,
    instance: bytes(8),
    sought: fc.boolean(),
  },
  {
    ...PLAIN,
    requiredKeys: [
      ...(["kind", "token", "nonce", "target", "nat", "startMs"] as const),
      ...(["instance", "sought"] as const),
    ],
  },
);

export const puncture: fc.Arbitrary<Puncture> = fc.record(
  {
    kind: fc.constant("puncture" as const),
    nonce: bytes(8),
    instance: bytes(8),
  },
  PLAIN,
);

const author = fc.oneof(
  bytes(32),
  fc.integer({ min: 0, max: 3 }).map((n) => new Uint8Array(32).fill(n)),
);

function bundle(maxBody: number) {
  const body = fc.uint8Array({ minLength: 1, maxLength: maxBody });
  return fc.record({ author, body, signature: bytes(64) }, PLAIN);
}

const anyBundles: fc.Arbitrary<BundlesMessage> = fc.record(
  {
    kind: fc.constant("bundles" as const),
    identifier: bytes(8),
    token: bytes(8),
    bundles: fc.oneof(
      fc.array(bundle(MAX_BODY_BYTES), { maxLength: 1 }),
      fc.array(bundle(60), { maxLength: 7 }),
      fc.array(
        bytes(64).map((signature) => ({
          author: new Uint8Array(32).fill(7),
          body: signature.slice(0, 1),
          signature,
        })),
        { maxLength: 16 },
      ),
    ),
  },
  { ...PLAIN, requiredKeys: ["kind", "bundles"] },
);

/** Those of an answer have a number, and the time when they left. */
export const bundles: fc.Arbitrary<BundlesMessage> = fc
  .tuple(anyBundles, fc.nat(MAX_NUMBER), fc.nat(MAX_SENT_MS - 1))
  .map(([message, number, sentMs]) => {
    const isOfAnswer = message.identifier !== undefined && message.token === undefined;
    return isOfAnswer ? Object.assign(message, { number, sentMs }) : message;
  });

const names = fc.array(bytes(NOTICE_ID_BYTES), { maxLength: Math.floor(MAX_NOTICED / 3) });

export const notice: fc.Arbitrary<Notice> = fc.record(
  {
    kind: fc.constant("notice" as const),
    token: bytes(8),
    have: fc.array(bytes(NOTICE_ID_BYTES), { minLength: 1, maxLength: 40 }),
    got: names,
    want: names,
  },
  PLAIN,
);

export const message = fc.oneof(
  request,
  response,
  dialBackResponse,
  punctureRequest,
  puncture,
  bundles,
  notice,
);
