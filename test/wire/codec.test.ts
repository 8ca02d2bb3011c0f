import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import * as fc from "fast-check";
import { decode, overlayIdAt } from "../../wire/decode.ts";
import { encode, encodedBytes } from "../../wire/encode.ts";
import { MAX_DATAGRAM_BYTES } from "../../wire/limits.ts";
import type { Message } from "../../wire/message.ts";
import { UNKNOWN_NAT } from "../../wire/message.ts";
import { padTo } from "../../wire/padding.ts";
import { dispersy } from "../../wire/schema.js";
import * as any from "./arbitraries.ts";
import {
  BARE_REQUEST,
  OVERLAY,
  SAMPLES,
  bundlesOf,
  encoded,
  filled,
  requestWithFilter,
  wireBundle,
} from "./samples.ts";

function decoded(bytes: Uint8Array): Message {
  const result = decode(bytes);
  if ("rejected" in result) assert.fail(`rejected: ${result.rejected}`);
  return result.message;
}

describe("round trip", () => {
  const kinds: Record<string, fc.Arbitrary<Message>> = {
    "introduction-request": any.request,
    "introduction-response": any.response,
    "puncture-request": any.punctureRequest,
    puncture: any.puncture,
    bundles: any.bundles,
  };

  for (const [kind, messages] of Object.entries(kinds)) {
    it(`gives back every ${kind}`, () => {
      fc.assert(
        fc.property(any.overlayId, messages, (overlay, message) => {
          assert.deepEqual(decode(encode(overlay, message)), { overlay, message });
        }),
        { seed: 1, numRuns: 500 },
      );
    });
  }

  it("gives back what was padded, as if it were not", () => {
    const messages = fc.oneof(any.request, any.response);
    fc.assert(
      fc.property(any.overlayId, messages, fc.nat(1_300), (overlay, message, least) => {
        const bytes = encode(overlay, padTo(message, least));
        assert.ok(bytes.length >= least);
        assert.deepEqual(decode(bytes), { overlay, message });
      }),
      { seed: 2, numRuns: 500 },
    );
  });

  it("reads a Buffer inside a larger one, and hands out plain byte strings", () => {
    for (const message of SAMPLES) {
      const bytes = encoded(message);
      const inside = Buffer.concat([filled(7, 1), bytes, filled(9, 2)]).subarray(
        7,
        7 + bytes.length,
      );
      assert.deepEqual(decode(inside), { overlay: OVERLAY, message });
    }
  });

  it("keeps an address when the datagram's memory is used again", () => {
    const bytes = Buffer.from(encoded(BARE_REQUEST));
    const message = decoded(bytes);
    bytes.fill(0);
    assert.ok(message.kind === "introduction-request");
    assert.equal(message.destination.withPort(1).key, "[2001:db8::1]:1");
  });

  it("does not let one datagram change another", () => {
    const first = encoded(SAMPLES[1]!);
    const copy = first.slice();
    encoded(SAMPLES[2]!);
    assert.deepEqual(first, copy);
  });
});

describe("encode", () => {
  it("refuses more than the budget, and is usable afterwards", () => {
    const message = requestWithFilter(500);
    const size = encoded(message).length;
    assert.equal(encode(OVERLAY, message, size).length, size);
    assert.throws(() => encode(OVERLAY, message, size - 1), RangeError);
    assert.throws(() => encoded(requestWithFilter(1_400)), RangeError);
    assert.ok(encode(OVERLAY, requestWithFilter(1_400), 10_000).length > MAX_DATAGRAM_BYTES);
    assert.throws(() => encode(filled(19, 1), message), RangeError);
    assert.throws(() => encoded(padTo(BARE_REQUEST, MAX_DATAGRAM_BYTES + 1)), RangeError);
    assert.throws(() => encoded(bundlesOf(...Array(17).fill(wireBundle(1)))), RangeError);
    assert.throws(() => encoded({ ...BARE_REQUEST, destination: undefined as never }));
    assert.equal(encode(OVERLAY, message).length, size);
  });

  it("names every author once", () => {
    const message = bundlesOf(wireBundle(9, 1), wireBundle(9, 2), wireBundle(9, 1));
    const raw = dispersy.Datagram.decode(encoded(message));
    assert.equal(raw.bundles?.authors?.length, 2);
    assert.deepEqual(
      raw.bundles?.bundles?.map((b) => b.author),
      [0, 1, 0],
    );
  });

  it("knows the size beforehand", () => {
    fc.assert(
      fc.property(any.message, (message) => {
        assert.equal(encodedBytes(message), encoded(message).length);
      }),
      { seed: 2 },
    );
  });
});

