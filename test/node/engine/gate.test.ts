import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Gate } from "../../../node/engine/gate.ts";
import { Address } from "../../../wire/address.ts";

const DATAGRAM = new Uint8Array(100);

describe("the gate", () => {
  it("refuses what is too small to name an overlay and say something, and too large for any path", () => {
    const gate = new Gate();
    const from = Address.parse("5.0.0.1:1")!;
    assert.equal(gate.refuses(new Uint8Array(0), from, true, 0), "gate: size");
    assert.equal(gate.refuses(new Uint8Array(22), from, true, 0), "gate: size");
    assert.equal(gate.refuses(new Uint8Array(23), from, true, 0), undefined);
    assert.equal(gate.refuses(new Uint8Array(1_473), from, true, 0), "gate: size");
  });

  it("limits a stranger's IP whatever its ports, and lets it come back", () => {
    const gate = new Gate();
    let passed = 0;
    for (let port = 1; port <= 10_000; port++) {
      const from = Address.of("5.0.0.1", port)!;
      if (gate.refuses(DATAGRAM, from, false, 0) === undefined) passed++;
    }
    assert.equal(passed, 200);
    const other = Address.parse("5.0.0.2:1")!;
    assert.equal(gate.refuses(DATAGRAM, other, false, 0), undefined);
    assert.equal(gate.refuses(DATAGRAM, Address.parse("5.0.0.1:1")!, false, 1_000), undefined);
  });

  it("does not limit the validated", () => {
    const gate = new Gate();
    const from = Address.parse("5.0.0.1:1")!;
    for (let i = 0; i < 10_000; i++) assert.equal(gate.refuses(DATAGRAM, from, true, 0), undefined);
  });
});
