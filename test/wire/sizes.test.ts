import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import * as fc from "fast-check";
import { encodedBytes } from "../../wire/encode.ts";
import {
  DEFAULT_DATAGRAM_BYTES,
  ELEMENT_BYTES,
  MAX_BODY_BYTES,
  MAX_DATAGRAM_BYTES,
  MAX_NOTICED,
  MAX_PAYLOAD_BYTES,
  MIN_DATAGRAM_BYTES,
} from "../../wire/limits.ts";
import type { CursorOffer, Message, SubsetOffer, WireBundle } from "../../wire/message.ts";
import { padTo } from "../../wire/padding.ts";
import {
  BARE_REQUEST_BYTES,
  DIAL_BACK_REQUEST_BYTES,
  EMPTY_BUNDLES_BYTES,
  LANE_BYTES,
  LARGEST_BYTES,
  bundleBytes,
  cursorRanges,
  filterBytes,
  payloadWithin,
  sizeTable,
  sketchSymbols,
  wantedElements,
} from "../../wire/sizes.ts";
import { DEFAULT_CLEAR_BYTES, SEALING_BYTES } from "../../wire/sealed.ts";
import { datagramsPage } from "../helpers/datagrams-page.ts";
import * as any from "./arbitraries.ts";
import {
  BARE_REQUEST,
  CURSOR_REQUEST,
  DIAL_BACK_REQUEST,
  DIAL_BACK_RESPONSE,
  PUNCTURE,
  PUNCTURE_REQUEST,
  RESPONSE,
  TOKEN_REQUEST,
  UNVALIDATED_RESPONSE,
  WEB_SOCKET_REQUEST,
  WEB_SOCKET_RESPONSE,
  bundlesOf,
  IDS_REQUEST,
  encoded,
  filled,
  notice,
  requestWithFilter,
  requestWithSketch,
  wireBundle,
} from "./samples.ts";

const RUNS = { seed: 3, numRuns: 500 };

/** What trackers read and write, and what goes to strangers. */
const IN_CLEAR = /bare|dial-back|observer|not validated|puncture/;

describe("the table of sizes", () => {
  const largest: Record<string, Message> = {
    "introduction-request, bare, before padding": BARE_REQUEST,
    "introduction-request, bare": padTo(BARE_REQUEST, BARE_REQUEST_BYTES),
    "introduction-request with token": WEB_SOCKET_REQUEST,
    "introduction-request that seeks somebody": { ...TOKEN_REQUEST, seek: filled(8, 2) },
    "introduction-request for a dial-back": padTo(DIAL_BACK_REQUEST, DIAL_BACK_REQUEST_BYTES),
    "introduction-request with token and filter": requestWithFilter(
      filterBytes(DEFAULT_CLEAR_BYTES),
    ),
    "introduction-request with token and sketch": requestWithSketch(
      sketchSymbols(DEFAULT_CLEAR_BYTES),
    ),
    "introduction-request with token and cursor": CURSOR_REQUEST,
    "introduction-request with token and ids": IDS_REQUEST,
    "introduction-response to an address not validated": UNVALIDATED_RESPONSE,
    "introduction-response of an observer": DIAL_BACK_RESPONSE,
    "introduction-response": RESPONSE,
    "introduction-response with places for WebSockets": WEB_SOCKET_RESPONSE,
    "puncture-request": PUNCTURE_REQUEST,
    puncture: PUNCTURE,
    notice: notice(MAX_NOTICED),
    "bundles, none": bundlesOf(),
    "bundles, one of the largest": bundlesOf(wireBundle(MAX_BODY_BYTES)),
  };

  it("says what the encoder yields", () => {
    const encodedSizes = Object.entries(largest).map(([message, sample]) => {
      const isSealed = !IN_CLEAR.test(message);
      const bytes = encoded(sample).length + (isSealed ? SEALING_BYTES : 0);
      return { message, bytes, fits: bytes <= 1_232 };
    });
    assert.deepEqual(sizeTable(), encodedSizes);
  });

  it("has no row beyond the default budget", () => {
    for (const row of sizeTable()) assert.ok(row.fits, row.message);
  });

  it("holds in the control lane, whose offers have room for its name", () => {
    const budget = DEFAULT_DATAGRAM_BYTES - LANE_BYTES;
    for (const sample of [
      requestWithFilter(filterBytes(budget)),
      requestWithSketch(sketchSymbols(budget)),
    ]) {
      const offer = sample.offer!;
      assert.ok("subset" in offer, offer.kind);
      const inLane = { ...offer, subset: { ...offer.subset, lane: "control" as const } };
      const bytes = encodedBytes({ ...sample, offer: inLane });
      assert.ok(bytes <= DEFAULT_DATAGRAM_BYTES, `${bytes}`);
    }
  });

  it("is not exceeded by any message", () => {
    const rows = new Map(sizeTable().map(({ message, bytes }) => [message, bytes]));
    const cases: [fc.Arbitrary<Message>, string][] = [
      [any.bareRequest, "introduction-request, bare, before padding"],
      [any.unvalidatedResponse, "introduction-response to an address not validated"],
      [any.response, "introduction-response"],
      [any.dialBackResponse, "introduction-response of an observer"],
      [any.punctureRequest, "puncture-request"],
      [any.puncture, "puncture"],
    ];
    for (const [messages, row] of cases) {
      fc.assert(
        fc.property(messages, (message) => encodedBytes(message) <= rows.get(row)!),
        RUNS,
      );
    }
  });
});

