import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  MAX_WEB_SOCKET_PLACES,
  WEB_SOCKET_LIFETIME_MS,
  WebSocketPlaces,
} from "../../candidates/web-socket-places.ts";
import { Address } from "../../wire/address.ts";
import { linkAddress } from "../../wire/address-scope.ts";
import type { WebSocketPlace } from "../../wire/websocket-place.ts";

const place = (name: string): WebSocketPlace => {
  return { host: `${name}.example.org`, port: 443, path: "/dispersy", tls: true };
};
const at = (text: string): Address => Address.parse(text)!;
const namesOf = (places: WebSocketPlaces, now = 0): string[] => {
  return places.all(now).map(({ host }) => host.split(".")[0]!);
};

describe("places for WebSockets that others tell of", () => {
  test("are forgotten unless they are told again", () => {
    const places = new WebSocketPlaces();
    places.told(place("a"), at("20.0.0.1:1"), 0);
    places.told(place("b"), at("20.0.0.1:1"), 0);
    places.told(place("a"), at("20.0.0.1:1"), 1_000);
    assert.deepEqual(namesOf(places, WEB_SOCKET_LIFETIME_MS - 1), ["a", "b"], "newest first");
    assert.deepEqual(namesOf(places, WEB_SOCKET_LIFETIME_MS), ["a"], "told again");
    assert.equal(places.next(WEB_SOCKET_LIFETIME_MS + 1_000), undefined, "all are over");
  });

  test("are few, and who tells most makes room: one network, or all links together", () => {
    for (const liar of [(i: number) => at(`66.0.${i % 256}.1:${1 + i}`), linkAddress]) {
      const places = new WebSocketPlaces();
      places.told(place("honest"), at("20.0.0.1:1"), 0);
      for (let i = 1; i <= 1_000; i++) places.told(place(`lie-${i}`), liar(i), i);
      assert.equal(places.all(1_000).length, MAX_WEB_SOCKET_PLACES, "bounded");
      assert.ok(namesOf(places, 1_000).includes("honest"), "the honest one stays");
    }
  });

  test("are passed on in turn, network by network, but not to whoever told it", () => {
    const places = new WebSocketPlaces();
    for (let i = 0; i < 10; i++) places.told(place(`lie-${i}`), at("66.0.0.1:1"), 0);
    places.told(place("honest"), at("20.0.0.1:1"), 0);
    const told = Array.from({ length: 10 }, () => places.next(0)!.host);
    assert.equal(told.filter((host) => host.startsWith("honest")).length, 5, "every second one");
    assert.equal(new Set(told).size, 6, "and the others of a network in turn");
    const own = new WebSocketPlaces();
    own.told(place("own"), at("20.0.0.1:1"), 0);
    assert.equal(own.next(0, place("own")), undefined, "nothing that it knows already");
  });
});
