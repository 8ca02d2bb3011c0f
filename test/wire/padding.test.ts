import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { encode, encodedBytes } from "../../wire/encode.ts";
import { MAX_DATAGRAM_BYTES } from "../../wire/limits.ts";
import type { IntroductionRequest, IntroductionResponse } from "../../wire/message.ts";
import { padTo } from "../../wire/padding.ts";
import { dispersy } from "../../wire/schema.js";
import { BARE_REQUEST, OVERLAY, RESPONSE, encoded } from "./samples.ts";

/** The same with so many zeroes, by the generated code. */
function reference(message: IntroductionRequest | IntroductionResponse, zeroes: number) {
  const raw = dispersy.Datagram.decode(encoded(message));
  (raw.introductionRequest ?? raw.introductionResponse)!.padding = new Uint8Array(zeroes);
  return dispersy.Datagram.encode(raw).finish();
}

describe("padTo", () => {
  it("hits every size, or the next that padding can give", () => {
    const bare = encodedBytes(BARE_REQUEST);
    const possible = Array.from({ length: 1_500 }, (_, zeroes) => {
      return reference(BARE_REQUEST, zeroes).length;
    });
    for (let bytes = 0; bytes <= MAX_DATAGRAM_BYTES; bytes++) {
      const size = encodedBytes(padTo(BARE_REQUEST, bytes));
      const next = possible.find((each) => each >= bytes)!;
      assert.equal(size, Math.max(bare, next), `${bytes}`);
      assert.ok(size <= Math.max(bare, bytes + 3));
    }
  });

  it("appends what the generated code would write", () => {
    for (const message of [BARE_REQUEST, RESPONSE]) {
      for (const zeroes of [1, 2, 100, 127, 128, 129, 300, 680]) {
        const expected = reference(message, zeroes);
        const written = encode(OVERLAY, padTo(message, expected.length));
        assert.deepEqual(Buffer.from(written), Buffer.from(expected), `${zeroes}`);
      }
    }
  });

  it("does so where the length before the message grows", () => {
    const { lan: _lan, nat: _nat, ...rest } = BARE_REQUEST;
    const nat = { ...BARE_REQUEST.nat, portDelta: 0, portLow: 0, portHigh: 0, mappedPort: 0 };
    const short = { ...rest, nat };
    assert.ok(encodedBytes(short) < 150, "the message itself takes less than 128 bytes");
    const expected = reference(short, 200);
    assert.deepEqual(
      Buffer.from(encode(OVERLAY, padTo(short, expected.length))),
      Buffer.from(expected),
    );
  });

  it("changes nothing of what is longer, and takes back what was asked for before", () => {
    assert.deepEqual(encode(OVERLAY, padTo(BARE_REQUEST, 1)), encoded(BARE_REQUEST));
    const padded = padTo(padTo(BARE_REQUEST, 400), 0);
    assert.deepEqual(encode(OVERLAY, padded), encoded(BARE_REQUEST));
  });
});
