import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { MAX_WEB_SOCKET_PLACES } from "../../candidates/web-socket-places.ts";
import { DISPERSY } from "../../node/core/profile.ts";
import type { Engine } from "../../node/engine/engine.ts";
import { World } from "../../node/testing/world.ts";
import { decode } from "../../wire/decode.ts";
import { encode } from "../../wire/encode.ts";
import { dispersy } from "../../wire/schema.js";
import { type WebSocketPlace, webSocketUrl } from "../../wire/websocket-place.ts";
import { at, bareRequest, host, OVERLAY, OVERLAY_HEX, Rig, SCALE } from "./rig.ts";

const place = (name: string, more: Partial<WebSocketPlace> = {}): WebSocketPlace => {
  return { host: name, port: 443, path: "/dispersy", tls: true, ...more };
};
const OWN = place("own.example.org");
const TRACKER = host(0);
const known = (rig: Rig): string[] => rig.engine.webSockets(OVERLAY_HEX).map(webSocketUrl);

describe("what others say of places for WebSockets", () => {
  test("is no datagram where nobody may tell it", () => {
    const request = { ...bareRequest(), token: new Uint8Array(8), webSocket: OWN };
    const sound = encode(OVERLAY, request);
    assert.ok("message" in decode(sound), "a place of a public name is");
    for (const text of [
      "localhost:443/",
      "router:443/",
      "nas.local:443/",
      "db.internal:443/",
      "own.example.org:25/dispersy",
      "own.example.org:443",
      "OWN.example.org:443/",
      "own.example.org:443/a?b",
      `${"n".repeat(63)}.${"n".repeat(63)}.org:443/`,
      "\u0000",
    ]) {
      const raw = dispersy.Datagram.decode(sound);
      (raw.introductionRequest as dispersy.IntroductionRequest).webSocket = text;
      const read = decode(dispersy.Datagram.encode(raw).finish());
      assert.deepEqual(read, { rejected: "web-socket-invalid" }, text);
    }
    assert.deepEqual(
      decode(responseWith(["a", "b", "c"])),
      { rejected: "web-socket-invalid" },
      "three are too many",
    );
  });

  test("is taken of its own node's address alone, of names by anybody", () => {
    const rig = new Rig({ seeds: [TRACKER] });
    rig.validate(host(1), { webSocket: place(host(1).host) });
    rig.validate(host(2), { webSocket: place(host(7).host) });
    rig.validate(host(3), { webSocket: OWN });
    assert.equal(rig.count("rejected: WebSocket of another address"), 1);
    const expected = [OWN, place(host(1).host)].map(webSocketUrl);
    assert.deepEqual(known(rig).sort(), expected.sort());
  });

  test("sends nobody into a network that is not public", () => {
    const rig = new Rig({ seeds: [TRACKER] });
    const special = ["127.0.0.1", "192.168.1.1", "10.0.0.1", "169.254.169.254", "100.64.0.1"];
    const six = ["::1", "fd00::1", "fe80::1", "100::1:0:0:1", "::ffff:10.0.0.1"];
    for (const ip of [...special, ...six]) {
      rig.pass(60_000);
      rig.answer(TRACKER, { tracker: true, webSockets: [place(ip)] });
    }
    assert.deepEqual(known(rig), []);
    assert.ok(rig.count("rejected: WebSocket in a special range") >= special.length);
    // Nor does whoever is there: it shares its address with all else behind it.
    const count = rig.count("rejected: WebSocket in a special range");
    rig.validate(at("192.168.1.5:6421"), { webSocket: place("192.168.1.5") });
    assert.deepEqual(known(rig), []);
    assert.equal(rig.count("rejected: WebSocket in a special range"), count + 1);
    rig.pass(60_000);
    rig.answer(TRACKER, { tracker: true, webSockets: [place("80.1.2.3")] });
    assert.deepEqual(known(rig), ["wss://80.1.2.3:443/dispersy"], "a public one is heard");
  });

  test("is as little as the bound says, whoever floods it, and a liar's lies go no further", () => {
    const rig = new Rig({ seeds: [TRACKER] });
    rig.validate(host(1), { webSocket: OWN });
    for (let i = 0; i < 200 * SCALE; i++) {
      // Each in a /24 of its own, all of one provider.
      const liar = at(`66.0.${i % 256}.1:${1_000 + i}`);
      rig.validate(liar, { webSocket: place(`lie-${i}.example.org`) });
      rig.pass(10);
    }
    assert.equal(known(rig).length, MAX_WEB_SOCKET_PLACES);
    assert.ok(known(rig).includes(webSocketUrl(OWN)), "one network crowds out itself alone");
    rig.pass(60_000);
    rig.answer(TRACKER, { tracker: true, webSockets: [place("heard.example.org")] });
    assert.ok(known(rig).includes("wss://heard.example.org:443/dispersy"));
    const told = new Set<string>();
    for (let i = 0; i < 50; i++) {
      const asker = host(10 + i);
      rig.validate(asker);
      const { webSockets = [] } = rig.last("introduction-response", asker)!;
      assert.ok(webSockets.length <= 2);
      for (const each of webSockets) told.add(each.host);
    }
    assert.ok(told.has(OWN.host), "who takes them is passed on");
    assert.ok(!told.has("heard.example.org"), "what was only heard is not");
  });

  test("is told to nobody who has not proved that it receives, and by no faithful node", () => {
    for (const profile of [undefined, DISPERSY]) {
      const rig = new Rig({ webSocket: OWN, ...(profile && { profile }), seeds: [TRACKER] });
      rig.pass(6_000);
      rig.say(host(1), bareRequest());
      assert.equal(rig.last("introduction-response", host(1))!.webSockets, undefined);
      const bare = rig.last("introduction-request", TRACKER)!;
      assert.equal(bare.webSocket, undefined, "a bare request has no room");
      rig.answer(TRACKER, { tracker: true, validated: false });
      const again = rig.last("introduction-request", TRACKER)!;
      assert.deepEqual(again.webSocket, profile === undefined ? OWN : undefined);
      rig.validate(host(1));
      const { webSockets } = rig.last("introduction-response", host(1))!;
      assert.deepEqual(webSockets, profile === undefined ? [OWN] : undefined);
    }
  });
});

