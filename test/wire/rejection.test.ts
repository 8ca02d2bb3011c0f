import assert from "node:assert/strict";
import { after, describe, it } from "node:test";
import { concatBytes } from "../../wire/bytes.ts";
import { decode } from "../../wire/decode.ts";
import {
  ELEMENT_BYTES,
  MAX_BODY_BYTES,
  MAX_DATAGRAM_BYTES,
  MAX_NAMED,
  MAX_NOTICED,
  MAX_WANTED,
  NOTICE_ID_BYTES,
  PLACE_BYTES,
  SYMBOL_BYTES,
} from "../../wire/limits.ts";
import type { Message } from "../../wire/message.ts";
import type { RejectionReason } from "../../wire/rejection.ts";
import { REJECTION_REASONS } from "../../wire/rejection.ts";
import { dispersy } from "../../wire/schema.js";
import {
  BARE_REQUEST,
  CURSOR_REQUEST,
  DIAL_BACK_REQUEST,
  DIAL_BACK_RESPONSE,
  IDS_REQUEST,
  OVERLAY,
  PUNCTURE,
  PUNCTURE_REQUEST,
  RESPONSE,
  SAMPLES,
  WEB_SOCKET_REQUEST,
  WEB_SOCKET_RESPONSE,
  bundlesOf,
  encoded,
  filled,
  notice,
  requestWithFilter,
  requestWithSketch,
  wireBundle,
} from "./samples.ts";

const seen = new Set<string>();

function rejects(bytes: Uint8Array, reason: RejectionReason): void {
  assert.deepEqual(decode(bytes), { rejected: reason });
  seen.add(reason);
}

type Fields = Record<string, unknown>;

/** The datagram of `message` with some fields changed; dots lead into messages: "offer.bloom.salt". */
function tampered(message: Message, changes: Fields): Uint8Array {
  const datagram = dispersy.Datagram.decode(encoded(message));
  for (const [path, value] of Object.entries(changes)) {
    const names = [datagram.kind!, ...path.split(".")];
    let fields = datagram as unknown as Fields;
    for (const name of names.slice(0, -1)) fields = fields[name] as Fields;
    fields[names.at(-1)!] = value;
  }
  return dispersy.Datagram.encode(datagram).finish();
}

const IPV4 = Uint8Array.of(192, 0, 2, 1, 0x19, 0x15);
const MAPPED_IPV4 = Uint8Array.from([...filled(10, 0), 255, 255, ...IPV4]);
const BAD_ADDRESSES = [
  Uint8Array.of(1),
  IPV4.subarray(1),
  filled(7, 1),
  filled(17, 1),
  filled(19, 1),
  Uint8Array.from([...IPV4.subarray(0, 4), 0, 0]),
  MAPPED_IPV4,
];
const NONE = new Uint8Array();
/** Wrong widths of a required and of an optional field. */
const NOT_8 = [NONE, filled(7, 1), filled(9, 1)];
const NEITHER_0_NOR_8 = [filled(1, 1), filled(7, 1), filled(9, 1)];
const BEYOND_DOUBLE = { low: 0, high: 0x20_0000, unsigned: true };

function rejectsEach(message: Message, path: string, values: unknown[], reason: RejectionReason) {
  assert.ok("message" in decode(tampered(message, {})), "the message itself is valid");
  for (const value of values) rejects(tampered(message, { [path]: value }), reason);
}

after(() => assert.deepEqual([...seen].sort(), [...REJECTION_REASONS].sort(), "all were reached"));

