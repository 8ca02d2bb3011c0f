import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { eventJson, onSignals } from "../../node/cli/serve.ts";
import { Address } from "../../wire/address.ts";

describe("signals", () => {
  for (const [first, second, code] of [
    ["SIGTERM", "SIGINT", 130],
    ["SIGINT", "SIGTERM", 143],
  ] as const) {
    it(`drain at ${first}, and end the process at once at the following ${second}`, async (context) => {
      const exit = context.mock.method(process, "exit", (() => {}) as typeof process.exit);
      const before = new Map(
        (["SIGINT", "SIGTERM"] as const).map((name) => [name, process.listeners(name)]),
      );
      context.after(() => {
        for (const [name, listeners] of before) {
          for (const listener of process.listeners(name)) {
            if (!listeners.includes(listener)) process.off(name, listener);
          }
        }
      });
      const { stopped } = onSignals();
      process.emit(first, first);
      await stopped;
      assert.equal(exit.mock.callCount(), 0);
      process.emit(second, second);
      assert.deepEqual(
        exit.mock.calls.map((call) => call.arguments),
        [[code]],
      );
    });
  }
});

describe("events of run --json", () => {
  const overlay = "cd".repeat(20);
  const address = Address.of("192.0.2.1", 6421)!;

  it("are plain JSON", () => {
    const how = { strategy: "puncture", ms: 300.4 } as const;
    assert.deepEqual(eventJson({ event: "contacted", overlay, address, ...how }), {
      event: "contacted",
      overlay,
      address: "192.0.2.1:6421",
      strategy: "puncture",
      ms: 300,
    });
    assert.deepEqual(eventJson({ event: "address", address: undefined, family: 4 }), {
      event: "address",
      address: null,
    });
    const author = new Uint8Array(32).fill(1);
    const id = new Uint8Array(32).fill(2);
    const header = { globalTime: 7, content: { kind: "data", payload: new Uint8Array() } } as const;
    const none = new Uint8Array();
    const bundle = { author, id, header, body: none, signature: none, signed: none, key: "" };
    assert.deepEqual(eventJson({ event: "bundle", overlay, bundle }), {
      event: "bundle",
      overlay,
      id: "02".repeat(32),
      author: "01".repeat(32),
      globalTime: 7,
    });
  });

  it("leave out what concerns only whoever published", () => {
    assert.equal(eventJson({ event: "refused", overlay, reference: 1, reason: "" }), undefined);
  });
});