describe("a node that no UDP reaches, and that knows only a tracker's WebSocket", () => {
  for (const webSocket of [OWN, undefined]) {
    const what = webSocket === undefined ? "none, where the node says nothing" : "a node's place";
    test(`hears of ${what}, and holds what it holds`, () => {
      const world = new World({ seed: "web sockets" });
      const overlay = world.overlay();
      const tracker = world.addTracker({ webSocket: place("tracker.example.org") });
      const own = webSocket && { webSocket };
      const middle = world.addNode({ overlay, founder: true, seeds: [tracker], ...own });
      const shut = world.addNode({ overlay, nat: "blocked" });
      world.run(30_000);
      world.link(shut, tracker, { isDialled: true });
      const heard = (): string[] =>
        (shut.engine as Engine).webSockets(overlay.id).map(webSocketUrl);
      world.runUntil(() => heard().includes(webSocketUrl(OWN)), 60_000);
      const isTold = webSocket !== undefined;
      assert.equal(heard().includes(webSocketUrl(OWN)), isTold, `${heard()}`);
      if (!isTold) return;
      world.link(shut, middle, { isHeard: true });
      world.publish(middle);
      const holds = world.runUntil(() => world.held(shut) > 0, world.now + 10_000);
      assert.ok(holds, "the bundle came over the link");
      const peer = shut.engine.peers(overlay.id).find(({ tracker: is }) => !is)!;
      assert.equal(peer.bucket, "contacted", "trusted like anybody: no place that the user named");
    });
  }
});

/** So many places in one response. */
function responseWith(names: string[]): Uint8Array {
  const rig = new Rig({ webSocket: OWN });
  rig.validate(host(1));
  const sent = rig.sent.findLast(({ message }) => message.kind === "introduction-response")!;
  const { message } = sent;
  assert.equal(message.kind, "introduction-response");
  const webSockets = names.map((name) => place(`${name}.example.org`));
  return encode(OVERLAY, { ...message, webSockets } as typeof message);
}
