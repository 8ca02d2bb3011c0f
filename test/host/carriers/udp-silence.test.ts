import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { isUdpSilent } from "../../../node/host/carriers/udp-silence.ts";
import type { PeerStatus } from "../../../node/core/engine-status.ts";
import { Address } from "../../../wire/address.ts";
import { UNKNOWN_NAT } from "../../../wire/message.ts";

let last = 0;
function peer(answeredMsAgo: number, owesMs?: number): PeerStatus {
  return {
    address: Address.parse(`20.0.${++last % 256}.1:6421`)!,
    bucket: "contacted",
    // It still asks us: datagrams come in, and none go out.
    heardMsAgo: 100,
    answeredMsAgo,
    ...(owesMs !== undefined && { owesMs }),
    tracker: false,
    nat: UNKNOWN_NAT,
  };
}

describe("UDP that has ceased to lead anywhere", () => {
  test("is seen by the only one who owes an answer, soon", () => {
    assert.equal(isUdpSilent([]), false, "nobody was there");
    assert.equal(isUdpSilent([peer(20_000, 2_900)]), false, "it may still answer");
    assert.equal(isUdpSilent([peer(20_000, 3_000)]), true, "it does not");
    assert.equal(isUdpSilent([peer(20_000)]), false, "it was not asked");
  });

  test("is not seen by one who left, nor while anybody answers", () => {
    const others = [peer(9_000), peer(25_000)];
    assert.equal(isUdpSilent([peer(30_000, 4_000), ...others]), false, "one of three left");
    const two = [peer(30_000, 8_000), peer(26_000, 3_000)];
    assert.equal(isUdpSilent([...two, ...others]), true, "two are silent, and nobody answers");
    assert.equal(isUdpSilent([...two, peer(7_000)]), false, "somebody answered since");
    const sends = { rate: 1, limit: 1, waitMs: 0, loss: 0, lastMsAgo: 10 } as const;
    const brings = { ...peer(30_000), incoming: sends } as unknown as PeerStatus;
    assert.equal(isUdpSilent([...two, brings]), false, "somebody's bundles come");
  });
});