describe("a datagram as a whole", () => {
  const bytes = encoded(BARE_REQUEST);

  it("is neither empty nor too large", () => {
    rejects(NONE, "empty");
    rejects(filled(MAX_DATAGRAM_BYTES + 1, 10), "too-large");
    rejects(filled(MAX_DATAGRAM_BYTES, 10), "overlay-missing");
  });

  it("begins with its overlay id", () => {
    rejects(bytes.subarray(22), "overlay-missing");
    rejects(bytes.subarray(0, 21), "overlay-missing");
    rejects(dispersy.Datagram.encode({ overlay: filled(21, 1) }).finish(), "overlay-missing");
    rejects(Buffer.concat([bytes.subarray(22), bytes.subarray(0, 22)]), "overlay-missing");
  });

  it("is protobuf", () => {
    const head = bytes.subarray(0, 22);
    for (let end = 23; end < bytes.length; end++) rejects(bytes.subarray(0, end), "not-protobuf");
    const garbage = [
      [18, 200, 1], // length beyond the end
      [18, 255, 255, 255, 255, 255, 1], // length of 6 bytes
      [255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255], // endless tag
      [0, 0], // field number 0
      [4], // end of a group never begun
      [19, 19, 19], // groups never ended
      [23], // wire type 7
      Array(200).fill(0x1b), // nested groups
    ];
    for (const rest of garbage) {
      rejects(Buffer.concat([head, Uint8Array.from(rest)]), "not-protobuf");
    }
  });

  it("names one overlay and one kind", () => {
    for (const other of SAMPLES.slice(0, 6)) {
      rejects(Buffer.concat([bytes, encoded(other).subarray(22)]), "ambiguous");
    }
    rejects(Buffer.concat([bytes, bytes.subarray(0, 22)]), "ambiguous");
    const sealed = dispersy.Datagram.encode({ overlay: OVERLAY, sealed: {} }).finish();
    rejects(Buffer.concat([sealed, bytes.subarray(22)]), "ambiguous");
    rejects(sealed, "sealed");
    rejects(bytes.subarray(0, 22), "kind-unknown");
    rejects(Buffer.concat([bytes.subarray(0, 22), Uint8Array.of(74, 1, 1)]), "kind-unknown");
    // A known kind's number with another wire type is an unknown field.
    rejects(Buffer.concat([bytes.subarray(0, 22), Uint8Array.of(16, 1)]), "kind-unknown");
  });
});

describe("walker messages", () => {
  it("have our version", () => {
    for (const message of [BARE_REQUEST, RESPONSE]) {
      rejectsEach(message, "version", [0, 2, 2 ** 32 - 1], "version-unsupported");
    }
  });

  it("have fields of the right width", () => {
    for (const message of [BARE_REQUEST, RESPONSE]) {
      rejectsEach(message, "identifier", NOT_8, "identifier-width");
      rejectsEach(message, "instance", NOT_8, "instance-width");
      rejectsEach(message, "grant", NOT_8, "grant-width");
    }
    rejectsEach(requestWithFilter(1), "token", NEITHER_0_NOR_8, "token-width");
    rejectsEach(PUNCTURE_REQUEST, "token", NOT_8, "token-width");
    rejectsEach(PUNCTURE_REQUEST, "nonce", NOT_8, "nonce-width");
    rejectsEach(RESPONSE, "introduction.nonce", NOT_8, "nonce-width");
    rejectsEach(DIAL_BACK_RESPONSE, "dialBack.nonce", NOT_8, "nonce-width");
    rejectsEach(PUNCTURE, "nonce", NOT_8, "nonce-width");
    rejectsEach(PUNCTURE, "instance", NOT_8, "instance-width");
  });

  it("name addresses that can be ones", () => {
    const required: [Message, string][] = [
      [BARE_REQUEST, "destination"],
      [RESPONSE, "destination"],
      [RESPONSE, "introduction.address"],
      [PUNCTURE_REQUEST, "target"],
    ];
    for (const [message, path] of required) {
      rejectsEach(message, path, [NONE, ...BAD_ADDRESSES], "address-invalid");
      const lan = path.startsWith("introduction") ? "introduction.lan" : "lan";
      rejectsEach(message, lan, BAD_ADDRESSES, "address-invalid");
    }
    rejects(tampered(RESPONSE, { introduction: {} }), "address-invalid");
    rejectsEach(DIAL_BACK_RESPONSE, "dialBack.helper", BAD_ADDRESSES, "address-invalid");
  });

  it("describe a NAT that can be one", () => {
    const paths: [Message, string][] = [
      [BARE_REQUEST, "nat"],
      [RESPONSE, "nat"],
      [RESPONSE, "introduction.nat"],
      [PUNCTURE_REQUEST, "nat"],
    ];
    for (const [message, path] of paths) {
      rejectsEach(message, `${path}.portLow`, [65_536, 2 ** 32 - 1], "nat-invalid");
      rejectsEach(message, `${path}.portHigh`, [65_536, 2 ** 32 - 1], "nat-invalid");
      rejectsEach(message, `${path}.mappedPort`, [1, 1_023, 65_536], "nat-invalid");
      rejectsEach(message, `${path}.portDelta`, [-32_769, 32_769, -(2 ** 31)], "nat-invalid");
    }
  });

  it("begin within a minute, and count exactly", () => {
    rejectsEach(RESPONSE, "introduction.startMs", [60_001, 2 ** 32 - 1], "start-invalid");
    rejectsEach(PUNCTURE_REQUEST, "startMs", [60_001, 2 ** 32 - 1], "start-invalid");
    const late = [181, 2 ** 32 - 1];
    rejectsEach(DIAL_BACK_REQUEST, "dialBack.afterS", late, "dial-back-invalid");
    for (const name of ["count", "globalTime", "admitted", "controlCount"]) {
      rejectsEach(RESPONSE, `holdings.${name}`, [BEYOND_DOUBLE], "holdings-invalid");
    }
    rejectsEach(RESPONSE, "holdings.fingerprint", NEITHER_0_NOR_8, "fingerprint-width");
    rejectsEach(RESPONSE, "holdings.control", NEITHER_0_NOR_8, "fingerprint-width");
  });
});