it("is what docs/datagrams.md says: else run `npm run pages`", () => {
  assert.equal(readFileSync("docs/datagrams.md", "utf8"), datagramsPage());
});

describe("no amplifier", () => {
  it("pads every bare request to the same size", () => {
    fc.assert(
      fc.property(any.bareRequest, (message) => {
        assert.equal(encodedBytes(padTo(message, BARE_REQUEST_BYTES)), BARE_REQUEST_BYTES);
      }),
      RUNS,
    );
  });

  it("uses the smallest size of which that is true", () => {
    const sizes = [BARE_REQUEST_BYTES - 1, BARE_REQUEST_BYTES - 2];
    for (const bytes of sizes) assert.notEqual(encodedBytes(padTo(BARE_REQUEST, bytes)), bytes);
  });

  it("answers an address not validated with no more than it sent", () => {
    fc.assert(
      fc.property(any.unvalidatedResponse, (m) => encodedBytes(m) <= BARE_REQUEST_BYTES),
      RUNS,
    );
  });

  it("names somebody with no less than the first request to it", () => {
    fc.assert(
      fc.property(any.namingResponse, (message) => {
        assert.ok(encodedBytes(padTo(message, BARE_REQUEST_BYTES)) >= BARE_REQUEST_BYTES);
      }),
      RUNS,
    );
  });

  it("punctures with no more than the request to do so", () => {
    fc.assert(
      fc.property(any.puncture, any.punctureRequest, (puncture, request) => {
        assert.ok(encodedBytes(puncture) <= encodedBytes(request));
      }),
      RUNS,
    );
  });
});

