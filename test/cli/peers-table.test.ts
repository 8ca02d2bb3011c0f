import assert from "node:assert/strict";
import { test } from "node:test";
import { peersTable } from "../../node/cli/commands/peers.ts";
import type { PeerRow } from "../../node/host/status/rows.ts";

const PEER: PeerRow = {
  overlay: "ab".repeat(20),
  address: "203.0.113.200:39392",
  via: "udp",
  bucket: "contacted",
  rttMs: 13,
  heardMsAgo: 2_000,
  tracker: false,
  nat: { mapping: "endpoint-independent", filtering: "none", allocation: "preserving" },
};

test("peers of whom no bundles are asked fit into 80 columns", () => {
  const lines = peersTable([PEER]);
  assert.deepEqual(lines[0]!.split(/\s+/), [
    "ADDRESS",
    "BUCKET",
    "HEARD",
    "RTT",
    "MAPPING",
    "FILTERING",
  ]);
  for (const line of lines) assert.ok(line.length <= 80, line);
});

test("one that is asked for bundles brings its columns along, for all", () => {
  const incoming = { rate: 1_000_000, limit: "growing", waitMs: 3, loss: 0, lastMsAgo: 5 } as const;
  const [head, first, second] = peersTable([PEER, { ...PEER, incoming }]);
  assert.match(head!, /RTT +ASKED FOR +LIMITED BY +IN QUEUES +LOST +MAPPING/);
  assert.match(first!, /13 ms +- +- +- +- +endpoint-independent/);
  assert.match(second!, /still growing +3\.0 ms +0\.0 %/);
});