describe("places for WebSockets", () => {
  it("are public, by TLS, whole, and few", () => {
    const bad = ["example.org", "example.org:22/", "localhost:443/", "Example.org:443/"];
    for (const place of [...bad, `example.org:443/${"x".repeat(100)}`]) {
      rejects(tampered(WEB_SOCKET_REQUEST, { webSocket: place }), "web-socket-invalid");
      rejects(tampered(WEB_SOCKET_RESPONSE, { webSockets: [place] }), "web-socket-invalid");
    }
    const three = Array.from({ length: 3 }, () => "example.org:443/");
    rejects(tampered(WEB_SOCKET_RESPONSE, { webSockets: three }), "web-socket-invalid");
  });
});

describe("offers", () => {
  const message = requestWithFilter(40);

  it("speak of a subset that can be one", () => {
    const path = "offer.bloom.subset";
    rejectsEach(message, path, [null, {}], "subset-invalid");
    rejectsEach(message, `${path}.low`, [0, BEYOND_DOUBLE], "subset-invalid");
    rejectsEach(message, `${path}.high`, [1, 2 ** 53 - 2, BEYOND_DOUBLE], "subset-invalid");
    rejectsEach(message, `${path}.modulo`, [0, 65_536, 65_534], "subset-invalid");
    rejectsEach(message, `${path}.offset`, [65_535, 2 ** 32 - 1], "subset-invalid");
    rejectsEach(message, `${path}.idBits`, [15, 17, 32, 2 ** 32 - 1], "subset-invalid");
    rejectsEach(message, `${path}.idPrefix`, [65_536, 2 ** 32 - 1], "subset-invalid");
    rejectsEach(message, `${path}.lane`, [2, 2 ** 32 - 1], "subset-invalid");
    rejects(
      tampered(message, { [`${path}.idBits`]: 0, [`${path}.idPrefix`]: 1 }),
      "subset-invalid",
    );
  });

  it("have a filter that can be one", () => {
    rejectsEach(message, "offer.bloom.salt", NOT_8, "salt-width");
    rejectsEach(message, "offer.bloom.functions", [0, 17, 2 ** 32 - 1], "bloom-invalid");
    rejectsEach(message, "offer.bloom.filter", [NONE], "bloom-invalid");
  });

  it("have symbols that can be some", () => {
    const sketch = requestWithSketch(20);
    const lengths = [0, 1, SYMBOL_BYTES - 1, SYMBOL_BYTES + 1];
    const symbols = lengths.map((length) => filled(length, 1));
    rejectsEach(sketch, "offer.sketch.symbols", symbols, "sketch-invalid");
    rejectsEach(sketch, "offer.sketch.count", [BEYOND_DOUBLE], "sketch-invalid");
    rejectsEach(sketch, "offer.sketch.subset", [null, {}], "subset-invalid");
  });

  it("begin at a place that can be one", () => {
    const place = (globalTime: number, id = filled(16, 1)) => ({ globalTime, id });
    const lists = [
      [],
      [{ from: place(0) }],
      [{ from: place(1, filled(15, 1)) }],
      [{ from: place(1), before: place(2, filled(17, 1)) }],
      [{ before: place(2) }],
      [{ from: place(2), before: place(2) }],
      [{ from: place(2), before: place(1) }],
      [{ from: place(1) }, { from: place(2) }],
      [{ from: place(1), before: place(3) }, { from: place(2) }],
      Array.from({ length: 17 }, (_, i) => ({ from: place(2 * i + 1), before: place(2 * i + 2) })),
    ];
    rejectsEach(CURSOR_REQUEST, "offer.cursor.ranges", lists, "cursor-invalid");
    rejectsEach(CURSOR_REQUEST, "offer.cursor.subset", [null, {}], "subset-invalid");
  });
});

