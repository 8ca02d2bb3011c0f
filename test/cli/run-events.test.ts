import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { runEvent } from "../../node/cli/run-events.ts";
import { Address } from "../../wire/address.ts";

describe("events of run --json", () => {
  const overlay = "cd".repeat(20);
  const address = Address.of("192.0.2.1", 6421)!;

  it("are plain JSON", () => {
    assert.deepEqual(runEvent({ event: "address", address: undefined, family: 4 }), {
      event: "address",
      address: null,
    });
    const author = new Uint8Array(32).fill(1);
    const id = new Uint8Array(32).fill(2);
    const header = { globalTime: 7, content: { kind: "data", payload: new Uint8Array() } } as const;
    const none = new Uint8Array();
    const bundle = { author, id, header, body: none, signature: none, signed: none, key: "" };
    assert.deepEqual(runEvent({ event: "bundle", overlay, bundle }), {
      event: "bundle",
      overlay,
      id: "02".repeat(32),
      author: "01".repeat(32),
      globalTime: 7,
    });
  });

  it("leave out what concerns only whoever published", () => {
    assert.equal(runEvent({ event: "refused", overlay, reference: 1, reason: "" }), undefined);
  });

  it("leave out what an event of the progress tells", () => {
    const how = { strategy: "puncture", ms: 300.4 } as const;
    assert.equal(runEvent({ event: "contacted", overlay, address, ...how }), undefined);
  });
});
