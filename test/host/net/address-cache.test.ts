import assert from "node:assert/strict";
import { test } from "node:test";
import { AddressCache } from "../../../node/host/net/address-cache.ts";

test("a sender is the same object as long as it is heard from, within two generations", () => {
  const cache = new AddressCache(4);
  const first = cache.get("192.0.2.1", 1)!;
  assert.equal(first.key, "192.0.2.1:1");
  const others = (from: number): void => {
    for (let port = from; port < from + 4; port++) cache.get("192.0.2.2", port);
  };
  others(1);
  assert.equal(cache.get("192.0.2.1", 1), first, "of the older generation");
  others(11);
  others(21);
  const again = cache.get("192.0.2.1", 1)!;
  assert.notEqual(again, first);
  assert.deepEqual(again, first);
});

test("what is no address of ours is none", () => {
  const cache = new AddressCache();
  assert.equal(cache.get("fe80::1%eth0", 1), undefined);
  assert.equal(cache.get("192.0.2.1", 0), undefined);
});
