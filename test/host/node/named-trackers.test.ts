import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { UserError } from "../../../node/host/errors.ts";
import { trackersOf } from "../../../node/host/node/named-trackers.ts";
import { webSocketUrl } from "../../../wire/websocket-place.ts";

describe("trackers that the user names", () => {
  test("are asked by UDP, or by WebSocket at the usual path unless another is written", () => {
    const written = [
      "192.0.2.1:6421",
      "wss://a.example:8443",
      "WSS://b.example/x",
      "ws://[::1]:80/",
    ];
    const { trackers, webSocketTrackers } = trackersOf({ trackers: written });
    assert.deepEqual(trackers, [{ host: "192.0.2.1", port: 6_421 }]);
    assert.deepEqual(webSocketTrackers.map(webSocketUrl), [
      "wss://a.example:8443/dispersy",
      "wss://b.example:443/x",
      "ws://[::1]:80/",
    ]);
  });

  test("are refused with a sentence where they are no place, or a tracker names its partner so", () => {
    for (const text of ["wss://", "wss:a.example", "wss://a.example:0/", "wss://a.example/a b"]) {
      assert.throws(() => trackersOf({ trackers: [text] }), UserError, text);
    }
    const partner = { role: "tracker", trackers: ["wss://a.example:8443"] } as const;
    assert.throws(
      () => trackersOf({ ...partner, trackers: [...partner.trackers] }),
      /by UDP only/,
      "trackers help each other by UDP",
    );
  });
});