describe("ids", () => {
  it("are a few places that there can be, in order", () => {
    const place = (globalTime: number): Uint8Array => {
      const bytes = filled(PLACE_BYTES, 0);
      new DataView(bytes.buffer).setBigUint64(0, BigInt(globalTime));
      return bytes;
    };
    const lists = [
      NONE,
      filled(PLACE_BYTES - 1, 1),
      place(0),
      filled(PLACE_BYTES, 0xff),
      concatBytes(place(2), place(1)),
      concatBytes(place(2), place(2)),
      concatBytes(...Array.from({ length: MAX_NAMED + 1 }, (_, i) => place(i + 1))),
    ];
    rejectsEach(IDS_REQUEST, "offer.ids.ids", lists, "ids-invalid");
  });
});

describe("answers", () => {
  it("ask for elements, and reach a place", () => {
    const lengths = [1, ELEMENT_BYTES - 1, ELEMENT_BYTES + 1, (MAX_WANTED + 1) * ELEMENT_BYTES];
    const wanted = lengths.map((length) => filled(length, 1));
    rejectsEach(RESPONSE, "answer.wanted", wanted, "answer-invalid");
    rejectsEach(RESPONSE, "answer.coming", [129, 2 ** 32 - 1], "answer-invalid");
    const ids = [NONE, filled(15, 1), filled(17, 1)];
    rejectsEach(RESPONSE, "answer.reached.id", ids, "answer-invalid");
    const times = [0, BEYOND_DOUBLE];
    rejectsEach(RESPONSE, "answer.reached.globalTime", times, "answer-invalid");
  });
});

describe("notices", () => {
  it("name at least one bundle, and no more than fit, by whole names", () => {
    rejects(tampered(notice(3), { token: filled(7, 1) }), "token-width");
    for (const field of ["have", "got", "want"]) {
      for (const width of [1, NOTICE_ID_BYTES - 1, NOTICE_ID_BYTES + 1]) {
        rejects(tampered(notice(3), { [field]: filled(width, 1) }), "notice-invalid");
      }
      const tooMany = filled((MAX_NOTICED + 1) * NOTICE_ID_BYTES, 1);
      rejects(tampered(notice(3), { [field]: tooMany }), "notice-invalid");
    }
    const none = new Uint8Array();
    rejects(tampered(notice(3), { have: none, got: none, want: none }), "notice-invalid");
  });
});

describe("bundles", () => {
  const message = bundlesOf(wireBundle(10, 1), wireBundle(20, 2));

  it("say what they answer, in the right width", () => {
    rejectsEach(message, "identifier", NEITHER_0_NOR_8, "identifier-width");
    rejectsEach(message, "token", NEITHER_0_NOR_8, "token-width");
    const { token: _, ...answering } = message;
    rejectsEach(answering, "number", [2 ** 14, 2 ** 32 - 1], "number-invalid");
    rejectsEach(answering, "sentMs", [2 ** 16, 2 ** 32 - 1], "number-invalid");
  });

  it("have authors, each once", () => {
    const [a, b, c] = [filled(32, 1), filled(32, 2), filled(32, 3)];
    rejectsEach(
      message,
      "authors",
      [
        [a, filled(31, 2)],
        [filled(33, 1), b],
        [a, NONE],
      ],
      "author-width",
    );
    rejectsEach(message, "authors", [[a, a]], "author-twice");
    rejectsEach(message, "authors", [[a, b, c]], "authors-unused");
    rejectsEach(message, "authors", [[a], []], "author-missing");
    rejectsEach(message, "bundles.1.author", [2, 2 ** 32 - 1], "author-missing");
  });

  it("are as many and as large as they may be", () => {
    const small = { author: 0, body: filled(1, 1), signature: filled(64, 1) };
    const bundles = Array.from({ length: 17 }, () => small);
    rejects(tampered(message, { bundles }), "bundles-too-many");
    rejectsEach(message, "bundles.1.body", [NONE, filled(MAX_BODY_BYTES + 1, 1)], "body-width");
    const widths = [NONE, filled(63, 1), filled(65, 1)];
    rejectsEach(message, "bundles.1.signature", widths, "signature-width");
  });
});