describe("overlayIdAt", () => {
  it("finds the id of every datagram without decoding it", () => {
    for (const message of SAMPLES) assert.deepEqual(overlayIdAt(encoded(message)), OVERLAY);
    assert.deepEqual(overlayIdAt(encoded(BARE_REQUEST).subarray(0, 22)), OVERLAY);
  });

  it("finds none in what is shorter or begins otherwise", () => {
    const bytes = encoded(BARE_REQUEST);
    assert.equal(overlayIdAt(bytes.subarray(0, 21)), undefined);
    assert.equal(overlayIdAt(new Uint8Array()), undefined);
    for (const at of [0, 1]) {
      const wrong = bytes.slice();
      wrong[at]!++;
      assert.equal(overlayIdAt(wrong), undefined);
    }
  });
});

describe("what newer peers may send", () => {
  const request = () => dispersy.Datagram.decode(encoded(requestWithFilter(10)));

  function withFields(change: object): Message {
    const { introductionRequest } = request();
    const fields = { ...introductionRequest!, ...change };
    return decoded(
      dispersy.Datagram.encode({ overlay: OVERLAY, introductionRequest: fields }).finish(),
    );
  }

  it("ignores unknown fields, inside and outside the message", () => {
    const unknown = Uint8Array.of(0xa2, 0x06, 3, 1, 2, 3); // field 100
    const outside = Buffer.concat([encoded(BARE_REQUEST), unknown]);
    assert.deepEqual(decoded(outside), BARE_REQUEST);
    const before = Buffer.concat([outside.subarray(0, 22), unknown, outside.subarray(22)]);
    assert.deepEqual(decoded(before), BARE_REQUEST);
    assert.deepEqual(withFields({ $unknowns: [unknown] }), requestWithFilter(10));
  });

  it("reads feature bits", () => {
    const features = 0xffff_ffff;
    assert.deepEqual(withFields({ features }), { ...requestWithFilter(10), features });
  });

  it("understands whoever speaks our version among others", () => {
    assert.deepEqual(withFields({ version: 9, oldestVersion: 1 }), requestWithFilter(10));
    for (const versions of [{ version: 9 }, { version: 9, oldestVersion: 2 }, { version: 0 }]) {
      assert.throws(() => withFields(versions), /version-unsupported/);
    }
  });

  it("takes an offer of an unknown kind for none", () => {
    const offer = { $unknowns: [Uint8Array.of(0x4a, 1, 7)] }; // field 9
    const { offer: _, ...none } = requestWithFilter(10);
    assert.deepEqual(withFields({ offer }), none);
  });

  it("takes unknown words about a NAT for unknown, and an absent summary too", () => {
    const nat = { mapping: 5, filtering: 99, allocation: 2 ** 32 - 1 };
    assert.deepEqual(withFields({ nat }), { ...requestWithFilter(10), nat: UNKNOWN_NAT });
    assert.deepEqual(withFields({ nat: null }), { ...requestWithFilter(10), nat: UNKNOWN_NAT });
  });
});

describe("protoc", () => {
  const installed = spawnSync("protoc", ["--version"]).status === 0;
  const skip = installed ? false : "protoc is not installed";
  const wire = fileURLToPath(new URL("../../wire", import.meta.url));
  const names: Record<string, string> = {
    "introduction-request": "introduction_request {",
    "introduction-response": "introduction_response {",
    "puncture-request": "puncture_request {",
    puncture: "puncture {",
    bundles: "bundles {",
  };

  it("reads every kind of message", { skip }, () => {
    for (const message of SAMPLES) {
      const args = [`--proto_path=${wire}`, "--decode=dispersy.Datagram", "dispersy.proto"];
      const { status, stdout, stderr } = spawnSync("protoc", args, { input: encoded(message) });
      assert.equal(status, 0, String(stderr));
      assert.ok(String(stdout).startsWith(`overlay: "${"\\252".repeat(20)}"\n`), String(stdout));
      assert.ok(String(stdout).includes(`\n${names[message.kind]}\n`), String(stdout));
      assert.doesNotMatch(String(stdout), /^\s*[0-9]+:/m, "a field unknown to the schema");
    }
  });
});