describe("what fits a small datagram", () => {
  /** Both lanes, on paths that do not take all sizes. */
  const unnamed = LANE_BYTES + LARGEST_BYTES;

  for (const bytes of [MIN_DATAGRAM_BYTES, 800, DEFAULT_DATAGRAM_BYTES, MAX_DATAGRAM_BYTES]) {
    const clear = bytes - SEALING_BYTES;
    const sized = { largest: MAX_DATAGRAM_BYTES };

    it(`has every offer and the sizes that a request names, in ${bytes} bytes`, () => {
      const room = clear - unnamed;
      const ranges = CURSOR_REQUEST.offer as CursorOffer;
      const some = ranges.ranges.slice(0, cursorRanges(room));
      assert.ok(some.length > 0, "a cursor asks for something");
      assert.ok(sketchSymbols(room) > 10, "a sketch has symbols");
      for (const sample of [
        requestWithFilter(filterBytes(room)),
        requestWithSketch(sketchSymbols(room)),
        { ...CURSOR_REQUEST, offer: { ...ranges, ranges: some } },
      ]) {
        const offer = sample.offer as SubsetOffer;
        const inLane = { ...offer, subset: { ...offer.subset, lane: "control" as const } };
        const length = encodedBytes({ ...sample, ...sized, offer: inLane });
        assert.ok(length <= clear, `${offer.kind}: ${length} of ${clear}`);
      }
    });

    it(`has every response, in ${bytes} bytes`, () => {
      const wanted = filled(wantedElements(clear) * ELEMENT_BYTES, 3);
      const length = encodedBytes({ ...RESPONSE, answer: { ...RESPONSE.answer!, wanted } });
      assert.ok(length <= clear, `${length} of ${clear}`);
    });

    it(`has a bundle with the payload that is said to fit, in ${bytes} bytes`, () => {
      const besides = MAX_BODY_BYTES - MAX_PAYLOAD_BYTES;
      const body = Math.min(MAX_PAYLOAD_BYTES, payloadWithin(bytes)) + besides;
      assert.ok(encodedBytes(bundlesOf(wireBundle(body))) <= clear, `a body of ${body}`);
    });
  }

  it("is every message but offers and bundles, in the least", () => {
    const others = sizeTable().filter(
      ({ message }) => !/filter|sketch|cursor|ids|largest/.test(message),
    );
    const largest = others.filter(({ message }) => message !== "introduction-response");
    for (const { message, bytes } of largest) assert.ok(bytes <= MIN_DATAGRAM_BYTES, message);
  });
});

describe("filterBytes", () => {
  it("is as large as the worst of the other fields lets it be", () => {
    for (let budget = DEFAULT_DATAGRAM_BYTES; budget <= MAX_DATAGRAM_BYTES; budget += 10) {
      const message = requestWithFilter(filterBytes(budget));
      assert.equal(encoded(message).length, budget);
    }
  });
});

describe("bundleBytes", () => {
  const author = fc.integer({ min: 0, max: 3 });
  const body = fc.oneof(fc.nat(90), fc.integer({ min: 0, max: 300 })).map((n) => n + 1);

  it("adds up to the size of the datagram", () => {
    const bundle: fc.Arbitrary<WireBundle> = fc
      .tuple(body, author)
      .map(([length, who]) => wireBundle(length, who));
    fc.assert(
      fc.property(fc.array(bundle, { minLength: 1, maxLength: 16 }), (bundles) => {
        const authors: number[] = [];
        let size = EMPTY_BUNDLES_BYTES;
        for (const b of bundles) {
          const isNew = !authors.includes(b.author[0]!);
          if (isNew) authors.push(b.author[0]!);
          size += bundleBytes(b, authors.indexOf(b.author[0]!), isNew);
        }
        const actual = encodedBytes(bundlesOf(...bundles));
        assert.equal(actual, actual < 152 ? size - 1 : size);
      }),
      RUNS,
    );
  });

  it("lets the largest bundle into the default budget with the sealing around it, and nothing larger", () => {
    const sealing = 40;
    const room = DEFAULT_DATAGRAM_BYTES - sealing - EMPTY_BUNDLES_BYTES;
    const largest = {
      author: filled(32, 1),
      body: filled(MAX_BODY_BYTES, 1),
      signature: filled(64, 1),
    };
    assert.ok(bundleBytes(largest, 0, true) <= room);
    assert.ok(bundleBytes({ ...largest, body: filled(MAX_BODY_BYTES + 2, 1) }, 0, true) > room);
  });
});
